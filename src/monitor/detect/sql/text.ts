import type { Literal, Place } from "../rule/expression.ts";
import { ANY, DASHES, ONE } from "../rule/pattern.ts";
import { anyOfSql, Inexpressible, textList, textLiteral } from "./literal.ts";

/** `multiSearchAny` takes no more needles than this. */
const MAX_NEEDLES = 255;
/** More texts at one end than this are compared as a set for each length. */
const MAX_SEPARATE = 4;
/** RE2 writes each character out; longer patterns meet its memory limit. */
const MAX_PATTERN = 8192;

/** Whether one value, already folded, shows any of the literals. */
export function literalsSql(value: string, literals: readonly Literal[]): string {
  const at = (place: Place) => [...new Set(literals.filter((one) => one.place === place).map(({ text }) => text))];
  const [equals, inside] = [at("equals"), at("contains")];
  const parts = [...endsSql(value, "starts", at("starts")), ...endsSql(value, "ends", at("ends"))];
  if (equals.length > 0) parts.unshift(`${value} IN (${textList(equals)})`);
  for (let from = 0; from < inside.length; from += MAX_NEEDLES)
    parts.push(searchSql(value, inside.slice(from, from + MAX_NEEDLES)));
  return anyOfSql(parts);
}

function searchSql(value: string, needles: readonly string[]): string {
  const [only = ""] = needles;
  if (needles.length === 1) return `position(${value}, ${textLiteral(only)}) > 0`;
  return `multiSearchAny(${value}, [${textList(needles)}])`;
}

function endsSql(value: string, place: "starts" | "ends", texts: readonly string[]): readonly string[] {
  const asked = place === "starts" ? "startsWith" : "endsWith";
  if (texts.length <= MAX_SEPARATE) return texts.map((text) => `${asked}(${value}, ${textLiteral(text)})`);
  const byLength = Map.groupBy(texts, (text) => Buffer.byteLength(text));
  return [...byLength].map(([bytes, same]) => {
    if (bytes === 0) return `${asked}(${value}, '')`;
    const piece = place === "starts" ? `substring(${value}, 1, ${bytes})` : `right(${value}, ${bytes})`;
    return `${piece} IN (${textList(same)})`;
  });
}

/** Whether a value fits a Sigma pattern as a whole. A wildcard takes any character, line ends included. */
export function patternSql(value: string, parts: readonly (string | number)[]): string {
  const source = parts.map((part) => (typeof part === "string" ? quoteRe2(part) : WILDCARDS[part])).join("");
  if (source.length > MAX_PATTERN)
    throw new Inexpressible(`a text with wildcards is longer than ${MAX_PATTERN} characters`);
  return `match(${value}, ${textLiteral(`(?s)\\A${source}\\z`)})`;
}

const WILDCARDS: Readonly<Record<number, string>> = {
  [ANY]: ".*",
  [ONE]: ".",
  2: `[${DASHES.join("").replace("-", "\\-")}]`,
};

/** RE2 takes a backslash before any ASCII sign as that sign; a NUL must be spelled. */
const quoteRe2 = (text: string): string =>
  text.replace(/[^\w\s\u0080-\u{10ffff}]/gu, (sign) => (sign === "\0" ? "\\x00" : `\\${sign}`));

export function standsAtSql(place: Place, value: string, wanted: string): string {
  if (place === "equals") return `${value} = ${wanted}`;
  if (place === "contains") return `position(${value}, ${wanted}) > 0`;
  return `${place === "starts" ? "startsWith" : "endsWith"}(${value}, ${wanted})`;
}
