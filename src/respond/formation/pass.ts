import type { Ctx, UnitTree } from "../../organization/access/index.ts";
import type { State, StateTx } from "../../platform/state/index.ts";
import type { FormAlert, FormSettings } from "./alert.ts";
import { type Applied, applyPlan } from "./apply.ts";
import { createFormer, type Former } from "./former.ts";
import { readGroupingRules } from "./grouping-store.ts";
import { type Holder, type Plan, planSteps } from "./plan.ts";
import type { Shape } from "./shape.ts";
import {
  MAX_MODEL_ALERTS,
  type Marked,
  readFirstSeen,
  readFormAlerts,
  readHolders,
  readKeptOut,
  readMarked,
  readModelIds,
  readSigns,
  readVerdicts,
} from "./store.ts";
import { clearMarks, clusterRow, keepReasons, writeClusters } from "./write.ts";

const MARKS_PER_PASS = 20_000;
const DAY_MS = 86_400_000;
const CONTINUES_MS = 7 * DAY_MS;
/** Of the refusals of one pass so many are told in the log. */
const MAX_TOLD = 20;

export type FormationDeps = {
  readonly state: Pick<State, "db" | "transaction">;
  readonly system: () => Promise<Ctx>;
  readonly tree: () => Promise<UnitTree>;
  readonly settings: FormSettings;
  /** Where clusters are formed; here, when nobody says. */
  readonly former?: Former;
  /** At most so many alerts are kept; 200,000 when nobody says. */
  readonly maxAlerts?: number;
  /** What a rule is called in Japanese; no rule has such a name, when nobody says. */
  readonly titleJaOf?: (ruleId: string) => string | undefined;
};
export type Passed = {
  readonly alerts: number;
  readonly clusters: number;
  readonly steps: number;
  /** Steps that an incident refused: they were left out, and are planned again when something changes. */
  readonly skipped: number;
  readonly done: boolean;
};
export type Formation = {
  /** Joins what has changed since the last pass; undefined when nothing has. One at a time. */
  pass(): Promise<Passed | undefined>;
};

/**
 * Keeps the joinable alerts in memory and forms all clusters anew whenever something has changed, so that the result never
 * depends on how the changes came in. Everything is derived: after a crash the first pass reads and writes it all again.
 */
export function createFormation(deps: FormationDeps): Formation {
  const { former = createFormer(), maxAlerts = MAX_MODEL_ALERTS } = deps;
  const model = new Map<string, FormAlert>();
  let written: Map<string, string> | undefined;
  let seen = "";
  let loadedMs = Number.NEGATIVE_INFINITY;

  const work = async (ctx: Ctx, signs: string): Promise<Passed> => {
    const isWhole = written === undefined || ctx.now().getTime() - loadedMs > DAY_MS;
    const marked = await readMarked(ctx.state, isWhole ? undefined : MARKS_PER_PASS);
    const ids = isWhole ? await readModelIds(ctx.state) : marked.map(({ id }) => id);
    if (isWhole) model.clear();
    else for (const id of ids) model.delete(id);
    const set = await readFormAlerts(ctx.state, ids);
    for (const alert of set) model.set(alert.id, alert);
    if (isWhole) loadedMs = ctx.now().getTime();
    const holders = await readHolders(ctx.state);
    const dropped = dropOldest(model, holders, maxAlerts);
    const gone = [...ids.filter((id) => !model.has(id)), ...dropped];
    const looked = await look(ctx, { deps, former, holders, model, order: { set, gone, isWhole } });
    const applied = await write(ctx, { ...looked, marked, written, deps, alertOf: (id) => model.get(id) });
    written = applied.written;
    const done = isWhole || marked.length < MARKS_PER_PASS;
    // After steps of our own a second look makes sure that nothing follows from them; what was refused is not asked again and again.
    seen = done && applied.done.length === 0 ? signs : "";
    tellSkipped(ctx, applied);
    const { skipped } = applied;
    const clusters = looked.clusters.length;
    return { alerts: model.size, clusters, steps: applied.done.length, skipped: skipped.length, done };
  };

  return {
    pass: async () => {
      const ctx = await deps.system();
      const { hasMarks, ...rest } = await readSigns(ctx.state, ctx.now());
      const signs = JSON.stringify(rest);
      if (written !== undefined && !hasMarks && signs === seen) return undefined;
      try {
        return await work(ctx, signs);
      } catch (error) {
        // Whether it was written is not known when only the answer was lost: everything is read and written anew.
        written = undefined;
        seen = "";
        throw error;
      }
    },
  };
}

/** Past the bound those go that were quiet longest; what an open incident holds stays. */
function dropOldest(model: Map<string, FormAlert>, holders: readonly Holder[], maxAlerts: number): string[] {
  if (model.size <= maxAlerts) return [];
  const held = new Set(holders.filter(({ status }) => status !== "closed").flatMap(({ alertIds }) => alertIds));
  const oldest = [...model.values()].filter(({ id }) => !held.has(id)).sort((a, b) => a.lastMs - b.lastMs);
  const dropped = oldest.slice(0, model.size - maxAlerts).map(({ id }) => id);
  for (const id of dropped) model.delete(id);
  return dropped;
}

