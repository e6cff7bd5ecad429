import { sql } from "drizzle-orm";
import type { UnitTreeSource } from "../../organization/access/index.ts";
import type { Logger } from "../../platform/log/index.ts";
import type { Sealer } from "../../platform/secret/index.ts";
import type { State } from "../../platform/state/index.ts";
import type { Ways } from "./channel/deliver.ts";
import { tellDueTasks } from "./due-tasks.ts";
import { forgetOld } from "./forget.ts";
import { escalateDue } from "./on-call/calls.ts";
import { makeMessages } from "./owed.ts";
import { routeMatters } from "./route.ts";
import { sendDue } from "./send.ts";

const EVERY_MS = 2_000;
const FORGET_EVERY_MS = 3_600_000;

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
};
export type Notifier = {
  /** Decides who hears of what, moves calls on, makes messages. */
  plan(): Promise<void>;
  /** Sends what is due. Returns how many attempts were made. */
  send(): Promise<number>;
  figures(): NotifierFigures;
};

export function createNotifier(deps: NotifierDeps): Notifier {
  const { state, ways } = deps;
  const sent: Record<string, number> = {};
  const failed: Record<string, number> = {};
  let waiting = 0;
  let unrouted = 0;
  let forgotMs = 0;
  const warned = new Set<string>();
  const warn = (personId: string, reason: string): void => {
    if (warned.has(personId)) return;
    warned.add(personId);
    deps.log?.warn({ personId, reason }, "settings for notifications cannot be read: that person has the defaults");
  };
  const routing = { state, tree: deps.tree, hasMail: ways.mailer !== undefined, warn };
  return {
    figures: () => ({ sent, failed, waiting, unrouted }),
    async plan() {
      const now = ways.now();
      await tellDueTasks(state, now);
      while ((await routeMatters(routing, now)) > 0);
      // A call is a matter of its own: it is routed right after.
      if ((await escalateDue(routing, now)) > 0) while ((await routeMatters(routing, now)) > 0);
      while ((await makeMessages(state, now)) > 0);
      ({ waiting, unrouted } = await countWaiting(state));
      if (now.getTime() - forgotMs < FORGET_EVERY_MS) return;
      forgotMs = now.getTime();
      await forgetOld(state, now);
    },
    send: () =>
      sendDue({
        ...deps,
        random: deps.random ?? Math.random,
        onResult: (via, isOk) => {
          const figures = isOk ? sent : failed;
          figures[via] = (figures[via] ?? 0) + 1;
        },
      }),
  };
}

async function countWaiting({ db }: State): Promise<{ waiting: number; unrouted: number }> {
  const { rows } = await db.execute<{ waiting: string; unrouted: string }>(sql`
    SELECT (SELECT count(*) FROM notify_send WHERE state = 'waiting') AS waiting,
      (SELECT count(*) FROM notify_matter WHERE routed_at IS NULL) AS unrouted`);
  return { waiting: Number(rows[0]?.waiting), unrouted: Number(rows[0]?.unrouted) };
}

/** Runs a notifier until it is closed. Sending has a rhythm of its own: a receiver that hangs holds up no call. */
export function runNotifier(notifier: Notifier, log: Pick<Logger, "warn">): { close(): Promise<void> } {
  const loops = [loop(() => notifier.plan(), log), loop(() => notifier.send(), log)];
  return {
    close: async () => {
      await Promise.all(loops.map((one) => one.close()));
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
