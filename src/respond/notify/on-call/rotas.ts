import { sql } from "drizzle-orm";
import { AppError } from "../../../kernel/errors.ts";
import { newId } from "../../../kernel/ids.ts";
import type { Ctx, Permission } from "../../../organization/access/index.ts";
import { type IncidentDeps, inScope, resolveOwner } from "../../incident/index.ts";
import { instant } from "../rows.ts";
import {
  CALENDAR_DAYS,
  type OverrideInput,
  type RotaContent,
  type RotaInput,
  type RotaList,
  type RotaSave,
} from "./contract.ts";
import { mayBeCalled, unreachableIn } from "./reach.ts";
import { isSamePlan, turnAfter } from "./rota.ts";
import { planOf, readRotas, rotaView, type StoredRota } from "./rota-store.ts";
import { refuseWhileNamed } from "./uses.ts";

const MAX_OVERRIDE_MS = 60 * 86_400_000;
const MAX_ROTAS = 200;

/** Rotas of units whose incidents the actor reads, with their calendars. */
export async function listRotas(ctx: Ctx): Promise<RotaList> {
  const rotas = await readRotas(ctx.state, inScope(sql`r.unit_id`, ctx.units("incident:read")), ctx.now());
  const unreachable = await unreachableIn(ctx, rotas);
  const nowMs = ctx.now().getTime();
  return {
    items: rotas.map((rota) =>
      rotaView(rota, { nowMs, days: CALENDAR_DAYS, unreachable: unreachable.get(rota.id) ?? [] }),
    ),
  };
}

async function find(ctx: Ctx, id: string, permission: Permission): Promise<StoredRota> {
  const scope = inScope(sql`r.unit_id`, ctx.units(permission));
  const [rota] = await readRotas(ctx.state, sql`r.id = ${id} AND ${scope}`, ctx.now());
  if (!rota) throw new AppError("not_found", "There is no such rota, or it is not yours to change.");
  return rota;
}

/** Errors: `forbidden` in a foreign unit; `invalid` when somebody in it is not seen by the actor or cannot be called there; `over_limit`. */
export async function addRota(ctx: Ctx, { unitId, content }: RotaInput, deps: IncidentDeps): Promise<RotaList> {
  ctx.require("notify:write", unitId);
  const named = await withNames(ctx, { unitId, content, known: [] }, deps);
  const id = newId("rota", ctx.now().getTime());
  await ctx.change({ action: "rota.add", target: { kind: "rota", id }, unitId, detail: named }, async (tx) => {
    const { rows } = await tx.execute<{ n: string }>(
      sql`SELECT count(*) AS n FROM on_call_rota WHERE retired_at IS NULL`,
    );
    if (Number(rows[0]?.n) >= MAX_ROTAS) throw new AppError("over_limit", `There may be ${MAX_ROTAS} rotas.`);
    await tx.execute(sql`
      INSERT INTO on_call_rota (id, unit_id, content, created_at)
      VALUES (${id}, ${unitId}, ${JSON.stringify(named)}::jsonb, ${instant(ctx.now())})`);
  });
  return await listRotas(ctx);
}

/**
 * Whoever has the shift keeps it: a change of people or times counts from the next handover on. Errors: `not_found`; `conflict` when
 * somebody changed it meanwhile; `invalid` as with `addRota`.
 */
export async function saveRota(
  ctx: Ctx,
  input: RotaSave & { readonly id: string },
  deps: IncidentDeps,
): Promise<RotaList> {
  const rota = await find(ctx, input.id, "notify:write");
  const { id, unitId } = rota;
  const content = await withNames(ctx, { unitId, content: input.content, known: rota.content.people }, deps);
  const before = planOf(rota);
  const turn = isSamePlan(before, content) ? rota.turn : turnAfter(before, content, ctx.now().getTime());
  await ctx.change({ action: "rota.edit", target: { kind: "rota", id }, unitId, detail: content }, async (tx) => {
    const { rows } = await tx.execute(sql`
      UPDATE on_call_rota SET version = version + 1, content = ${JSON.stringify(content)}::jsonb, turn = ${turn}
      WHERE id = ${id} AND version = ${input.version} AND retired_at IS NULL RETURNING id`);
    if (rows.length === 0) throw new AppError("conflict", "Somebody changed this rota meanwhile.");
  });
  return await listRotas(ctx);
}

