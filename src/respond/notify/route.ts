import { sql } from "drizzle-orm";
import { z } from "zod";
import { isTimeZone } from "../../kernel/zone.ts";
import type { StateTx } from "../../platform/state/index.ts";
import { textArray } from "../incident/index.ts";
import { PERSONAL_KINDS } from "./contract.ts";
import { addMessages } from "./inbox-rows.ts";
import { isOfCall, isUrgent, type Matter, rankOf } from "./matter.ts";
import { callPolicies } from "./on-call/join.ts";
import { type Reader, type Routed, recipientsOf } from "./recipients.ts";
import type { RouteDeps } from "./route-deps.ts";
import { instant, MATTER, matterOf } from "./rows.ts";
import { standingFor } from "./standing.ts";
import { dueAtMs, nextTimeOfDay } from "./timing.ts";

const BATCH = 500;
const CHANNEL_DIGEST_AT = "09:00";

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
    const given = await givenIn(tx, matters);
    const routed = matters.map((matter) => ({ matter, to: once(matter, recipientsOf(matter, standing), given) }));
    const forInboxes = routed.flatMap(({ matter, to }) =>
      [...to.people.keys()].map((personId) => ({ matter: matter.position, personId })),
    );
    await addMessages(tx, forInboxes, now);
    const owing = { readers: standing.readers, channels: await channelsOf(tx, hasMail), hasMail };
    await owe(
      tx,
      routed.flatMap((one) => owedOf(one, owing, now.getTime())),
    );
    for (const { matter, to } of routed) await callPolicies(tx, matter, to.policies, { standing, now });
    await tx.execute(sql`
      UPDATE notify_matter SET routed_at = ${instant(now)}
      WHERE position = ANY(${sql.param(matters.map(({ position }) => position))}::bigint[])`);
    return matters.length;
  });
}

/** Whom incidents were given to in the same breath: "<subject> <person>". */
type Given = ReadonlySet<string>;

async function givenIn(tx: StateTx, matters: readonly Matter[]): Promise<Given> {
  const subjects = [...new Set(matters.filter(isNews).map(({ subject }) => subject))];
  const { rows } = await tx.execute<{ given: string }>(sql`
    SELECT DISTINCT subject || ' ' || unnest(people) AS given FROM notify_matter
    WHERE routed_at IS NULL AND kind = 'incident-assigned' AND subject = ANY(${textArray(subjects)})`);
  return new Set(rows.map(({ given }) => given));
}

const isNews = ({ kind }: Matter): boolean => kind === "incident-opened" || kind === "incident-raised";

/** Whoever is given an incident learns by that what it is: one message, not two. */
function once(matter: Matter, to: Routed, given: Given): Routed {
  if (!isNews(matter)) return to;
  return { ...to, people: new Map([...to.people].filter(([id]) => !given.has(`${matter.subject} ${id}`))) };
}

type OneRouted = { readonly matter: Matter; readonly to: Routed };

type ChannelWay = { readonly via: string; readonly zone: string };
export type Owed = {
  readonly matter: number;
  readonly to_kind: "person" | "channel";
  readonly to_id: string;
  readonly via: string;
  readonly severity: number;
  readonly due_at: string;
  readonly is_call: boolean;
};

const ChannelRow = z.object({ id: z.string(), via: z.string(), zone: z.string() });

async function channelsOf(tx: StateTx, hasMail: boolean): Promise<ReadonlyMap<string, ChannelWay>> {
  const { rows } = await tx.execute(sql`
    SELECT c.id, c.kind AS via, u.time_zone AS zone FROM notify_channel c JOIN unit u ON u.id = c.unit_id
    WHERE c.is_enabled AND c.retired_at IS NULL AND (${hasMail} OR c.kind <> 'email')`);
  return new Map(
    rows
      .map((row) => ChannelRow.parse(row))
      .map(({ id, via, zone }) => [id, { via, zone: isTimeZone(zone) ? zone : "UTC" }]),
  );
}

type Owing = {
  readonly readers: ReadonlyMap<string, Reader>;
  readonly channels: ReadonlyMap<string, ChannelWay>;
  readonly hasMail: boolean;
};

/** What a matter owes beside the inbox: mail to people who want it, and what channels are to get. */
function owedOf({ matter, to }: OneRouted, { readers, channels, hasMail }: Owing, nowMs: number): Owed[] {
  const { position, severity } = matter;
  const isCall = matter.kind === "on-call";
  const owed: Owed[] = [];
  for (const [id, timing] of to.people) {
    const preferences = readers.get(id)?.preferences;
    if (!hasMail || preferences === undefined || !wantsMail(matter, preferences)) continue;
    const due = dueAtMs(preferences, { isUrgent: isUrgent(matter), timing }, nowMs);
    owed.push({
      matter: position,
      to_kind: "person",
      to_id: id,
      via: "email",
      severity,
      due_at: iso(due),
      is_call: isCall,
    });
  }
  for (const [id, timing] of to.channels) {
    const way = channels.get(id);
    if (way === undefined) continue;
    const due = timing === "digest" && !isUrgent(matter) ? nextTimeOfDay(CHANNEL_DIGEST_AT, way.zone, nowMs) : nowMs;
    owed.push({
      matter: position,
      to_kind: "channel",
      to_id: id,
      via: way.via,
      severity,
      due_at: iso(due),
      is_call: isCall,
    });
  }
  return owed;
}

const iso = (atMs: number): string => new Date(atMs).toISOString();
const PERSONAL: readonly string[] = PERSONAL_KINDS;

/** A call always goes by mail, and so does what became of it: it is what one is on call for. */
export function wantsMail(matter: Matter, { mail, mailFrom }: Reader["preferences"]): boolean {
  if (isOfCall(matter.kind)) return true;
  return mail && (PERSONAL.includes(matter.kind) || isUrgent(matter) || matter.severity >= rankOf(mailFrom));
}

export async function owe(tx: StateTx, owed: readonly Owed[]): Promise<void> {
  if (owed.length === 0) return;
  await tx.execute(sql`
    INSERT INTO notify_owed (matter, to_kind, to_id, via, severity, due_at, is_call)
    SELECT matter, to_kind, to_id, via, severity, due_at, is_call FROM jsonb_to_recordset(${JSON.stringify(owed)}::jsonb)
      AS x(matter bigint, to_kind text, to_id text, via text, severity smallint, due_at timestamptz, is_call boolean) ON CONFLICT DO NOTHING`);
}
