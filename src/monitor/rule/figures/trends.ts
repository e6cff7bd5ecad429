import { z } from "zod";
import { type EventsDb, eventQuery } from "../../../platform/events/index.ts";
import { bind, daysBetween, HIT_PARAMS, type HitRange } from "../hits.ts";

/** One entry per UTC day of the range, zeros included, oldest first. */
export type DayHits = { readonly day: string; readonly count: number };
/** How rules hit from day to day. Errors: `unavailable` when the events engine is away. */
export type RuleTrends = {
  /** By rule; one that did not hit is left out. */
  of(ruleIds: readonly string[], range: HitRange): Promise<ReadonlyMap<string, readonly DayHits[]>>;
  /** All rules together. */
  all(range: HitRange): Promise<readonly DayHits[]>;
};

const MAX_ROWS = 100_000;
const hitsOf = eventQuery(import.meta.url, "../queries/hits-by-rule-and-day.sql", {
  params: z.object({ ...HIT_PARAMS, rules: z.array(z.string()) }),
  row: z.object({ ruleId: z.string(), day: z.string(), hits: z.coerce.number() }),
});
type Row = { readonly day: string; readonly hits: number };

export function createRuleTrends(events: EventsDb): RuleTrends {
  const read = async (rules: readonly string[], range: HitRange) => {
    const rows = await hitsOf(events, { ...bind(range), rules: [...rules] }, { maxRows: MAX_ROWS });
    const byRule = Map.groupBy(rows, ({ ruleId }) => ruleId);
    return new Map([...byRule].map(([ruleId, found]) => [ruleId, filled(found, range)]));
  };
  return {
    of: async (ruleIds, range) => (ruleIds.length === 0 ? new Map() : await read(ruleIds, range)),
    // No rules = all of them, under the name "".
    all: async (range) => (await read([], range)).get("") ?? filled([], range),
  };
}

function filled(rows: readonly Row[], range: HitRange): DayHits[] {
  const counts = new Map(rows.map(({ day, hits }) => [day, hits]));
  return daysBetween(range).map((day) => ({ day, count: counts.get(day) ?? 0 }));
}
