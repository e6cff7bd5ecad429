/** Milliseconds between 1601, where FILETIME begins, and 1970. */
const EPOCH_MS = 11_644_473_600_000;
const TICKS_PER_MS = 10_000;

/** A FILETIME (100 ns since 1601) needs 64 bits, a number has 53: whole milliseconds, and the ticks that remain. */
type Instant = { readonly ms: number; readonly ticks: number };

function instantOf(low: number, high: number): Instant {
  // 2^32 = 429,496 × 10,000 + 7,296.
  const rest = high * 7_296 + low;
  const ms = high * 429_496 + Math.floor(rest / TICKS_PER_MS) - EPOCH_MS;
  return { ms, ticks: rest % TICKS_PER_MS };
}

/** The two halves of a FILETIME as UTC milliseconds since 1970. */
export const fileTimeMs = (low: number, high: number): number => instantOf(low, high).ms;

/** The two halves of a FILETIME as ISO 8601 with microseconds, as exporters write it. Every FILETIME has one. */
export function fileTimeText(low: number, high: number): string {
  const { ms, ticks } = instantOf(low, high);
  const second = Math.floor(ms / 1000);
  if (second !== lastSecond) {
    lastText = new Date(second * 1000).toISOString().slice(0, -4);
    lastSecond = second;
  }
  return `${lastText}${padded((ms - second * 1000) * 1000 + Math.floor(ticks / 10), 6)}Z`;
}

/** Events come in bursts: the text of a second serves all that fall into it. */
let lastSecond = 0;
let lastText = "1970-01-01T00:00:00.";

/** A SYSTEMTIME's 16 bytes (year, month, weekday, day, hour, minute, second, millisecond) as the same kind of text. */
export function systemTimeText(bytes: Buffer, at: number): string {
  const part = (index: number, digits: number): string => padded(bytes.readUInt16LE(at + index * 2), digits);
  return `${part(0, 4)}-${part(1, 2)}-${part(3, 2)}T${part(4, 2)}:${part(5, 2)}:${part(6, 2)}.${part(7, 3)}000Z`;
}

const padded = (value: number, digits: number): string => String(value).padStart(digits, "0");
