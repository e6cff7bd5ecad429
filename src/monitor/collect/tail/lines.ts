const LF = 0x0a;
const CR = 0x0d;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

export type Cut = {
  /** Whole lines, without their ends; empty ones are left out. Views on the chunk. */
  readonly lines: Buffer[];
  /** Bytes of the chunk that are dealt with. */
  readonly bytes: number;
  readonly isSkipping: boolean;
  /** A line that begins here and is longer than the limit: to be counted once. */
  readonly isTooLong: boolean;
};

/**
 * The whole lines of a chunk. `isFull`: the chunk has as many bytes as a line may have, so one without an end in it is too
 * long. `isLast`: nothing will follow, so what has no end is a line too. `isStart`: of the file, where a byte order mark is no text.
 */
export function cutLines(
  chunk: Buffer,
  { isStart, isSkipping, isFull, isLast }: { isStart: boolean; isSkipping: boolean; isFull: boolean; isLast: boolean },
): Cut {
  const lines: Buffer[] = [];
  let at = 0;
  if (isSkipping) {
    const end = chunk.indexOf(LF);
    if (end === -1) return { lines, bytes: chunk.length, isSkipping: !isLast, isTooLong: false };
    at = end + 1;
  }
  for (let end = chunk.indexOf(LF, at); end !== -1; end = chunk.indexOf(LF, at)) {
    push(lines, chunk.subarray(at, end));
    at = end + 1;
  }
  if (at < chunk.length && isLast) {
    push(lines, chunk.subarray(at));
    at = chunk.length;
  }
  const isTooLong = at === 0 && isFull;
  if (isStart) dropMark(lines);
  return { lines, bytes: isTooLong ? chunk.length : at, isSkipping: isTooLong, isTooLong };
}

function push(lines: Buffer[], line: Buffer): void {
  const text = line.at(-1) === CR ? line.subarray(0, -1) : line;
  if (text.length > 0) lines.push(text);
}

/** Takes the byte order mark off the first line of a file. */
export function dropMark(lines: Buffer[]): void {
  const first = lines[0];
  if (first === undefined || !first.subarray(0, 3).equals(BYTE_ORDER_MARK)) return;
  if (first.length === 3) lines.shift();
  else lines[0] = first.subarray(3);
}
