import { RuleProblem } from "./problem.ts";

/** A YAML document as plain values. Maps stay Maps: a key such as `__proto__` is just a key. */
export type Yaml = string | number | boolean | null | readonly Yaml[] | YamlMap;
export type YamlMap = ReadonlyMap<string, Yaml>;
export type Scalar = string | number | boolean | null;

export const isMap = (value: Yaml | undefined): value is YamlMap => value instanceof Map;
export const isList = (value: Yaml | undefined): value is readonly Yaml[] => Array.isArray(value);
export const isScalar = (value: Yaml | undefined): value is Scalar =>
  value !== undefined && !isMap(value) && !isList(value);

/** Text of an optional top-level key: numbers and dates as written, "" when absent. */
export function textOf(map: YamlMap, key: string): string {
  const value = map.get(key);
  return isScalar(value) && value !== null ? String(value) : "";
}

/** Texts of an optional list; a single text is a list of one. */
export function textsOf(map: YamlMap, key: string): readonly string[] {
  const value = map.get(key);
  const values = isList(value) ? value : [value];
  return values.filter((item) => isScalar(item) && item !== null && item !== "").map(String);
}

export function expectMap(value: Yaml | undefined, path: readonly (string | number)[], what: string): YamlMap {
  if (!isMap(value)) throw new RuleProblem(`${what} must be a map of names to values`, path);
  return value;
}
