import { LEVELS } from "../../event/index.ts";
import { readNetwork } from "./address.ts";
import { type Leaf, literalText, type Pattern } from "./ast.ts";
import {
  anyOf,
  type CompileWays,
  equalsText,
  foldOf,
  literalOrFault,
  matchesPattern,
  matchesRegex,
  type ParamBag,
  variantsOf,
} from "./condition.ts";
import { type FieldTarget, resolveField } from "./names.ts";
import { RAW_TEXTS, rawContains } from "./raw-text.ts";
import { fault } from "./scan.ts";
import {
  addressCompares,
  addressMatches,
  addressText,
  instantCompares,
  instantMatches,
  type Limit,
  levelsThat,
  numberCompares,
  numberEquals,
} from "./typed-field.ts";

type FieldLeaf = Exclude<Leaf, { kind: "text" }>;

/** The SQL of one condition on a field. */
export function fieldCondition(leaf: FieldLeaf, ways: CompileWays): string {
  const target = resolveField(leaf.field);
  switch (leaf.kind) {
    case "match":
      return matches(target, leaf, ways);
    case "exists":
      return exists(target, ways.bag);
    case "compare":
      return compares(target, leaf, ways);
    case "regex":
      return matchesRegexOn(target, leaf, ways.bag);
    case "range": {
      const limits: Limit[] = [];
      if (leaf.low) limits.push({ op: leaf.low.isInclusive ? ">=" : ">", value: leaf.low.value, at: leaf.at });
      if (leaf.high) limits.push({ op: leaf.high.isInclusive ? "<=" : "<", value: leaf.high.value, at: leaf.at });
      if (limits.length === 0) return exists(target, ways.bag);
      return limits.map((limit) => compares(target, limit, ways)).join(" AND ");
    }
  }
}

function matches(target: FieldTarget, { pattern, at }: { pattern: Pattern; at: number }, ways: CompileWays): string {
  const { bag } = ways;
  switch (target.kind) {
    case "text":
      return textMatches(target.sql, pattern, bag);
    case "vendor":
      return vendorMatches(target.name, pattern, bag);
    case "raw":
      return rawContains(pattern, bag);
    case "number":
      return numberEquals(target.sql, pattern, at, bag);
    case "ip":
      return addressMatches(target.sql, pattern, at, bag);
    case "instant":
      return instantMatches(target.sql, pattern, at, ways);
    case "rules":
      return ruleMatches(pattern, bag);
    case "detected":
      return isTrue(pattern, at) ? "notEmpty(rule_ids)" : "empty(rule_ids)";
    case "id":
      return idIs(literalOrFault(pattern, at, "an event id"), at, bag);
    case "detection": {
      if (target.isLevel) return hasLevel(levelsThat("=", literalOrFault(pattern, at, "a level"), at), bag);
      return ofDetections(target, (sql) => textMatches(sql, pattern, bag));
    }
  }
}

function exists(target: FieldTarget, bag: ParamBag): string {
  switch (target.kind) {
    case "text":
      return `${target.sql} != ''`;
    case "vendor":
      return `mapContains(fields, ${bag.add("String", target.name)})`;
    case "number":
      return target.isZeroAbsent ? `${target.sql} != 0` : "1";
    case "ip":
      return `${target.sql} != toIPv6('::')`;
    case "rules":
    case "detected":
      return "notEmpty(rule_ids)";
    case "detection":
      return target.isLevel ? "notEmpty(rule_ids)" : ofDetections(target, (sql) => `${sql} != ''`);
    case "raw":
      return "raw != ''";
    case "instant":
    case "id":
      return "1";
  }
}

function compares(target: FieldTarget, limit: Limit, ways: CompileWays): string {
  switch (target.kind) {
    case "text":
      return textCompares(target.sql, limit, ways.bag);
    case "vendor":
      return textCompares(vendorSql(target.name, ways.bag), limit, ways.bag);
    case "number":
      return numberCompares(target, limit, ways.bag);
    case "ip":
      return addressCompares(target.sql, limit, ways.bag);
    case "instant":
      return instantCompares(target.sql, limit, ways);
    case "detection":
      if (target.isLevel) return hasLevel(levelsThat(limit.op, limit.value, limit.at), ways.bag);
      return ofDetections(target, (sql) => textCompares(sql, limit, ways.bag));
    default:
      return fault(
        "no_order",
        limit.at,
        "field:value",
        "this field has no order, so it cannot be compared with < or >",
      );
  }
}

function matchesRegexOn(target: FieldTarget, { source, at }: { source: string; at: number }, bag: ParamBag): string {
  const regex = (sql: string): string => matchesRegex(sql, source, at, bag);
  switch (target.kind) {
    case "text":
      return regex(target.sql);
    case "vendor":
      return regex(vendorSql(target.name, bag));
    case "raw":
      return anyOf(RAW_TEXTS.map(regex));
    case "ip":
      return `(${target.sql} != toIPv6('::') AND ${regex(addressText(target.sql))})`;
    case "rules":
      return `arrayExists(id -> ${regex("id")}, rule_ids)`;
    case "detection":
      return ofDetections(target, regex);
    default:
      return fault("no_regex_here", at, "a value", "this field cannot be compared with a regular expression");
  }
}

