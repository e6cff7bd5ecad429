import { RE2JS } from "re2js";
import type { FieldValue } from "../../event/index.ts";
import { MAX_FIELDS } from "../bounds.ts";
import { flattenInto, isObject, toScalar } from "../flatten.ts";
import { type Reading, setField, textOf } from "../reading.ts";
import { cellsOf, columnName } from "../table/cells.ts";
import { MAX_READ_CHARS, MAX_REGEX_CHARS, MAX_REGEX_INSTRUCTIONS } from "./bounds.ts";
import { compileGrok, FIELD_NAME, type Grok } from "./grok.ts";
import { compileJsonPath, valuesAt } from "./json-path.ts";
import { readPairs } from "./pairs.ts";
import { Fault, type Path } from "./problem.ts";
import type { Step } from "./schema.ts";

/** Reads a text into fields; false when it is not of this form. */
type ReadText = (into: Reading, text: string) => boolean;
type CompiledStep = {
  readonly from: string | undefined;
  readonly isOptional: boolean;
  readonly read: ReadText;
  /** Stands in every text that the step reads; "" when nothing must. */
  readonly literal: string;
};

export function compileStep(step: Step, defined: ReadonlyMap<string, string>, path: Path): CompiledStep {
  const { read, literal } = readerOf(step, defined, path);
  return { from: step.from, isOptional: step.optional, read, literal };
}

type Compiled = { readonly read: ReadText; readonly literal: string };

function readerOf(step: Step, defined: ReadonlyMap<string, string>, path: Path): Compiled {
  const { grok, regex, keyvalue, csv, json } = step;
  if (grok !== undefined)
    return anyGrok(listOf(grok).map((one, at) => compileGrok(one, defined, placeOf([...path, "grok"], grok, at))));
  if (regex !== undefined)
    return {
      read: anyOf(listOf(regex).map((one, at) => compileRegex(one, placeOf([...path, "regex"], regex, at)))),
      literal: "",
    };
  if (keyvalue !== undefined)
    return { read: (into, text) => readPairs(into, text, keyvalue) > 0, literal: keyvalue.equals };
  if (csv !== undefined) return { read: tableReader(csv), literal: csv.columns.length > 1 ? csv.separator : "" };
  return { read: jsonReader(json ?? {}, [...path, "json"]), literal: "" };
}

export const listOf = <T>(value: T | readonly T[]): readonly T[] => (isListOf(value) ? value : [value]);
const isListOf = <T>(value: T | readonly T[]): value is readonly T[] => Array.isArray(value);
const placeOf = (path: Path, given: unknown, at: number): Path => (Array.isArray(given) ? [...path, at] : path);

const anyOf =
  (readers: readonly ReadText[]): ReadText =>
  (into, text) =>
    readers.some((read) => read(into, text));

function anyGrok(groks: readonly Grok[]): Compiled {
  const readers = groks.map(
    ({ literal, read }): ReadText =>
      (into, text) =>
        text.includes(literal) && read(text, (name, value) => setField(into, name, value)),
  );
  return { read: anyOf(readers), literal: groks.length === 1 ? (groks[0]?.literal ?? "") : "" };
}

/** RE2: linear in the text. Named groups become fields; a group that took no part is none. Errors: Fault. */
export function compileRegex(pattern: string, path: Path): ReadText {
  const regex = compiled(pattern, path);
  const names = Object.keys(regex.namedGroups());
  const wrong = names.find((name) => !FIELD_NAME.test(name));
  if (wrong !== undefined) throw new Fault(path, `"${wrong}" is no name for a field.`);
  return (into, text) => {
    if (text.length > MAX_REGEX_CHARS) return false;
    const matcher = regex.matcher(text);
    if (!matcher.find()) return false;
    for (const name of names) {
      const value: unknown = matcher.group(name);
      if (typeof value === "string") setField(into, name, value);
    }
    return true;
  };
}

export function compileTest(pattern: string, path: Path): (text: string) => boolean {
  const regex = compiled(pattern, path);
  return (text) => text.length <= MAX_REGEX_CHARS && regex.test(text);
}

function compiled(pattern: string, path: Path): RE2JS {
  let regex: RE2JS;
  try {
    regex = RE2JS.compile(pattern);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new Fault(path, `This regular expression cannot be run in linear time: ${detail.slice(0, 200)}`);
  }
  if (regex.programSize() > MAX_REGEX_INSTRUCTIONS)
    throw new Fault(path, `This regular expression comes to more than ${MAX_REGEX_INSTRUCTIONS} instructions.`);
  return regex;
}

type Csv = NonNullable<Step["csv"]>;

/** A row with fewer cells than columns is another table's; what it has more is kept by number. */
const tableReader =
  ({ separator, columns }: Csv): ReadText =>
  (into, text) => {
    const cells = cellsOf(text, separator, MAX_FIELDS);
    if (cells.length < columns.length) return false;
    cells.forEach((cell, at) => {
      const name = at < columns.length ? columns[at] : columnName(at);
      if (name !== null && name !== undefined && name !== "") setField(into, name, cell.trim());
    });
    return true;
  };

type Json = NonNullable<Step["json"]>;

/** Every member becomes a field, nested ones by dotted names; paths name more. */
function jsonReader({ fields, prefix }: Json, path: Path): ReadText {
  const paths = Object.entries(fields ?? {}).map(([name, one]) => ({
    name,
    path: compileJsonPath(one, [...path, "fields", name]),
  }));
  const before = prefix === undefined ? "" : `${prefix}.`;
  return (into, text) => {
    const value = objectIn(text);
    if (value === undefined) return false;
    for (const key in value) flattenInto(into, `${before}${key}`, value[key]);
    for (const one of paths) {
      const found = valuesAt(value, one.path).map(toScalar);
      const kept: FieldValue | undefined = found.length > 1 ? found : found[0];
      if (kept !== undefined) setField(into, one.name, kept);
    }
    return true;
  };
}

function objectIn(text: string) {
  const start = text.trimStart();
  if (start.charCodeAt(0) !== 123) return undefined;
  try {
    const value: unknown = JSON.parse(start);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Runs the steps; the first must fit, and so must the later ones that are not optional. */
export function runSteps(steps: readonly CompiledStep[], into: Reading, message: string): boolean {
  return steps.every(({ from, read, isOptional }) => {
    const text = from === undefined ? message : textOf(into.fields, from);
    return (text.length <= MAX_READ_CHARS && (from === undefined || text !== "") && read(into, text)) || isOptional;
  });
}
