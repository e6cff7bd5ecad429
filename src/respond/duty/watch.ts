import { asc, eq, lte, sql } from "drizzle-orm";
import { type Ctx, isInScope } from "../../organization/access/index.ts";
import type { Logger } from "../../platform/log/index.ts";
import type { State, StateDb } from "../../platform/state/index.ts";
import { warningOf } from "./clocks.ts";
import { type OpenClock, type OpenClocks, WARNING_PERCENTS } from "./contract.ts";
import { dutyClock, dutyWarning } from "./schema.ts";

const MAX_SHOWN = 200;
const MAX_OPEN = 20_000;
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

/** Writes down each threshold that was passed, once for each deadline, and returns the new ones. */
export async function recordWarnings(state: State, now: Date): Promise<DutyWarning[]> {
  const clocks = await state.db.select().from(dutyClock).where(lte(dutyClock.startsAt, now)).limit(MAX_OPEN);
  const passed = clocks.flatMap(({ incidentId, clock, startsAt, dueAt }) => {
    const reached = warningOf(startsAt.getTime(), dueAt.getTime(), now.getTime());
    return WARNING_PERCENTS.filter((percent) => percent <= reached).map((percent) => ({
      incidentId,
      clock,
      dueAt,
      percent,
      at: now,
    }));
  });
  if (passed.length === 0) return [];
  return await state.transaction(async (tx) => {
    const written: DutyWarning[] = [];
    for (let from = 0; from < passed.length; from += MAX_SHOWN)
      written.push(
        ...(await tx
          .insert(dutyWarning)
          .values(passed.slice(from, from + MAX_SHOWN))
          .onConflictDoNothing()
          .returning({
            incidentId: dutyWarning.incidentId,
            clock: dutyWarning.clock,
            dueAt: dutyWarning.dueAt,
            percent: dutyWarning.percent,
          })),
      );
    return written;
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

type OpenRow = Omit<OpenClock, "warning">;

/** Clocks that run, by deadline, with the count of those past a threshold. */
export async function readOpenClocks(ctx: Ctx): Promise<OpenClocks> {
  const scope = ctx.units("incident:read");
  const nowMs = ctx.now().getTime();
  const rows = (await openRows(ctx.state)).filter(({ unitId }) => isInScope(scope, unitId));
  const items = rows.map((row) => ({
    ...row,
    warning: warningOf(Date.parse(row.startsAt), Date.parse(row.dueAt), nowMs),
  }));
  return {
    items: items.slice(0, MAX_SHOWN),
    total: items.length,
    warned: items.filter(({ warning }) => warning >= 50).length,
    overdue: items.filter(({ warning }) => warning === 100).length,
  };
}

async function openRows(db: StateDb): Promise<OpenRow[]> {
  const incident = sql.raw("incident");
  const rows = await db
    .select({
      clock: dutyClock,
      number: sql<number>`${incident}.number`,
      title: sql<string>`${incident}.title`,
      unitId: sql<string>`${incident}.unit_id`,
    })
    .from(dutyClock)
    .innerJoin(incident, eq(sql`${incident}.id`, dutyClock.incidentId))
    .orderBy(asc(dutyClock.dueAt), asc(dutyClock.clock))
    .limit(MAX_OPEN);
  return rows.map(({ clock: row, number, title, unitId }) => ({
    incidentId: row.incidentId,
    number,
    title,
    unitId,
    clock: row.clock,
    entryName: { ja: row.entryNameJa, en: row.entryNameEn },
    stageName: { ja: row.stageNameJa, en: row.stageNameEn },
    zone: row.zone,
    applies: row.applies,
    startsAt: row.startsAt.toISOString(),
    dueAt: row.dueAt.toISOString(),
    lastDay: row.lastDay,
  }));
}
