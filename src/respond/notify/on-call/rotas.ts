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
import { readRotas, rotaView, type StoredRota } from "./rota-store.ts";
import { refuseWhileNamed } from "./uses.ts";

const MAX_OVERRIDE_MS = 60 * 86_400_000;
const MAX_ROTAS = 200;

/** Rotas of units whose incidents the actor reads, with their calendars. */
export async function listRotas(ctx: Ctx): Promise<RotaList> {
  const rotas = await readRotas(ctx.state, inScope(sql`r.unit_id`, ctx.units("incident:read")), ctx.now());
  return { items: rotas.map((rota) => rotaView(rota, ctx.now().getTime(), CALENDAR_DAYS)) };
}

async function find(ctx: Ctx, id: string, permission: Permission): Promise<StoredRota> {
  const scope = inScope(sql`r.unit_id`, ctx.units(permission));
  const [rota] = await readRotas(ctx.state, sql`r.id = ${id} AND ${scope}`, ctx.now());
  if (!rota) throw new AppError("not_found", "There is no such rota, or it is not yours to change.");
  return rota;
}

/** Errors: `forbidden` in a foreign unit; `invalid` when somebody in it is not seen by the actor; `over_limit`. */
export async function addRota(ctx: Ctx, { unitId, content }: RotaInput, deps: IncidentDeps): Promise<RotaList> {
  ctx.require("notify:write", unitId);
  const named = await withNames(ctx, content, deps);
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

/** Errors: `not_found`; `conflict` when somebody changed it meanwhile; `invalid` as with `addRota`. */
export async function saveRota(
  ctx: Ctx,
  input: RotaSave & { readonly id: string },
  deps: IncidentDeps,
): Promise<RotaList> {
  const { id, unitId } = await find(ctx, input.id, "notify:write");
  const content = await withNames(ctx, input.content, deps);
  await ctx.change({ action: "rota.edit", target: { kind: "rota", id }, unitId, detail: content }, async (tx) => {
    const { rows } = await tx.execute(sql`
      UPDATE on_call_rota SET version = version + 1, content = ${JSON.stringify(content)}::jsonb
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

/** Names are written in beside ids, as the register of people has them. */
async function withNames(ctx: Ctx, content: RotaContent, deps: IncidentDeps): Promise<RotaContent> {
  const people = await Promise.all(content.people.map(({ id }) => resolveOwner(ctx, id, deps)));
  return { ...content, people: people.flatMap((person) => (person === null ? [] : [person])) };
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
  const person = await resolveOwner(ctx, input.personId, deps);
  if (person === null || (person.id === ctx.actor.id && ctx.actor.kind !== "person")) {
    throw new AppError("invalid", "Say which person stands in.");
  }
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
