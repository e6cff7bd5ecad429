import {
  type Civil,
  civilMs,
  epochToMs,
  finishTime,
  monthAt,
  readApacheTime,
  readIso,
  readMonthFirst,
  toInstantMs,
} from "../instant.ts";
import { localToUtcMs } from "../zone.ts";
import { Fault, type Path } from "./problem.ts";

/** zone: IANA name for texts without an offset, "" for UTC. nearMs: when the line came, for dates without a year. */
export type TimeContext = { readonly zone: string; readonly nearMs: number };
/** UTC milliseconds; NaN when the text is not of this form. */
type TimeReader = (text: string, context: TimeContext) => number;

const whole = (text: string, read: { ms: number; end: number } | undefined): number =>
  read !== undefined && read.end >= text.length ? read.ms : Number.NaN;

const NAMED: Readonly<Record<string, TimeReader>> = {
  auto: (text, { zone }) => toInstantMs(text, zone),
  iso: (text, { zone }) => whole(text, readIso(text, 0, zone)),
  syslog: (text, context) => whole(text, readMonthFirst(text, 0, context)),
  http: (text, { zone }) => whole(text, readApacheTime(text, 0, zone)),
  epoch: (text) => (/^-?\d{1,19}(?:\.\d{1,9})?$/.test(text) ? epochToMs(Number(text)) : Number.NaN),
};

const TIME_NAMES = Object.keys(NAMED);

/** A year that nobody wrote is -1; `pm` is 12 in the afternoon; `zoneMs` what makes UTC of it, NaN when nothing says so. */
type Parts = Civil & { ms: number; pm: number; eraFrom: number; zoneMs: number };
/** Reads one part at `at` and returns where it ends, or -1. */
type Reader = (parts: Parts, text: string, at: number) => number;

/** As many digits as there are, up to `most`; -1 below `least`. */
const digits =
  (least: number, most: number, set: (parts: Parts, value: number) => void): Reader =>
  (parts, text, at) => {
    let end = at;
    let value = 0;
    for (; end < at + most; end += 1) {
      const c = text.charCodeAt(end) - 48;
      if (!(c >= 0 && c <= 9)) break;
      value = value * 10 + c;
    }
    if (end - at < least) return -1;
    set(parts, value);
    return end;
  };

/** First years of the eras minus one: 令和1年 is 2019. */
const ERAS: readonly (readonly [string, number])[] = [
  ["令和", 2018],
  ["平成", 1988],
  ["昭和", 1925],
  ["R", 2018],
  ["H", 1988],
  ["S", 1925],
];

const era: Reader = (parts, text, at) => {
  const found = ERAS.find(([name]) => text.startsWith(name, at));
  if (found === undefined) return -1;
  parts.eraFrom = found[1];
  return at + found[0].length;
};

const eraYear: Reader = (parts, text, at) => {
  if (text.charAt(at) === "元") {
    parts.year = parts.eraFrom + 1;
    return at + 1;
  }
  return digits(1, 2, (into, value) => {
    into.year = into.eraFrom + value;
  })(parts, text, at);
};

const monthName: Reader = (parts, text, at) => {
  parts.month = monthAt(text, at);
  if (parts.month === 0) return -1;
  let end = at + 3;
  while (/[A-Za-z]/.test(text.charAt(end)) && end < at + 9) end += 1;
  return end;
};

const dayName: Reader = (_, text, at) => {
  const found = /^(?:[A-Za-z]{2,9}|[月火水木金土日](?:曜日?)?)/.exec(text.slice(at, at + 10));
  return found === null ? -1 : at + found[0].length;
};

const half: Reader = (parts, text, at) => {
  const word = text.slice(at, at + 2).toLowerCase();
  if (word === "am" || word === "午前") parts.pm = 0;
  else if (word === "pm" || word === "午後") parts.pm = 12;
  else return -1;
  return at + 2;
};

const fraction: Reader = (parts, text, at) => {
  let end = at;
  let scale = 100;
  for (; end < text.length && end < at + 9; end += 1) {
    const c = text.charCodeAt(end) - 48;
    if (!(c >= 0 && c <= 9)) break;
    parts.ms += Math.floor(c * scale);
    scale /= 10;
  }
  return end > at ? end : -1;
};

/** `Z`, `+09:00`, ` UTC`: what finishTime reads of its own accord behind the seconds. */
const offset: Reader = (parts, text, at) => {
  const read = finishTime(text, at, { local: 0, zone: "" });
  if (read.end === at) return -1;
  parts.zoneMs = read.ms;
  return read.end;
};

