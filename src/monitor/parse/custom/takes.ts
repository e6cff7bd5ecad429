import { toIp } from "../address.ts";
import { readApacheTime, readIso, readMonthFirst } from "../instant.ts";
import { syslogOfLevelWord } from "../severity.ts";

/**
 * One kind of value in a pattern. `end`: where the longest such value that begins at `at` ends. When none begins there, minus the number
 * of characters that were looked at, a fixed few counted as one: a search in vain is work like any other.
 */
export type Take = {
  readonly end: (text: string, at: number) => number;
  /** `lazy`, `greedy`: any text; what follows in the pattern says where it ends. */
  readonly open?: "lazy" | "greedy";
  /** A run of characters may give some back to the text that follows in the pattern; a time may not. */
  readonly mayShrink?: boolean;
  /** After shrinking: is it still one? */
  readonly accepts?: (value: string) => boolean;
  /** What is kept of its text; without it all. */
  readonly kept?: (value: string) => string;
};

type IsIn = (c: number) => boolean;

const isDigit: IsIn = (c) => c >= 48 && c <= 57;
const isLetter: IsIn = (c) => (c >= 97 && c <= 122) || (c >= 65 && c <= 90);
const isHex: IsIn = (c) => isDigit(c) || (c >= 97 && c <= 102) || (c >= 65 && c <= 70);
/** Space, tab and their like, no-break and ideographic space. */
const isSpace: IsIn = (c) => c === 32 || (c >= 9 && c <= 13) || c === 0xa0 || c === 0x3000;
/** Letters of other scripts are letters: names and words of Japanese logs are written in them. */
const isWide: IsIn = (c) => c >= 128 && !isSpace(c);
const isWord: IsIn = (c) => isDigit(c) || isLetter(c) || c === 95 || isWide(c);
const isHost: IsIn = (c) => isWord(c) || c === 45 || c === 46;
const isUser: IsIn = (c) => isHost(c) || c === 64 || c === 92 || c === 36;

function runEnd(text: string, at: number, isIn: IsIn, most = text.length): number {
  let end = at;
  while (end < most && end < text.length && isIn(text.charCodeAt(end))) end += 1;
  return end;
}

const run = (isIn: IsIn, accepts?: (value: string) => boolean): Take => ({
  end: (text, at) => {
    const end = runEnd(text, at, isIn);
    return end > at ? end : -1;
  },
  mayShrink: true,
  ...(accepts && { accepts }),
});

const notSpace: IsIn = (c) => !isSpace(c);

/** A whole number, with a sign. */
function integerEnd(text: string, at: number): number {
  const sign = text.charCodeAt(at);
  const from = sign === 43 || sign === 45 ? at + 1 : at;
  const end = runEnd(text, from, isDigit);
  return end > from ? end : -1;
}

function numberEnd(text: string, at: number): number {
  const whole = integerEnd(text, at);
  if (whole < 0) return -1;
  let end = whole;
  if (text.charCodeAt(end) === 46 && isDigit(text.charCodeAt(end + 1))) end = runEnd(text, end + 1, isDigit);
  if ((text.charCodeAt(end) | 32) !== 101) return end;
  const exponent = integerEnd(text, end + 1);
  return exponent < 0 ? end : exponent;
}

/** No address is longer, with its port and the full stop of its sentence. */
const MAX_IP_CHARS = 46;

/** An address takes neither the port behind it nor the full stop of its sentence. */
function ipEnd(text: string, at: number): number {
  const isPart: IsIn = (c) => isHex(c) || c === 46 || c === 58;
  const looked = runEnd(text, at, isPart, at + MAX_IP_CHARS);
  let end = looked;
  while (end > at && (text.charCodeAt(end - 1) === 46 || text.charCodeAt(end - 1) === 58)) {
    if (text.charCodeAt(end - 1) === 58 && text.charCodeAt(end - 2) === 58) break;
    end -= 1;
  }
  if (toIp(text.slice(at, end)) !== "") return end;
  let four = runEnd(text, at, (c) => isDigit(c) || c === 46, looked);
  if (text.charCodeAt(four - 1) === 46) four -= 1;
  return toIp(text.slice(at, four)) === "" ? at - looked - 1 : four;
}