/** A network such as 10.0.0.0/8 also finds the addresses in it when the field is text. */
function textMatches(sql: string, pattern: Pattern, bag: ParamBag): string {
  const value = literalText(pattern);
  if (value === undefined) return matchesPattern(sql, pattern, bag);
  const network = value.includes("/") ? readNetwork(value.normalize("NFKC")) : undefined;
  const equal = equalsText(sql, value, bag);
  if (network === undefined) return equal;
  const low = bag.add("String", network.low);
  const high = bag.add("String", network.high);
  return `(${equal} OR ifNull(toIPv6OrNull(toString(${sql})) BETWEEN toIPv6(${low}) AND toIPv6(${high}), 0))`;
}

const vendorSql = (name: string, bag: ParamBag): string => `fields[${bag.add("String", name)}]`;

/** Lists are stored as JSON text: a value also matches when it is one of the list's texts. */
function vendorMatches(name: string, pattern: Pattern, bag: ParamBag): string {
  const sql = vendorSql(name, bag);
  const value = literalText(pattern);
  if (value === "") return `(mapContains(fields, ${bag.add("String", name)}) AND ${sql} = '')`;
  if (value === undefined) return textMatches(sql, pattern, bag);
  const elements = variantsOf(value).map((variant) => {
    const fold = foldOf(variant);
    const element = bag.add("String", JSON.stringify(variant));
    const folded = `${fold}(${sql})`;
    return `position(${folded}, concat('[', ${fold}(${element}))) = 1 OR position(${folded}, concat(',', ${fold}(${element}))) > 0`;
  });
  return `(${textMatches(sql, pattern, bag)} OR (startsWith(${sql}, '[') AND (${elements.join(" OR ")})))`;
}

/** Numbers compare as numbers, everything else as text; a field that is absent is in no range. */
function textCompares(sql: string, { op, value }: Limit, bag: ParamBag): string {
  const number = value.normalize("NFKC").trim();
  if (/^-?\d+(\.\d+)?$/.test(number)) {
    return `ifNull(toFloat64OrNull(toString(${sql})) ${op} ${bag.add("Float64", Number(number))}, 0)`;
  }
  const fold = foldOf(value);
  return `(${sql} != '' AND ${fold}(${sql}) ${op} ${fold}(${bag.add("String", value)}))`;
}

function ruleMatches(pattern: Pattern, bag: ParamBag): string {
  const id = literalText(pattern);
  if (id === undefined) return `arrayExists(id -> ${matchesPattern("id", pattern, bag)}, rule_ids)`;
  // Rule ids are written in lower case; as typed is for those that are not. hasAny can use the index, lower() could not.
  return `hasAny(rule_ids, ${bag.add("Array(String)", [...new Set([id, id.toLowerCase()])])})`;
}

function isTrue(pattern: Pattern, at: number): boolean {
  const value = literalOrFault(pattern, at, "true or false").toLowerCase();
  if (["true", "yes", "1", "はい"].includes(value)) return true;
  if (["false", "no", "0", "いいえ"].includes(value)) return false;
  return fault("not_a_boolean", at, "true or false", `"${value.slice(0, 40)}" is neither true nor false`);
}

function idIs(value: string, at: number, bag: ParamBag): string {
  const match = /^(\d{1,10})-(\d{1,20})$/.exec(value);
  if (match?.[1] === undefined || match[2] === undefined || Number(match[1]) > 0xffff_ffff) {
    return fault("not_an_id", at, "an event id such as 12-345", `"${value.slice(0, 40)}" is not an event id`);
  }
  return `stream = ${bag.add("UInt32", Number(match[1]))} AND seq = ${bag.add("UInt64", match[2])}`;
}

const hasLevel = (levels: string[], bag: ParamBag): string =>
  levels.length === LEVELS.length
    ? "notEmpty(rule_ids)"
    : inDetections(`rule_level IN ${bag.add("Array(String)", levels)}`);

function ofDetections(
  { column, isList }: { column: string; isList: boolean },
  condition: (sql: string) => string,
): string {
  return inDetections(isList ? `arrayExists(item -> ${condition("item")}, ${column})` : condition(column));
}

/** The time bound of a query on `detections`, whose primary key is the hour (see IN_RANGE for the second line). */
export const IN_DETECTIONS_RANGE = `time >= {from:DateTime64(3, 'UTC')} AND time < {to:DateTime64(3, 'UTC')}
  AND toStartOfHour(time) BETWEEN toStartOfHour({fromKey:DateTime('UTC')}) AND {toKey:DateTime('UTC')}`;

/** Events without a detection need no look at `detections`, which is bound by the query's own time range. */
const inDetections = (condition: string): string =>
  `notEmpty(rule_ids) AND (stream, seq) IN (SELECT stream, seq FROM detections WHERE ${IN_DETECTIONS_RANGE} AND ${condition})`;
