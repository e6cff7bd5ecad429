import { type Bytes, base64, base64Offsets, bytesAsText, type Encoding, encode, utf8 } from "./encode.ts";
import { allOf, anyOf, type Expression, type Literal, testOf } from "./expression.ts";
import { foldCase } from "./fold-case.ts";
import type { Reading, Rewrite } from "./modifier.ts";
import {
  literalOf,
  ONE,
  type Part,
  type Pattern,
  placed,
  requiredLiterals,
  spellDashes,
  withDashes,
} from "./pattern.ts";
import { RuleProblem } from "./problem.ts";
import { wildcardMatcher } from "./wildcard.ts";

type TextReading = Extract<Reading, { kind: "text" }>;

/** Spelled out up to three dashes (5³); beyond that a matcher with dash wildcards takes over. */
const MAX_SPELLINGS = 125;
/** What one field may be looked for at most, all writings counted: SigmaHQ's longest list has under five thousand. */
const MAX_LITERALS = 100_000;
/** Literals before a wildcard or a case-sensitive comparison: more would hardly rule out more. */
const MAX_REQUIRED = 3;

/** Tests for texts, any of which will do: plain ones gathered into a single test, the others each on their own. */
export function textTests(field: string, patterns: readonly Pattern[], reading: TextReading): Expression {
  const rewritten =
    reading.rewrites.length === 0 ? patterns : patterns.flatMap((pattern) => rewrite(pattern, reading.rewrites));
  const literals: Literal[] = [];
  const others: Expression[] = [];
  for (const bare of rewritten) {
    const [text] = bare;
    if (!reading.isCased && bare.length === 1 && typeof text === "string") {
      literals.push({ place: reading.place, text: foldCase(text) });
      continue;
    }
    const pattern = placed(bare, reading.place);
    const spellings = reading.isCased ? undefined : spellDashes(pattern, MAX_SPELLINGS)?.map(literalOf);
    if (spellings?.every((literal) => literal !== undefined)) literals.push(...spellings);
    else others.push(patternTest(field, pattern, reading.isCased));
    if (literals.length > MAX_LITERALS) break;
  }
  if (literals.length > MAX_LITERALS) throw new RuleProblem(`a field has more than ${MAX_LITERALS} texts to look for`);
  if (literals.length > 0) others.unshift(testOf(field, { kind: "literals", literals }));
  return anyOf(others);
}

function rewrite(pattern: Pattern, rewrites: readonly Rewrite[]): readonly Pattern[] {
  let patterns: readonly Pattern[] = [pattern];
  let areBytes = false;
  for (const name of rewrites) {
    if (name === "windash") patterns = patterns.map(withDashes);
    else if (name === "base64") patterns = plainTexts(patterns).map((text) => [base64(bytesOf(text, areBytes))]);
    else if (name === "base64offset")
      patterns = plainTexts(patterns).flatMap((text) => base64Offsets(bytesOf(text, areBytes)).map((part) => [part]));
    else {
      patterns = spelledOut(patterns).map((one) =>
        one.flatMap((part, index) => encodedPart(part, index === 0 ? name : unmarked(name))),
      );
      areBytes = true;
    }
  }
  return patterns;
}

const bytesOf = (text: string, areBytes: boolean): Bytes => (areBytes ? Buffer.from(text, "latin1") : utf8(text));

/** One character of UTF-16 is two bytes, so `?` takes two; a run of any characters stays one. */
function encodedPart(part: Part, encoding: Encoding): readonly Part[] {
  if (part === ONE) return [ONE, ONE];
  return [typeof part === "string" ? bytesAsText(encode(part, encoding)) : part];
}

function plainTexts(patterns: readonly Pattern[]): readonly string[] {
  return spelledOut(patterns).map(([text = "", ...rest]) => {
    if (typeof text !== "string" || rest.length > 0) throw new RuleProblem("a value with wildcards has no Base64 form");
    return text;
  });
}

/** A byte order mark only ever stands at the very start. */
const unmarked = (encoding: Encoding): Encoding => (encoding === "utf16" ? "utf16le" : encoding);

/** Every writing of the dashes: each has other bytes. */
function spelledOut(patterns: readonly Pattern[]): readonly Pattern[] {
  return patterns.flatMap((pattern) => {
    const spellings = spellDashes(pattern, MAX_SPELLINGS);
    if (spellings === undefined) throw new RuleProblem("a value has too many dashes for windash with an encoding");
    return spellings;
  });
}

/** One pattern that is more than a literal: a cheap necessary literal first, then the exact comparison. */
function patternTest(field: string, pattern: Pattern, isCased: boolean): Expression {
  const wanted = isCased ? pattern : pattern.map((part): Part => (typeof part === "string" ? foldCase(part) : part));
  const check = testOf(field, {
    kind: "check",
    key: `${isCased ? "cased" : "like"}:${JSON.stringify(wanted)}`,
    on: isCased ? "text" : "lowered",
    asks: { kind: "pattern", parts: wanted },
    accepts: wildcardMatcher(wanted),
  });
  const whole = literalOf(pattern);
  const required = whole ? [whole] : requiredLiterals(pattern, MAX_REQUIRED);
  return allOf([...required.map((literal) => testOf(field, { kind: "literals", literals: [literal] })), check]);
}
