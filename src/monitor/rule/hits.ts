import { z } from "zod";
import { type EventsDb, eventQuery } from "../../platform/events/index.ts";
import type { RuleHits } from "./listing.ts";

/** Where a person may read: all units, or these ids. */
export type Scope = { readonly all: true } | { readonly all: false; readonly ids: readonly string[] };
export type HitRange = { readonly scope: Scope; readonly fromMs: number; readonly toMs: number };

/** Counts detections per rule. Errors: `unavailable` when the events engine is away. */
export type RuleHitCounter = {
  byRule(range: HitRange): Promise<Map<string, RuleHits>>;
  /** One entry per UTC day of the range, zeros included, oldest first. */
  byDay(ruleId: string, range: HitRange): Promise<{ day: string; count: number }[]>;
};

const MAX_RULES = 50_000;
const DAY_MS = 86_400_000;

export const HIT_PARAMS = {
  fromMs: z.int(),
  toMs: z.int(),
  allUnits: z.boolean(),
  units: z.array(z.string()),
};
const hitsOf = eventQuery(import.meta.url, "./queries/hits.sql", {
  params: z.object({ ...HIT_PARAMS, maxRules: z.int() }),
  row: z.object({
    ruleId: z.string(),
    hits: z.coerce.number(),
    excepted: z.coerce.number(),
    lastMs: z.coerce.number(),
  }),
});
const hitsByDay = eventQuery(import.meta.url, "./queries/hits-by-day.sql", {
  params: z.object({ ...HIT_PARAMS, ruleId: z.string() }),
  row: z.object({ day: z.string(), hits: z.coerce.number() }),
});

export const bind = ({ scope, fromMs, toMs }: HitRange) => ({
  fromMs,
  toMs,
  allUnits: scope.all,
  units: scope.all ? [] : [...scope.ids],
});

/** The counter over the events engine. */
export function createRuleHitCounter(events: EventsDb): RuleHitCounter {
  return {
    async byRule(wanted) {
      const rows = await hitsOf(events, { ...bind(wanted), maxRules: MAX_RULES }, { maxRows: MAX_RULES });
      return new Map(
        rows.map(({ ruleId, hits, excepted, lastMs }) => [
          ruleId,
          { count: hits, excepted, lastAt: new Date(lastMs).toISOString() },
        ]),
      );
    },
    async byDay(ruleId, wanted) {
      const rows = await hitsByDay(events, { ...bind(wanted), ruleId });
      const counts = new Map(rows.map(({ day, hits }) => [day, hits]));
      return daysBetween(wanted).map((day) => ({ day, count: counts.get(day) ?? 0 }));
    },
  };
}

export function daysBetween({ fromMs, toMs }: Pick<HitRange, "fromMs" | "toMs">): string[] {
  const days: string[] = [];
  for (let at = Math.floor(fromMs / DAY_MS) * DAY_MS; at < toMs; at += DAY_MS) {
    days.push(new Date(at).toISOString().slice(0, 10));
  }
  return days;
}
