import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Ctx } from "../../organization/access/index.ts";
import { inAlertScope } from "../alert/index.ts";
import { type EntityAlert, EntityAlerts, type EntityAlertsQuery, type EntityIncident, MAX_ALERTS } from "./contract.ts";
import type { EntityDeps } from "./deps.ts";
import { type Subject, subjectOf } from "./subject.ts";

const Row = z.object({ alert: EntityAlerts.shape.items.element, total: z.coerce.number(), open: z.coerce.number() });
const iso = (column: "first_at" | "last_at") =>
  sql.raw(`to_char(a.${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`);

/** As alerts call the kinds: a person there is a user. Files have no alerts of their own, but are touched by some. */
const OWN_KIND = { host: "host", account: "user", address: "address", domain: "domain", hash: "" } as const;

/**
 * Alerts that touch the entity, the most severe first, and their incidents; only what the person may see of either.
 * Errors: `invalid` for a value that cannot be of its kind.
 */
export async function readAlerts(deps: EntityDeps, ctx: Ctx, asked: EntityAlertsQuery): Promise<EntityAlerts> {
  const subject = subjectOf(asked.kind, asked.value);
  const { rows } = await ctx.state.execute(sql`
    SELECT jsonb_build_object('id', a.id, 'rule', jsonb_build_object('id', a.rule_id, 'title', a.rule_title),
        'severity', coalesce(a.expert_severity, a.level), 'status', a.status, 'unitId', a.unit_id, 'count', a.count,
        'firstAt', ${iso("first_at")}, 'lastAt', ${iso("last_at")}) AS alert,
      count(*) OVER () AS total, count(*) FILTER (WHERE a.status <> 'closed') OVER () AS open
    FROM alert a
    WHERE a.id IN (${touching(subject, asked.value)}) AND ${inAlertScope(ctx.units("alert:read"))}
      AND ${within(asked)}
    ORDER BY a.severity DESC, a.last_at DESC, a.id
    LIMIT ${MAX_ALERTS}`);
  const found = rows.map((row) => Row.parse(row));
  const items = found.map(({ alert }) => alert);
  return {
    total: found[0]?.total ?? 0,
    open: found[0]?.open ?? 0,
    items,
    incidents: await incidentsOf(deps, ctx, items),
  };
}

/** Alerts remember what they touch; those about somebody who is everywhere (root, SYSTEM) are found by their own name while open. */
function touching({ kind, value }: Subject, given: string) {
  return sql`
    SELECT alert_id FROM alert_touched WHERE value = ${value} AND kind = ${kind}
    UNION
    SELECT id FROM alert
    WHERE entity = ANY(${sql.param([...new Set([value, given])])}::text[]) AND entity_kind = ${OWN_KIND[kind]} AND status <> 'closed'`;
}

function within({ from, to }: Pick<EntityAlertsQuery, "from" | "to">) {
  const after = from === undefined ? sql`true` : sql`a.last_at >= ${from}::timestamptz`;
  return to === undefined ? after : sql`${after} AND a.first_at < ${to}::timestamptz`;
}

async function incidentsOf(deps: EntityDeps, ctx: Ctx, alerts: readonly EntityAlert[]): Promise<EntityIncident[]> {
  if (alerts.length === 0) return [];
  const belonging = await deps.incidentsOf(
    ctx,
    alerts.map(({ id }) => id),
  );
  const incidents = new Map<string, EntityIncident>();
  for (const { incident } of belonging) {
    const { id, number, title, titleJa, status } = incident;
    incidents.set(id, { id, number, title, titleJa, status, alerts: (incidents.get(id)?.alerts ?? 0) + 1 });
  }
  return [...incidents.values()].sort((a, b) => b.number - a.number);
}
