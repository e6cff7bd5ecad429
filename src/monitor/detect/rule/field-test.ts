import { isInNetwork, readNetwork } from "./address.ts";
import type { Comparison } from "./check.ts";
import { ANY_FIELD, allOf, anyOf, type Expression, not, testOf } from "./expression.ts";
import { type Reading, readModifiers } from "./modifier.ts";
import { readPattern } from "./pattern.ts";
import { expandPlaceholders, type Placeholders } from "./placeholder.ts";
import { RuleProblem } from "./problem.ts";
import { regexTests } from "./regex.ts";
import { textTests } from "./text-test.ts";
import { isPossible, type TimePart, timePart } from "./time-part.ts";
import { isList, isScalar, type Scalar, type Yaml } from "./value.ts";

/** Values of one field that are compiled one by one, such as regular expressions. */
const MAX_COMPILED = 1000;

type NumberReading = Extract<Reading, { kind: "number" }>;

/** `Field|modifier|…: value(s)` as an expression. An empty field name means keywords: every value of the event. */
export function fieldExpression(key: string, value: Yaml, placeholders: Placeholders): Expression {
  const [name = "", ...names] = key.split("|");
  const field = name.replaceAll(" ", "");
  const modifiers = readModifiers(names.map((modifier) => modifier.trim()));
  const scalars = scalarsOf(value);
  const groups = modifiers.isExpanded ? scalars.map((one) => expanded(one, placeholders)) : undefined;
  const values = groups?.flat() ?? scalars;
  const { kind } = modifiers.reading;
  if (kind !== "text" && values.length > MAX_COMPILED)
    throw new RuleProblem(`"${kind}" has more than ${MAX_COMPILED} values`);
  const expression =
    modifiers.isAll && scalars.length > 1
      ? allOf(scalars.map((one, at) => valuesExpression(field, groups?.[at] ?? [one], modifiers.reading)))
      : valuesExpression(field, values, modifiers.reading);
  return modifiers.isNegated ? not(expression) : expression;
}

function scalarsOf(value: Yaml): readonly Scalar[] {
  const values = isList(value) ? value : [value];
  if (values.length === 0) throw new RuleProblem("the list of values is empty");
  if (!values.every(isScalar)) throw new RuleProblem("a value must be a text, a number, true, false or null");
  return values;
}

/** What one value of the rule stands for: with `all`, each of the rule's values must fit, in any of its expansions. */
const expanded = (value: Scalar, placeholders: Placeholders): readonly Scalar[] =>
  typeof value === "string" ? expandPlaceholders(value, placeholders) : [value];

function valuesExpression(field: string, values: readonly Scalar[], reading: Reading): Expression {
  if (reading.kind === "text") return textExpression(field, values, reading);
  if (reading.kind === "regex") {
    const patterns = values.map((value) => textValue(value, "re"));
    return anyOf(regexTests(field, patterns, reading.flags));
  }
  return anyOf(values.map((value) => specialExpression(field, value, reading)));
}

/** Keywords are looked for anywhere in a value, as if each were written with `contains`. */
function textExpression(
  field: string,
  values: readonly Scalar[],
  reading: Extract<Reading, { kind: "text" }>,
): Expression {
  if (field === ANY_FIELD && values.includes("")) throw new RuleProblem("an empty keyword is in every event");
  const isPlain = reading.place === "equals" && reading.rewrites.length === 0 && !reading.isCased;
  const patterns = values.filter((value) => value !== null).map((value) => readPattern(String(value)));
  const placing =
    field === ANY_FIELD && reading.place === "equals" ? { ...reading, place: "contains" as const } : reading;
  const parts = patterns.length > 0 ? [textTests(field, patterns, placing)] : [];
  if (!values.includes(null)) return anyOf(parts);
  if (field === ANY_FIELD || !isPlain) throw new RuleProblem("null only goes with a plain field name");
  return anyOf([...parts, testOf(field, { kind: "missing" })]);
}

type Special = Exclude<Reading, { kind: "text" | "regex" }>;

function specialExpression(field: string, value: Scalar, reading: Special): Expression {
  if (reading.kind === "cidr") return cidrTest(field, textValue(value, "cidr"));
  if (reading.kind === "number") return numberTest(field, value, reading);
  if (field === ANY_FIELD) throw new RuleProblem(`"${reading.kind}" needs a field name`);
  if (reading.kind === "exists") {
    if (typeof value !== "boolean") throw new RuleProblem(`"exists" takes true or false, not ${JSON.stringify(value)}`);
    const present = testOf(field, { kind: "present" });
    return value ? present : not(present);
  }
  const other = textValue(value, "fieldref").replaceAll(" ", "");
  return testOf(field, { kind: "same", other, place: reading.place, isCased: reading.isCased });
}

function textValue(value: Scalar, modifier: string): string {
  if (value === null || value === "") throw new RuleProblem(`"${modifier}" needs a text`);
  return String(value);
}

function cidrTest(field: string, text: string): Expression {
  const network = readNetwork(text);
  if (network === undefined) throw new RuleProblem(`"${text}" is no network in CIDR notation`);
  return testOf(field, {
    kind: "check",
    key: `cidr:${text}`,
    on: "text",
    asks: { kind: "cidr", network: text },
    accepts: (value) => isInNetwork(network, value),
  });
}

const COMPARE: Readonly<Record<Comparison | "eq", (a: number, b: number) => boolean>> = {
  lt: (a, b) => a < b,
  lte: (a, b) => a <= b,
  gt: (a, b) => a > b,
  gte: (a, b) => a >= b,
  eq: (a, b) => a === b,
};

function numberTest(field: string, value: Scalar, { comparison, part }: NumberReading): Expression {
  const wanted = typeof value === "string" ? readNumber(value) : value;
  if (typeof wanted !== "number")
    throw new RuleProblem(`"${part ?? comparison}" takes a number, not ${JSON.stringify(value)}`);
  if (part !== undefined && comparison === "eq" && !isPossible(part, wanted))
    throw new RuleProblem(`no "${part}" is ever ${wanted}`);
  const compare = COMPARE[comparison];
  const read = readerOf(part);
  return testOf(field, {
    kind: "check",
    key: `number:${part ?? ""}:${comparison}:${wanted}`,
    on: "text",
    asks: { kind: "number", comparison, wanted, part },
    accepts: (text) => {
      const actual = read(text);
      return actual !== undefined && compare(actual, wanted);
    },
  });
}

const readerOf = (part: TimePart | undefined) =>
  part === undefined ? readNumber : (text: string) => timePart(text, part);

/** A decimal or 0x number; undefined for any other text, so that it compares with nothing. */
function readNumber(text: string): number | undefined {
  const trimmed = text.trim();
  if (!/^(?:[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|0x[0-9a-f]+)$/i.test(trimmed)) return undefined;
  return Number(trimmed);
}
