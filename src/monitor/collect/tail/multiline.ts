import { RE2JS } from "re2js";
import { type Cut, cutLines, dropMark } from "./lines.ts";

const LF = 0x0a;
const CR = 0x0d;

/** How the lines of one event are known. Exactly one of `startPattern` and `continuation` is given. */
export type MultilineSetting = {
  /** RE2, found anywhere in a line: the first line of an event. */
  readonly startPattern?: string | undefined;
  /** `indent`: lines that begin with a space or a tab, and empty ones, belong to the one before. */
  readonly continuation?: "indent" | undefined;
  readonly maxLines: number;
  readonly maxBytes: number;
  /** How long the last event of a file waits for more lines. */
  readonly waitSeconds: number;
};

export type Multiline = {
  readonly isStart: (line: Buffer) => boolean;
  readonly maxLines: number;
  readonly maxBytes: number;
  readonly waitMs: number;
};

/** Rejects patterns by throwing, as RE2 does. */
export function compileMultiline({ startPattern, maxLines, maxBytes, waitSeconds }: MultilineSetting): Multiline {
  const bounds = { maxLines, maxBytes, waitMs: waitSeconds * 1000 };
  if (startPattern === undefined) return { isStart: isFlush, ...bounds };
  const pattern = RE2JS.compile(startPattern);
  return { isStart: (line) => pattern.matcher(line.toString("utf8")).find(), ...bounds };
}

const isFlush = (line: Buffer): boolean => line.length > 0 && line[0] !== 0x20 && line[0] !== 0x09 && line[0] !== CR;

type How = Parameters<typeof cutLines>[1] & {
  /** Nothing came for so long that the last event is taken as whole. */
  readonly isDue: boolean;
  /** The chunk is as large as chunks are: without a whole event in it, it would be read for ever. */
  readonly isWholeChunk: boolean;
};

/**
 * The whole events of a chunk, as views on it, line ends inside kept. An event ends where the next begins, at its bounds (what
 * follows is an event of its own, nothing is dropped), or when it is due. The last one stays in the file until then.
 */
export function cutEvents(chunk: Buffer, how: How, multiline: Multiline): Cut {
  // The rest of a line that was refused, and one that is too long, are the same with and without events of many lines.
  if (how.isSkipping) return cutLines(chunk.subarray(0, chunk.indexOf(LF) + 1 || chunk.length), how);
  const { isStart, maxLines, maxBytes } = multiline;
  const events: Buffer[] = [];
  let from = 0;
  let at = 0;
  let lines = 0;
  const close = (): void => {
    const event = trimmed(chunk.subarray(from, at));
    if (event.length > 0) events.push(event);
    [from, lines] = [at, 0];
  };
  while (at < chunk.length) {
    const lf = chunk.indexOf(LF, at);
    if (lf === -1 && !how.isLast) break;
    const next = lf === -1 ? chunk.length : lf + 1;
    const isFull = lines >= maxLines || next - from > maxBytes;
    if (lines > 0 && (isFull || isStart(chunk.subarray(at, lf === -1 ? next : lf)))) close();
    at = next;
    lines += 1;
  }
  if (how.isLast || how.isDue || (from === 0 && how.isWholeChunk)) close();
  if (from === 0) return cutLines(chunk.subarray(at), how);
  if (how.isStart) dropMark(events);
  return { lines: events, bytes: from, isSkipping: false, isTooLong: false };
}

function trimmed(event: Buffer): Buffer {
  let end = event.length;
  while (end > 0 && (event[end - 1] === LF || event[end - 1] === CR)) end -= 1;
  return event.subarray(0, end);
}
