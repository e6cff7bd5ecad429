import { RE2JS } from "re2js";
import { MAX_CACHED_LENGTH, ValueCache } from "../value-cache.ts";
import type { RegexFlags } from "./check.ts";
import { allOf, type Expression, type Literal, testOf } from "./expression.ts";
import { RuleProblem } from "./problem.ts";
import { needsOf } from "./regex-needs.ts";

/** Longer patterns than this are machine-made and cost more to compile than any rule is worth. */
const MAX_PATTERN_LENGTH = 8192;
/** Instructions of all expressions of one field: RE2 is linear in the value, but also in these. */
const MAX_INSTRUCTIONS = 50_000;
/** Values whose answer each expression remembers: twice this at most. */
const MEMORY = 128;

/** Searches for regular expressions anywhere in the value, one test each, in the order given. */
export function regexTests(field: string, patterns: readonly string[], flags: RegexFlags): readonly Expression[] {
  let instructions = 0;
  return patterns.map((pattern) =>
    regexTest(field, pattern, flags, (more) => {
      instructions += more;
      if (instructions > MAX_INSTRUCTIONS)
        throw new RuleProblem(`the regular expressions come to more than ${MAX_INSTRUCTIONS} instructions`);
    }),
  );
}

/** A search for a regular expression anywhere in the value, case-sensitive unless flagged. RE2: linear time. */
function regexTest(
  field: string,
  pattern: string,
  flags: RegexFlags,
  spend: (instructions: number) => void,
): Expression {
  const { texts, minLength } = needsOf(pattern);
  const matches = longLine(pattern, flags) ?? remembering(compileRegex(pattern, flags, spend));
  const letters = `${flags.i ? "i" : ""}${flags.m ? "m" : ""}${flags.s ? "s" : ""}`;
  const check = testOf(field, {
    kind: "check",
    key: `re:${letters}:${pattern}`,
    on: "text",
    asks: { kind: "regex", pattern, flags },
    accepts: (value) => value.length >= minLength && matches(value),
  });
  if (texts === undefined) return check;
  const literals = texts.map((text): Literal => ({ place: "contains", text }));
  return allOf([testOf(field, { kind: "literals", literals }), check]);
}

/** RE2 takes microseconds, and some expressions are asked of every command line. */
function remembering(regex: RE2JS): (value: string) => boolean {
  const answers = new ValueCache<boolean>(MEMORY);
  return (value) => {
    if (value.length > MAX_CACHED_LENGTH) return regex.test(value);
    const known = answers.get(value);
    if (known !== undefined) return known;
    const answer = regex.test(value);
    answers.set(value, answer);
    return answer;
  };
}

/** `.{1000,}` asks for a long line; RE2 would write the dot out a thousand times. Undefined for any other expression. */
export function leastLength(pattern: string): number | undefined {
  const match = /^\(?\.\)?\{(\d{2,4}),?\}$/.exec(pattern);
  if (match === null || pattern.startsWith("(") !== pattern.includes(")")) return undefined;
  return Number(match[1]);
}

function longLine(pattern: string, flags: RegexFlags): ((value: string) => boolean) | undefined {
  const least = leastLength(pattern);
  if (least === undefined) return undefined;
  const isLong = (line: string) => line.length >= 2 * least || (line.length >= least && [...line].length >= least);
  return (value) => (flags.s ? isLong(value) : value.split("\n").some(isLong));
}

/** RE2 itself refuses what would grow: deep nesting and counted repetitions that multiply past 1000 copies. */
function compileRegex(pattern: string, flags: RegexFlags, spend: (instructions: number) => void): RE2JS {
  if (pattern.length > MAX_PATTERN_LENGTH)
    throw new RuleProblem(`a regular expression is longer than ${MAX_PATTERN_LENGTH} characters`);
  const bits = (flags.i ? RE2JS.CASE_INSENSITIVE : 0) | (flags.m ? RE2JS.MULTILINE : 0) | (flags.s ? RE2JS.DOTALL : 0);
  const compiled = orRefuse(pattern, () => RE2JS.compile(pattern, bits));
  spend(compiled.programSize());
  return compiled;
}

function orRefuse<T>(pattern: string, compile: () => T): T {
  try {
    return compile();
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new RuleProblem(`the regular expression ${shown(pattern)} cannot be run in linear time: ${detail}`);
  }
}

const shown = (pattern: string): string => (pattern.length > 80 ? `${pattern.slice(0, 80)}…` : pattern);