type Looking = {
  readonly deps: FormationDeps;
  readonly former: Former;
  readonly holders: readonly Holder[];
  readonly model: ReadonlyMap<string, FormAlert>;
  readonly order: { readonly set: readonly FormAlert[]; readonly gone: readonly string[]; readonly isWhole: boolean };
};
type Looked = { readonly clusters: readonly Shape[]; readonly plan: Plan };

async function look(ctx: Ctx, { deps, former, holders, model, order }: Looking): Promise<Looked> {
  const tree = await deps.tree();
  const keptOut = await readKeptOut(ctx.state);
  const clusters = await former.form({
    ...order,
    settings: deps.settings,
    decisions: { heldBy: heldBy(holders), keptOut },
    groupingRules: await readGroupingRules(ctx.state, tree, ctx.now()),
    verdicts: await readVerdicts(ctx.state),
    settled: new Set(holders.filter(isSettled).flatMap(({ alertIds }) => alertIds)),
    firstSeen: await readFirstSeen(ctx.state),
    held: new Set(holders.flatMap(({ alertIds }) => alertIds)),
  });
  const plan = planSteps(clusters, {
    holders,
    keptOut,
    nowMs: ctx.now().getTime(),
    continuesMs: CONTINUES_MS,
    covers: (above, below) => tree.covers(above, below),
    unitOf: (id) => model.get(id)?.unitId,
  });
  return { clusters, plan };
}

/** A person's end of an incident stands: what comes after it is another one. */
const isSettled = ({ status, isWithdrawn }: Holder): boolean => status === "closed" && !isWithdrawn;

/** What a person has touched and not closed is never merged with another such incident. */
function heldBy(holders: readonly Holder[]): Map<string, string> {
  const held = holders.filter((holder) => holder.isTouched && !isSettled(holder));
  return new Map(held.flatMap(({ id, alertIds }) => alertIds.map((alertId) => [alertId, id] as const)));
}

type Writing = Looked & {
  readonly marked: readonly Marked[];
  readonly written: ReadonlyMap<string, string> | undefined;
  readonly deps: FormationDeps;
  readonly alertOf: (id: string) => FormAlert | undefined;
};
type Written = Pick<Applied, "done" | "skipped"> & { readonly written: Map<string, string> };

/** Incidents, clusters and marks in one transaction: killed anywhere, the pass has happened or has not. */
async function write(ctx: Ctx, { clusters, plan, marked, written, deps, alertOf }: Writing): Promise<Written> {
  const tree = await deps.tree();
  const { threshold } = deps.settings;
  const { titleJaOf = () => undefined } = deps;
  const detail = { opened: 0, added: 0, withdrawn: 0, reopened: 0, merged: 0 };
  const work = async (tx: StateTx): Promise<Written> => {
    const applied = await applyPlan(tx, ctx, { plan, clusters, alertOf, tree, threshold, titleJaOf });
    const rows = clusters
      .map((shape, place) => clusterRow(shape, applied.incidentOf.get(place) ?? null, threshold))
      .filter(({ alertIds, incidentId }) => alertIds.length > 1 || incidentId !== null);
    const signs = new Map(rows.map(({ id, sign }) => [id, sign]));
    const changed = rows.filter(({ id, sign }) => written?.get(id) !== sign);
    const gone =
      written === undefined ? "all" : [...written].filter(([id, sign]) => signs.get(id) !== sign).map(([id]) => id);
    await writeClusters(tx, { gone, changed, at: ctx.now() });
    const besides = [...applied.beside].flatMap(([incidentId, place]) => {
      const shape = clusters[place];
      return shape === undefined ? [] : [clusterRow(shape, incidentId, threshold)];
    });
    await keepReasons(tx, [...changed, ...besides], ctx.now());
    await clearMarks(tx, marked);
    const { done, skipped } = applied;
    Object.assign(detail, countOf(done));
    return { done, skipped, written: signs };
  };
  if (plan.steps.length === 0) return await deps.state.transaction(work);
  return await ctx.change({ action: "incident.form", target: { kind: "formation", id: "formation" }, detail }, work);
}

function countOf(steps: Applied["done"]) {
  const count = (what: string): number => steps.filter((step) => step.do === what).length;
  return {
    opened: count("open"),
    added: count("add"),
    withdrawn: count("withdraw"),
    reopened: count("reopen"),
    merged: count("absorb"),
  };
}

function tellSkipped(ctx: Ctx, { skipped }: Written): void {
  for (const { step, problem } of skipped.slice(0, MAX_TOLD)) {
    const incident = step.do === "open" ? undefined : step.incident;
    ctx.log.warn({ step: step.do, incident, problem }, "an incident did not take what was formed; the others did");
  }
}
