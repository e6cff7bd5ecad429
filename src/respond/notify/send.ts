import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Sealer } from "../../platform/secret/index.ts";
import type { State } from "../../platform/state/index.ts";
import { MAX_ATTEMPTS, pauseMs } from "./backoff.ts";
import { type Delivered, deliver, type Ways } from "./channel/deliver.ts";
import { openSecrets, type Secrets } from "./channel/secrets.ts";
import { MAX_NAMED, type Told } from "./channel/told.ts";
import { ChannelKind } from "./contract.ts";
import { instant, MATTER, matterOf } from "./rows.ts";

/** Longer than any attempt may take: whoever held it that long is gone. */
const LEASE_MS = 180_000;
const AT_ONCE = 8;
const ROUNDS = 50;

export type SendDeps = {
  readonly state: State;
  readonly sealer: Sealer;
  readonly ways: Ways;
  readonly link: (path: string) => string;
  readonly random: () => number;
  readonly onResult: (via: ChannelKind, isOk: boolean) => void;
};

const SendRow = z.object({
  id: z.string(),
  toKind: z.enum(["person", "channel"]),
  toId: z.string(),
  via: ChannelKind,
  matters: z.number(),
  attempts: z.number(),
});
type SendRow = z.infer<typeof SendRow>;

/**
 * Sends what is due. A message is leased before it is sent: after a crash in between it is sent again under the same id (at least
 * once is all that mail and webhooks permit), and never by two at once. Returns how many attempts were made.
 */
export async function sendDue(deps: SendDeps): Promise<number> {
  let done = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const claimed = await claim(deps);
    await Promise.all(claimed.map((send) => attempt(deps, send)));
    done += claimed.length;
    if (claimed.length < AT_ONCE) break;
  }
  return done;
}

async function claim({ state, ways }: SendDeps): Promise<SendRow[]> {
  const now = ways.now();
  const { rows } = await state.db.execute(sql`
    UPDATE notify_send SET leased_until = ${instant(now.getTime() + LEASE_MS)}, attempts = attempts + 1
    WHERE id IN (SELECT id FROM notify_send WHERE state = 'waiting' AND next_at <= ${instant(now)}
      AND (leased_until IS NULL OR leased_until < ${instant(now)}) ORDER BY next_at, id LIMIT ${AT_ONCE} FOR UPDATE SKIP LOCKED)
    RETURNING id, to_kind AS "toKind", to_id AS "toId", via, matters, attempts`);
  return rows.map((row) => SendRow.parse(row));
}

async function attempt(deps: SendDeps, send: SendRow): Promise<void> {
  const startedAt = deps.ways.now();
  const started = performance.now();
  const result = await tryOnce(deps, send);
  const latencyMs = Math.round(performance.now() - started);
  const isOver = result.isOk || result.isFinal || send.attempts >= MAX_ATTEMPTS;
  const state = result.isOk ? "sent" : isOver ? "dead" : "waiting";
  const nextAt = deps.ways.now().getTime() + pauseMs(send.attempts, deps.random(), result.retryAfterMs);
  await deps.state.transaction(async (tx) => {
    await tx.execute(sql`
      INSERT INTO notify_attempt (send_id, number, at, latency_ms, is_ok, answer)
      VALUES (${send.id}, ${send.attempts}, ${instant(startedAt)}, ${latencyMs}, ${result.isOk}, ${result.answer})`);
    await tx.execute(sql`
      UPDATE notify_send SET state = ${state}, leased_until = NULL, next_at = ${instant(nextAt)},
        sent_at = ${result.isOk ? instant(deps.ways.now()) : sql`NULL`} WHERE id = ${send.id}`);
  });
  deps.onResult(send.via, result.isOk);
}

const gone = (answer: string): Delivered => ({ isOk: false, answer, isFinal: true });

async function tryOnce(deps: SendDeps, send: SendRow): Promise<Delivered> {
  const to = send.toKind === "person" ? await personOf(deps, send.toId) : await channelOf(deps, send.toId);
  if (to === undefined) return gone("The recipient is no longer there, or was switched off.");
  if ("answer" in to) return to;
  const { rows } = await deps.state.db.execute(sql`
    SELECT ${MATTER} AS matter FROM notify_owed o JOIN notify_matter m ON m.position = o.matter
    WHERE o.send_id = ${send.id} ORDER BY m.severity DESC, m.position LIMIT ${MAX_NAMED}`);
  const told: Told = {
    id: send.id,
    locale: to.locale,
    matters: rows.map(matterOf),
    total: send.matters,
    link: deps.link,
  };
  return await deliver(deps.ways, send.via, to.secrets, told);
}

type To = { readonly locale: Told["locale"]; readonly secrets: Secrets };
const PersonRow = z.object({ email: z.string(), locale: z.enum(["ja", "en"]) });
const ChannelRow = z.object({ sealed: z.string(), locale: z.enum(["ja", "en"]) });

async function personOf({ state }: SendDeps, id: string): Promise<To | undefined> {
  const { rows } = await state.db.execute(sql`SELECT email, locale FROM person WHERE id = ${id} AND is_active`);
  if (rows[0] === undefined) return undefined;
  const { email, locale } = PersonRow.parse(rows[0]);
  return { locale, secrets: { address: email, key: null } };
}

async function channelOf({ state, sealer }: SendDeps, id: string): Promise<To | Delivered | undefined> {
  const { rows } = await state.db.execute(sql`
    SELECT sealed, locale FROM notify_channel WHERE id = ${id} AND is_enabled AND retired_at IS NULL`);
  if (rows[0] === undefined) return undefined;
  const { sealed, locale } = ChannelRow.parse(rows[0]);
  try {
    return { locale, secrets: openSecrets(sealer, id, sealed) };
  } catch (error) {
    return gone(error instanceof Error ? error.message : String(error));
  }
}
