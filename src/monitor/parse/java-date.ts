import { type Civil, civilMs, digitsAt, monthAt, readOffset } from "./instant.ts";
import { localToUtcMs } from "./zone.ts";

const PATTERN = /'((?:[^']|'')*)'|([A-Za-z])\2*|[\s\S]/g;
const MAX_FORMAT_CHARS = 64;

type Reader = {
  readonly text: string;
  at: number;
  readonly civil: Civil;
  ms: number;
  offset: number | undefined;
  pm: number;
};
type Near = { readonly zone: string; readonly nearMs: number };

/**
 * Reads a time written by a pattern of Java's SimpleDateFormat, as LEEF's devTimeFormat gives it: y M d H h K k m s S a E z Z X and quoted
 * text. UTC milliseconds; undefined when the text does not follow the pattern or names no real moment. Without an offset the time is
 * local to `zone`; without a year it is the latest that is not more than a day after `nearMs`.
 */
export function readJavaDate(text: string, format: string, { zone, nearMs }: Near): number | undefined {
  if (format.length > MAX_FORMAT_CHARS) return undefined;
  const civil = { year: 0, month: 1, day: 1, hour: 0, minute: 0, second: 0 };
  const reader: Reader = { text, at: 0, civil, ms: 0, offset: undefined, pm: -1 };
  for (const [token, quoted] of format.matchAll(PATTERN)) {
    const isLetters = /^[A-Za-z]/.test(token);
    if (!(isLetters ? readPart(reader, token) : readLiteral(reader, quoted === undefined ? token : quoted || "'")))
      return undefined;
  }
  if (reader.pm >= 0) civil.hour = (civil.hour % 12) + 12 * reader.pm;
  const year = civil.year || new Date(nearMs).getUTCFullYear();
  const ms = instantOf({ ...civil, year }, reader, zone);
  const isFuture = civil.year === 0 && ms > nearMs + 86_400_000;
  const told = isFuture ? instantOf({ ...civil, year: year - 1 }, reader, zone) : ms;
  return Number.isNaN(told) ? undefined : told;
}

function instantOf(civil: Civil, { offset, ms }: Reader, zone: string): number {
  const local = civilMs(civil) + ms;
  return offset !== undefined ? local - offset : zone === "" ? local : localToUtcMs(local, zone);
}

function readLiteral(reader: Reader, literal: string): boolean {
  if (!reader.text.startsWith(literal, reader.at)) return false;
  reader.at += literal.length;
  return true;
}

const PARTS: Readonly<Record<string, readonly [keyof Civil, number]>> = {
  y: ["year", 4],
  u: ["year", 4],
  d: ["day", 2],
  H: ["hour", 2],
  k: ["hour", 2],
  h: ["hour", 2],
  K: ["hour", 2],
  m: ["minute", 2],
  s: ["second", 2],
};

function readPart(reader: Reader, token: string): boolean {
  const { text, at, civil } = reader;
  const letter = token[0] ?? "";
  if (letter === "M" && token.length >= 3) {
    civil.month = monthAt(text, at);
    return civil.month > 0 && skipWord(reader);
  }
  if (letter === "E" || letter === "z") return letter === "z" ? readZone(reader) : skipWord(reader);
  if (letter === "X" || letter === "Z") return readZone(reader);
  if (letter === "a") {
    reader.pm = /^pm/i.test(text.slice(at, at + 2)) ? 1 : 0;
    return skipWord(reader);
  }
  if (letter === "S") {
    const digits = /^\d{1,9}/.exec(text.slice(at, at + 9))?.[0] ?? "";
    reader.ms = Math.floor(Number(`0.${digits}`) * 1000);
    reader.at += digits.length;
    return digits !== "";
  }
  return readNumber(reader, token, letter === "M" ? ["month", 2] : PARTS[letter]);
}

/** At most the part's own width, as the next part may follow directly. */
function readNumber(reader: Reader, token: string, part: readonly [keyof Civil, number] | undefined): boolean {
  if (part === undefined) return false;
  const isShortYear = part[0] === "year" && token.length === 2;
  const most = isShortYear ? 2 : part[1];
  let width = 0;
  while (width < most && digitsAt(reader.text, reader.at + width, 1) >= 0) width += 1;
  if (width === 0) return false;
  const value = digitsAt(reader.text, reader.at, width);
  reader.civil[part[0]] = isShortYear ? 2000 + value : token.startsWith("k") ? value % 24 : value;
  reader.at += width;
  return true;
}

function skipWord(reader: Reader): boolean {
  const word = /^[\p{L}.]+/u.exec(reader.text.slice(reader.at, reader.at + 32))?.[0] ?? "";
  reader.at += word.length;
  return word !== "";
}

/** An offset, or the names that mean UTC; any other abbreviation is ambiguous and leaves the time to the source's zone. */
function readZone(reader: Reader): boolean {
  const rest = reader.text.slice(reader.at, reader.at + 16);
  const named = /^(?:UTC|GMT)(?![A-Za-z])|^Z/.exec(rest)?.[0] ?? "";
  if (named !== "") {
    reader.at += named.length;
    reader.offset = 0;
  }
  const offset = /^[+-]\d/.test(reader.text.slice(reader.at)) ? readOffset(reader.text, reader.at) : undefined;
  if (offset !== undefined) {
    reader.offset = offset.ms;
    reader.at = offset.end;
  }
  return named !== "" || offset !== undefined || skipWord(reader);
}
