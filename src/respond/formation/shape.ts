import { createHash } from "node:crypto";
import { visible } from "../../kernel/visible.ts";
import { type Explanation, explanationOf } from "./explain.ts";
import type { Formed } from "./form.ts";

const MAX_TITLE_CHARS = 200;

/** A cluster as it is planned with and stored: small enough to be handed from thread to thread. */
export type Shape = {
  readonly id: string;
  /** Oldest first. */
  readonly alertIds: readonly string[];
  readonly score: number;
  readonly opens: boolean;
  /** What an incident of it is called. */
  readonly title: string;
  /** The rule and the thing that it is called by. */
  readonly calledBy: { readonly ruleId: string; readonly entity: string };
  readonly explanation: Explanation;
  readonly firstMs: number;
  readonly lastMs: number;
  /** Changes when something does that is worth writing. */
  readonly sign: string;
};

export function shapeOf(formed: Formed): Shape {
  const { id, alerts, score, opens } = formed;
  const alertIds = alerts.map((alert) => alert.id);
  const explanation = explanationOf(formed);
  const firstMs = alerts.reduce((first, alert) => Math.min(first, alert.firstMs), Number.POSITIVE_INFINITY);
  const lastMs = alerts.reduce((last, alert) => Math.max(last, alert.lastMs), Number.NEGATIVE_INFINITY);
  const sign = createHash("sha1")
    .update(JSON.stringify([score.total, coarse(explanation), alertIds, firstMs, lastMs]))
    .digest("base64");
  const { ruleTitle, ...calledBy } = callingOf(formed);
  const title = titleFrom(ruleTitle, calledBy.entity);
  return { id, alertIds, score: score.total, opens, title, calledBy, explanation, firstMs, lastMs, sign };
}

/** One more alert of a rule that is common makes it a little more common everywhere: no reason to write every cluster that has it. */
const coarse = ({ parts, rules, joins }: Explanation): unknown => [
  parts,
  rules.map(({ subjects: _s, days: _d, rarity, ...rule }) => [rule, rarity.toFixed(1)]),
  joins.map(({ strength, shared, outbreak, ...join }) => [
    join,
    strength.toFixed(1),
    shared.map(({ kind, value }) => [kind, value]),
    outbreak?.ruleId,
  ]),
];

/** The most telling rule, and where it was seen first. */
function callingOf({ score, alerts }: Formed) {
  const [rule] = score.rules;
  const first = alerts.find(({ ruleId }) => ruleId === rule?.ruleId);
  return { ruleId: rule?.ruleId ?? "", ruleTitle: rule?.title ?? "", entity: first?.entity.value ?? "" };
}

export const titleFrom = (ruleTitle: string, entity: string): string =>
  visible(`${ruleTitle} – ${entity}`, MAX_TITLE_CHARS);
