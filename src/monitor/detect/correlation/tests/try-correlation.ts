import type { FieldValue } from "../../../event/index.ts";
import { type CorrelationOptions, compileRules, type Firing, type RuleSet } from "../../index.ts";
import { fieldsOf, LINUX } from "../../tests/try-rule.ts";

export const MINUTE = 60_000;

/** A detection rule that fires on `kind: <name>` and can be referred to by that name. */
export const base = (name: string, more: object = {}): string =>
  JSON.stringify({
    title: `Base ${name}`,
    name,
    logsource: { product: "linux" },
    detection: { selection: { kind: name }, condition: "selection" },
    ...more,
  });

/** A correlation rule. JSON is YAML, so plain objects will do. */
export const correlation = (body: object, more: object = {}): string =>
  JSON.stringify({ title: "A correlation", correlation: { timespan: "10m", ...body }, ...more });

export const ruleSet = (...documents: readonly string[]): RuleSet =>
  compileRules([{ text: documents.join("\n---\n"), origin: "test" }]);

/** Why the last of the documents is refused; "" when it is not. */
export const refusal = (...documents: readonly string[]): string => ruleSet(...documents).rejected.at(-1)?.reason ?? "";

export type Line = Record<string, FieldValue> & { readonly at: number };
export type Run = { feed(...lines: readonly Line[]): readonly Firing[] };

/** Feeds events as they come: `at` is the event's own time in milliseconds; it is received then, or at once when it comes late. */
export function run(rules: RuleSet, options?: CorrelationOptions): Run & { engine: ReturnType<RuleSet["correlate"]> } {
  const [rejection] = rules.rejected;
  if (rejection) throw new Error(rejection.reason);
  const engine = rules.correlate(options);
  let id = 0n;
  let receivedMs = 0;
  const feed = (...lines: readonly Line[]): readonly Firing[] => {
    for (const { at, ...rest } of lines) {
      id++;
      receivedMs = Math.max(receivedMs, at);
      const fields = fieldsOf(rest);
      for (const rule of rules.match({ fields, logsource: LINUX })) {
        const values = rules.capture(rule, fields);
        if (values) engine.feed({ rule, timeMs: at, receivedMs, id, scope: "unit", values });
      }
    }
    return engine.take();
  };
  return { feed, engine };
}

/** The times at which events of one kind bring a firing. */
export function firingTimes(documents: readonly string[], lines: readonly Line[]): readonly number[] {
  return run(ruleSet(...documents))
    .feed(...lines)
    .map(({ timeMs }) => timeMs);
}
