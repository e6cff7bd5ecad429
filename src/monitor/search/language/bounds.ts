import { LIMITS, type Pattern } from "./ast.ts";
import { fault } from "./scan.ts";

export function tooLong(limit: number, at: number, what: string): never {
  return fault("too_long", at, `at most ${limit} characters`, `this ${what} is longer than ${limit} characters`);
}

export function checkedValue(value: string, at: number): string {
  return value.length > LIMITS.valueChars ? tooLong(LIMITS.valueChars, at, "value") : value;
}

export function checkedPattern(pattern: Pattern, at: number): Pattern {
  const length = pattern.reduce((sum, part) => sum + (part.kind === "text" ? part.text.length : 1), 0);
  return length > LIMITS.valueChars ? tooLong(LIMITS.valueChars, at, "value") : pattern;
}

export function checkedField(name: string, at: number): string {
  if (name === "") fault("field_expected", at, "a field name", "a field name cannot be empty");
  return name.length > LIMITS.fieldChars ? tooLong(LIMITS.fieldChars, at, "field name") : name;
}
