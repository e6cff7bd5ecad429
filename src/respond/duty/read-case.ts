import type { Ctx } from "../../organization/access/index.ts";
import { questionsOf } from "./applies.ts";
import { pendingOf, withChange } from "./case.ts";
import { clocksUnder, findCase, keptOf, type LoadedCase, loadCase, mayWrite, refsOf } from "./case-load.ts";
import { warningsOf } from "./case-store.ts";
import { clockView, entryView, knownView } from "./case-view.ts";
import { historyView, type Names, pendingView } from "./change-view.ts";
import { clocksOf, type Kept, laterBy } from "./clocks.ts";
import { type DutyCase, FACTS } from "./contract.ts";
import { entriesAt } from "./register-store.ts";

/** The notification duties of an incident. Errors: `not_found`, also when it is not yours to see. */
export async function readCase(ctx: Ctx, ref: string): Promise<DutyCase> {
  const incident = await findCase(ctx, ref, "read");
  const loaded = await loadCase(ctx.state, incident);
  const { events, standing } = loaded;
  const nowMs = ctx.now().getTime();
  const kept = await entriesOf(ctx, loaded);
  const clocks = await clocksUnder(ctx.state, loaded, { standing, nowMs });
  const warned = await warningsOf(ctx.state, incident.id);
  const canWrite = mayWrite(ctx, incident.unitId);
  const reader = { id: ctx.actor.id, mayWrite: canWrite };
  const names = namesOf(loaded, kept);
  const pending = [];
  for (const change of pendingOf(events)) {
    const after = await clocksUnder(ctx.state, loaded, { standing: withChange(standing, change), nowMs });
    pending.push(pendingView(change, laterBy(clocks, after), { events, standing, names, reader }));
  }
  return {
    incidentId: incident.id,
    number: incident.number,
    unitId: incident.unitId,
    version: events.length,
    knownAt: standing.knownAt,
    known: knownView(events),
    facts: { ...standing.answers },
    questions: questionsOf(
      kept.map(({ content }) => content),
      FACTS,
    ),
    entries: kept.map((one) => entryView(one, { answers: standing.answers, newer: newerOf(one, loaded, nowMs) })),
    others: standing.knownAt === null ? [] : othersOf(loaded),
    clocks: clocks.map((time) => clockView(time, { events, warned, reader })),
    pending,
    history: historyView({ events, names }),
    mayWrite: canWrite,
  };
}

async function entriesOf(ctx: Ctx, { standing, bound }: LoadedCase): Promise<Kept[]> {
  const rows = standing.knownAt === null ? bound : await entriesAt(ctx.state, refsOf(standing));
  return rows.map(keptOf);
}

const namesOf = ({ bound }: LoadedCase, kept: readonly Kept[]): Names =>
  new Map([...bound, ...kept].map(({ id, content }) => [id, content.name]));

function othersOf({ standing, bound }: LoadedCase): DutyCase["others"] {
  return bound
    .filter(({ id }) => !standing.entries.has(id))
    .map(({ id, version, content }) => ({ id, version, name: content.name }));
}

/** A newer version in the register: what differs, and whether a deadline would become later by it. */
function newerOf(kept: Kept, { standing, bound, events, daysOff }: LoadedCase, nowMs: number) {
  const row = bound.find(({ id }) => id === kept.id);
  if (!row || row.version === kept.version || standing.knownAt === null) return null;
  const moment = {
    knownAtMs: Date.parse(standing.knownAt),
    nowMs,
    answers: standing.answers,
    filedAtMs: new Map<string, number>(),
  };
  const before = clocksOf([kept], { ...moment, daysOff: standing.daysOff });
  const after = clocksOf([keptOf(row)], { ...moment, daysOff });
  const names = Object.keys(kept.content) as (keyof typeof kept.content)[];
  const differs = (name: (typeof names)[number]) =>
    JSON.stringify(kept.content[name]) !== JSON.stringify(row.content[name]);
  return {
    version: row.version,
    setBy: row.setByName,
    changed: names.filter(differs),
    isLater: events.length > 0 && laterBy(before, after).length > 0,
  };
}
