import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { Ctx, UnitScope } from "../../organization/access/index.ts";
import type { StateDb } from "../../platform/state/index.ts";
import { inScope, readIncident } from "../incident/index.ts";
import { type FormationGroups, IncidentFormation, Relation } from "./contract.ts";

const iso = (column: SQL): SQL => sql`to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const Stored = z.object({
  score: z.number(),
  threshold: z.number(),
  formedAt: z.string(),
  explanation: z.object({
    parts: IncidentFormation.shape.cluster.unwrap().shape.parts,
    rules: IncidentFormation.shape.cluster.unwrap().shape.rules,
    joins: z.array(
      IncidentFormation.shape.cluster.unwrap().shape.joins.element.omit({ with: true }).extend({ withId: z.string() }),
    ),
  }),
});
type Seen = ReadonlyMap<string, { readonly ruleId: string; readonly ruleTitle: string }>;

/** Why the incident is what it is, as far as the reader may see its alerts. Errors: `not_found`. */
export async function readFormation(ctx: Ctx, ref: string): Promise<IncidentFormation> {
  const incident = await readIncident(ctx, ref);
  const seen: Seen = new Map(incident.alerts.map(({ id, rule }) => [id, { ruleId: rule.id, ruleTitle: rule.title }]));
  const { rows } = await ctx.state.execute(sql`
    SELECT score, threshold, ${iso(sql`formed_at`)} AS "formedAt", explanation FROM incident_formation
    WHERE incident_id = ${incident.id}`);
  const [row] = rows;
  return {
    cluster: row === undefined ? null : shown(Stored.parse(row), seen),
    relations: await readRelations(ctx, incident.id, incident.unitId),
  };
}

function shown({ score, threshold, formedAt, explanation }: z.infer<typeof Stored>, seen: Seen) {
  const visibleRules = new Set([...seen.values()].map(({ ruleId }) => ruleId));
  const rules = explanation.rules.filter(({ ruleId }) => visibleRules.has(ruleId));
  const ofRules = explanation.parts.find(({ kind }) => kind === "rules")?.points ?? 0;
  const shownPoints = rules.reduce((sum, { points }) => sum + points, 0);
  const isWhole = rules.length === explanation.rules.length;
  return {
    score: rounded(score),
    threshold,
    formedAt,
    parts: explanation.parts,
    rules,
    hiddenPoints: isWhole ? 0 : rounded(Math.max(0, ofRules - shownPoints)),
    joins: explanation.joins
      .filter(({ alertId }) => seen.has(alertId))
      .map(({ withId, ...join }) => {
        const other = seen.get(withId);
        return { ...join, with: other === undefined ? null : { alertId: withId, ruleTitle: other.ruleTitle } };
      }),
  };
}

const rounded = (points: number): number => Math.round(points * 10) / 10;

/** How it hangs together with incidents that the reader may see. */
async function readRelations(ctx: Ctx, incidentId: string, unitId: string): Promise<Relation[]> {
  const canWrite = isIn(ctx.units("incident:write"), unitId);
  const { rows } = await ctx.state.execute(sql`
    SELECT r.id, r.kind, r.incident_id = ${incidentId} AS "isFrom", ${iso(sql`r.at`)} AS at, r.actor_name AS by,
      r.actor_kind AS "byKind", r.reason, ${iso(sql`r.undone_at`)} AS "undoneAt",
      jsonb_build_object('id', o.id, 'number', o.number, 'title', o.title, 'titleJa', o.title_ja) AS other,
      ${canWrite}::boolean AND r.undone_at IS NULL AND r.actor_kind <> 'system' AND r.kind <> 'continues'
        AND ${inScope(sql`o.unit_id`, ctx.units("incident:write"))} AS "mayUndo"
    FROM incident_relation r
    JOIN incident o ON o.id = CASE WHEN r.incident_id = ${incidentId} THEN r.other_id ELSE r.incident_id END
    WHERE (r.incident_id = ${incidentId} OR r.other_id = ${incidentId})
      AND ${inScope(sql`o.unit_id`, ctx.units("incident:read"))}
    ORDER BY r.at DESC, r.id DESC LIMIT 100`);
  return rows.map((row) => Relation.parse(row));
}

const isIn = (scope: UnitScope, unitId: string): boolean => scope.all || scope.ids.includes(unitId);

const GroupRow = z.object({
  id: z.string(),
  score: z.number(),
  threshold: z.number(),
  alerts: z.number(),
  visible: z.coerce.number(),
  closed: z.coerce.number(),
  firstAt: z.string(),
  lastAt: z.string(),
  parts: IncidentFormation.shape.cluster.unwrap().shape.parts,
  top: z.array(
    z.object({
      id: z.string(),
      ruleTitle: z.string(),
      entity: z.string(),
      severity: z.enum(["informational", "low", "medium", "high", "critical"]),
    }),
  ),
});

/**
 * Clusters of two alerts and more that open no incident, the highest score first. What belongs to an incident that is closed is done
 * with.
 */
export async function listGroups(ctx: Ctx, { limit }: { readonly limit: number }): Promise<FormationGroups> {
  const scope = ctx.units("alert:read");
  const { rows } = await ctx.state.execute(sql`
    SELECT c.id, c.score, c.threshold, c.alerts, ${iso(sql`c.first_at`)} AS "firstAt", ${iso(sql`c.last_at`)} AS "lastAt",
      c.explanation -> 'parts' AS parts, v.visible, v.closed, v.top
    FROM formation_cluster c JOIN LATERAL (
      SELECT count(*) FILTER (WHERE a.status <> 'closed') AS visible, count(*) FILTER (WHERE a.status = 'closed') AS closed,
        coalesce(jsonb_agg(jsonb_build_object('id', a.id, 'ruleTitle', a.rule_title, 'entity', a.entity,
        'severity', coalesce(a.expert_severity, a.level)) ORDER BY a.severity DESC, a.id)
          FILTER (WHERE a.status <> 'closed'), '[]') AS top
      FROM formation_member m JOIN alert a ON a.id = m.alert_id
      WHERE m.cluster_id = c.id AND ${inScope(sql`a.unit_id`, scope)}
    ) v ON v.visible > 0
    WHERE c.incident_id IS NULL AND c.alerts > 1 AND ${isNotDone} ORDER BY c.score DESC, c.id LIMIT ${limit}`);
  return {
    items: rows.map((row) => {
      const { visible, closed, ...group } = GroupRow.parse(row);
      const hiddenAlerts = Math.max(0, group.alerts - visible - closed);
      return { ...group, score: rounded(group.score), hiddenAlerts, closedAlerts: closed, top: group.top.slice(0, 5) };
    }),
    total: await countGroups(ctx.state, scope),
  };
}

/** None of the cluster's alerts is in an incident that is closed. */
const isNotDone = sql`NOT EXISTS (SELECT 1 FROM formation_member d JOIN incident_alert l ON l.alert_id = d.alert_id AND l.removed_entry IS NULL
  JOIN incident i ON i.id = l.incident_id AND i.status = 'closed' WHERE d.cluster_id = c.id)`;

async function countGroups(db: StateDb, scope: UnitScope): Promise<number> {
  const { rows } = await db.execute<{ n: string }>(sql`
    SELECT count(*)::text AS n FROM formation_cluster c WHERE c.incident_id IS NULL AND c.alerts > 1 AND ${isNotDone} AND EXISTS (
      SELECT 1 FROM formation_member m JOIN alert a ON a.id = m.alert_id
      WHERE m.cluster_id = c.id AND a.status <> 'closed' AND ${inScope(sql`a.unit_id`, scope)})`);
  return Number(rows[0]?.n ?? 0);
}
