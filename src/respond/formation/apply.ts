import type { Ctx, UnitTree } from "../../organization/access/index.ts";
import type { StateTx } from "../../platform/state/index.ts";
import { addFormed, openFormed, setFormedStatus, takeOutFormed } from "../incident/index.ts";
import type { FormAlert } from "./alert.ts";
import type { Formed } from "./form.ts";
import type { Plan, Step } from "./plan.ts";
import { relate } from "./relate.ts";

type Level = FormAlert["level"];
const LEVELS: readonly Level[] = ["informational", "low", "medium", "high", "critical"];
const MAX_TITLE_CHARS = 200;

type Applying = { readonly clusters: readonly Formed[]; readonly tree: UnitTree; readonly threshold: number };

/** Carries the steps out in order. Returns the incident of each cluster that has one now. */
export async function applyPlan(tx: StateTx, ctx: Ctx, { plan, ...applying }: Applying & { readonly plan: Plan }) {
  const incidentOf = new Map(plan.incidentOf);
  const levelOf = new Map(
    applying.clusters.flatMap(({ alerts }) => alerts.map(({ id, level }) => [id, level] as const)),
  );
  for (const step of plan.steps) {
    if (step.do === "open") incidentOf.set(step.cluster, await open(tx, ctx, { step, ...applying }));
    else if (step.do === "add") {
      const severity = highest(step.alertIds.flatMap((id) => levelOf.get(id) ?? []));
      await addFormed(tx, ctx, { id: step.incident, alertIds: step.alertIds, severity });
    } else if (step.do === "take-out") await takeOutFormed(tx, ctx, { id: step.incident, alertIds: step.alertIds });
    else if (step.do === "absorb") await absorb(tx, ctx, step);
    else await setStatus(tx, ctx, step, applying.threshold);
  }
  return incidentOf;
}

const highest = (levels: readonly Level[]): Level | undefined =>
  LEVELS.toReversed().find((level) => levels.includes(level));

async function open(tx: StateTx, ctx: Ctx, { step, clusters, tree }: Applying & { step: Step & { do: "open" } }) {
  const cluster = clusters[step.cluster];
  if (cluster === undefined) throw new Error("a step names a cluster that is not there");
  const alerts = cluster.alerts.filter(({ id }) => step.alertIds.includes(id));
  const id = await openFormed(tx, ctx, {
    title: titleOf(cluster),
    severity: highest(alerts.map(({ level }) => level)) ?? "informational",
    unitId: commonUnit(
      tree,
      alerts.map(({ unitId }) => unitId),
    ),
    alertIds: step.alertIds,
  });
  if (step.continues !== null) {
    const reason = "The same cluster of alerts went on.";
    await relate(tx, ctx, { kind: "continues", incidentId: id, otherId: step.continues, reason, detail: {} });
  }
  return id;
}

/** The most telling rule, and where it was seen first. */
function titleOf({ score, alerts }: Formed): string {
  const [rule] = score.rules;
  const first = alerts.find(({ ruleId }) => ruleId === rule?.ruleId);
  return `${rule?.title ?? ""} – ${first?.entity.value ?? ""}`.slice(0, MAX_TITLE_CHARS);
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
  const reason = into === "" ? "Its alerts belong elsewhere now." : "Its alerts belong to one incident with others.";
  await setFormedStatus(tx, ctx, { id: incident, status: "closed", reason });
  if (into === "") return;
  await relate(tx, ctx, { kind: "merged-into", incidentId: incident, otherId: into, reason, detail: {} });
}

async function setStatus(tx: StateTx, ctx: Ctx, step: Step & { do: "withdraw" | "reopen" }, threshold: number) {
  if (step.do === "reopen") return await setFormedStatus(tx, ctx, { id: step.incident, status: "open", reason: "" });
  const reason = `Withdrawn: the score fell to ${step.score}, below ${threshold}. Nobody had worked on it.`;
  return await setFormedStatus(tx, ctx, { id: step.incident, status: "closed", reason });
}
