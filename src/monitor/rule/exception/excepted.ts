import { z } from "zod";
import { type EventsDb, eventQuery } from "../../../platform/events/index.ts";
import type { HitRange } from "../hits.ts";

export type Excepted = { readonly count: number; readonly lastAt: string };
/** Detections under each exception, by its id. Errors: `unavailable` when the events engine is away. */
export type ExceptedCounter = (range: HitRange) => Promise<ReadonlyMap<string, Excepted>>;

const MAX_ROWS = 10_000;

const exceptedOf = eventQuery(import.meta.url, "./queries/excepted.sql", {
  params: z.object({
    fromMs: z.int(),
    toMs: z.int(),
    allUnits: z.boolean(),
    units: z.array(z.string()),
    maxRows: z.int(),
  }),
  row: z.object({ exceptionId: z.string(), excepted: z.coerce.number(), lastMs: z.coerce.number() }),
});

export const createExceptedCounter =
  (events: EventsDb): ExceptedCounter =>
  async ({ scope, fromMs, toMs }) => {
    const where = { fromMs, toMs, allUnits: scope.all, units: scope.all ? [] : [...scope.ids], maxRows: MAX_ROWS };
    const rows = await exceptedOf(events, where, { maxRows: MAX_ROWS });
    return new Map(
      rows.map(({ exceptionId, excepted, lastMs }) => [
        exceptionId,
        { count: excepted, lastAt: new Date(lastMs).toISOString() },
      ]),
    );
  };
