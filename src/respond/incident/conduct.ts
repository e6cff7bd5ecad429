import { eq } from "drizzle-orm";
import { AppError } from "../../kernel/errors.ts";
import { newId } from "../../kernel/ids.ts";
import type { PersonRef } from "../../monitor/alert/contract.ts";
import { type ClosedAlerts, closeAlertsOf } from "../../monitor/alert/index.ts";
import type { Ctx } from "../../organization/access/index.ts";
import type { StateTx } from "../../platform/state/index.ts";
import { actionOf, changed, differences } from "./changes.ts";
import type { IncidentChange, IncidentChanged, IncidentDetail, IncidentInput, IncidentPatch } from "./contract.ts";
import { highestOf } from "./facts.ts";
import { keyOf, searchTextOf } from "./filter.ts";
import { addEntry, claim } from "./history.ts";
import { joinAlerts, oneLinkEach, pickAlerts } from "./linking.ts";
import { type Linkable, liveAlertIds } from "./links.ts";
import { incident } from "./schema.ts";
import { type IncidentDeps, incidentNotFound, readIncident } from "./service.ts";
import { findIncident, lockIncident, takeNumber } from "./store.ts";

/**
 * Opens an incident from alerts. Errors: `not_found` when an alert is not yours to link; `conflict` when one belongs to an
 * incident already; `invalid` when the alerts are of several units and none is named; `forbidden` in a foreign unit.
 */
export async function openIncident(ctx: Ctx, input: IncidentInput, deps: IncidentDeps): Promise<IncidentDetail> {
  const alerts = await pickAlerts(ctx, input.alertIds);
  const unitId = input.unitId ?? onlyUnitOf(alerts);
  ctx.require("incident:write", unitId);
  const owner = await resolveOwner(ctx, ownerWished(ctx, input), deps);
  const severity = input.severity ?? highestOf(alerts.map((alert) => alert.severity));
  const at = ctx.now();
  const id = newId("incident", at.getTime());
  const alertIds = alerts.map((alert) => alert.id);
  const detail = { title: input.title, severity, alerts: alertIds.length };
  await oneLinkEach(() =>
    ctx.change({ action: "incident.open", target: { kind: "incident", id }, unitId, detail }, async (tx) => {
      const number = await takeNumber(tx);
      const summary = input.summary ?? "";
      await tx.insert(incident).values({
        id,
        number,
        title: input.title,
        severity,
        ownerId: owner?.id ?? null,
        ownerName: owner?.name ?? null,
        unitId,
        summary,
        openedAt: at,
        updatedAt: at,
        searchText: searchTextOf(number, { title: input.title, titleJa: null, summary }),
      });
      await joinAlerts(tx, ctx, { incidentId: id, alertIds, kind: "opened" });
    }),
  );
  return await readIncident(ctx, id);
}

function onlyUnitOf(alerts: readonly Linkable[]): string {
  const units = [...new Set(alerts.map(({ unitId }) => unitId))];
  const [only] = units;
  if (only !== undefined && units.length === 1) return only;
  throw new AppError("invalid", "The alerts are of several units: say which unit answers for the incident.", { units });
}

function ownerWished(ctx: Ctx, { ownerId }: IncidentInput): string | null {
  if (ownerId !== undefined) return ownerId;
  return ctx.actor.kind === "person" ? "me" : null;
}

/**
 * Changes fields; closing also closes the alerts that are still open, as far as they are the actor's to close. Errors: `not_found`;
 * `conflict` when someone changed it meanwhile; `forbidden` for a foreign unit; `invalid` when it is not said what the alerts were.
 */
export async function changeIncident(
  ctx: Ctx,
  input: IncidentPatch & { readonly id: string },
  deps: IncidentDeps,
): Promise<IncidentChanged> {
  const { change, version } = input;
  const stored = await findWritable(ctx, input.id);
  if (change.unitId !== undefined) ctx.require("incident:write", change.unitId);
  const owner = change.ownerId === undefined ? undefined : await resolveOwner(ctx, change.ownerId, deps);
  const { ownerId: _, disposition, ...wish } = change;
  const detail: Record<string, unknown> = { number: stored.number, change: auditable(change) };
  const target = { kind: "incident", id: stored.id };
  const entry = { action: actionOf(change), target, unitId: stored.unitId, detail };
  const alerts = await ctx.change(entry, async (tx) => {
    const before = await lockIncident(tx, stored.id, ctx.units("incident:write"));
    if (!before) throw incidentNotFound();
    if (before.version !== version) throw collision(before.number);
    const after = changed(before, { ...wish, ...(owner !== undefined && { owner }) });
    const changes = differences(before, after);
    if (changes.length === 0) return NONE_CLOSED;
    const at = ctx.now();
    await tx
      .update(incident)
      .set({
        ...after,
        version: before.version + 1,
        updatedAt: at,
        closedAt: after.status === "closed" ? (before.closedAt ?? at) : null,
        searchText: searchTextOf(before.number, after),
      })
      .where(eq(incident.id, before.id));
    await addEntry(tx, ctx, { incidentId: before.id, kind: "changed", changes });
    if (before.status === "closed" || after.status !== "closed") return NONE_CLOSED;
    const closed = await closeItsAlerts(tx, ctx, { id: before.id, disposition, reason: after.closingReason });
    Object.assign(detail, { closedAlerts: closed.closed, leftAlerts: closed.left, alertChangeId: closed.changeId });
    return closed;
  });
  return { ...(await readIncident(ctx, stored.id)), closedAlerts: alerts.closed, leftAlerts: alerts.left };
}

