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
  AlertMatrix,
  AlertMatrixQuery,
  AlertPage,
  AlertSelection,
  AlertSelectionQuery,
  PersonRef,
} from "./contract.ts";
import { countByStatus } from "./counts.ts";
import { eventsLink } from "./events-link.ts";
import { alertFacets } from "./facets.ts";
import type { Asking } from "./filter.ts";
import { historyOf, notesOf, readHistory } from "./history.ts";
import { readMatrix } from "./matrix.ts";
import { alertRow, alertsOfSameEntity, findAlert, formerAlerts, listAlerts, selectAlerts } from "./store.ts";

/** What alerts need to know from elsewhere. */
export type AlertDeps = {
  /** A person whom the asking person sees, or undefined when there is none of this id. */
  readonly findAssignee: (ctx: Ctx, personId: string) => Promise<PersonRef | undefined>;
  /** Whether that person is active and may work on alerts of every one of these units. */
  readonly mayWork: (ctx: Ctx, personId: string, unitIds: readonly string[]) => Promise<boolean>;
  /** The newest audit rows (at most 20) that name this target. */
  readonly recentAudit: (ctx: Ctx, target: { kind: string; id: string }) => Promise<AlertAuditEntry[]>;
};

const MAX_MATRIX_DAYS = 400;

const reading = (ctx: Ctx): Asking => ({ scope: ctx.units("alert:read"), me: ctx.actor.id });

export const listAlertPage = (ctx: Ctx, query: AlertListQuery): Promise<AlertPage> =>
  listAlerts(ctx.state, query, reading(ctx), ctx.now().getTime());

/** What "all of these" means now, of those that the asking person may change. */
export const readSelection = (ctx: Ctx, query: AlertSelectionQuery): Promise<AlertSelection> =>
  selectAlerts(ctx.state, query, { scope: ctx.units("alert:write"), me: ctx.actor.id });

/** Errors: `invalid` when the period is empty or longer than 400 days. */
export async function readAlertMatrix(ctx: Ctx, query: AlertMatrixQuery): Promise<AlertMatrix> {
  const days = (Date.parse(query.to) - Date.parse(query.from)) / 86_400_000;
  if (!(days > 0 && days <= MAX_MATRIX_DAYS)) {
    throw new AppError("invalid", `The period must be longer than nothing and at most ${MAX_MATRIX_DAYS} days.`);
  }
  return await readMatrix(ctx.state, query, ctx.units("alert:read"));
}

export const readFacets = (ctx: Ctx, filter: AlertFilter): Promise<AlertFacets> =>
  alertFacets(ctx.state, filter, reading(ctx));

export const readCounts = (ctx: Ctx, query: AlertCountsQuery): Promise<AlertCounts> =>
  countByStatus(ctx.state, { ...reading(ctx), ...query, now: ctx.now() });

/** One alert with its history, notes, predecessors and neighbors. Errors: `not_found`, also when it is not yours to see. */
export async function readAlert(ctx: Ctx, id: string, deps: AlertDeps): Promise<AlertDetail> {
  const { scope } = reading(ctx);
  const found = await findAlert(ctx.state, id, scope);
  if (!found) throw alertNotFound();
  const { alert: stored } = found;
  const nowMs = ctx.now().getTime();
  const [history, former, sameEntity, audit] = await Promise.all([
    readHistory(ctx.state, id),
    formerAlerts(ctx.state, stored),
    alertsOfSameEntity(ctx.state, stored, scope),
    deps.recentAudit(ctx, { kind: "alert", id }),
  ]);
  return {
    ...alertRow(found, nowMs),
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
    sameEntity: sameEntity.map((other) => ({
      id: other.id,
      ruleId: other.ruleId,
      ruleTitle: other.ruleTitle,
      severity: other.expertSeverity ?? other.level,
      status: other.status,
      lastAt: other.lastAt.toISOString(),
      count: other.count,
    })),
  };
}

export const alertNotFound = (): AppError =>
  new AppError("not_found", "There is no such alert, or it is not yours to see.");
