import { sql } from "drizzle-orm";
import type { Level } from "../../monitor/alert/contract.ts";
import { listSources } from "../../monitor/source/index.ts";
import type { Ctx, UnitScope } from "../../organization/access/index.ts";
import { AGES, type Wall, type WallFunnel } from "./contract.ts";
import type { DashboardDeps } from "./deps.ts";
import { isSilent, MAX_SOURCES } from "./sources.ts";
import { phasesIn, QUEUES, unownedIn, waitingIn } from "./store.ts";
import { orNull } from "./unknown.ts";

const SHOWN = 6;
const SEVERE_FIRST: readonly Level[] = ["critical", "high", "medium", "low", "informational"];
const levelOf = (rank: number): Level => SEVERE_FIRST[5 - rank] ?? "informational";
const sees = (scope: UnitScope): boolean => scope.all || scope.ids.length > 0;

const DAY_MS = 86_400_000;

/** The last 24 hours in the units whose alerts the reader sees: numbers, for which no right to read events is needed. */
export async function readWallFunnel(ctx: Ctx, { funnel }: Pick<DashboardDeps, "funnel">): Promise<WallFunnel> {
  const toMs = ctx.now().getTime();
  const range = { fromMs: toMs - DAY_MS, toMs };
  const [units, own] = [ctx.units("alert:read"), ctx.units("incident:read")];
  const [counts, alerts, incidents] = await Promise.all([
    orNull(() => funnel.events(range, units)),
    funnel.alerts(ctx, range, units),
    sees(own) ? funnel.incidents(ctx, range, own) : null,
  ]);
  const [from, to] = [new Date(range.fromMs).toISOString(), new Date(toMs).toISOString()];
  return {
    range: { from, to },
    events: counts?.events ?? null,
    detections: counts?.detections ?? null,
    alerts: alerts ?? 0,
    incidents,
  };
}

/** What a display on the wall shows of what waits. It names units, rules and sources, and no person, machine or title. */
export async function readWall(ctx: Ctx, deps: DashboardDeps): Promise<Omit<Wall, "funnel">> {
  const [alerts, incidents, sources] = [ctx.units("alert:read"), ctx.units("incident:read"), ctx.units("source:read")];
  const [alertPart, incidentPart, sourcePart] = await Promise.all([
    sees(alerts) ? alertsOf(ctx, alerts) : null,
    sees(incidents) ? incidentsOf(ctx, incidents) : null,
    sees(sources) ? sourcesOf(ctx, deps) : null,
  ]);
  return { at: ctx.now().toISOString(), alerts: alertPart, incidents: incidentPart, sources: sourcePart };
}

async function alertsOf(ctx: Ctx, scope: UnitScope): Promise<Wall["alerts"]> {
  const [waiting, unowned] = await Promise.all([
    waitingIn(ctx.state, QUEUES.alerts, { scope, now: ctx.now().toISOString() }),
    unownedIn(ctx.state, QUEUES.alerts, { scope, limit: SHOWN, ref: sql`a.id` }),
  ]);
  return {
    waiting: bySeverity(waiting),
    unowned: unowned.map(({ ref, severity, unitId, since }) => ({
      id: ref,
      severity: levelOf(severity),
      unitId,
      since: since.toISOString(),
    })),
    unownedTotal: waiting.reduce((sum, cell) => sum + cell.unowned, 0),
  };
}

async function incidentsOf(ctx: Ctx, scope: UnitScope): Promise<Wall["incidents"]> {
  const [waiting, unowned, phases] = await Promise.all([
    waitingIn(ctx.state, QUEUES.incidents, { scope, now: ctx.now().toISOString() }),
    unownedIn(ctx.state, QUEUES.incidents, { scope, limit: SHOWN, ref: sql`a.number` }),
    phasesIn(ctx.state, scope, SHOWN),
  ]);
  return {
    waiting: bySeverity(waiting),
    unowned: unowned.map(({ ref, severity, unitId, since }) => ({
      number: Number(ref),
      severity: levelOf(severity),
      unitId,
      since: since.toISOString(),
    })),
    unownedTotal: waiting.reduce((sum, cell) => sum + cell.unowned, 0),
    phases: phases.map(({ number, severity, unitId, phase }) => ({
      number,
      severity: levelOf(severity),
      unitId,
      phase,
    })),
    phasesTotal: phases[0]?.total ?? 0,
  };
}

function bySeverity(cells: Awaited<ReturnType<typeof waitingIn>>) {
  return SEVERE_FIRST.map((severity) => {
    const own = cells.filter((cell) => levelOf(cell.severity) === severity);
    const ages = AGES.map((_, age) => own.filter((cell) => cell.age === age).reduce((sum, { n }) => sum + n, 0));
    return { severity, count: ages.reduce((sum, n) => sum + n, 0), ages };
  });
}

async function sourcesOf(ctx: Ctx, deps: DashboardDeps): Promise<Wall["sources"]> {
  const query = { archived: "no", sort: "last-seen", order: "asc", limit: MAX_SOURCES } as const;
  const { items, total, figuresProblem } = await listSources(ctx, query, deps.sources);
  const silent = items.filter(isSilent);
  return {
    total,
    silent: silent.length,
    names: silent.slice(0, SHOWN).map(({ id, name, silence, figures }) => ({
      id,
      name,
      since: silence.since ?? figures?.lastSeenAt ?? null,
    })),
    ratePerSecond:
      figuresProblem === undefined ? items.reduce((sum, { figures }) => sum + (figures?.ratePerSecond ?? 0), 0) : null,
  };
}