const NONE_CLOSED: ClosedAlerts = { closed: 0, left: 0, changeId: null };

type ClosingAlerts = Pick<IncidentChange, "disposition"> & { readonly id: string; readonly reason: string };

/** What happens next is another alert then: it forms anew, and is told as what continues this incident. */
async function closeItsAlerts(
  tx: StateTx,
  ctx: Ctx,
  { id, disposition, reason }: ClosingAlerts,
): Promise<ClosedAlerts> {
  const alertIds = await liveAlertIds(tx, id);
  const closed = await closeAlertsOf(tx, ctx, { alertIds, disposition, reason });
  if (disposition === undefined && closed.closed > 0) {
    throw new AppError("invalid", "Say what the alerts were: those that are still open are closed with the incident.", {
      openAlerts: closed.closed,
    });
  }
  return closed;
}

/** The record names what was changed; the summary's text stays in the incident. */
function auditable({ summary, ...rest }: IncidentChange): Record<string, unknown> {
  return summary === undefined ? rest : { ...rest, hasSummary: true };
}

/** Adds a note whatever the version is: notes do not collide. */
export async function addIncidentNote(ctx: Ctx, input: { id: string; text: string }): Promise<IncidentDetail> {
  const stored = await findWritable(ctx, input.id);
  const target = { kind: "incident", id: stored.id };
  const detail = { number: stored.number };
  await ctx.change({ action: "incident.note", target, unitId: stored.unitId, detail }, async (tx) => {
    await touch(tx, ctx, stored.id);
    await addEntry(tx, ctx, { incidentId: stored.id, kind: "note", note: input.text });
  });
  return await readIncident(ctx, stored.id);
}

/**
 * Marks the incident as updated, and holds it, so that its entries stay in order. A person who works on it claims it: from then
 * on the joining of alerts takes nothing out of it. Errors: `not_found`.
 */
export async function touch(tx: StateTx, ctx: Ctx, id: string): Promise<void> {
  if (!(await lockIncident(tx, id, ctx.units("incident:write")))) throw incidentNotFound();
  await tx.update(incident).set({ updatedAt: ctx.now() }).where(eq(incident.id, id));
  await claim(tx, ctx, id);
}

export async function findWritable(ctx: Ctx, ref: string) {
  const stored = await findIncident(ctx.state, ref, ctx.units("incident:write"));
  if (!stored) throw incidentNotFound();
  return stored;
}

/**
 * A person id, `me` or null as a person. `unitId`: where the person is to do something, and must be allowed to. Errors: `invalid`
 * when the asking person sees no such one, or one who may not work on incidents there.
 */
export async function resolveOwner(
  ctx: Ctx,
  wanted: string | null,
  deps: IncidentDeps,
  unitId?: string,
): Promise<PersonRef | null> {
  if (wanted === null) return null;
  if (wanted === "me" || wanted === ctx.actor.id) return { id: ctx.actor.id, name: ctx.actor.name };
  const person = await deps.findOwner(ctx, wanted);
  if (!person) throw new AppError("invalid", "There is no such person to own the incident.", { ownerId: wanted });
  if (unitId !== undefined && !(await deps.mayWork(ctx, wanted, unitId))) {
    throw new AppError("invalid", `${person.name} may not work on incidents of this unit.`, { ownerId: wanted });
  }
  return { id: person.id, name: person.name };
}

/** Some things are done by people alone: a token could be the same person's second hand. Errors: `invalid`. */
export function requirePerson(ctx: Ctx): void {
  if (ctx.actor.kind !== "person")
    throw new AppError(
      "invalid",
      "Only a person who is signed in can do this; a token can read here and nothing else.",
    );
}

const collision = (number: number): AppError =>
  new AppError("conflict", `${keyOf(number)} was changed meanwhile. Load it again and repeat.`);
