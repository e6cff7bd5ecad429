import { AppError } from "../../kernel/errors.ts";
import type { PersonRef } from "../../monitor/alert/contract.ts";
import { alertDeps } from "../../monitor/alert/index.ts";
import { buildUnitTree, type Ctx, decide } from "../../organization/access/index.ts";
import { getPerson } from "../../organization/person/index.ts";
import { selectUnits } from "../../organization/unit/index.ts";
import type { IncidentCounts, IncidentDetail, IncidentListQuery, IncidentPage, IncidentsByAlert } from "./contract.ts";
import { factsOf } from "./facts.ts";
import { readEntries } from "./history.ts";
import { incidentsOfAlerts, linkedAlerts } from "./links.ts";
import { type Asking, countByStatus, findIncident, incidentRow, listIncidents, type StoredIncident } from "./store.ts";
import { storyOf } from "./story.ts";

/** What incidents need to know from elsewhere. */
export type IncidentDeps = {
  /** A person who may own an incident, or undefined when the asking person sees none of this id. */
  readonly findOwner: (ctx: Ctx, personId: string) => Promise<PersonRef | undefined>;
  /** Whether that person may work on incidents of the unit. */
  readonly mayWork: (ctx: Ctx, personId: string, unitId: string) => Promise<boolean>;
};
export const incidentDeps: IncidentDeps = { findOwner: alertDeps.findAssignee, mayWork };

async function mayWork(ctx: Ctx, personId: string, unitId: string): Promise<boolean> {
  const { id, name, grants, isActive } = await getPerson(ctx, personId);
  const tree = buildUnitTree(await selectUnits(ctx.state, { includeArchived: true }));
  return isActive && decide({ actor: { kind: "person", id, name, grants }, tree }, "incident:write", unitId);
}

const reading = (ctx: Ctx): Asking => ({ scope: ctx.units("incident:read"), me: ctx.actor.id });

export const listIncidentPage = (ctx: Ctx, query: IncidentListQuery): Promise<IncidentPage> =>
  listIncidents(ctx.state, query, reading(ctx));

export const readIncidentCounts = (ctx: Ctx): Promise<IncidentCounts> => countByStatus(ctx.state, reading(ctx));

/** The incident to read from. Errors: `not_found`, also when it is not yours to see. */
export async function readableIncident(ctx: Ctx, ref: string): Promise<StoredIncident> {
  const stored = await findIncident(ctx.state, ref, ctx.units("incident:read"));
  if (!stored) throw incidentNotFound();
  return stored;
}

/** One incident with its story. Errors: `not_found`, also when it is not yours to see. */
export async function readIncident(ctx: Ctx, ref: string): Promise<IncidentDetail> {
  const stored = await readableIncident(ctx, ref);
  const alertScope = ctx.units("alert:read");
  const [alerts, entries] = await Promise.all([
    linkedAlerts(ctx.state, stored.id, alertScope),
    readEntries(ctx.state, stored.id, alertScope),
  ]);
  const row = incidentRow(stored);
  return {
    ...row,
    summary: stored.summary,
    alerts,
    // Another request may have changed the links between the two reads.
    hiddenAlerts: Math.max(0, row.alertCount - alerts.length),
    story: storyOf(alerts),
    facts: factsOf(alerts),
    entries,
  };
}

/** For the alert queue: which of these alerts belong to an incident. */
export async function readIncidentsByAlerts(ctx: Ctx, alertIds: readonly string[]): Promise<IncidentsByAlert> {
  const seeing = { alerts: ctx.units("alert:read"), incidents: ctx.units("incident:read") };
  return { items: await incidentsOfAlerts(ctx.state, alertIds, seeing) };
}

export const incidentNotFound = (): AppError =>
  new AppError("not_found", "There is no such incident, or it is not yours to see.");
