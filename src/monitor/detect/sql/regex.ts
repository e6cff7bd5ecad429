import { RE2JS } from "re2js";
import type { RegexFlags } from "../rule/check.ts";
import { leastLength } from "../rule/regex.ts";
import { Inexpressible, textLiteral } from "./literal.ts";

/**
 * Whether a regular expression is found in a value. The stream runs RE2 in JavaScript, the database RE2 in C++: one syntax, but
 * the database lets `.` match a line end unless told otherwise, and knows an older Unicode, so its classes are spelled out.
 */
export function regexSql(value: string, pattern: string, flags: RegexFlags): string {
  const least = leastLength(pattern);
  if (least !== undefined) return longLineSql(value, least, flags.s);
  const letters = ["i", "m", "s"] as const;
  const on = letters.filter((letter) => flags[letter]).join("");
  const off = letters.filter((letter) => !flags[letter]).join("");
  const isFolding = flags.i || /\(\?[a-zA-Z]*i/.test(pattern);
  return `match(${value}, ${textLiteral(`(?${on}${off === "" ? "" : `-${off}`})${spellClasses(pattern, isFolding)}`)})`;
}

const longLineSql = (value: string, least: number, isWhole: boolean): string =>
  isWhole
    ? `lengthUTF8(${value}) >= ${least}`
    : `arrayExists(line -> lengthUTF8(line) >= ${least}, splitByChar('\\n', ${value}))`;

/** Quoted runs, classes by property, any other escape, brackets. */
const TOKENS = /\\Q[\s\S]*?(?:\\E|$)|\\[pP](?:\{[^}]*\}|[\s\S])|\\[\s\S]|[[\]]/g;

function spellClasses(pattern: string, isFolding: boolean): string {
  let isInside = false;
  return pattern.replace(TOKENS, (token) => {
    if (token === "[") isInside = true;
    else if (token === "]") isInside = false;
    if (!/^\\[pP]/.test(token)) return token;
    if (isFolding)
      throw new Inexpressible(`a regular expression ignores case in ${token}, on which versions of Unicode differ`);
    return isInside ? rangesOf(token) : `[${rangesOf(token)}]`;
  });
}

const known = new Map<string, string>();

/** The characters of a class, asked of the engine that the stream runs. */
function rangesOf(token: string): string {
  const before = known.get(token);
  if (before !== undefined) return before;
  const regex = RE2JS.compile(token);
  const ranges: string[] = [];
  let start = -1;
  for (let code = 0; code <= 0x110000; code = code === 0xd7ff ? 0xe000 : code + 1) {
    const isMember = code <= 0x10ffff && regex.test(String.fromCodePoint(code));
    if (isMember && start < 0) start = code;
    if (isMember || start < 0) continue;
    const end = code === 0xe000 ? 0xd7ff : code - 1;
    ranges.push(`\\x{${start.toString(16)}}-\\x{${end.toString(16)}}`);
    start = -1;
  }
  if (ranges.length === 0) throw new Inexpressible(`a regular expression asks for ${token}, which no character is`);
  const text = ranges.join("");
  known.set(token, text);
  return text;
}
