import { setTimeout as delay } from "node:timers/promises";
import { sql } from "drizzle-orm";
import type { UnitTreeSource } from "../../organization/access/index.ts";
import type { Logger } from "../../platform/log/index.ts";
import type { Sealer } from "../../platform/secret/index.ts";
import type { State } from "../../platform/state/index.ts";
import type { Ways } from "./channel/deliver.ts";
import { tellDueTasks } from "./due-tasks.ts";
import { forgetOld } from "./forget.ts";
import { createLanes } from "./lanes.ts";
import { escalateDue } from "./on-call/calls.ts";
import { makeMessages } from "./owed.ts";
import { routeMatters } from "./route.ts";
import { attempt } from "./send.ts";

const EVERY_MS = 2_000;
const FORGET_EVERY_MS = 3_600_000;
/** Whoever closes waits no longer for receivers that hang: what was cut off goes out again when its lease is over. */
const PATIENCE_MS = 5_000;

export type NotifierDeps = {
  readonly state: State;
  readonly tree: UnitTreeSource;
  readonly sealer: Sealer;
  readonly ways: Ways;
  readonly link: (path: string) => string;
  readonly random?: () => number;
  readonly log?: Pick<Logger, "warn">;
};
export type NotifierFigures = {
  readonly sent: Readonly<Record<string, number>>;
  readonly failed: Readonly<Record<string, number>>;
  /** As of the last look. */
  readonly waiting: number;
  readonly unrouted: number;
  /** Given up, and not sent again by hand. */
  readonly dead: number;
};
export type Notifier = {
  /** Decides who hears of what, moves calls on, makes messages. */
  plan(): Promise<void>;
  /** Sends what is due. Returns how many attempts were made. */
  send(): Promise<number>;
  /** Begins to send what is due, and does not wait for receivers. */
  startSending(): Promise<void>;
  /** Takes up nothing new; resolves when what is being sent is done. */
  stop(): Promise<void>;
  figures(): NotifierFigures;
};

export function createNotifier(deps: NotifierDeps): Notifier {
  const { state, ways } = deps;
  const sent: Record<string, number> = {};
  const failed: Record<string, number> = {};
  let counted = { waiting: 0, unrouted: 0, dead: 0 };
  let forgotMs = 0;
  const warned = new Set<string>();
  const warn = (personId: string, reason: string): void => {
    if (warned.has(personId)) return;
    warned.add(personId);
    deps.log?.warn({ personId, reason }, "settings for notifications cannot be read: that person has the defaults");
  };
  const routing = { state, tree: deps.tree, hasMail: ways.mailer !== undefined, warn };
  const sending = {
    ...deps,
    random: deps.random ?? Math.random,
    onResult: (via: string, isOk: boolean) => {
      const figures = isOk ? sent : failed;
      figures[via] = (figures[via] ?? 0) + 1;
    },
  };
  let isStopped = false;
  const all = async (work: () => Promise<number>): Promise<void> => {
    while (!isStopped && (await work()) > 0);
  };
  const lanes = createLanes({ state, now: ways.now, attempt: (send) => attempt(sending, send) });
  return {
    figures: () => ({ sent, failed, ...counted }),
    async plan() {
      const now = ways.now();
      await tellDueTasks(state, now);
      await all(() => routeMatters(routing, now));
      // A call is a matter of its own: it is routed right after.
      if ((await escalateDue(routing, now)) > 0) await all(() => routeMatters(routing, now));
      await all(() => makeMessages(state, now));
      counted = await count(state);
      if (now.getTime() - forgotMs < FORGET_EVERY_MS) return;
      forgotMs = now.getTime();
      await forgetOld(state, now);
    },
    send: async () => await (await lanes.start()).sending,
    async startSending() {
      const { sending: under } = await lanes.start();
      under.catch((err) => deps.log?.warn({ err }, "notifications are held up; they go out later"));
    },
    stop: async () => {
      isStopped = true;
      await lanes.stop();
    },
  };
}

async function count({ db }: State): Promise<Pick<NotifierFigures, "waiting" | "unrouted" | "dead">> {
  const { rows } = await db.execute<{ waiting: string; unrouted: string; dead: string }>(sql`
    SELECT (SELECT count(*) FROM notify_send WHERE state = 'waiting') AS waiting,
      (SELECT count(*) FROM notify_matter WHERE routed_at IS NULL) AS unrouted,
      (SELECT count(*) FROM notify_send WHERE state = 'dead') AS dead`);
  const [row] = rows;
  return { waiting: Number(row?.waiting), unrouted: Number(row?.unrouted), dead: Number(row?.dead) };
}

/** Runs a notifier until it is closed, which takes seconds. Sending has a rhythm of its own: a receiver that hangs holds up no call. */
export function runNotifier(notifier: Notifier, log: Pick<Logger, "warn">): { close(): Promise<void> } {
  const loops = [loop(() => notifier.plan(), log), loop(() => notifier.startSending(), log)];
  return {
    close: async () => {
      const stopped = notifier.stop();
      await Promise.all(loops.map((one) => one.close()));
      await Promise.race([stopped, delay(PATIENCE_MS, undefined, { ref: false })]);
    },
  };
}

function loop(work: () => Promise<unknown>, log: Pick<Logger, "warn">): { close(): Promise<void> } {
  let isClosing = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  const turn = async (): Promise<void> => {
    try {
      await work();
    } catch (err) {
      if (!isClosing) log.warn({ err }, "notifications are held up; they go out later");
    }
    if (isClosing) return;
    timer = setTimeout(() => {
      running = turn();
    }, EVERY_MS).unref();
  };
  running = turn();
  return {
    close: async () => {
      isClosing = true;
      clearTimeout(timer);
      await running;
    },
  };
}
