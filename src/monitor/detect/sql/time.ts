import type { TimePart } from "../rule/time-part.ts";
import { bindSql, textLiteral } from "./literal.ts";
import { numberSql } from "./number.ts";

const NUMBER = textLiteral("\\A[0-9]{9,14}(?:\\.[0-9]+)?\\z");
const ISO = textLiteral(
  "(?i)\\A([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,][0-9]{1,9})?)?)? ?(?:Z|UTC|([+-][0-9]{2}):?([0-9]{2}))?\\z",
);
/** Days from 0000-03-01, where the calendar's arithmetic begins, to 1970-01-01. */
const EPOCH_DAY = 719_468;

/**
 * A part of the instant that a trimmed text writes, as `timePart` of rule/time-part.ts; NULL for any other text. By whole-number
 * arithmetic: the engine's own dates end where hostile years begin. Source: Hinnant, "chrono-Compatible Low-Level Date Algorithms".
 */
export const timePartSql = (text: string, part: TimePart): string => bindSql("ms", instantSql(text), partSql(part));

const instantSql = (text: string): string =>
  `multiIf(match(${text}, ${NUMBER}), ${bindSql("number", numberSql(text), "toInt64(if(number < 1e11, number * 1000, number))")},
    match(${text}, ${ISO}), ${bindSql("piece", `arrayMap(one -> toInt64OrZero(replaceOne(one, '+', '')), ${groupsSql(text)})`, isoSql(text))}, NULL)`;

const groupsSql = (text: string): string => `extractGroups(${text}, ${ISO})`;

/** piece: year, month, day, hour, minute, second, hours and minutes of the zone. Date.UTC takes the years 0–99 for 1900–1999. */
const isoSql = (text: string): string =>
  `if(piece[2] NOT BETWEEN 1 AND 12 OR piece[3] NOT BETWEEN 1 AND 31 OR piece[4] > 23 OR piece[5] > 59, NULL,
    (${dayNumberSql("(if(piece[1] < 100, 1900, 0) + piece[1])", "piece[2]", "piece[3]")}) * 86400000
    + piece[4] * 3600000 + piece[5] * 60000 + piece[6] * 1000
    - (piece[7] * 60 + piece[8] * if(startsWith(${groupsSql(text)}[7], '-'), -1, 1)) * 60000)`;

/** Days since 1970-01-01; a day past the month's end runs on into the next. */
const dayNumberSql = (year: string, month: string, day: string): string =>
  `365 * (${year} - (${month} <= 2)) + intDiv(${year} - (${month} <= 2), 4) - intDiv(${year} - (${month} <= 2), 100)
    + intDiv(${year} - (${month} <= 2), 400) + intDiv(153 * (${month} + if(${month} > 2, -3, 9)) + 2, 5) + ${day} - 1 - ${EPOCH_DAY}`;

function partSql(part: TimePart): string {
  if (part === "minute") return "intDiv(positiveModulo(ms, 3600000), 60000)";
  if (part === "hour") return "intDiv(positiveModulo(ms, 86400000), 3600000)";
  const day = "intDiv(ms - positiveModulo(ms, 86400000), 86400000)";
  if (part !== "week") return bindSql("day", day, civilSql("day", part));
  const thursday = bindSql("day", day, "day + 3 - positiveModulo(day + 3, 7)");
  const newYear = dayNumberSql("(if(year < 100, 1900, 0) + year)", "1", "1");
  return bindSql(
    "thursday",
    thursday,
    bindSql("year", civilSql("thursday", "year"), `1 + toInt64(floor((thursday - (${newYear})) / 7))`),
  );
}

/** Year, month or day of a day number. */
function civilSql(day: string, part: "year" | "month" | "day"): string {
  const era = `intDiv(${day} + ${EPOCH_DAY}, 146097)`;
  const ofEra = `((${day} + ${EPOCH_DAY}) - ${era} * 146097)`;
  const yearOfEra = `intDiv(${ofEra} - intDiv(${ofEra}, 1460) + intDiv(${ofEra}, 36524) - intDiv(${ofEra}, 146096), 365)`;
  const wanted = {
    day: "ofYear - intDiv(153 * shifted + 2, 5) + 1",
    month: "if(shifted < 10, shifted + 3, shifted - 9)",
    year: `yearOfEra + ${era} * 400 + (shifted >= 10)`,
  }[part];
  return bindSql(
    "yearOfEra",
    yearOfEra,
    bindSql(
      "ofYear",
      `${ofEra} - (365 * yearOfEra + intDiv(yearOfEra, 4) - intDiv(yearOfEra, 100))`,
      bindSql("shifted", "intDiv(5 * ofYear + 2, 153)", wanted),
    ),
  );
}
