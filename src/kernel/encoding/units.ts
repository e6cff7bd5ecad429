import type { Encoding } from "./contract.ts";

/** Bytes of a stream, and the same in one byte a unit: what is looked through for line ends, quotes and braces. */
export type Seen = { readonly bytes: Buffer; readonly units: Uint8Array };

/**
 * How a stream in some encoding is cut at ASCII characters without a byte being changed. In `units` a byte below 0x80 is always that
 * ASCII character, never half of another: unit `i` stands for the bytes from `i * width` on.
 */
export type Units = {
  readonly width: 1 | 2;
  readonly lineEnd: Buffer;
  /** A byte order mark that may stand at a stream's start. */
  readonly mark: Buffer;
  /** Of a piece of the stream; the first half of a unit that it ends with is kept for the next. */
  see(piece: Buffer): Seen;
  /** What was kept: a stream that ends within a unit. */
  rest(): Buffer;
};

export function unitsOf(encoding: Encoding | "auto"): Units {
  switch (encoding) {
    case "utf-16le":
      return wideUnits(1);
    case "utf-16be":
      return wideUnits(0);
    case "shift_jis":
      return narrowUnits(shiftJisMask());
    case "iso-2022-jp":
      return narrowUnits(iso2022JpMask());
    default:
      return narrowUnits((bytes) => bytes);
  }
}

const EMPTY: Buffer = Buffer.alloc(0);
/** A unit that is no ASCII character. */
const OTHER = 0x80;

const narrowUnits = (mask: (bytes: Buffer) => Uint8Array): Units => ({
  width: 1,
  lineEnd: Buffer.from("\n"),
  mark: Buffer.from([0xef, 0xbb, 0xbf]),
  see: (bytes) => ({ bytes, units: mask(bytes) }),
  rest: () => EMPTY,
});

/** `high`: where in a unit its high byte stands. */
function wideUnits(high: 0 | 1): Units {
  let kept = EMPTY;
  const unit = (value: number): Buffer =>
    Buffer.from(high === 1 ? [value & 0xff, value >> 8] : [value >> 8, value & 0xff]);
  return {
    width: 2,
    lineEnd: unit(0x0a),
    mark: unit(0xfeff),
    see(piece) {
      const all = kept.length === 0 ? piece : Buffer.concat([kept, piece]);
      const length = all.length & ~1;
      kept = all.subarray(length);
      const units = new Uint8Array(length / 2);
      for (let i = 0; i < units.length; i += 1) {
        const low = all[i * 2 + 1 - high] ?? OTHER;
        units[i] = all[i * 2 + high] === 0 && low < 0x80 ? low : OTHER;
      }
      return { bytes: all.subarray(0, length), units };
    },
    rest() {
      const rest = kept;
      kept = EMPTY;
      return rest;
    },
  };
}

/** The second byte of a character may be a backslash or a brace (表, 能); a line end or a control character it never is. */
function shiftJisMask(): (bytes: Buffer) => Uint8Array {
  let isSecond = false;
  return (bytes) => {
    const units = Uint8Array.from(bytes);
    for (let i = 0; i < units.length; i += 1) {
      const byte = units[i] ?? 0;
      if (isSecond && byte >= 0x40) {
        units[i] = OTHER;
        isSecond = false;
      } else isSecond = (byte >= 0x81 && byte <= 0x9f) || (byte >= 0xe0 && byte <= 0xfc);
    }
    return units;
  };
}

const ESC = 0x1b;

/** Between `ESC $ B` and the next escape the printable bytes are halves of characters; so are half-width kana after `ESC ( I`. */
function iso2022JpMask(): (bytes: Buffer) => Uint8Array {
  let isJapanese = false;
  /** How much of an escape sequence has been seen. */
  let seen = 0;
  let kind = 0;
  return (bytes) => {
    const units = Uint8Array.from(bytes);
    for (let i = 0; i < units.length; i += 1) {
      const byte = units[i] ?? 0;
      if (byte === ESC) seen = 1;
      else if (seen === 1) {
        kind = byte;
        seen = 2;
        units[i] = OTHER;
      } else if (seen === 2) {
        isJapanese = kind === 0x24 || (kind === 0x28 && byte === 0x49);
        seen = 0;
        units[i] = OTHER;
      } else if (byte === 0x0a) isJapanese = false;
      else if (isJapanese && byte > 0x20) units[i] = OTHER;
    }
    return units;
  };
}
