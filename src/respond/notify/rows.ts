import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { Actor, Permission, UnitScope } from "../../organization/access/index.ts";
import type { StateDb } from "../../platform/state/index.ts";
import { inScope, textArray } from "../incident/index.ts";
import { MATTER_KINDS, Preferences } from "./contract.ts";
import { Matter, permissionFor } from "./matter.ts";
import type { Reader } from "./recipients.ts";

/** A column as a UTC ISO text with milliseconds. `column` is written in the program, never by people. */
export const iso = (column: string): SQL =>
  sql.raw(`to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`);
export const instant = (at: Date | number): SQL => sql`${new Date(at).toISOString()}::timestamptz`;

/** What the incident is called in Japanese, unless somebody named it since. */
const titleJa = sql`coalesce((SELECT jsonb_build_object('titleJa', named.title_ja) FROM incident named
  WHERE named.number = (m.facts ->> 'number')::integer AND named.title = m.facts ->> 'title' AND named.title_ja IS NOT NULL), '{}'::jsonb)`;

/** A matter as `Matter`, from the table under the alias `m`. */
export const MATTER = sql`jsonb_build_object('position', m.position, 'at', ${iso("m.at")}, 'kind', m.kind, 'subject', m.subject,
  'step', m.step, 'unitId', m.unit_id, 'severity', m.severity, 'people', to_jsonb(m.people), 'actorId', m.actor_id, 'facts', m.facts || ${titleJa})`;
const MatterRow = z.object({ matter: Matter });
export const matterOf = (row: unknown): Matter => MatterRow.parse(row).matter;

const idAfter = (prefix: string, matter = "m"): SQL =>
  sql`substr(${sql.raw(matter)}.subject, ${sql.raw(String(prefix.length + 1))}) COLLATE "default"`;
const isOf = (prefix: string, matter = "m"): SQL =>
  sql`starts_with(${sql.raw(matter)}.subject, ${sql.raw(`'${prefix}'`)})`;

/** The unit that the subject of a matter is of by now, where it is an incident or an alert. `matter` is an alias. */
const placeOf = (matter: string): SQL => sql`
  WHEN ${isOf("incident:", matter)} THEN (SELECT i.unit_id FROM incident i WHERE i.id = ${idAfter("incident:", matter)})
  WHEN ${isOf("alert:", matter)} THEN (SELECT a.unit_id FROM alert a WHERE a.id = ${idAfter("alert:", matter)})`;

/** The unit that a matter `m` is of by now: incidents move, and a call is where that is which it names. */
export const UNIT_NOW = sql`coalesce(CASE ${placeOf("m")}
  WHEN ${isOf("call:")} THEN (SELECT coalesce(CASE ${placeOf("about")} END, about.unit_id)
    FROM on_call_page called JOIN notify_matter about ON about.position = coalesce((m.facts ->> 'matter')::bigint, called.matter)
    WHERE called.id = ${idAfter("call:")} COLLATE "C") END, m.unit_id)`;

/** Whether what a matter `m` is about was closed since. */
export const IS_CLOSED = sql`coalesce(CASE
  WHEN ${isOf("incident:")} THEN (SELECT i.status = 'closed' FROM incident i WHERE i.id = ${idAfter("incident:")})
  WHEN ${isOf("alert:")} THEN (SELECT a.status = 'closed' FROM alert a WHERE a.id = ${idAfter("alert:")})
  WHEN ${isOf("judgment:")} THEN (SELECT bool_and(a.status = 'closed') FROM alert_history h JOIN alert a ON a.id = h.alert_id
    WHERE h.change_id = ${idAfter("judgment:")} AND a.unit_id = m.unit_id) END, false)`;

/** Whether a matter `m` is of a kind and, by now, of a unit that somebody may read. */
export function isReadable(units: (permission: Permission) => UnitScope): SQL {
  const permissions = [...new Set(MATTER_KINDS.map(permissionFor))];
  const readable = permissions.map((permission) => {
    const kinds = MATTER_KINDS.filter((kind) => permissionFor(kind) === permission);
    return sql`(m.kind = ANY(${textArray(kinds)}) AND ${inScope(UNIT_NOW, units(permission))})`;
  });
  return sql`(${sql.join(readable, sql` OR `)})`;
}

/** People who may hear of something: active, and with a role that sees more than themselves. */
const MAX_READERS = 20_000;
const ReaderRow = z.object({
  reader: z.object({
    id: z.string(),
    name: z.string(),
    email: z.string(),
    unitId: z.string(),
    grants: z.array(z.custom<Actor["grants"][number]>()),
    preferences: z.unknown(),
    zone: z.string(),
  }),
});

type Reading = {
  /** undefined = everybody. */
  readonly ids?: readonly string[];
  /** Hears of settings that cannot be read, each person once. */
  readonly warn?: ((personId: string, reason: string) => void) | undefined;
};

/** Everybody, or those of the ids. Preferences that nobody set are the defaults on the clocks of the person's unit. */
export async function readReaders(db: StateDb, { ids, warn }: Reading = {}): Promise<Map<string, Reader>> {
  const chosen = ids === undefined ? sql`true` : sql`p.id = ANY(${textArray(ids)})`;
  const { rows } = await db.execute(sql`
    SELECT jsonb_build_object('id', p.id, 'name', p.name, 'email', p.email, 'unitId', p.unit_id, 'zone', u.time_zone,
      'preferences', f.content, 'grants', g.grants) AS reader
    FROM person p JOIN unit u ON u.id = p.unit_id LEFT JOIN notify_preference f ON f.person_id = p.id
    CROSS JOIN LATERAL (SELECT coalesce(jsonb_agg(jsonb_build_object('role', role, 'unitId', unit_id)), '[]') AS grants
      FROM role_grant WHERE person_id = p.id) g
    WHERE p.is_active AND ${chosen} AND EXISTS (SELECT FROM role_grant WHERE person_id = p.id AND role <> 'employee')
    ORDER BY p.id LIMIT ${MAX_READERS}`);
  return new Map(
    rows.map((row) => {
      const { preferences, zone, ...reader } = ReaderRow.parse(row).reader;
      return [reader.id, { ...reader, preferences: preferencesOf(preferences, zone, (why) => warn?.(reader.id, why)) }];
    }),
  );
}

/** One person's settings that cannot be read hold up nobody: that person has the defaults, on UTC if need be. */
export function preferencesOf(stored: unknown, zone: string, warn: (reason: string) => void = () => {}): Preferences {
  const own = Preferences.nullable().safeParse(stored ?? null);
  if (own.success && own.data !== null) return own.data;
  if (!own.success) warn(own.error.message);
  const usual = Preferences.safeParse({ zone });
  if (usual.success) return usual.data;
  warn(usual.error.message);
  return Preferences.parse({ zone: "UTC" });
}
