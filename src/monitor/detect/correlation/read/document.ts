import { countText } from "../../../../kernel/count.ts";
import type { RuleFacts } from "../../../event/index.ts";
import { readFacts } from "../../rule/facts.ts";
import { at, RuleProblem } from "../../rule/problem.ts";
import { expectMap, isList, isMap, isScalar, textOf, textsOf, type Yaml, type YamlMap } from "../../rule/value.ts";
import { conjunctionOf, type Presence, readPresence } from "./presence.ts";
import { readNumber, readThreshold, type Threshold } from "./threshold.ts";
import { readTimespan } from "./timespan.ts";

export const CORRELATION_TYPES = [
  "event_count",
  "value_count",
  "temporal",
  "temporal_ordered",
  "value_sum",
  "value_avg",
  "value_percentile",
  "value_median",
] as const;
export type CorrelationType = (typeof CORRELATION_TYPES)[number];

/** One Sigma correlation rule as written: its rules are still names. */
export type CorrelationDocument = {
  readonly facts: RuleFacts;
  readonly name: string;
  readonly status: string;
  readonly description: string;
  readonly references: readonly string[];
  readonly falsePositives: readonly string[];
  readonly hasLevel: boolean;
  readonly type: CorrelationType;
  /** Ids or names of detection rules and other correlations. */
  readonly members: readonly string[];
  /** Alias → member → field. */
  readonly aliases: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly groupBy: readonly string[];
  readonly timespanMs: number;
  readonly condition: CorrelationCondition;
  /** Whether its rules raise alerts of their own, too. */
  readonly generate: boolean;
};

export type CorrelationCondition = {
  /** What the figure must compare to; empty where `presence` decides. */
  readonly threshold: Threshold;
  /** Fields whose values are counted; several are one tuple. */
  readonly fields: readonly string[];
  /** 0–100; undefined asks a value_percentile for how frequent the event's own value is. */
  readonly percentile: number | undefined;
  /** Of temporal types: which rules must be seen. */
  readonly presence: Presence | undefined;
};

const MAX_MEMBERS = 100;
const MAX_FIELDS = 20;
const CONDITION_KEYS = new Set(["gt", "gte", "lt", "lte", "eq", "neq", "field", "percentile"]);

export const isCorrelation = (value: Yaml): value is YamlMap => isMap(value) && value.has("correlation");

/** Reads a correlation document. Throws RuleProblem, with the path of what is wrong, for all that cannot be run as meant. */
export function readCorrelation(rule: YamlMap): CorrelationDocument {
  for (const key of ["detection", "filter", "action"])
    if (rule.has(key))
      throw new RuleProblem(`a correlation rule has no "${key}": write it as a document of its own`, [key]);
  const facts = readFacts(rule);
  return {
    facts,
    name: textOf(rule, "name").trim(),
    status: textOf(rule, "status"),
    description: textOf(rule, "description").trim(),
    references: textsOf(rule, "references"),
    falsePositives: textsOf(rule, "falsepositives"),
    hasLevel: textOf(rule, "level").trim() !== "",
    ...at(["correlation"], () => readBody(expectMap(rule.get("correlation"), [], "the correlation"))),
    // The specification keeps it at the top; pySigma reads it inside the correlation.
    generate: readFlag(rule, [], "generate") || readFlag(rule.get("correlation"), ["correlation"], "generate"),
  };
}

function readBody(body: YamlMap) {
  const type = at(["type"], () => readType(body.get("type")));
  const members = at(["rules"], () => readNames(body.get("rules"), "rules", MAX_MEMBERS));
  if (members.length === 0) throw new RuleProblem("the correlation names no rules", ["rules"]);
  const timespanMs = at(["timespan"], () => readTimespan(body.get("timespan")));
  return {
    type,
    members,
    aliases: at(["aliases"], () => readAliases(body.get("aliases"))),
    groupBy: at(["group-by"], () => readNames(body.get("group-by"), "group-by", MAX_FIELDS)),
    timespanMs,
    condition: at(["condition"], () => readCondition(body.get("condition"), type, members)),
  };
}

function readType(value: Yaml | undefined): CorrelationType {
  if (value === undefined || value === null) throw new RuleProblem("the correlation has no type");
  const type = CORRELATION_TYPES.find((known) => known === value);
  if (type === undefined)
    throw new RuleProblem(`the correlation type "${String(value)}" is none of ${CORRELATION_TYPES.join(", ")}`);
  return type;
}

function readNames(value: Yaml | undefined, what: string, most: number): readonly string[] {
  if (value === undefined || value === null) return [];
  const items = isList(value) ? value : [value];
  if (items.length > most) throw new RuleProblem(`"${what}" lists more than ${most}`);
  const names = items.map((item, index) => {
    if (!isScalar(item) || item === null || String(item).trim() === "")
      throw new RuleProblem(`"${what}" must list names`, [index]);
    return String(item).trim();
  });
  const again = names.find((name, index) => names.indexOf(name) !== index);
  if (again !== undefined) throw new RuleProblem(`"${what}" lists "${again}" twice`);
  return names;
}