/** Errors: `not_found`; `conflict` while a rule or a policy names it. */
export async function removeRota(ctx: Ctx, id: string): Promise<RotaList> {
  const { unitId, content } = await find(ctx, id, "notify:write");
  await ctx.change(
    { action: "rota.remove", target: { kind: "rota", id }, unitId, detail: { name: content.name } },
    async (tx) => {
      await refuseWhileNamed(tx, { kind: "rota", rotaId: id });
      await tx.execute(sql`UPDATE on_call_rota SET retired_at = ${instant(ctx.now())} WHERE id = ${id}`);
    },
  );
  return await listRotas(ctx);
}

type Naming = {
  readonly unitId: string;
  readonly content: RotaContent;
  /** Were in it before: who left since holds up no other change. */
  readonly known: RotaContent["people"];
};

/** Names are written in beside ids, as the register of people has them. */
async function withNames(ctx: Ctx, { unitId, content, known }: Naming, deps: IncidentDeps): Promise<RotaContent> {
  const named = async ({ id }: { readonly id: string }) =>
    known.find((one) => one.id === id) ?? (await callable(ctx, { personId: id, unitId }, deps));
  return { ...content, people: await Promise.all(content.people.map(named)) };
}

/** Errors: `invalid` for whom the actor does not see, and for whom a call about that unit would not reach. */
async function callable(ctx: Ctx, { personId, unitId }: { personId: string; unitId: string }, deps: IncidentDeps) {
  const person = await resolveOwner(ctx, personId, deps);
  if (person === null) throw new AppError("invalid", "There is no such person.");
  if (!(await mayBeCalled(ctx, person.id, unitId)))
    throw new AppError(
      "invalid",
      `${person.name} cannot be called: not active, or without a right to read incidents there.`,
    );
  return person;
}

/** Somebody stands in. Those who handle incidents arrange that among themselves. Errors: `not_found`; `invalid` for a span that is over or too long. */
export async function addOverride(
  ctx: Ctx,
  input: OverrideInput & { readonly id: string },
  deps: IncidentDeps,
): Promise<RotaList> {
  const rota = await find(ctx, input.id, "incident:write");
  const [from, to] = [Date.parse(input.startsAt), Date.parse(input.endsAt)];
  if (to <= from || to <= ctx.now().getTime() || to - from > MAX_OVERRIDE_MS) {
    throw new AppError(
      "invalid",
      "Somebody stands in for a time that is not over, ends after it begins and is at most 60 days.",
    );
  }
  const person = await callable(ctx, { personId: input.personId, unitId: rota.unitId }, deps);
  const overrideId = newId("override", ctx.now().getTime());
  const { startsAt, endsAt, reason } = input;
  const detail = { overrideId, person: person.id, startsAt, endsAt, reason };
  const entry = { action: "rota.override", target: { kind: "rota", id: rota.id }, unitId: rota.unitId, detail };
  await ctx.change(entry, async (tx) => {
    await tx.execute(sql`
      INSERT INTO on_call_override (id, rota_id, person_id, person_name, starts_at, ends_at, reason, made_by, made_at)
      VALUES (${overrideId}, ${rota.id}, ${person.id}, ${person.name}, ${instant(from)}, ${instant(to)}, ${reason},
        ${ctx.actor.name}, ${instant(ctx.now())})`);
  });
  return await listRotas(ctx);
}

export async function removeOverride(ctx: Ctx, { id, override }: { id: string; override: string }): Promise<RotaList> {
  const rota = await find(ctx, id, "incident:write");
  const target = { kind: "rota", id: rota.id };
  const entry = { action: "rota.override-end", target, unitId: rota.unitId, detail: { overrideId: override } };
  await ctx.change(entry, async (tx) => {
    const { rows } = await tx.execute(sql`
      UPDATE on_call_override SET removed_at = ${instant(ctx.now())}
      WHERE id = ${override} AND rota_id = ${rota.id} AND removed_at IS NULL RETURNING id`);
    if (rows.length === 0) throw new AppError("not_found", "Nobody stands in under that id.");
  });
  return await listRotas(ctx);
}
