import { RuleProblem } from "../../rule/problem.ts";
import type { Yaml } from "../../rule/value.ts";

const SECOND = 1000;
const DAY = 86_400 * SECOND;
/** Months and years are 30 and 365 days: a sliding window has no calendar. */
const UNITS: Readonly<Record<string, number>> = {
  s: SECOND,
  m: 60 * SECOND,
  h: 3600 * SECOND,
  d: DAY,
  w: 7 * DAY,
  M: 30 * DAY,
  y: 365 * DAY,
};
const LONGEST_MS = 2 * 365 * DAY;

/** Milliseconds of a `timespan` such as `90m`. Source: Sigma correlation rules specification 2.1, "Time Selection"; w, M and y as in pySigma. */
export function readTimespan(value: Yaml | undefined): number {
  if (value === undefined || value === null) throw new RuleProblem("the correlation has no timespan");
  const [, digits, unit] = /^(\d{1,9})([smhdwMy])$/.exec(String(value).trim()) ?? [];
  if (digits === undefined || unit === undefined)
    throw new RuleProblem(
      `the timespan "${String(value)}" is not a number and one of s, m, h, d, w, M, y, such as 90m`,
    );
  const spanMs = Number(digits) * (UNITS[unit] ?? 0);
  if (spanMs === 0) throw new RuleProblem("the timespan is zero");
  if (spanMs > LONGEST_MS) throw new RuleProblem("the timespan is longer than two years");
  return spanMs;
}
