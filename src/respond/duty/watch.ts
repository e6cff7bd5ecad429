import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { Ctx } from "../../organization/access/index.ts";
import type { Logger } from "../../platform/log/index.ts";
import type { State } from "../../platform/state/index.ts";
import { inScope, iso } from "../incident/index.ts";
import { warningOf } from "./clocks.ts";
import { OpenClock, type OpenClocks } from "./contract.ts";

const MAX_SHOWN = 200;
const MAX_AT_ONCE = 20_000;
const EVERY_MS = 30_000;

/** A threshold of a deadline that was passed. */
export type DutyWarning = {
  readonly incidentId: string;
  readonly clock: string;
  readonly dueAt: Date;
  readonly percent: number;
};
/** Who else is told, such as by mail. Called once for each warning; a failure is logged and the page warns all the same. */
export type DeliverWarning = (warning: DutyWarning) => Promise<void>;

const Written = z.object({
  incidentId: z.string(),
  clock: z.string(),
  dueMs: z.coerce.number(),
  percent: z.coerce.number(),
});
const seconds = (span: string): SQL => sql.raw(`extract(epoch FROM ${span})`);

/** Writes down each threshold that was passed, once for each deadline, the nearest first, and returns the new ones. */
export async function recordWarnings(state: State, now: Date): Promise<DutyWarning[]> {
  const at = sql`${now.toISOString()}::timestamptz`;
  const { rows } = await state.transaction((tx) =>
    tx.execute(sql`
      WITH passed AS (
        SELECT c.incident_id, c.clock, c.due_at, p.percent
        FROM duty_clock c CROSS JOIN (VALUES (50), (80), (95), (100)) p (percent)
        WHERE c.starts_at <= ${at}
          AND extract(epoch FROM ${at} - c.starts_at) * 100 >= p.percent * ${seconds("c.due_at - c.starts_at")}
          AND NOT EXISTS (SELECT FROM duty_warning w WHERE w.incident_id = c.incident_id AND w.clock = c.clock
            AND w.due_at = c.due_at AND w.percent = p.percent)
        ORDER BY c.due_at, c.incident_id, c.clock, p.percent LIMIT ${MAX_AT_ONCE}
      ), written AS (
        INSERT INTO duty_warning (incident_id, clock, due_at, percent, at)
        SELECT incident_id, clock, due_at, percent, ${at} FROM passed ON CONFLICT DO NOTHING
        RETURNING incident_id, clock, due_at, percent
      )
      SELECT incident_id AS "incidentId", clock, (${seconds("due_at")} * 1000)::bigint::text AS "dueMs", percent
      FROM written ORDER BY due_at, incident_id, clock, percent`),
  );
  return rows.map((row) => {
    const { dueMs, ...rest } = Written.parse(row);
    return { ...rest, dueAt: new Date(dueMs) };
  });
}

export type DutyWatch = { round(): Promise<void>; close(): Promise<void> };
type WatchDeps = {
  readonly state: State;
  readonly now: () => Date;
  readonly deliver: DeliverWarning;
  readonly log: Pick<Logger, "warn">;
};

/** Looks at the clocks twice a minute. */
export function watchDuties({ state, now, deliver, log }: WatchDeps): DutyWatch {
  const round = async (): Promise<void> => {
    for (const warning of await recordWarnings(state, now()))
      await deliver(warning).catch((err: unknown) => log.warn({ err, ...warning }, "a warning could not be delivered"));
  };
  let running: Promise<void> = Promise.resolve();
  const tick = (): void => {
    running = running
      .then(round)
      .catch((err: unknown) => log.warn({ err }, "the clocks of notification duties could not be read"));
  };
  const timer = setInterval(tick, EVERY_MS).unref();
  tick();
  return {
    round,
    close: async () => {
      clearInterval(timer);
      await running;
    },
  };
}

const OpenRow = z.object({ item: OpenClock.omit({ warning: true }) });
const Counts = z.object({ total: z.coerce.number(), warned: z.coerce.number(), overdue: z.coerce.number() });

/** Clocks that run, by deadline, with the count of those past a threshold: of the reader's units alone. */
export async function readOpenClocks(ctx: Ctx): Promise<OpenClocks> {
  const now = ctx.now();
  const at = sql`${now.toISOString()}::timestamptz`;
  const from = sql`duty_clock c JOIN incident i ON i.id = c.incident_id
    WHERE ${inScope(sql`i.unit_id`, ctx.units("incident:read"))}`;
  const counted = await ctx.state.execute(sql`
    SELECT count(*) AS total, count(*) FILTER (WHERE c.due_at <= ${at}) AS overdue, count(*) FILTER (WHERE c.starts_at <= ${at}
      AND extract(epoch FROM ${at} - c.starts_at) * 2 >= ${seconds("c.due_at - c.starts_at")}) AS warned FROM ${from}`);
  const { rows } = await ctx.state.execute(sql`
    SELECT jsonb_build_object('incidentId', i.id, 'number', i.number, 'title', i.title, 'unitId', i.unit_id, 'clock', c.clock,
      'entryName', jsonb_build_object('ja', c.entry_name_ja, 'en', c.entry_name_en),
      'stageName', jsonb_build_object('ja', c.stage_name_ja, 'en', c.stage_name_en), 'zone', c.zone, 'applies', c.applies,
      'startsAt', ${iso("c.starts_at")}, 'dueAt', ${iso("c.due_at")}, 'lastDay', c.last_day) AS item
    FROM ${from} ORDER BY c.due_at, c.clock, i.id LIMIT ${MAX_SHOWN}`);
  const items = rows.map((row) => OpenRow.parse(row).item);
  return {
    items: items.map((item) => ({
      ...item,
      warning: warningOf(Date.parse(item.startsAt), Date.parse(item.dueAt), now.getTime()),
    })),
    ...Counts.parse(counted.rows[0]),
  };
}
