import { LEVELS } from "../../event/index.ts";
import { readAddress, readNetwork } from "./address.ts";
import type { Comparison, Pattern } from "./ast.ts";
import { type CompileWays, literalOrFault, matchesPattern, type ParamBag } from "./condition.ts";
import { type Clock, readInstant } from "./instant.ts";
import { fault } from "./scan.ts";

/** Conditions on numbers, addresses, instants and levels. Every one is 0 or 1, never NULL, so that `not` is exact. */

const MAX_UINT64 = 18_446_744_073_709_551_615n;

function readWholeNumber(text: string, at: number): string {
  const value = text.normalize("NFKC").trim();
  if (!/^\d{1,20}$/.test(value) || BigInt(value) > MAX_UINT64) {
    return fault("not_a_number", at, "a whole number from 0", `"${value.slice(0, 40)}" is not a whole number`);
  }
  return value;
}

export function numberEquals(sql: string, pattern: Pattern, at: number, bag: ParamBag): string {
  const value = readWholeNumber(literalOrFault(pattern, at, "a whole number"), at);
  return `${sql} = ${bag.add("UInt64", value)}`;
}

/** 0 stands for "the log did not say": it is in no range, or `port < 1024` would find everything without a port. */
export function numberCompares(
  target: { readonly sql: string; readonly isZeroAbsent: boolean },
  { op, value, at }: Limit,
  bag: ParamBag,
): string {
  const bound = `${target.sql} ${op} ${bag.add("UInt64", readWholeNumber(value, at))}`;
  return target.isZeroAbsent ? `(${target.sql} != 0 AND ${bound})` : bound;
}

export type Limit = { readonly op: Comparison; readonly value: string; readonly at: number };

const ABSENT = "toIPv6('::')";

/** The text people know: IPv4 without the mapping prefix. */
export const addressText = (sql: string): string => `replaceRegexpOne(IPv6NumToString(${sql}), '^::ffff:', '')`;

export function addressMatches(sql: string, pattern: Pattern, at: number, bag: ParamBag): string {
  const text = patternText(pattern).normalize("NFKC");
  const network = readNetwork(text);
  if (network !== undefined) {
    const low = bag.add("String", network.low);
    return `(${sql} BETWEEN toIPv6(${low}) AND toIPv6(${bag.add("String", network.high)}) AND ${sql} != ${ABSENT})`;
  }
  if (pattern.some((part) => part.kind !== "text")) {
    return `(${sql} != ${ABSENT} AND ${matchesPattern(addressText(sql), pattern, bag)})`;
  }
  return `${sql} = toIPv6(${bag.add("String", addressOrFault(text, at))})`;
}

export function addressCompares(sql: string, { op, value, at }: Limit, bag: ParamBag): string {
  return `(${sql} != ${ABSENT} AND ${sql} ${op} toIPv6(${bag.add("String", addressOrFault(value, at))}))`;
}

function addressOrFault(text: string, at: number): string {
  const value = text.normalize("NFKC").trim();
  const expected = "an IP address or network such as 10.0.0.0/8";
  return readAddress(value) ?? fault("not_an_address", at, expected, `"${value.slice(0, 60)}" is not an IP address`);
}

const patternText = (pattern: Pattern): string =>
  pattern.map((part) => (part.kind === "text" ? part.text : part.kind === "one" ? "?" : "*")).join("");

export function instantMatches(sql: string, pattern: Pattern, at: number, ways: CompileWays): string {
  const { startMs, endMs } = instantOrFault(literalOrFault(pattern, at, "a time"), at, ways.clock);
  return `(${sql} >= ${instantParam(startMs, ways.bag)} AND ${sql} < ${instantParam(endMs, ways.bag)})`;
}

/** A written instant is a span, so `> 2026-11-22` begins after that day and `<= 2026-11-22` contains it. */
export function instantCompares(sql: string, { op, value, at }: Limit, ways: CompileWays): string {
  const { startMs, endMs } = instantOrFault(value, at, ways.clock);
  const edge = op === ">" || op === "<=" ? endMs : startMs;
  return `${sql} ${op.startsWith(">") ? ">=" : "<"} ${instantParam(edge, ways.bag)}`;
}

function instantOrFault(text: string, at: number, clock: Clock) {
  const expected = "a time such as 2026-11-22, 2026-11-22T10:00 or now-15m";
  return readInstant(text, clock) ?? fault("not_a_time", at, expected, `"${text.slice(0, 60)}" is not a time`);
}

const instantParam = (ms: number, bag: ParamBag): string =>
  `fromUnixTimestamp64Milli(${bag.add("Int64", Math.trunc(ms))}, 'UTC')`;

/** The levels that satisfy the comparison, in Sigma's order. */
export function levelsThat(op: Comparison | "=", value: string, at: number): string[] {
  const name = value.normalize("NFKC").trim().toLowerCase();
  const rank = LEVELS.findIndex((level) => level === name || (name === "info" && level === "informational"));
  if (rank < 0) fault("not_a_level", at, LEVELS.join(", "), `"${value.slice(0, 40)}" is not a level`);
  return LEVELS.filter((_, i) => {
    if (op === "=") return i === rank;
    if (op === ">") return i > rank;
    if (op === ">=") return i >= rank;
    return op === "<" ? i < rank : i <= rank;
  });
}
