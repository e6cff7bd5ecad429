import type { Ctx, UnitTree } from "../../organization/access/index.ts";
import type { State, StateTx } from "../../platform/state/index.ts";
import type { FormAlert, FormSettings } from "./alert.ts";
import { applyPlan } from "./apply.ts";
import { type Formed, formClusters } from "./form.ts";
import { readGroupingRules } from "./grouping-store.ts";
import { type Holder, type Plan, planSteps } from "./plan.ts";
import {
  type Marked,
  readFormAlerts,
  readHolders,
  readKeptOut,
  readMarked,
  readModelIds,
  readSigns,
  readVerdicts,
} from "./store.ts";
import { type ClusterRow, clearMarks, clusterRow, writeClusters } from "./write.ts";

const MARKS_PER_PASS = 20_000;
const DAY_MS = 86_400_000;
const CONTINUES_MS = 7 * DAY_MS;

export type FormationDeps = {
  readonly state: Pick<State, "db" | "transaction">;
  readonly system: () => Promise<Ctx>;
  readonly tree: () => Promise<UnitTree>;
  readonly settings: FormSettings;
  /** How much a thing matters, by kind and value; undefined = nothing is known, which counts as 1. */
  readonly assetValueOf?: (kind: string, value: string) => number | undefined;
};
export type Passed = {
  readonly alerts: number;
  readonly clusters: number;
  readonly steps: number;
  readonly done: boolean;
};
export type Formation = {
  /** Joins what has changed since the last pass; undefined when nothing has. One at a time. */
  pass(): Promise<Passed | undefined>;
  /** What the last pass knew, for previews. */
  alerts(): readonly FormAlert[];
};

/**
 * Keeps the joinable alerts in memory and forms all clusters anew whenever something has changed, so that the result never
 * depends on how the changes came in. Everything is derived: after a crash the first pass reads and writes it all again.
 */
export function createFormation(deps: FormationDeps): Formation {
  const model = new Map<string, FormAlert>();
  let written: Map<string, string> | undefined;
  let seen = "";
  let loadedMs = Number.NEGATIVE_INFINITY;
  return {
    alerts: () => [...model.values()],
    pass: async () => {
      const ctx = await deps.system();
      const signs = JSON.stringify(await readSigns(ctx.state, ctx.now()));
      if (written !== undefined && signs === seen) return undefined;
      const marked = await readMarked(ctx.state, MARKS_PER_PASS);
      const isWhole = written === undefined || ctx.now().getTime() - loadedMs > DAY_MS;
      const ids = isWhole ? await readModelIds(ctx.state) : marked.map(({ id }) => id);
      if (isWhole) model.clear();
      else for (const { id } of marked) model.delete(id);
      for (const alert of await readFormAlerts(ctx.state, ids)) model.set(alert.id, alert);
      if (isWhole) loadedMs = ctx.now().getTime();
      const looked = await look(ctx, model, deps);
      const rows = await write(ctx, { ...looked, marked, written, deps });
      written = new Map(rows.map(({ id, sign }) => [id, sign]));
      const done = marked.length < MARKS_PER_PASS;
      // Our own entries are no news. What people do in between is seen by the next look.
      seen = done && looked.plan.steps.length === 0 ? signs : "";
      return { alerts: model.size, clusters: rows.length, steps: looked.plan.steps.length, done };
    },
  };
}

type Looked = { readonly clusters: readonly Formed[]; readonly plan: Plan };

async function look(ctx: Ctx, model: ReadonlyMap<string, FormAlert>, deps: FormationDeps): Promise<Looked> {
  const tree = await deps.tree();
  const holders = await readHolders(ctx.state);
  const keptOut = await readKeptOut(ctx.state);
  const verdicts = await readVerdicts(ctx.state);
  const groupingRules = await readGroupingRules(ctx.state, tree, ctx.now());
  const settled = new Set(holders.filter(isSettled).flatMap(({ alertIds }) => alertIds));
  const alerts = [...model.values()].map((alert) =>
    settled.has(alert.id) && !alert.isSettled ? { ...alert, isSettled: true } : alert,
  );
  const clusters = formClusters(alerts, {
    settings: deps.settings,
    decisions: { heldBy: heldBy(holders), keptOut },
    groupingRules,
    verdictsOf: (ruleId) => verdicts.get(ruleId) ?? { right: 0, wrong: 0 },
    assetValueOf: assetValue(deps),
  });
  const nowMs = ctx.now().getTime();
  return { clusters, plan: planSteps(clusters, { holders, keptOut, nowMs, continuesMs: CONTINUES_MS }) };
}

/** A person's end of an incident stands: what comes after it is another one. */
const isSettled = ({ status, isWithdrawn }: Holder): boolean => status === "closed" && !isWithdrawn;

/** What a person has touched and not closed is never merged with another such incident. */
function heldBy(holders: readonly Holder[]): Map<string, string> {
  const held = holders.filter((holder) => holder.isTouched && !isSettled(holder));
  return new Map(held.flatMap(({ id, alertIds }) => alertIds.map((alertId) => [alertId, id] as const)));
}

function assetValue({ assetValueOf }: FormationDeps): (alert: FormAlert) => number {
  if (assetValueOf === undefined) return () => 1;
  return ({ touched }) => Math.max(1, ...touched.map(({ kind, value }) => assetValueOf(kind, value) ?? 1));
}

type Writing = Looked & {
  readonly marked: readonly Marked[];
  readonly written: ReadonlyMap<string, string> | undefined;
  readonly deps: FormationDeps;
};

/** Incidents, clusters and marks in one transaction: killed anywhere, the pass has happened or has not. */
async function write(ctx: Ctx, { clusters, plan, marked, written, deps }: Writing): Promise<readonly ClusterRow[]> {
  const tree = await deps.tree();
  const { threshold } = deps.settings;
  const work = async (tx: StateTx): Promise<readonly ClusterRow[]> => {
    const incidentOf = await applyPlan(tx, ctx, { plan, clusters, tree, threshold });
    const rows = clusters.map((formed, place) => clusterRow(formed, incidentOf.get(place) ?? null, threshold));
    const signs = new Map(rows.map(({ id, sign }) => [id, sign]));
    const changed = rows.filter(({ id, sign }) => written?.get(id) !== sign);
    const gone =
      written === undefined ? "all" : [...written].filter(([id, sign]) => signs.get(id) !== sign).map(([id]) => id);
    await writeClusters(tx, { gone, changed, at: ctx.now() });
    await clearMarks(tx, marked);
    return rows;
  };
  if (plan.steps.length === 0) return await deps.state.transaction(work);
  const count = (what: string): number => plan.steps.filter((step) => step.do === what).length;
  const detail = {
    opened: count("open"),
    added: count("add"),
    withdrawn: count("withdraw"),
    reopened: count("reopen"),
    merged: count("absorb"),
  };
  return await ctx.change({ action: "incident.form", target: { kind: "formation", id: "formation" }, detail }, work);
}
