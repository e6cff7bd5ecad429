import { type Encoding, unitsOf } from "../../../kernel/encoding/index.ts";
import { Held } from "./held.ts";

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
  /** Of the stream: in UTF-16 a line end is a unit of two bytes. Without it one byte is one. */
  readonly encoding?: Encoding | "auto";
};

const LF = 0x0a;
const CR = 0x0d;

/**
 * One event per line, without its line end (LF or CRLF); blank lines and a byte order mark at the start are no events.
 * Holds at most one line. Bytes are views on the chunks that were pushed, unless a line spans chunks.
 */
export function createLineSplitter({ maxBytes, onEvent, onTooLarge, encoding = "auto" }: SplitOptions): Splitter {
  const units = unitsOf(encoding);
  const { width, mark } = units;
  const carriageReturn = units.lineEnd.map((byte) => (byte === LF ? CR : byte));
  const parts = new Held();
  let heldBytes = 0;
  let line = 1;
  let isSkipping = false;
  let isFirst = true;

  const hold = (bytes: Buffer): void => {
    heldBytes += bytes.length;
    if (isSkipping || bytes.length === 0) return;
    parts.add(bytes);
    if (heldBytes <= maxBytes + width + (isFirst ? mark.length : 0)) return;
    isSkipping = true;
    parts.clear();
  };
  const take = (last: Buffer): void => {
    if (parts.size > 0 || isSkipping) hold(last);
    const whole = parts.size > 0 ? parts.take() : last;
    const bytes = trimEnd(isFirst ? trimMark(whole, mark) : whole, carriageReturn);
    if (isSkipping || bytes.length > maxBytes) onTooLarge(line);
    else if (bytes.length > 0) onEvent(bytes, line);
    parts.clear();
    heldBytes = 0;
    isSkipping = false;
    isFirst = false;
  };

  return {
    push(chunk) {
      const seen = units.see(chunk);
      let from = 0;
      for (let end = seen.units.indexOf(LF); end !== -1; end = seen.units.indexOf(LF, from)) {
        take(seen.bytes.subarray(from * width, end * width));
        line += 1;
        from = end + 1;
      }
      if (from < seen.units.length) hold(seen.bytes.subarray(from * width));
    },
    end() {
      hold(units.rest());
      if (heldBytes > 0) take(Buffer.alloc(0));
    },
  };
}

const trimEnd = (line: Buffer, end: Uint8Array): Buffer =>
  line.length >= end.length && line.subarray(-end.length).equals(end) ? line.subarray(0, -end.length) : line;

/** A byte order mark belongs to the file, not to its first event. */
const trimMark = (bytes: Buffer, mark: Buffer): Buffer =>
  bytes.length >= mark.length && bytes.subarray(0, mark.length).equals(mark) ? bytes.subarray(mark.length) : bytes;
