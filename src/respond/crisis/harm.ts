import { sql } from "drizzle-orm";
import { AppError } from "../../kernel/errors.ts";
import { newId } from "../../kernel/ids.ts";
import type { Ctx } from "../../organization/access/index.ts";
import type { StateDb } from "../../platform/state/index.ts";
import { findWritable, pastMsOf, touch } from "../incident/index.ts";
import { tellWarRoom } from "../warroom/index.ts";
import {
  type Crisis,
  type ImpactInput,
  MAX_IMPACTS,
  MAX_SERVICES,
  type ServiceInput,
  type ServicePatch,
  type ServiceRemoval,
} from "./contract.ts";
import { beganMsOf, readCrisis } from "./service.ts";
import { impactsOf, servicesOf } from "./store.ts";

/** Names something that the incident harms. Errors: `forbidden` for a unit that is not yours; `over_limit`. */
export async function addService(ctx: Ctx, input: ServiceInput & { readonly id: string }): Promise<Crisis> {
  const stored = await findWritable(ctx, input.id);
  const unitId = input.unitId ?? stored.unitId;
  ctx.require("incident:write", unitId);
  const detail = { number: stored.number, name: input.name };
  await ctx.change(
    { action: "crisis.service", target: { kind: "incident", id: stored.id }, unitId: stored.unitId, detail },
    async (tx) => {
      await touch(tx, ctx, stored.id);
      if ((await servicesOf(tx, stored.id)).length >= MAX_SERVICES) {
        throw new AppError("over_limit", `An incident takes up to ${MAX_SERVICES} services.`);
      }
      await tx.execute(sql`
        INSERT INTO crisis_service (id, incident_id, name, unit_id, tolerance, max_minutes)
        VALUES (${newId("service", ctx.now().getTime())}, ${stored.id}, ${input.name}, ${unitId}, ${input.tolerance},
          ${input.maxMinutes})`);
      await tellWarRoom(tx, ctx, { incidentId: stored.id, kind: "service-added", subject: input.name });
    },
  );
  return await readCrisis(ctx, stored.id);
}

type Place = { readonly id: string; readonly serviceId: string };

/**
 * Changes name and tolerance. A tolerance that moves needs a reason, and the record keeps both values. Errors: `conflict` when
 * the version is old: the facts hold what the other person wrote; `invalid` without that reason.
 */
export async function changeService(ctx: Ctx, input: ServicePatch & Place): Promise<Crisis> {
  const stored = await findWritable(ctx, input.id);
  const { name, tolerance, maxMinutes } = input.change;
  const target = { kind: "incident", id: stored.id };
  const detail: Record<string, unknown> = { number: stored.number, serviceId: input.serviceId, after: input.change };
  await ctx.change({ action: "crisis.service", target, unitId: stored.unitId, detail }, async (tx) => {
    await touch(tx, ctx, stored.id);
    const before = await unchangedService(tx, stored.id, input);
    const isMoved = before.tolerance !== tolerance || before.maxMinutes !== maxMinutes;
    if (isMoved && input.note === "") throw new AppError("invalid", "Say why the tolerance is moved.");
    detail.before = { name: before.name, tolerance: before.tolerance, maxMinutes: before.maxMinutes };
    if (isMoved) detail.note = input.note;
    await tx.execute(sql`
      UPDATE crisis_service SET version = version + 1, name = ${name}, tolerance = ${tolerance}, max_minutes = ${maxMinutes}
      WHERE id = ${before.id}`);
    const text = isMoved ? `${limitText(before)} → ${limitText(input.change)}: ${input.note}` : "";
    await tellWarRoom(tx, ctx, { incidentId: stored.id, kind: "service-changed", subject: name, text });
  });
  return await readCrisis(ctx, stored.id);
}

/** Takes a service out of the case that was named by mistake; what was declared of it stays stored. Errors: as `changeService`. */
export async function removeService(ctx: Ctx, input: ServiceRemoval & Place): Promise<Crisis> {
  const stored = await findWritable(ctx, input.id);
  const { serviceId, reason } = input;
  const target = { kind: "incident", id: stored.id };
  const detail = { number: stored.number, serviceId, removed: true, reason };
  await ctx.change({ action: "crisis.service", target, unitId: stored.unitId, detail }, async (tx) => {
    await touch(tx, ctx, stored.id);
    const { name } = await unchangedService(tx, stored.id, input);
    await tx.execute(sql`
      UPDATE crisis_service SET version = version + 1, removed_at = ${ctx.now().toISOString()}::timestamptz WHERE id = ${serviceId}`);
    await tellWarRoom(tx, ctx, { incidentId: stored.id, kind: "service-removed", subject: name, text: reason });
  });
  return await readCrisis(ctx, stored.id);
}

async function unchangedService(
  db: StateDb,
  incidentId: string,
  seen: { readonly serviceId: string; readonly version: number },
) {
  const before = (await servicesOf(db, incidentId)).find(({ id }) => id === seen.serviceId);
  if (!before) throw serviceNotFound();
  if (before.version !== seen.version) {
    throw new AppError("conflict", "Somebody changed this meanwhile.", { current: before });
  }
  return before;
}

/** `10 % / 240 min`, the same in both languages. */
const limitText = ({ tolerance, maxMinutes }: Pick<ServiceInput, "tolerance" | "maxMinutes">): string =>
  `${tolerance} %${maxMinutes === null ? "" : ` / ${maxMinutes} min`}`;

/** Declares the harm to a service from a moment on. Errors: `invalid` before the incident began, or to come; `over_limit`. */
export async function declareImpact(ctx: Ctx, input: ImpactInput & Place): Promise<Crisis> {
  const stored = await findWritable(ctx, input.id);
  const atMs = pastMsOf(input.at, ctx);
  const detail = { number: stored.number, level: input.level, at: new Date(atMs).toISOString() };
  const { kind, id, name } = ctx.actor;
  await ctx.change(
    { action: "crisis.impact", target: { kind: "incident", id: stored.id }, unitId: stored.unitId, detail },
    async (tx) => {
      await touch(tx, ctx, stored.id);
      const service = (await servicesOf(tx, stored.id)).find((each) => each.id === input.serviceId);
      if (!service) throw serviceNotFound();
      if (atMs < (await beganMsOf(tx, stored))) {
        throw new AppError("invalid", "No harm lies before the first event of the incident.");
      }
      if ((await impactsOf(tx, stored.id)).length >= MAX_IMPACTS) {
        throw new AppError("over_limit", `An incident takes up to ${MAX_IMPACTS} values.`);
      }
      await tx.execute(sql`
        INSERT INTO crisis_impact (service_id, at, level, note, declared_at, actor_kind, actor_id, actor_name)
        VALUES (${service.id}, ${new Date(atMs).toISOString()}::timestamptz, ${input.level}, ${input.note},
          ${ctx.now().toISOString()}::timestamptz, ${kind}, ${id}, ${name})`);
      const subject = `${service.name} ${input.level}%`;
      await tellWarRoom(tx, ctx, { incidentId: stored.id, kind: "impact", subject, text: input.note });
    },
  );
  return await readCrisis(ctx, stored.id);
}

const serviceNotFound = (): AppError => new AppError("not_found", "There is no such service in this incident.");
