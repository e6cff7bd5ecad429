import type { FormAlert } from "./alert.ts";
import type { Link } from "./bond.ts";

/** `join`: its alerts belong together, whatever they share. `never-open`: they add nothing to a score. */
export const EFFECTS = ["join", "never-open"] as const;
export type GroupingRule = {
  readonly id: string;
  readonly effect: (typeof EFFECTS)[number];
  /** Of this rule; null = of any. */
  readonly ruleId: string | null;
  /** The kind of entity that the pattern is for; null = any. */
  readonly kind: string | null;
  /** Of the whole value, ignoring case; `*` stands for any text. */
  readonly pattern: string;
  /** In these units: the rule's own and those below. */
  readonly unitIds: readonly string[];
};

/** Whether a value is like the pattern. Linear in both lengths: no pattern makes it slow. */
export function isLike(value: string, pattern: string): boolean {
  const text = value.toLowerCase();
  const [first = "", ...rest] = pattern.toLowerCase().split("*");
  if (rest.length === 0) return text === first;
  const last = rest.pop() ?? "";
  if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last)) return false;
  let from = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, from);
    if (found < 0) return false;
    from = found + part.length;
  }
  return from <= text.length - last.length;
}

/** The subject of an alert, and everything else that it touches, is looked at. */
export function concerns(rule: GroupingRule, alert: FormAlert): boolean {
  if (rule.ruleId !== null && rule.ruleId !== alert.ruleId) return false;
  if (!rule.unitIds.includes(alert.unitId)) return false;
  const subject = { kind: alert.entity.kind === "user" ? "account" : alert.entity.kind, value: alert.entity.value };
  return [subject, ...alert.touched].some(
    ({ kind, value }) => (rule.kind === null || rule.kind === kind) && isLike(value, rule.pattern),
  );
}

/** Links of full strength between the alerts of a rule, each with the one before it. */
export function linksOf(rule: GroupingRule, ordered: readonly FormAlert[]): Link[] {
  const concerned = ordered.filter((alert) => concerns(rule, alert));
  return concerned.slice(1).flatMap((b, i) => {
    const a = concerned[i];
    if (a === undefined) return [];
    return [{ a, b, strength: 1, apartMs: Math.max(0, b.firstMs - a.lastMs), groupingRule: rule.id }];
  });
}
