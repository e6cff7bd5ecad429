import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { StateDb } from "../../../platform/state/index.ts";
import { iso } from "../rows.ts";
import { Override, type Rota, RotaContent } from "./contract.ts";
import { type Plan, type StandIn, shiftsBetween, turnsAt } from "./rota.ts";

const MAX_ROTAS = 500;
const Stored = z.object({
  rota: z.object({
    id: z.string(),
    version: z.number(),
    unitId: z.string(),
    turn: z.number(),
    content: RotaContent,
    overrides: z.array(Override),
  }),
});
export type StoredRota = z.infer<typeof Stored>["rota"];

/** Rotas in use, with those who stand in after `now`, in the order in which that was arranged. */
export async function readRotas(db: StateDb, where: SQL, now: Date): Promise<StoredRota[]> {
  const { rows } = await db.execute(sql`
    SELECT jsonb_build_object('id', r.id, 'version', r.version, 'unitId', r.unit_id, 'turn', r.turn, 'content', r.content, 'overrides',
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

export const planOf = ({ content, turn }: Pick<StoredRota, "content" | "turn">): Plan => ({ ...content, turn });

export const turnsOf = (rota: StoredRota, nowMs: number) => turnsAt(planOf(rota), standInsOf(rota), nowMs);

/** Everybody that a rota names. */
export const namedIn = ({ content, overrides }: StoredRota): readonly string[] => [
  ...new Set([...content.people, ...overrides.map(({ person }) => person)].map(({ id }) => id)),
];

type Showing = {
  readonly nowMs: number;
  readonly days: number;
  /** Of everybody that the rota names. */
  readonly unreachable: readonly string[];
};

/** A rota as the contract has it, with its calendar. */
export function rotaView(rota: StoredRota, { nowMs, days, unreachable }: Showing): Rota {
  const { turn: _, ...rest } = rota;
  const range = { fromMs: nowMs, toMs: nowMs + days * 86_400_000 };
  return {
    ...rest,
    now: turnsOf(rota, nowMs).find(({ id }) => !unreachable.includes(id)) ?? null,
    hasBegun: turnsOf(rota, nowMs).length > 0,
    unreachable: [...unreachable],
    shifts: shiftsBetween(planOf(rota), standInsOf(rota), range).map((span) => ({
      startsAt: new Date(span.startsMs).toISOString(),
      endsAt: new Date(span.endsMs).toISOString(),
      person: span.person,
      overrideId: span.overrideId,
    })),
  };
}
