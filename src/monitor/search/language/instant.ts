import { wallToUtcMs } from "../../../kernel/zone.ts";

/** A written instant covers a span: `2026-11-22` is that whole day. [startMs, endMs) in UTC milliseconds. */
export type Span = { readonly startMs: number; readonly endMs: number };
export type Clock = { readonly nowMs: number; readonly timeZone: string };

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const RELATIVE = /^now(?:([+-])(\d{1,6})([smhdw]))?$/;
const ABSOLUTE =
  /^(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s?(Z|UTC|JST|[+-]\d{2}:?\d{2})?)?)?)?$/i;

/** Reads `now-15m`, `2026-11-22`, `2026/11/22 10:00`, `2026-11-22T10:00:00.5+09:00`; without offset in the viewer's zone. */
export function readInstant(text: string, clock: Clock): Span | undefined {
  const value = text.normalize("NFKC").trim();
  const relative = RELATIVE.exec(value);
  if (relative !== null) {
    const [, sign, amount = "0", unit = "s"] = relative;
    const at = clock.nowMs + (sign === "-" ? -1 : 1) * Number(amount) * (UNIT_MS[unit] ?? 0);
    return { startMs: at, endMs: at + 1 };
  }
  const epoch = /^\d{13}$/.test(value) ? Number(value) : undefined;
  if (epoch !== undefined) return { startMs: epoch, endMs: epoch + 1 };
  return readAbsolute(value, clock.timeZone);
}

function readAbsolute(value: string, timeZone: string): Span | undefined {
  const match = ABSOLUTE.exec(value);
  if (match === null) return undefined;
  const [, year = "", month, day, hour, minute, second, fraction, offset] = match;
  const start = [year, month ?? "1", day ?? "1", hour ?? "0", minute ?? "0", second ?? "0"].map(Number);
  if (!isRealDate(start)) return undefined;
  const finest = [month, day, hour, minute, second].filter((part) => part !== undefined).length;
  const wallStart = wallMs(start) + milliseconds(fraction);
  const wallEnd = fraction === undefined ? wallMs(nextOf(start, finest)) : wallStart + 1;
  const toUtc = (wall: number): number => wall - (offsetMs(offset) ?? wall - wallToUtcMs(timeZone, wall));
  return { startMs: toUtc(wallStart), endMs: toUtc(wallEnd) };
}

/** `finest` counts the parts after the year that were written. The minute stands for hour and minute together. */
function nextOf(parts: readonly number[], finest: number): number[] {
  const at = Math.min(finest, 5);
  return parts.map((part, i) => (i === at ? part + 1 : part));
}

const wallMs = ([y = 0, mo = 1, d = 1, h = 0, mi = 0, s = 0]: readonly number[]): number =>
  Date.UTC(y, mo - 1, d, h, mi, s);

function isRealDate(parts: readonly number[]): boolean {
  const [y = 0, mo = 1, d = 1, h = 0, mi = 0, s = 0] = parts;
  const date = new Date(wallMs(parts));
  return y >= 1900 && date.getUTCMonth() === mo - 1 && date.getUTCDate() === d && h < 24 && mi < 60 && s < 60;
}

const milliseconds = (fraction: string | undefined): number =>
  fraction === undefined ? 0 : Math.floor(Number(`0.${fraction}`) * 1_000);

function offsetMs(offset: string | undefined): number | undefined {
  if (offset === undefined) return undefined;
  const zone = offset.toUpperCase();
  if (zone === "Z" || zone === "UTC") return 0;
  if (zone === "JST") return 9 * 3_600_000;
  const sign = zone.startsWith("-") ? -1 : 1;
  return sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2))) * 60_000;
}
