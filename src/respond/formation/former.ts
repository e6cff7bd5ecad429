import type { FormAlert, FormSettings } from "./alert.ts";
import type { HandDecisions } from "./cluster.ts";
import { NO_DECISIONS } from "./cluster.ts";
import { formClusters } from "./form.ts";
import { concerns, type GroupingRule } from "./grouping-rule.ts";
import type { FirstSeen } from "./novelty.ts";
import type { Verdicts } from "./score.ts";
import { type Shape, shapeOf } from "./shape.ts";

/** Keeps the joinable alerts and forms clusters of them. Plain data goes in and out, so that it may live on a thread of its own. */

export type FormOrder = {
  /** Alerts that are new or have changed; those that are no more. `isWhole`: nothing else is kept. */
  readonly set: readonly FormAlert[];
  readonly gone: readonly string[];
  readonly isWhole: boolean;
  readonly settings: FormSettings;
  readonly decisions: HandDecisions;
  readonly groupingRules: readonly GroupingRule[];
  readonly verdicts: ReadonlyMap<string, Verdicts>;
  readonly firstSeen: FirstSeen;
  /** Alerts in incidents that a person closed. */
  readonly settled: ReadonlySet<string>;
  /** Alerts in incidents: what becomes of them is told though they are alone. */
  readonly held: ReadonlySet<string>;
};

export type PreviewOrder = {
  readonly sinceMs: number;
  /** Units whose alerts are looked at; null = all. */
  readonly unitIds: readonly string[] | null;
  readonly settings: FormSettings;
  readonly rule: GroupingRule;
  readonly others: readonly GroupingRule[];
  readonly verdicts: ReadonlyMap<string, Verdicts>;
  readonly firstSeen: FirstSeen;
};
export type Preview = {
  readonly alerts: number;
  readonly concerned: number;
  /** The newest of them, at most 10. */
  readonly examples: readonly FormAlert[];
  readonly incidentsWithout: number;
  readonly incidentsWith: number;
  readonly isPartial: boolean;
};

export type Former = {
  /** The clusters of two alerts and more, and those that open or have an incident. Rejects before the first whole order. */
  form(order: FormOrder): Promise<readonly Shape[]>;
  /** What the rule would have done. Nothing is kept. */
  preview(order: PreviewOrder): Promise<Preview>;
  close(): Promise<void>;
};

const MAX_PREVIEW_ALERTS = 20_000;
const MAX_EXAMPLES = 10;

/** On the thread of whoever asks. */
export function createFormer(): Former {
  const model = new Map<string, FormAlert>();
  let isFilled = false;
  return {
    form: async (order) => {
      // A new thread in the place of one that died would take the few that have changed for all there are.
      if (!isFilled && !order.isWhole) throw new Error("alerts are asked to be joined that were never told of");
      isFilled = true;
      if (order.isWhole) model.clear();
      for (const id of order.gone) model.delete(id);
      for (const alert of order.set) model.set(alert.id, alert);
      return shapes(model, order);
    },
    preview: async (order) => preview([...model.values()], order),
    close: async () => undefined,
  };
}

function shapes(model: ReadonlyMap<string, FormAlert>, order: FormOrder): Shape[] {
  const { settled, held, firstSeen, verdicts, settings, decisions, groupingRules } = order;
  const alerts = [...model.values()].map((alert) =>
    settled.has(alert.id) && !alert.isSettled ? { ...alert, isSettled: true } : alert,
  );
  return formClusters(alerts, {
    settings,
    decisions,
    groupingRules,
    verdictsOf: verdictsOf(verdicts),
    assetValueOf: () => 1,
    firstSeen,
  })
    .filter((formed) => formed.opens || formed.alerts.length > 1 || held.has(formed.id))
    .map(shapeOf);
}

function preview(model: readonly FormAlert[], order: PreviewOrder): Preview {
  const { sinceMs, unitIds, settings, rule, others, verdicts, firstSeen } = order;
  const units = unitIds === null ? undefined : new Set(unitIds);
  const visible = model
    .filter(({ lastMs, unitId, isSettled }) => lastMs >= sinceMs && !isSettled && (units?.has(unitId) ?? true))
    .toSorted((a, b) => b.lastMs - a.lastMs || (a.id < b.id ? -1 : 1));
  const alerts = visible.slice(0, MAX_PREVIEW_ALERTS);
  const concerned = alerts.filter((alert) => concerns(rule, alert));
  const opening = (groupingRules: readonly GroupingRule[]): number =>
    formClusters(alerts, {
      settings,
      decisions: NO_DECISIONS,
      groupingRules,
      verdictsOf: verdictsOf(verdicts),
      assetValueOf: () => 1,
      firstSeen,
    }).filter(({ opens }) => opens).length;
  return {
    alerts: alerts.length,
    concerned: concerned.length,
    examples: concerned.slice(0, MAX_EXAMPLES),
    incidentsWithout: opening(others),
    incidentsWith: opening([...others, rule]),
    isPartial: visible.length > alerts.length,
  };
}

const verdictsOf =
  (verdicts: ReadonlyMap<string, Verdicts>) =>
  (ruleId: string): Verdicts =>
    verdicts.get(ruleId) ?? { right: 0, wrong: 0 };
