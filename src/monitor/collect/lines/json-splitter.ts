import { type Units, unitsOf } from "../../../kernel/encoding/index.ts";
import { Held } from "./held.ts";
import { JsonEnvelope } from "./json-envelope.ts";
import type { SplitOptions, Splitter } from "./splitter.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LF = 0x0a;
const COMMA = 0x2c;
const AT_SIGN = 0x40;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

export type JsonSplitOptions = SplitOptions & {
  /** Something between the values that is no object: a number, a bare word, a broken end. Reported once per run. */
  readonly onStray: (line: number) => void;
};

/** Where the scan stands: between values, in an object, in a string of an object, or in bytes that belong to no object. */
type Mode = "between" | "value" | "string" | "escape" | "stray";

/**
 * Cuts a stream of JSON objects (pretty-printed or not, one after the other, or the elements of one array, also of one that clouds
 * wrap into an object, see `JsonEnvelope`) into events, byte for byte. It only counts braces outside strings: whether an event is valid JSON is the caller's question.
 * Holds at most one object of `maxBytes`; a string that a line end interrupts ends its object there.
 */
export function createJsonSplitter(options: JsonSplitOptions): Splitter {
  return new JsonSplitter(options);
}

class JsonSplitter implements Splitter {
  readonly #options: JsonSplitOptions;
  readonly #units: Units;
  #isAtStart = true;
  #mode: Mode = "between";
  #depth = 0;
  #isInArray = false;
  /** Of an object that may be only the cover of a list; undefined = it is not. */
  #cover: JsonEnvelope | undefined;
  #isInCover = false;
  /** What follows the list in its cover is no event: passed over, and told when it is more than where to go on. */
  #tail: "none" | "open" | "key" | "told" = "none";
  #line = 1;
  #startLine = 1;
  readonly #parts = new Held();
  #heldBytes = 0;

  constructor(options: JsonSplitOptions) {
    this.#options = options;
    this.#units = unitsOf(options.encoding ?? "auto");
  }

  push(chunk: Buffer): void {
    const { width } = this.#units;
    const { bytes, units } = this.#units.see(chunk);
    let start = 0;
    for (let at = this.#markUnits(bytes); at < units.length; at += 1) {
      const byte = units[at] ?? 0;
      const wasOutside = this.#mode === "between" || this.#mode === "stray";
      const isEnd = wasOutside ? this.#outside(byte) : this.#inside(byte);
      if (wasOutside && this.#mode === "value") start = at;
      else if (this.#cover !== undefined && this.#isUncovered(byte)) start = at;
      if (isEnd) this.#take(bytes.subarray(start * width, (at + 1) * width));
      if (byte === LF) this.#line += 1;
    }
    if (this.#mode !== "between" && this.#mode !== "stray") this.#hold(bytes.subarray(start * width));
  }

  /** Units of a UTF-16 byte order mark at the start; UTF-8's bytes are passed over wherever they stand. */
  #markUnits(bytes: Buffer): number {
    const { width, mark } = this.#units;
    if (width === 1 || !this.#isAtStart || bytes.length === 0) return 0;
    this.#isAtStart = false;
    return bytes.subarray(0, mark.length).equals(mark) ? 1 : 0;
  }

  end(): void {
    if (this.#mode === "value" || this.#mode === "string" || this.#mode === "escape") this.#take(Buffer.alloc(0));
  }

  /** True at the first element of a list whose cover this object is. */
  #isUncovered(byte: number): boolean {
    const look = this.#cover?.see(byte);
    if (look === "maybe") return false;
    this.#cover = undefined;
    if (look !== "yes") return false;
    this.#parts.clear();
    this.#heldBytes = 0;
    this.#startLine = this.#line;
    this.#depth = 1;
    this.#isInArray = true;
    this.#isInCover = true;
    return true;
  }

  /** Between objects. Returns false always: nothing ends here. */
  #outside(byte: number): boolean {
    if (byte === OPEN_BRACE) {
      this.#mode = "value";
      this.#depth = 1;
      this.#startLine = this.#line;
      if (!this.#isInArray) this.#cover = new JsonEnvelope();
    } else if (isSpace(byte) || byte === COMMA || isMark(byte)) {
      this.#mode = "between";
    } else if (byte === OPEN_BRACKET && !this.#isInArray) {
      this.#isInArray = true;
    } else if (byte === CLOSE_BRACKET && this.#isInArray) {
      this.#isInArray = false;
      this.#mode = this.#isInCover ? "value" : "between";
      if (this.#isInCover) this.#tail = "open";
      this.#depth = 1;
      this.#isInCover = false;
    } else if (this.#mode !== "stray") {
      this.#mode = "stray";
      this.#options.onStray(this.#line);
    }
    return false;
  }

  /** In an object. True when this byte ends it. */
  #inside(byte: number): boolean {
    if (this.#tail === "key") {
      // Graph's `@odata.nextLink` says nothing of any event.
      if (byte !== AT_SIGN) this.#options.onStray(this.#line);
      this.#tail = "told";
    }
    switch (this.#mode) {
      case "escape":
        this.#mode = "string";
        return false;
      case "string":
        if (byte === QUOTE) this.#mode = "value";
        else if (byte === BACKSLASH) this.#mode = "escape";
        return byte === LF;
      default:
        if (this.#tail === "open" && byte === QUOTE) this.#tail = "key";
        if (byte === QUOTE) this.#mode = "string";
        else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) this.#depth += 1;
        else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) this.#depth -= 1;
        return this.#depth === 0;
    }
  }

  #hold(bytes: Buffer): void {
    if (this.#tail !== "none") return;
    this.#heldBytes += bytes.length;
    if (this.#heldBytes > this.#options.maxBytes) this.#parts.clear();
    else this.#parts.add(bytes);
  }

  #take(last: Buffer): void {
    if (this.#tail === "none") this.#give(last);
    this.#parts.clear();
    this.#heldBytes = 0;
    this.#mode = "between";
    this.#depth = 0;
    this.#cover = undefined;
    this.#tail = "none";
  }

  #give(last: Buffer): void {
    const isWhole = this.#parts.size === 0;
    if (isWhole) this.#heldBytes += last.length;
    else this.#hold(last);
    if (this.#heldBytes > this.#options.maxBytes) this.#options.onTooLarge(this.#startLine);
    else this.#options.onEvent(isWhole ? last : this.#parts.take(), this.#startLine);
  }
}

const isSpace = (byte: number): boolean => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);

/** A byte of UTF-8's byte order mark: files that were glued together have them in the middle too. */
const isMark = (byte: number): boolean => byte === 0xef || byte === 0xbb || byte === 0xbf;
