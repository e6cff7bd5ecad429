import { sql } from "drizzle-orm";
import { z } from "zod";
import type { State } from "../../platform/state/index.ts";
import { ChannelKind } from "./contract.ts";
import { instant } from "./rows.ts";

/** Longer than any attempt may take: whoever held it that long is gone. */
const LEASE_MS = 180_000;
/** Of one lane: a receiver that hangs holds up no more than these. */
const AT_ONCE = 8;

const Claimed = z.object({
  id: z.string(),
  toKind: z.enum(["person", "channel"]),
  toId: z.string(),
  via: ChannelKind,
  attempts: z.number(),
  /** Attempts before it was last sent again by hand. */
  series: z.number(),
});
export type Claimed = z.infer<typeof Claimed>;

type LaneDeps = {
  readonly state: State;
  readonly now: () => Date;
  readonly attempt: (send: Claimed) => Promise<void>;
};
export type Lanes = {
  /** Begins to send what is due, and gives back the sending: how many attempts it made. */
  start(): Promise<{ readonly sending: Promise<number> }>;
  /** Nothing is claimed any more; resolves when what is being sent is done. */
  stop(): Promise<void>;
};

/**
 * Mail is one lane, each host of webhooks and chat rooms another, and calls have lanes of their own: none waits for another.
 * A message is leased before it is sent: after a crash in between it is sent again under the same id (at least once is all that mail
 * and webhooks permit), and never by two at once.
 */
export function createLanes({ state, now, attempt }: LaneDeps): Lanes {
  const running = new Map<string, number>();
  const works = new Set<Promise<number>>();
  let isStopped = false;

  const isDue = (at: Date) => sql`s.state = 'waiting' AND s.next_at <= ${instant(at)}
    AND (s.leased_until IS NULL OR s.leased_until < ${instant(at)})`;

  async function claim(lane: string): Promise<Claimed | undefined> {
    const at = now();
    const { rows } = await state.db.execute(sql`
      UPDATE notify_send SET leased_until = ${instant(at.getTime() + LEASE_MS)}, attempts = attempts + 1
      WHERE id IN (SELECT s.id FROM notify_send s WHERE ${isDue(at)} AND s.lane = ${lane}
        ORDER BY s.severity DESC, s.next_at, s.id LIMIT 1 FOR UPDATE OF s SKIP LOCKED)
      RETURNING id, to_kind AS "toKind", to_id AS "toId", via, attempts, series`);
    return rows[0] && Claimed.parse(rows[0]);
  }

  async function work(lane: string): Promise<number> {
    running.set(lane, (running.get(lane) ?? 0) + 1);
    try {
      for (let done = 0; ; done += 1) {
        const send = isStopped ? undefined : await claim(lane);
        if (send === undefined) return done;
        await attempt(send);
      }
    } finally {
      const left = (running.get(lane) ?? 1) - 1;
      if (left > 0) running.set(lane, left);
      else running.delete(lane);
    }
  }

  function begin(lane: string): Promise<number> {
    const one = work(lane).finally(() => works.delete(one));
    works.add(one);
    return one;
  }

  return {
    async start() {
      const { rows } = await state.db.execute<{ lane: string; due: string }>(sql`
        SELECT s.lane, count(*) AS due FROM notify_send s WHERE ${isDue(now())}
        GROUP BY s.lane ORDER BY bool_or(s.is_call) DESC, max(s.severity) DESC`);
      const begun = rows.flatMap(({ lane, due }) => {
        const free = Math.max(0, AT_ONCE - (running.get(lane) ?? 0));
        return Array.from({ length: Math.min(free, Number(due)) }, () => begin(lane));
      });
      return { sending: Promise.all(begun).then((counts) => counts.reduce((sum, count) => sum + count, 0)) };
    },
    async stop() {
      isStopped = true;
      await Promise.allSettled(works);
    },
  };
}
