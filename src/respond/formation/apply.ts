import { AppError } from "../../kernel/errors.ts";
import type { Ctx, UnitTree } from "../../organization/access/index.ts";
import { isUniqueViolation, type StateTx } from "../../platform/state/index.ts";
import {
  addFormed,
  CLOSED_BY_ITSELF,
  highestOf,
  holdInOrder,
  openFormed,
  setFormedStatus,
  takeOutFormed,
} from "../incident/index.ts";
import type { FormAlert } from "./alert.ts";
import type { Plan, Step } from "./plan.ts";
import { relate } from "./relate.ts";
import { type Shape, titleFrom } from "./shape.ts";

export type Applying = {
  readonly plan: Plan;
  readonly clusters: readonly Shape[];
  readonly alertOf: (id: string) => FormAlert | undefined;
  readonly tree: UnitTree;
  readonly threshold: number;
  /** What a rule is called in Japanese; undefined when it has no such name. */
  readonly titleJaOf: (ruleId: string) => string | undefined;
};
export type Applied = {
  /** The incident of each cluster that has one now. */
  readonly incidentOf: ReadonlyMap<number, string>;
  /** Incidents opened beside those, each with its cluster. */
  readonly beside: ReadonlyMap<string, number>;
  readonly done: readonly Step[];
  /** Steps that could not be carried out: nothing of them is written, everything else is. */
  readonly skipped: readonly { readonly step: Step; readonly problem: string }[];
};

/** Carries the steps out in order, each for itself: what one incident refuses stops no other. */
export async function applyPlan(tx: StateTx, ctx: Ctx, applying: Applying): Promise<Applied> {
  const { plan } = applying;
  const incidentOf = new Map(plan.incidentOf);
  const beside = new Map<string, number>();
  const done: Step[] = [];
  const skipped: { step: Step; problem: string }[] = [];
  const refusing = new Set<string>();
  // In one order, so that people who hold two of them and this never wait for each other in a circle.
  await holdInOrder(tx, [...new Set(plan.steps.flatMap((step) => incidentsIn(step)))]);
  for (const step of plan.steps) {
    const problem = incidentsIn(step).some((id) => refusing.has(id))
      ? "an earlier step of the same incident was not carried out"
      : await tryStep(tx, async (inner) => {
          if (step.do !== "open") return await carryOut(inner, ctx, step, applying);
          const id = await open(inner, ctx, step, applying);
          if (step.isRest) beside.set(id, step.cluster);
          else incidentOf.set(step.cluster, id);
        });
    if (problem === undefined) {
      done.push(step);
      continue;
    }
    skipped.push({ step, problem });
    for (const id of incidentsIn(step)) refusing.add(id);
  }
  return { incidentOf, beside, done, skipped };
}

/** Those that a step changes. */
const incidentsIn = (step: Step): readonly string[] => (step.do === "open" ? [] : [step.incident]);

/** Undefined when it went well; else what was refused. What is not a refusal is thrown. */
async function tryStep(tx: StateTx, work: (inner: StateTx) => Promise<void>): Promise<string | undefined> {
  try {
    await tx.transaction(work);
    return undefined;
  } catch (error) {
    if (error instanceof AppError && (error.code === "conflict" || error.code === "over_limit")) return error.message;
    if (isUniqueViolation(error, "incident_alert_live"))
      return "one of the alerts was put into another incident just now";
    throw error;
  }
}

async function carryOut(tx: StateTx, ctx: Ctx, step: Exclude<Step, { do: "open" }>, applying: Applying): Promise<void> {
  if (step.do === "add") return await add(tx, ctx, step, applying);
  if (step.do === "take-out") return await takeOutFormed(tx, ctx, { id: step.incident, alertIds: step.alertIds });
  if (step.do === "absorb") return await absorb(tx, ctx, step);
  return await setStatus(tx, ctx, step, applying.threshold);
}

const alertsOf = (ids: readonly string[], { alertOf }: Applying): FormAlert[] => ids.flatMap((id) => alertOf(id) ?? []);

async function add(tx: StateTx, ctx: Ctx, step: Step & { do: "add" }, applying: Applying): Promise<void> {
  const alerts = alertsOf(step.alertIds, applying);
  const units = alerts.map(({ unitId }) => unitId);
  await addFormed(tx, ctx, {
    id: step.incident,
    alertIds: step.alertIds,
    severity: highestOf(alerts.map(({ level }) => level)),
    unitAbove: (unitId) => commonUnit(applying.tree, [unitId, ...units]),
  });
}

async function open(tx: StateTx, ctx: Ctx, step: Step & { do: "open" }, applying: Applying): Promise<string> {
  const cluster = applying.clusters[step.cluster];
  if (cluster === undefined) throw new Error("a step names a cluster that is not there");
  const alerts = alertsOf(step.alertIds, applying);
  const units = alerts.map(({ unitId }) => unitId);
  const id = await openFormed(tx, ctx, {
    title: cluster.title,
    titleJa: titleJaOf(cluster, applying),
    severity: highestOf(alerts.map(({ level }) => level)),
    unitId: commonUnit(applying.tree, units),
    alertIds: step.alertIds,
  });
  if (step.continues !== null) {
    const reason = "The same cluster of alerts went on.";
    await relate(tx, ctx, { kind: "continues", incidentId: id, otherId: step.continues, reason, detail: {} });
  }
  return id;
}

function titleJaOf({ calledBy }: Shape, applying: Applying): string | null {
  const ruleTitle = applying.titleJaOf(calledBy.ruleId);
  return ruleTitle === undefined ? null : titleFrom(ruleTitle, calledBy.entity);
}

/** The lowest unit that stands above all of them: whoever may see the incident's unit may see what it joins. */
export function commonUnit(tree: UnitTree, unitIds: readonly string[]): string {
  const units = [...new Set(unitIds)];
  const [first = ""] = units;
  if (units.length <= 1) return first;
  const above = tree.rootId === undefined ? [] : tree.subtree(tree.rootId);
  const covering = above.filter((id) => units.every((unit) => tree.covers(id, unit)));
  return covering.at(-1) ?? first;
}

async function absorb(tx: StateTx, ctx: Ctx, { incident, into }: Step & { do: "absorb" }): Promise<void> {
  const reason = into === "" ? CLOSED_BY_ITSELF.dispersed() : CLOSED_BY_ITSELF.absorbed();
  await setFormedStatus(tx, ctx, { id: incident, status: "closed", reason });
  if (into === "") return;
  await relate(tx, ctx, { kind: "merged-into", incidentId: incident, otherId: into, reason, detail: {} });
}

async function setStatus(tx: StateTx, ctx: Ctx, step: Step & { do: "withdraw" | "reopen" }, threshold: number) {
  if (step.do === "reopen") return await setFormedStatus(tx, ctx, { id: step.incident, status: "open", reason: "" });
  const reason = CLOSED_BY_ITSELF.withdrawn(step.score, threshold);
  return await setFormedStatus(tx, ctx, { id: step.incident, status: "closed", reason });
}
