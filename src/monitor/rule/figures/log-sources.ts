import { z } from "zod";
import { type EventsDb, eventQuery } from "../../../platform/events/index.ts";
import { type LogSource, windowsRoutesOf } from "../../event/index.ts";
import type { HitRange } from "../hits.ts";

/** Whether logs of a rule's log source arrived. */
export type SeenLogs = (wanted: LogSource) => boolean;
/** Which kinds of logs arrived in a range. Errors: `unavailable` when the events engine is away. */
export type LogSourceFinder = (range: HitRange) => Promise<SeenLogs>;

export type ArrivedKind = LogSource & { readonly code: string };

/** The same apart for each unit. Errors: `unavailable` when the events engine is away. */
export type UnitLogsFinder = (range: HitRange) => Promise<ReadonlyMap<string, readonly ArrivedKind[]>>;

const MAX_KINDS = 20_000;
const MAX_UNIT_KINDS = 200_000;
/** Kinds of logs change slowly, and the answer reads every event of the range. */
const FRESH_MS = 60_000;
const MAX_REMEMBERED = 50;

const params = z.object({
  fromMs: z.int(),
  toMs: z.int(),
  allUnits: z.boolean(),
  units: z.array(z.string()),
  maxKinds: z.int(),
});
const row = z.object({
  product: z.string(),
  category: z.string(),
  service: z.string(),
  code: z.string(),
  events: z.coerce.number(),
});
const kindsOf = eventQuery(import.meta.url, "./queries/log-sources.sql", { params, row });
const kindsOfUnits = eventQuery(import.meta.url, "./queries/log-sources-by-unit.sql", {
  params,
  row: row.extend({ unitId: z.string() }),
});

/** By unit, over the events engine. The caller keeps the answer: it reads every event of the range. */
export function createUnitLogsFinder(events: EventsDb): UnitLogsFinder {
  return async ({ scope, fromMs, toMs }) => {
    const units = scope.all ? [] : [...scope.ids];
    const input = { fromMs, toMs, allUnits: scope.all, units, maxKinds: MAX_UNIT_KINDS };
    const rows = await kindsOfUnits(events, input, { maxRows: MAX_UNIT_KINDS });
    return Map.groupBy(rows, ({ unitId }) => unitId);
  };
}

/** The finder over the events engine; an answer stands for a minute. */
export function createLogSourceFinder(events: EventsDb, now: () => number): LogSourceFinder {
  const remembered = new Map<string, { readonly untilMs: number; readonly seen: SeenLogs }>();
  return async (range) => {
    const key = keyOf(range);
    const known = remembered.get(key);
    if (known && known.untilMs > now()) return known.seen;
    const { scope, fromMs, toMs } = range;
    const units = scope.all ? [] : [...scope.ids];
    const input = { fromMs, toMs, allUnits: scope.all, units, maxKinds: MAX_KINDS };
    const seen = seenIn(await kindsOf(events, input, { maxRows: MAX_KINDS }));
    if (remembered.size >= MAX_REMEMBERED) remembered.clear();
    remembered.set(key, { untilMs: now() + FRESH_MS, seen });
    return seen;
  };
}

/** Ranges that end within the same minute ask the same. */
function keyOf({ scope, fromMs, toMs }: HitRange): string {
  const minutes = [fromMs, toMs].map((atMs) => Math.floor(atMs / FRESH_MS)).join("-");
  return `${minutes} ${scope.all ? "*" : scope.ids.toSorted().join(",")}`;
}

/** What Yagura itself has to say of log sources comes when there is something to say: its rules can always hit. */
const OWN_EVENTS: ArrivedKind = { product: "yagura", category: "", service: "log_source", code: "" };

/** Answers for any log source; parts that a rule leaves open fit all. A Windows event belongs to several at once. */
export function seenIn(kinds: readonly ArrivedKind[]): SeenLogs {
  const seen = new Set<string>();
  for (const kind of [OWN_EVENTS, ...kinds]) {
    const routes = kind.product === "windows" ? [kind, ...windowsRoutesOf(kind.service, kind.code)] : [kind];
    for (const { product, category, service } of routes)
      for (const p of ["", product])
        for (const c of ["", category]) for (const s of ["", service]) seen.add(`${p}\n${c}\n${s}`);
  }
  return ({ product, category, service }) => seen.has(`${product}\n${category}\n${service}`);
}
