/** Called for every event found. `line` is the 1-based line on which it starts in the whole stream. */
type OnEvent = (bytes: Buffer, line: number) => void;
/** Called once for an event above the limit, which is skipped. `bytes` is how far it had come. */
type OnTooLarge = (line: number) => void;

export type Splitter = {
  push(chunk: Buffer): void;
  /** The stream ended: what is left without a line end is an event too. */
  end(): void;
};

export type SplitOptions = {
  readonly maxBytes: number;
  readonly onEvent: OnEvent;
  readonly onTooLarge: OnTooLarge;
};

const LF = 0x0a;
const CR = 0x0d;
/** What may stand around an event without being of it: the CR of a line end, a byte order mark at the start. */
const CR_BYTES = 1;
const MARK_BYTES = 3;

/**
 * One event per line, without its line end (LF or CRLF); blank lines and a byte order mark at the start are no events.
 * Holds at most one line. Bytes are views on the chunks that were pushed, unless a line spans chunks.
 */
export function createLineSplitter({ maxBytes, onEvent, onTooLarge }: SplitOptions): Splitter {
  let parts: Buffer[] = [];
  let heldBytes = 0;
  let line = 1;
  let isSkipping = false;
  let isFirst = true;

  const hold = (bytes: Buffer): void => {
    heldBytes += bytes.length;
    if (isSkipping || bytes.length === 0) return;
    parts.push(bytes);
    if (heldBytes <= maxBytes + CR_BYTES + (isFirst ? MARK_BYTES : 0)) return;
    isSkipping = true;
    parts = [];
  };
  const take = (last: Buffer): void => {
    if (parts.length > 0 || isSkipping) hold(last);
    const whole = parts.length > 0 ? Buffer.concat(parts) : last;
    const bytes = trimEnd(isFirst ? trimMark(whole) : whole);
    if (isSkipping || bytes.length > maxBytes) onTooLarge(line);
    else if (bytes.length > 0) onEvent(bytes, line);
    parts = [];
    heldBytes = 0;
    isSkipping = false;
    isFirst = false;
  };

  return {
    push(chunk) {
      let from = 0;
      for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, from)) {
        take(chunk.subarray(from, end));
        line += 1;
        from = end + 1;
      }
      if (from < chunk.length) hold(chunk.subarray(from));
    },
    end() {
      if (heldBytes > 0) take(Buffer.alloc(0));
    },
  };
}

const trimEnd = (line: Buffer): Buffer => (line.at(-1) === CR ? line.subarray(0, -1) : line);

/** UTF-8's byte order mark belongs to the file, not to its first event. */
const trimMark = (bytes: Buffer): Buffer =>
  bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
