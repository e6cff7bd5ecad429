import { sql } from "drizzle-orm";
import { z } from "zod";
import { newId } from "../../kernel/ids.ts";
import type { UnitTreeSource } from "../../organization/access/index.ts";
import type { State, StateTx } from "../../platform/state/index.ts";
import { PERSONAL_KINDS } from "./contract.ts";
import { isUrgent, type Matter, rankOf } from "./matter.ts";
import { callPolicies } from "./on-call/calls.ts";
import { type Reader, type Routed, recipientsOf } from "./recipients.ts";
import { instant, MATTER, matterOf } from "./rows.ts";
import { standingFor } from "./standing.ts";
import { dueAtMs, nextTimeOfDay } from "./timing.ts";

const BATCH = 500;
const CHANNEL_DIGEST_AT = "09:00";

export type RouteDeps = {
  readonly state: State;
  readonly tree: UnitTreeSource;
  /** Whether a mail server is set: without one nothing is owed by mail. */
  readonly hasMail: boolean;
  /** Hears of people whose settings cannot be read. */
  readonly warn?: (personId: string, reason: string) => void;
};

/** Decides for the oldest matters who hears of them, and writes it down in one transaction. Returns how many it took. */
export async function routeMatters({ state, tree, hasMail, warn }: RouteDeps, now: Date): Promise<number> {
  const current = await tree.current();
  return await state.transaction(async (tx) => {
    const { rows } = await tx.execute(sql`
      SELECT ${MATTER} AS matter FROM notify_matter m WHERE m.routed_at IS NULL ORDER BY m.position LIMIT ${BATCH}
      FOR UPDATE SKIP LOCKED`);
    const matters = rows.map(matterOf);
    if (matters.length === 0) return 0;
    const standing = await standingFor(tx, { tree: current, now, matters, warn });
    const routed = matters.map((matter) => ({ matter, to: recipientsOf(matter, standing) }));
    await putIntoInboxes(tx, routed, now);
    const owing = { readers: standing.readers, channels: await channelsOf(tx, hasMail), hasMail };
    await owe(
      tx,
      routed.flatMap((one) => owedOf(one, owing, now.getTime())),
    );
    for (const { matter, to } of routed) await callPolicies(tx, matter, to.policies, now);
    await tx.execute(sql`
      UPDATE notify_matter SET routed_at = ${instant(now)}
      WHERE position IN (SELECT (jsonb_array_elements_text(${JSON.stringify(matters.map(({ position }) => position))}::jsonb))::bigint)`);
    return matters.length;
  });
}

type OneRouted = { readonly matter: Matter; readonly to: Routed };

async function putIntoInboxes(tx: StateTx, routed: readonly OneRouted[], now: Date): Promise<void> {
  const at = now.toISOString();
  const rows = routed.flatMap(({ matter, to }) =>
    [...to.people.keys()].map((personId) => ({
      id: newId("message", now.getTime()),
      person_id: personId,
      matter: matter.position,
      at,
    })),
  );
  await tx.execute(sql`
    INSERT INTO notify_message (id, person_id, matter, at)
    SELECT id, person_id, matter, at FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      AS x(id text, person_id text, matter bigint, at timestamptz) ON CONFLICT DO NOTHING`);
}

type ChannelWay = { readonly via: string; readonly zone: string };
export type Owed = {
  readonly matter: number;
  readonly to_kind: "person" | "channel";
  readonly to_id: string;
  readonly via: string;
  readonly severity: number;
  readonly due_at: string;
};

const ChannelRow = z.object({ id: z.string(), via: z.string(), zone: z.string() });

async function channelsOf(tx: StateTx, hasMail: boolean): Promise<ReadonlyMap<string, ChannelWay>> {
  const { rows } = await tx.execute(sql`
    SELECT c.id, c.kind AS via, u.time_zone AS zone FROM notify_channel c JOIN unit u ON u.id = c.unit_id
    WHERE c.is_enabled AND c.retired_at IS NULL AND (${hasMail} OR c.kind <> 'email')`);
  return new Map(rows.map((row) => ChannelRow.parse(row)).map(({ id, ...way }) => [id, way]));
}

type Owing = {
  readonly readers: ReadonlyMap<string, Reader>;
  readonly channels: ReadonlyMap<string, ChannelWay>;
  readonly hasMail: boolean;
};

/** What a matter owes beside the inbox: mail to people who want it, and what channels are to get. */
function owedOf({ matter, to }: OneRouted, { readers, channels, hasMail }: Owing, nowMs: number): Owed[] {
  const { position, severity } = matter;
  const owed: Owed[] = [];
  for (const [id, timing] of to.people) {
    const preferences = readers.get(id)?.preferences;
    if (!hasMail || preferences === undefined || !wantsMail(matter, preferences)) continue;
    const due = dueAtMs(preferences, { isUrgent: isUrgent(matter), timing }, nowMs);
    owed.push({ matter: position, to_kind: "person", to_id: id, via: "email", severity, due_at: iso(due) });
  }
  for (const [id, timing] of to.channels) {
    const way = channels.get(id);
    if (way === undefined) continue;
    const due = timing === "digest" ? nextTimeOfDay(CHANNEL_DIGEST_AT, way.zone, nowMs) : nowMs;
    owed.push({ matter: position, to_kind: "channel", to_id: id, via: way.via, severity, due_at: iso(due) });
  }
  return owed;
}

const iso = (atMs: number): string => new Date(atMs).toISOString();
const PERSONAL: readonly string[] = PERSONAL_KINDS;

/** A call always goes by mail: it is what one is on call for. */
export function wantsMail(matter: Matter, { mail, mailFrom }: Reader["preferences"]): boolean {
  if (matter.kind === "on-call") return true;
  return mail && (PERSONAL.includes(matter.kind) || isUrgent(matter) || matter.severity >= rankOf(mailFrom));
}

export async function owe(tx: StateTx, owed: readonly Owed[]): Promise<void> {
  if (owed.length === 0) return;
  await tx.execute(sql`
    INSERT INTO notify_owed (matter, to_kind, to_id, via, severity, due_at)
    SELECT matter, to_kind, to_id, via, severity, due_at FROM jsonb_to_recordset(${JSON.stringify(owed)}::jsonb)
      AS x(matter bigint, to_kind text, to_id text, via text, severity smallint, due_at timestamptz) ON CONFLICT DO NOTHING`);
}