function quotedEnd(text: string, at: number): number {
  const quote = text.charCodeAt(at);
  if (quote !== 34 && quote !== 39) return -1;
  for (let end = at + 1; end < text.length; end += 1) {
    const c = text.charCodeAt(end);
    if (c === 92) end += 1;
    else if (c === quote) return end + 1;
  }
  return at - text.length;
}

const matching = (pattern: RegExp): Take => ({
  end: (text, at) => {
    pattern.lastIndex = at;
    return pattern.test(text) ? pattern.lastIndex : -1;
  },
});

const timed = (read: (text: string, at: number) => { end: number } | undefined): Take => ({
  end: (text, at) => read(text, at)?.end ?? -1,
});

const REST: Take = { end: (text) => text.length, open: "greedy" };
const INT: Take = { end: integerEnd };
const NUMBER: Take = { end: numberEnd };
const IP: Take = { end: ipEnd };
const ISO: Take = timed((text, at) => readIso(text, at, ""));
const MONTH_FIRST: Take = timed((text, at) => readMonthFirst(text, at, { zone: "", nearMs: 0 }));
const QUOTED: Take = {
  end: quotedEnd,
  kept: (value) => value.slice(1, -1).replaceAll(/\\(["'\\])/g, "$1"),
};
const USER = run(isUser);
const HOST = run(isHost);

function ipOrHostEnd(text: string, at: number): number {
  const [ip, host] = [ipEnd(text, at), HOST.end(text, at)];
  return ip < 0 && host < 0 ? ip + host : Math.max(ip, host);
}

const PATH = run(notSpace, (value) => /^(?:[/~.]|[A-Za-z]:[\\/]|\\\\)/.test(value));

/**
 * The names a pattern may use. All read in one pass and need no going back; those that other products' grok calls otherwise
 * are there under both names.
 */
export const TAKES: ReadonlyMap<string, Take> = new Map<string, Take>([
  ["WORD", run(isWord)],
  ["NOTSPACE", run(notSpace)],
  ["DATA", { end: (text) => text.length, open: "lazy" }],
  ["REST", REST],
  ["GREEDYDATA", REST],
  ["SPACE", { end: (text, at) => runEnd(text, at, isSpace) }],
  ["INT", INT],
  ["POSINT", INT],
  ["NONNEGINT", INT],
  ["NUMBER", NUMBER],
  ["BASE10NUM", NUMBER],
  ["HEX", matching(/(?:0[xX])?[0-9A-Fa-f]{1,64}/y)],
  ["BASE16NUM", matching(/(?:0[xX])?[0-9A-Fa-f]{1,64}/y)],
  ["IP", IP],
  ["IPV4", IP],
  ["IPV6", IP],
  ["PORT", { end: integerEnd, accepts: (value) => Number(value) >= 0 && Number(value) <= 65_535 }],
  ["HOST", HOST],
  ["HOSTNAME", HOST],
  ["IPORHOST", { end: ipOrHostEnd, mayShrink: true }],
  ["USER", USER],
  ["USERNAME", USER],
  ["EMAIL", run(notSpace, (value) => /^[^@]+@[^@]+$/.test(value))],
  ["MAC", matching(/[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}|[0-9A-Fa-f]{4}(?:\.[0-9A-Fa-f]{4}){2}/y)],
  ["UUID", matching(/[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}/y)],
  ["PATH", PATH],
  ["UNIXPATH", PATH],
  ["WINPATH", PATH],
  ["URI", run(notSpace, (value) => /^[A-Za-z][A-Za-z0-9+.-]*:/.test(value))],
  ["QUOTED", QUOTED],
  ["QS", QUOTED],
  ["QUOTEDSTRING", QUOTED],
  ["LOGLEVEL", run(isLetter, (value) => syslogOfLevelWord(value) >= 0)],
  ["ISO8601", ISO],
  ["TIMESTAMP_ISO8601", ISO],
  ["SYSLOGTIME", MONTH_FIRST],
  ["SYSLOGTIMESTAMP", MONTH_FIRST],
  ["HTTPDATE", timed((text, at) => readApacheTime(text, at, ""))],
  ["EPOCH", matching(/\d{9,19}(?:\.\d{1,9})?/y)],
  ["DATE", matching(/\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}/y)],
  ["TIME", matching(/\d{1,2}(?::\d{2}){1,2}(?:[.,]\d{1,9})?|\d{1,2}時\d{1,2}分(?:\d{1,2}秒)?/y)],
]);
