import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { StateDb } from "../../../platform/state/index.ts";
import { iso } from "../rows.ts";
import { Override, type Rota, RotaContent } from "./contract.ts";
import { onCallAt, type StandIn, shiftsBetween } from "./rota.ts";

const MAX_ROTAS = 500;
const Stored = z.object({
  rota: z.object({
    id: z.string(),
    version: z.number(),
    unitId: z.string(),
    content: RotaContent,
    overrides: z.array(Override),
  }),
});
export type StoredRota = z.infer<typeof Stored>["rota"];

/** Rotas in use, with those who stand in after `now`, in the order in which that was arranged. */
export async function readRotas(db: StateDb, where: SQL, now: Date): Promise<StoredRota[]> {
  const { rows } = await db.execute(sql`
    SELECT jsonb_build_object('id', r.id, 'version', r.version, 'unitId', r.unit_id, 'content', r.content, 'overrides',
      (SELECT coalesce(jsonb_agg(jsonb_build_object('id', o.id, 'person', jsonb_build_object('id', o.person_id, 'name', o.person_name),
        'startsAt', ${iso("o.starts_at")}, 'endsAt', ${iso("o.ends_at")}, 'reason', o.reason, 'madeBy', o.made_by)
        ORDER BY o.made_at, o.id), '[]')
      FROM on_call_override o WHERE o.rota_id = r.id AND o.removed_at IS NULL AND o.ends_at > ${now.toISOString()}::timestamptz)) AS rota
    FROM on_call_rota r WHERE r.retired_at IS NULL AND ${where} ORDER BY r.content ->> 'name', r.id LIMIT ${MAX_ROTAS}`);
  return rows.map((row) => Stored.parse(row).rota);
}

const standInsOf = (rota: StoredRota): StandIn<{ id: string; name: string }>[] =>
  rota.overrides.map(({ id, person, startsAt, endsAt }) => ({
    id,
    person,
    startsMs: Date.parse(startsAt),
    endsMs: Date.parse(endsAt),
  }));

export const nowOn = (rota: StoredRota, nowMs: number) => onCallAt(rota.content, standInsOf(rota), nowMs);

/** A rota as the contract has it, with its calendar. */
export function rotaView(rota: StoredRota, nowMs: number, days: number): Rota {
  const range = { fromMs: nowMs, toMs: nowMs + days * 86_400_000 };
  return {
    ...rota,
    now: nowOn(rota, nowMs) ?? null,
    shifts: shiftsBetween(rota.content, standInsOf(rota), range).map((span) => ({
      startsAt: new Date(span.startsMs).toISOString(),
      endsAt: new Date(span.endsMs).toISOString(),
      person: span.person,
      overrideId: span.overrideId,
    })),
  };
}
