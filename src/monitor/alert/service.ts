import { AppError } from "../../kernel/errors.ts";
import type { Ctx } from "../../organization/access/index.ts";
import type {
  AlertAuditEntry,
  AlertCounts,
  AlertCountsQuery,
  AlertDetail,
  AlertFacets,
  AlertFilter,
  AlertListQuery,
  AlertPage,
  PersonRef,
} from "./contract.ts";
import { eventsLink } from "./events-link.ts";
import { alertFacets } from "./facets.ts";
import { historyOf, notesOf, readHistory } from "./history.ts";
import {
  type Asking,
  alertRow,
  alertsOfSameEntity,
  countByStatus,
  findAlert,
  formerAlerts,
  listAlerts,
} from "./store.ts";

/** What alerts need to know from elsewhere. */
export type AlertDeps = {
  /** A person to whom alerts may be given, or undefined when there is none of this id. */
  readonly findAssignee: (ctx: Ctx, personId: string) => Promise<PersonRef | undefined>;
  /** The newest audit rows (at most 20) that name this target. */
  readonly recentAudit: (ctx: Ctx, target: { kind: string; id: string }) => Promise<AlertAuditEntry[]>;
};

const reading = (ctx: Ctx): Asking => ({ scope: ctx.units("alert:read"), me: ctx.actor.id });

export const listAlertPage = (ctx: Ctx, query: AlertListQuery): Promise<AlertPage> =>
  listAlerts(ctx.state, query, reading(ctx));

export const readFacets = (ctx: Ctx, filter: AlertFilter): Promise<AlertFacets> =>
  alertFacets(ctx.state, filter, reading(ctx));

export const readCounts = (ctx: Ctx, query: AlertCountsQuery): Promise<AlertCounts> =>
  countByStatus(ctx.state, { ...reading(ctx), ...query, now: ctx.now() });

/** One alert with its history, notes, predecessors and neighbors. Errors: `not_found`, also when it is not yours to see. */
export async function readAlert(ctx: Ctx, id: string, deps: AlertDeps): Promise<AlertDetail> {
  const { scope } = reading(ctx);
  const stored = await findAlert(ctx.state, id, scope);
  if (!stored) throw alertNotFound();
  const [history, former, sameEntity, audit] = await Promise.all([
    readHistory(ctx.state, id),
    formerAlerts(ctx.state, stored),
    alertsOfSameEntity(ctx.state, stored, scope),
    deps.recentAudit(ctx, { kind: "alert", id }),
  ]);
  return {
    ...alertRow(stored),
    notes: notesOf(history),
    history: historyOf(history, stored),
    audit,
    events: eventsLink(stored),
    former: former.map(({ disposition, reason, lastAt, count, id: formerId }) => ({
      id: formerId,
      disposition,
      reason,
      lastAt: lastAt.toISOString(),
      count,
    })),
    sameEntity: sameEntity.map(alertRow).map(({ rule, severity, status, lastAt, count, id: otherId }) => ({
      id: otherId,
      ruleId: rule.id,
      ruleTitle: rule.title,
      severity,
      status,
      lastAt,
      count,
    })),
  };
}

export const alertNotFound = (): AppError =>
  new AppError("not_found", "There is no such alert, or it is not yours to see.");
