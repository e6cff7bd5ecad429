import { sql } from "drizzle-orm";
import { recordDetectionGroups } from "../../src/monitor/alert/index.ts";
import { buildUnitTree, createContextFactory } from "../../src/organization/access/index.ts";
import { createLogger } from "../../src/platform/log/index.ts";
import type { State } from "../../src/platform/state/index.ts";
import { openTestState } from "../../src/platform/state/testing.ts";
import { createFormation, FORM_SETTINGS } from "../../src/respond/formation/index.ts";
import { alertKey, type Portion } from "./detect.ts";

export type FormedIncident = {
  readonly number: number;
  readonly title: string;
  readonly score: number;
  readonly alerts: readonly string[];
};
export type Formed = {
  readonly alerts: number;
  readonly alertKeys: readonly string[];
  readonly factsOf: ReadonlyMap<string, { readonly techniques: readonly string[]; readonly told: string }>;
  readonly incidents: readonly FormedIncident[];
  readonly everOpened: number;
  readonly passMs: readonly number[];
};

/** Real alerts in a real state engine, joined by the real passes: one after each `every` portions, and one at the end. */
export async function form(portions: readonly Portion[], { every }: { readonly every: number }): Promise<Formed> {
  const state = await openTestState();
  try {
    const unitIds = [...new Set(portions.flatMap(({ groups }) => groups.map(({ unitId }) => unitId)))];
    const tree = buildUnitTree([
      { id: "unit_group", parentId: null },
      ...unitIds.map((id) => ({ id, parentId: "unit_group" })),
    ]);
    let now = portions[0]?.atMs ?? 0;
    const contexts = createContextFactory({
      state,
      tree: { current: async () => tree, invalidate: () => undefined },
      writeAudit: async () => undefined,
      log: createLogger("silent"),
      now: () => new Date(now),
    });
    const formation = createFormation({
      state,
      system: () => contexts.system("formation"),
      tree: async () => tree,
      settings: FORM_SETTINGS,
    });
    const passMs: number[] = [];
    const settle = async (): Promise<void> => {
      const startedAt = performance.now();
      while ((await formation.pass()) !== undefined);
      passMs.push(performance.now() - startedAt);
    };
    for (const [place, { atMs, groups }] of portions.entries()) {
      now = atMs;
      // Received now: what is joinable is a matter of this machine's clock, what is near in time of the events'.
      await state.transaction((tx) => recordDetectionGroups(tx, groups, new Date()));
      if (place % every === every - 1) await settle();
    }
    await settle();
    return { ...(await read(state)), passMs };
  } finally {
    await state.close();
  }
}

async function read(state: State): Promise<Omit<Formed, "passMs">> {
  const { rows: alerts } = await state.db.execute<{
    id: string;
    ruleId: string;
    kind: string;
    entity: string;
    unitId: string;
    techniques: string[];
    title: string;
    level: string;
  }>(
    sql`SELECT id, rule_id AS "ruleId", entity_kind AS kind, entity, unit_id AS "unitId", techniques, rule_title AS title, level FROM alert`,
  );
  const keyOf = new Map(alerts.map((row) => [row.id, alertKey(row)]));
  const { rows } = await state.db.execute<{
    number: number;
    title: string;
    score: number | null;
    alerts: string[];
  }>(sql`
    SELECT i.number, i.title, max(c.score) AS score, array_agg(DISTINCT l.alert_id) AS alerts
    FROM incident i JOIN incident_alert l ON l.incident_id = i.id AND l.removed_entry IS NULL
    LEFT JOIN formation_cluster c ON c.incident_id = i.id
    WHERE i.status <> 'closed' GROUP BY i.id ORDER BY i.number`);
  const { rows: all } = await state.db.execute<{ n: string }>(sql`SELECT count(*)::text AS n FROM incident`);
  return {
    alerts: alerts.length,
    alertKeys: [...keyOf.values()],
    factsOf: new Map(
      alerts.map((row) => [
        alertKey(row),
        { techniques: row.techniques, told: `${row.level}: ${row.title} – ${row.kind} ${row.entity}` },
      ]),
    ),
    incidents: rows.map((row) => ({
      ...row,
      score: row.score ?? 0,
      alerts: row.alerts.map((id) => keyOf.get(id) ?? "").sort(),
    })),
    everOpened: Number(all[0]?.n),
  };
}
