import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Ctx, UnitScope } from "../../organization/access/index.ts";
import { inScope, iso, readableIncident } from "../incident/index.ts";
import { SimilarIncidents } from "./contract.ts";

const MAX_ENTITIES = 200;
/** The newest links that are compared: alerts in incidents, never the alerts of the whole group. */
const MAX_LINKS = 20_000;
const MAX_SIMILAR = 20;
const NAMED = 10;

const Row = z.object({ compared: z.coerce.number(), item: SimilarIncidents.shape.items.element.nullable() });

/**
 * What an alert touches: its own entity, and the host, user and address of its event ("::" is how an absent address is
 * stored). The one place that says so here; a table of entities would take its place.
 */
const touched = (alertScope: UnitScope) => sql`
  SELECT l.incident_id, e.kind, lower(e.value) AS folded, e.value
  FROM links l JOIN alert a ON a.id = l.alert_id AND ${inScope(sql`a.unit_id`, alertScope)}
  CROSS JOIN LATERAL (VALUES (a.entity_kind, a.entity), ('host', a.sample ->> 'hostName'),
    ('user', a.sample ->> 'userName'), ('address', a.sample ->> 'sourceIp')) e (kind, value)
  WHERE e.value IS NOT NULL AND e.value NOT IN ('', '::')`;

/**
 * Incidents that touch the same hosts, people and addresses. Both incidents and alerts are those that the reader may see.
 * A shared entity weighs the less the more incidents have it; one thing in two spellings is one.
 */
export async function readSimilar(ctx: Ctx, ref: string): Promise<SimilarIncidents> {
  const stored = await readableIncident(ctx, ref);
  const { rows } = await ctx.state.execute(sql`
    WITH links AS (
      (SELECT l.incident_id, l.alert_id FROM incident_alert l WHERE l.incident_id = ${stored.id} AND l.removed_entry IS NULL)
      UNION ALL
      (SELECT l.incident_id, l.alert_id FROM incident_alert l JOIN incident i ON i.id = l.incident_id
        WHERE l.removed_entry IS NULL AND i.id <> ${stored.id} AND ${inScope(sql`i.unit_id`, ctx.units("incident:read"))}
        ORDER BY i.number DESC LIMIT ${MAX_LINKS})
    ), touched AS (${touched(ctx.units("alert:read"))}),
    own AS (SELECT kind, folded FROM touched WHERE incident_id = ${stored.id} GROUP BY kind, folded
      ORDER BY count(*) DESC, kind, folded LIMIT ${MAX_ENTITIES}),
    shared AS (SELECT t.incident_id, t.kind, t.folded, min(t.value) AS value
      FROM touched t JOIN own USING (kind, folded) WHERE t.incident_id <> ${stored.id} GROUP BY t.incident_id, t.kind, t.folded),
    weighed AS (SELECT s.*, count(*) OVER (PARTITION BY kind, folded) AS spread FROM shared s),
    ranked AS (SELECT incident_id, sum(1.0 / spread) AS weight, count(*) AS shared,
        (array_agg(jsonb_build_object('kind', kind, 'value', value) ORDER BY spread, kind, folded))[1:${sql.raw(String(NAMED))}] AS named
      FROM weighed GROUP BY incident_id ORDER BY weight DESC, incident_id DESC LIMIT ${MAX_SIMILAR})
    SELECT (SELECT count(*) FROM own) AS compared, CASE WHEN i.id IS NULL THEN NULL ELSE jsonb_build_object(
      'id', i.id, 'number', i.number, 'title', i.title, 'titleJa', i.title_ja, 'status', i.status, 'severity', i.severity, 'unitId', i.unit_id,
      'openedAt', ${iso("i.opened_at")}, 'shared', to_jsonb(r.named), 'sharedCount', r.shared) END AS item
    FROM (SELECT 1) one LEFT JOIN ranked r ON true LEFT JOIN incident i ON i.id = r.incident_id
    ORDER BY r.weight DESC, i.number DESC`);
  const found = rows.map((row) => Row.parse(row));
  return { compared: found[0]?.compared ?? 0, items: found.flatMap(({ item }) => (item === null ? [] : [item])) };
}
