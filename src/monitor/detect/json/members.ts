import { endOfBare, trimmedLength } from "../../../kernel/json/bare-value.ts";
import { MAX_TEXT, QUOTES_AT, quoteKernel } from "../../../kernel/json/quote-kernel.ts";
import type { FieldValue } from "../../event/index.ts";
import { MAX_NAMES, NameTable, NO_NAME } from "./name-table.ts";

const MAX_MEMBERS = 1024;
const [QUOTE, COMMA, COLON, OPEN, CLOSE, SPACE, NULL] = [34, 44, 58, 123, 125, 32, 110];
const KELVIN = Buffer.from("\u212a");
const DOTTED_I = Buffer.from("\u0130");

/**
 * Where the members of a flat JSON object stand in its text, without a value being decoded. What it accepts is valid JSON to
 * the letter; anything unusual it leaves to JSON.parse: nested objects, repeated names, Unicode escapes, control characters.
 */
export class JsonMembers {
  readonly table = new NameTable();
  /** The text of the event read last, and room behind it. */
  readonly bytes: Uint8Array;
  readonly view: DataView;
  length = 0;
  count = 0;
  /** Whether there are bytes beyond ASCII. */
  isForeign = false;
  readonly names = new Int32Array(MAX_MEMBERS);
  /** The value's text: from a string's first quote, or a bare value's first byte, up to what follows. */
  readonly from = new Int32Array(MAX_MEMBERS);
  readonly to = new Int32Array(MAX_MEMBERS);
  /** By name: where the last event that had it did. */
  readonly #positions = new Int32Array(MAX_NAMES);
  readonly #kernel = quoteKernel();
  readonly #quotes: Int32Array;
  readonly #text: Buffer;

  constructor() {
    this.bytes = new Uint8Array(this.#kernel.memory);
    this.view = new DataView(this.#kernel.memory);
    this.#text = Buffer.from(this.#kernel.memory);
    this.#quotes = new Int32Array(this.#kernel.memory, QUOTES_AT);
  }

  /** False when the text must be left to JSON.parse. */
  read(text: Uint8Array): boolean {
    const length = trimmedLength(text);
    if (length > MAX_TEXT) return false;
    this.bytes.set(length === text.length ? text : text.subarray(0, length));
    this.length = length;
    const found = this.#kernel.quotes(length);
    this.isForeign = (found & 1) === 1;
    return found >= 0 && this.#walk(found >> 1) === length;
  }

  /** The member of a name, or -1. */
  positionOf(name: number): number {
    const position = this.#positions[name] ?? 0;
    return position < this.count && this.names[position] === name ? position : -1;
  }

  /** Gives a member's value a second name, which the object must not have. Only where there is room: see `count`. */
  add(name: number, member: number): void {
    if (this.count === MAX_MEMBERS) return;
    this.names[this.count] = name;
    this.#positions[name] = this.count;
    this.from[this.count] = this.from[member] ?? 0;
    this.to[this.count] = this.to[member] ?? 0;
    this.count += 1;
  }

  isNull(member: number): boolean {
    return this.bytes[this.from[member] ?? 0] === NULL;
  }

  /**
   * Whether a letter beyond ASCII may be one of ASCII in lower case: the Kelvin sign and İ are. Other bytes beyond ASCII never
   * are, even where they are no UTF-8.
   */
  hasOddLetters(): boolean {
    if (!this.isForeign) return false;
    const text = this.#text.subarray(0, this.length);
    return text.includes(KELVIN) || text.includes(DOTTED_I);
  }

  valueOf(member: number): FieldValue {
    const [from, to] = [this.from[member] ?? 0, this.to[member] ?? 0];
    const text = this.#text.toString(this.isForeign ? "utf8" : "latin1", from, to);
    return JSON.parse(text);
  }

  /** Index after the object, or -1. */
  #walk(quoteCount: number): number {
    const { bytes, table, names } = this;
    const quotes = this.#quotes;
    const round = table.begin();
    let at = skipSpace(bytes, 0);
    if (bytes[at] !== OPEN) return -1;
    let name = NO_NAME;
    let count = 0;
    for (let quote = 0; quote + 1 < quoteCount; ) {
      at = skipSpace(bytes, at + 1);
      if (quotes[quote] !== at || count === MAX_MEMBERS) return -1;
      const end = quotes[quote + 1] ?? 0;
      name = table.find(this.view, at + 1, end, name, round);
      if (name < 0) return -1;
      quote += 2;
      at = skipSpace(bytes, end + 1);
      if (bytes[at] !== COLON) return -1;
      at = skipSpace(bytes, at + 1);
      names[count] = name;
      this.#positions[name] = count;
      this.from[count] = at;
      if (bytes[at] === QUOTE) {
        if (quote + 1 >= quoteCount) return -1;
        at = (quotes[quote + 1] ?? 0) + 1;
        quote += 2;
      } else {
        at = endOfBare(bytes, at);
        if (at < 0) return -1;
        while ((quotes[quote] ?? 0) < at && quote < quoteCount) quote++;
      }
      this.to[count++] = at;
      at = skipSpace(bytes, at);
      if (bytes[at] === COMMA) continue;
      if (bytes[at] !== CLOSE) return -1;
      this.count = count;
      return quote === quoteCount ? at + 1 : -1;
    }
    return -1;
  }
}

/** Control characters are not text here, so a space is the only white space left. */
function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  while (bytes[at] === SPACE) at++;
  return at;
}
