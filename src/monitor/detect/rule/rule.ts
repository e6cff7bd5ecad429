import type { LogSource, RuleFacts } from "../../event/index.ts";
import { readDetection } from "./detection.ts";
import type { Expression } from "./expression.ts";
import { readFacts } from "./facts.ts";
import { readLogSource } from "./logsource.ts";
import type { Placeholders } from "./placeholder.ts";
import { at, RuleProblem } from "./problem.ts";
import { expectMap, textOf, textsOf, type Yaml, type YamlMap } from "./value.ts";

/** One Sigma detection rule as read. Parts of the log source that the rule leaves open are "". */
export type Rule = {
  readonly facts: RuleFacts;
  /** The unique name by which filters and correlations may call it; "" when it has none. */
  readonly name: string;
  readonly status: string;
  readonly description: string;
  readonly references: readonly string[];
  readonly falsePositives: readonly string[];
  readonly logsource: LogSource;
  readonly expression: Expression;
};

/** Reads a rule document. Throws RuleProblem, with the path of what is wrong, for all that cannot be run as meant. */
export function readRule(value: Yaml, placeholders: Placeholders): Rule {
  const rule = expectMap(value, [], "a rule");
  refuseOtherKinds(rule);
  return {
    facts: readFacts(rule),
    name: textOf(rule, "name").trim(),
    status: textOf(rule, "status"),
    description: textOf(rule, "description").trim(),
    references: textsOf(rule, "references"),
    falsePositives: textsOf(rule, "falsepositives"),
    logsource: at(["logsource"], () => readLogSource(rule.get("logsource"))),
    expression: at(["detection"], () => readDetection(rule.get("detection"), placeholders)),
  };
}

function refuseOtherKinds(rule: YamlMap): void {
  const refuse = (key: string, reason: string) => {
    if (rule.has(key)) throw new RuleProblem(reason, [key]);
  };
  refuse("correlation", "this is a correlation rule; only detection rules are run");
  refuse("action", 'this is a part of a Sigma 1 collection ("action"); write each rule as a whole document');
  const taxonomy = textOf(rule, "taxonomy");
  if (taxonomy !== "" && taxonomy !== "sigma")
    throw new RuleProblem(`the taxonomy "${taxonomy}" is not known; rules must use Sigma's own names`, ["taxonomy"]);
}