const READERS: Readonly<Record<string, Reader>> = {
  yyyy: digits(4, 4, (parts, value) => {
    parts.year = value;
  }),
  yy: digits(2, 2, (parts, value) => {
    parts.year = value + (value < 70 ? 2000 : 1900);
  }),
  y: eraYear,
  G: era,
  MMM: monthName,
  MM: digits(2, 2, (parts, value) => {
    parts.month = value;
  }),
  M: digits(1, 2, (parts, value) => {
    parts.month = value;
  }),
  dd: digits(2, 2, (parts, value) => {
    parts.day = value;
  }),
  d: digits(1, 2, (parts, value) => {
    parts.day = value;
  }),
  HH: digits(2, 2, (parts, value) => {
    parts.hour = value;
  }),
  H: digits(1, 2, (parts, value) => {
    parts.hour = value;
  }),
  hh: digits(2, 2, (parts, value) => {
    parts.hour = value % 12;
  }),
  h: digits(1, 2, (parts, value) => {
    parts.hour = value % 12;
  }),
  a: half,
  mm: digits(2, 2, (parts, value) => {
    parts.minute = value;
  }),
  m: digits(1, 2, (parts, value) => {
    parts.minute = value;
  }),
  ss: digits(2, 2, (parts, value) => {
    parts.second = value;
  }),
  s: digits(1, 2, (parts, value) => {
    parts.second = value;
  }),
  S: fraction,
  EEE: dayName,
  X: offset,
};

const literal =
  (wanted: string): Reader =>
  (_, text, at) =>
    text.startsWith(wanted, at) ? at + wanted.length : -1;

/** One part of a format: a quoted text, a run of one letter, or a character as it is. */
const PART = /'([^']*)'|([A-Za-z])\2*|[^A-Za-z']/g;
const MAX_FORMAT_CHARS = 80;

/**
 * A name of TIME_NAMES, or a pattern of Unicode's letters (UTS #35 §Date Format Patterns): yyyy yy MMM MM M dd d HH H hh h a mm m ss
 * s SSS X EEE, `'text'`, and `Gy` for the years of Japanese eras. Errors: Fault.
 */
export function compileTimeFormat(format: string, path: Path): TimeReader {
  const named = Object.hasOwn(NAMED, format) ? NAMED[format] : undefined;
  if (named !== undefined) return named;
  if (format.length > MAX_FORMAT_CHARS)
    throw new Fault(path, `A time format is longer than ${MAX_FORMAT_CHARS} characters.`);
  const readers = [...format.matchAll(PART)].map(([part, quoted, letter]) => readerOf(part, { quoted, letter, path }));
  if (!/yy|G|M|d|H|h/.test(format))
    throw new Fault(path, `"${format}" names no part of a date; or write ${TIME_NAMES.join(", ")}.`);
  return (text, context) => readBy(readers, text, context);
}

type Part = { readonly quoted: string | undefined; readonly letter: string | undefined; readonly path: Path };

function readerOf(part: string, { quoted, letter, path }: Part): Reader {
  if (letter === undefined) return literal(quoted ?? part);
  if (part === "T" || part === "Z") return part === "T" ? literal("T") : offset;
  const name = letter === "S" || letter === "X" || letter === "y" ? shortOf(part) : part;
  const reader = Object.hasOwn(READERS, name) ? READERS[name] : undefined;
  if (reader === undefined)
    throw new Fault(path, `"${part}" is no part of a time format; put plain text in quotes: '${part}'.`);
  return reader;
}

const shortOf = (part: string): string => (part.startsWith("y") ? part : part.charAt(0));

function readBy(readers: readonly Reader[], text: string, { zone, nearMs }: TimeContext): number {
  const parts: Parts = {
    year: -1,
    month: 1,
    day: 1,
    hour: 0,
    minute: 0,
    second: 0,
    ms: 0,
    pm: 0,
    eraFrom: 0,
    zoneMs: Number.NaN,
  };
  let at = 0;
  for (const read of readers) {
    at = read(parts, text, at);
    if (at < 0) return Number.NaN;
  }
  if (at < text.length) return Number.NaN;
  parts.hour += parts.pm;
  const local = (parts.year < 0 ? nearestYearMs(parts, nearMs) : civilMs(parts)) + parts.ms;
  if (!Number.isNaN(parts.zoneMs)) return local + parts.zoneMs;
  return zone === "" ? local : localToUtcMs(local, zone);
}

const WEEK_MS = 7 * 86_400_000;

/** The latest year that does not put the time more than a week into the future. */
function nearestYearMs(parts: Parts, nearMs: number): number {
  const thisYear = new Date(nearMs).getUTCFullYear();
  for (let year = thisYear + 1; year >= thisYear - 8; year -= 1) {
    parts.year = year;
    const ms = civilMs(parts);
    if (ms <= nearMs + WEEK_MS) return ms;
  }
  return Number.NaN;
}