function readAliases(value: Yaml | undefined) {
  const aliases = new Map<string, ReadonlyMap<string, string>>();
  if (value === undefined || value === null) return aliases;
  for (const [alias, fields] of expectMap(value, [], "the list of aliases")) {
    const byMember = new Map<string, string>();
    for (const [member, field] of expectMap(fields, [alias], "an alias")) {
      if (typeof field !== "string" || field === "")
        throw new RuleProblem("an alias must name a field", [alias, member]);
      byMember.set(member, field);
    }
    aliases.set(alias, byMember);
  }
  return aliases;
}

function readCondition(
  value: Yaml | undefined,
  type: CorrelationType,
  members: readonly string[],
): CorrelationCondition {
  const isTemporal = type === "temporal" || type === "temporal_ordered";
  if (isTemporal && (value === undefined || value === null)) return present(readPresence("all of them", members));
  if (value === undefined || value === null) throw new RuleProblem(`a correlation of type ${type} needs a condition`);
  if (typeof value === "string") {
    if (!isTemporal) throw new RuleProblem(`the condition of a ${type} must be a map such as "gte: 10"`);
    return present(ordered(readPresence(value, members), type));
  }
  const condition = expectMap(value, [], "the condition");
  const unknown = [...condition.keys()].find((key) => !CONDITION_KEYS.has(key));
  if (unknown !== undefined)
    throw new RuleProblem(`the condition has "${unknown}"; known are ${[...CONDITION_KEYS].join(", ")}`, [unknown]);
  const threshold = readThreshold(condition);
  if (threshold.length === 0) throw new RuleProblem("the condition compares with nothing: gt, gte, lt, lte, eq or neq");
  if (isTemporal) return countedMembers(condition, { type, members, threshold });
  return {
    threshold,
    presence: undefined,
    fields: readFields(condition, type),
    percentile: readPercentile(condition, type),
  };
}

const present = (presence: Presence): CorrelationCondition => ({
  threshold: [],
  fields: [],
  percentile: undefined,
  presence,
});

function ordered(presence: Presence, type: CorrelationType): Presence {
  if (type === "temporal_ordered" && conjunctionOf(presence) === undefined)
    throw new RuleProblem('an order needs a plain condition: names and "not" names joined by "and"');
  return presence;
}

/** A number of rules instead of all of them. In order, only "all of them" says which follows which. */
function countedMembers(
  condition: YamlMap,
  { type, members, threshold }: { type: CorrelationType; members: readonly string[]; threshold: Threshold },
): CorrelationCondition {
  if (condition.has("field")) throw new RuleProblem(`a ${type} counts rules, not values of a field`, ["field"]);
  if (type === "temporal") return { threshold, fields: [], percentile: undefined, presence: undefined };
  const asksAll = threshold.every(
    ({ operator, than }) =>
      (operator === "gte" || operator === "eq" ? than : operator === "gt" ? than + 1 : undefined) === members.length,
  );
  if (!asksAll) throw new RuleProblem(`a temporal_ordered needs all of its ${countText(members.length, "rule")}`);
  return present(readPresence("all of them", members));
}

function readFields(condition: YamlMap, type: CorrelationType): readonly string[] {
  const fields = at(["field"], () => readNames(condition.get("field"), "field", MAX_FIELDS));
  if (type === "event_count") {
    if (fields.length > 0) throw new RuleProblem("an event_count counts events, not values of a field", ["field"]);
    return fields;
  }
  if (fields.length === 0) throw new RuleProblem(`a ${type} needs the "field" whose values it reads`);
  const takesTuples = type === "value_count" || (type === "value_percentile" && !condition.has("percentile"));
  if (fields.length > 1 && !takesTuples) throw new RuleProblem(`a ${type} reads the numbers of one field`, ["field"]);
  return fields;
}

function readPercentile(condition: YamlMap, type: CorrelationType): number | undefined {
  if (type === "value_median") return 50;
  if (!condition.has("percentile")) return undefined;
  if (type !== "value_percentile") throw new RuleProblem(`a ${type} has no percentile`, ["percentile"]);
  const percentile = readNumber(condition.get("percentile"), "percentile");
  if (percentile < 0 || percentile > 100) throw new RuleProblem("a percentile is from 0 to 100", ["percentile"]);
  return percentile;
}

function readFlag(map: Yaml | undefined, path: readonly string[], key: string): boolean {
  const value = isMap(map) ? map.get(key) : undefined;
  if (value === undefined || value === null || value === false) return false;
  if (value !== true) throw new RuleProblem(`"${key}" must be true or false`, [...path, key]);
  return true;
}
