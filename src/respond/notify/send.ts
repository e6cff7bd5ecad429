import { sql } from "drizzle-orm";
import { z } from "zod";
import { scopeOf, type UnitTree, type UnitTreeSource } from "../../organization/access/index.ts";
import type { Sealer } from "../../platform/secret/index.ts";
import type { State } from "../../platform/state/index.ts";
import { MAX_ATTEMPTS, pauseMs } from "./backoff.ts";
import { type Delivered, deliver, type Ways } from "./channel/deliver.ts";
import { openSecrets, type Secrets } from "./channel/secrets.ts";
import { MAX_NAMED, type Told } from "./channel/told.ts";
import type { ChannelKind } from "./contract.ts";
import type { Claimed } from "./lanes.ts";
import type { Reader } from "./recipients.ts";
import { instant, isReadable, MATTER, matterOf, readReaders } from "./rows.ts";

export type SendDeps = {
  readonly state: State;
  readonly tree: UnitTreeSource;
  readonly sealer: Sealer;
  readonly ways: Ways;
  readonly link: (path: string) => string;
  readonly random: () => number;
  readonly onResult: (via: ChannelKind, isOk: boolean) => void;
};

/** Sends a message that was claimed, and writes down what came of it. */
export async function attempt(deps: SendDeps, send: Claimed): Promise<void> {
  const startedAt = deps.ways.now();
  const started = performance.now();
  const result = await tryOnce(deps, send);
  const latencyMs = Math.round(performance.now() - started);
  const tries = send.attempts - send.series;
  const isOver = result.isOk || result.isFinal || tries >= MAX_ATTEMPTS;
  const state = result.isMoot ? "moot" : result.isOk ? "sent" : isOver ? "dead" : "waiting";
  const nextAt = deps.ways.now().getTime() + pauseMs(tries, deps.random(), result.retryAfterMs);
  await deps.state.transaction(async (tx) => {
    await tx.execute(sql`
      INSERT INTO notify_attempt (send_id, number, at, latency_ms, is_ok, answer)
      VALUES (${send.id}, ${send.attempts}, ${instant(startedAt)}, ${latencyMs}, ${result.isOk}, ${result.answer})`);
    await tx.execute(sql`
      UPDATE notify_send SET state = ${state}, leased_until = NULL, next_at = ${instant(nextAt)},
        sent_at = ${result.isOk ? instant(deps.ways.now()) : sql`NULL`} WHERE id = ${send.id}`);
  });
  if (!result.isMoot) deps.onResult(send.via, result.isOk);
}

const gone = (answer: string): Delivered => ({ isOk: false, answer, isFinal: true });
const moot = (answer: string): Delivered => ({ ...gone(answer), isMoot: true });

async function tryOnce(deps: SendDeps, send: Claimed): Promise<Delivered> {
  const to = send.toKind === "person" ? await personOf(deps, send.toId) : await channelOf(deps, send.toId);
  if (to === undefined) return moot("The recipient is no longer there, or was switched off.");
  if ("answer" in to) return to;
  const { matters, total } = await stillToTell(deps, send, to.reader);
  if (total === 0)
    return moot("Nothing of it is to be told any more: the call is over, or the recipient may no longer read it.");
  return await deliver(deps.ways, send.via, to.secrets, {
    id: send.id,
    locale: to.locale,
    matters,
    total,
    link: deps.link,
  });
}

type ToTell = Pick<Told, "matters" | "total">;

/** What of a message is still to be told: no call that is over, and to a person nothing that they may no longer read. */
async function stillToTell({ state, tree }: SendDeps, { id }: Claimed, reader: Reader | undefined): Promise<ToTell> {
  const isTold = sql`o.send_id = ${id} AND (m.kind <> 'on-call' OR EXISTS (
    SELECT FROM on_call_page p WHERE p.id = substr(m.subject, 6) AND p.state = 'open'))
    AND ${reader === undefined ? sql`true` : mayRead(reader, await tree.current())}`;
  const from = sql`FROM notify_owed o JOIN notify_matter m ON m.position = o.matter WHERE ${isTold}`;
  const { rows } = await state.db.execute(sql`
    SELECT ${MATTER} AS matter ${from} ORDER BY m.severity DESC, m.position LIMIT ${MAX_NAMED}`);
  if (rows.length < MAX_NAMED) return { matters: rows.map(matterOf), total: rows.length };
  const counted = await state.db.execute<{ n: string }>(sql`SELECT count(*) AS n ${from}`);
  return { matters: rows.map(matterOf), total: Number(counted.rows[0]?.n) };
}

function mayRead({ id, name, grants }: Reader, tree: UnitTree) {
  const actor = { kind: "person", id, name, grants } as const;
  return isReadable((permission) => scopeOf({ actor, tree }, permission));
}

type To = { readonly locale: Told["locale"]; readonly secrets: Secrets; readonly reader?: Reader };
const PersonRow = z.object({ email: z.string(), locale: z.enum(["ja", "en"]) });
const ChannelRow = z.object({ sealed: z.string(), locale: z.enum(["ja", "en"]) });

async function personOf({ state }: SendDeps, id: string): Promise<To | undefined> {
  const { rows } = await state.db.execute(sql`SELECT email, locale FROM person WHERE id = ${id} AND is_active`);
  const reader = (await readReaders(state.db, { ids: [id] })).get(id);
  if (rows[0] === undefined || reader === undefined) return undefined;
  const { email, locale } = PersonRow.parse(rows[0]);
  return { locale, secrets: { address: email, key: null }, reader };
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
