import { endOfPlain, trimmedLength } from "./bare-value.ts";
import { MAX_TEXT, QUOTES_AT, type QuoteKernel, quoteKernel } from "./quote-kernel.ts";

const [QUOTE, COMMA, COLON, SPACE] = [34, 44, 58, 32];
const [OPEN_LIST, CLOSE_LIST, OPEN, CLOSE] = [91, 93, 123, 125];
const MAX_DEPTH = 64;

/**
 * Sees that a text is a JSON object without making anything of it: JSON.parse takes three times as long and leaves its object to the
 * garbage collector. What it calls an object is valid to the letter (RFC 8259), but for bytes inside strings that are no UTF-8; of
 * anything unusual (Unicode escapes, line breaks within, depth, length) it is not certain.
 */
export class JsonCheck {
  readonly #kernel: QuoteKernel = quoteKernel();
  readonly #bytes = new Uint8Array(this.#kernel.memory);
  readonly #quotes = new Int32Array(this.#kernel.memory, QUOTES_AT);
  #quoteCount = 0;
  #quote = 0;
  #at = 0;

  /** True when it is certain. False: ask JSON.parse. */
  isObject(text: Uint8Array): boolean {
    const length = trimmedLength(text);
    if (length > MAX_TEXT) return false;
    this.#bytes.set(length === text.length ? text : text.subarray(0, length));
    const found = this.#kernel.quotes(length);
    if (found < 0) return false;
    this.#quoteCount = found >> 1;
    this.#quote = 0;
    this.#at = 0;
    this.#skipSpace();
    if (this.#bytes[this.#at] !== OPEN || !this.#isValue(0)) return false;
    this.#skipSpace();
    // There is room full of spaces behind the text.
    return this.#at >= length && this.#quote === this.#quoteCount;
  }

  /** Moves past the value; false when there is none. */
  #isValue(depth: number): boolean {
    const first = this.#bytes[this.#at];
    if (first === QUOTE) return this.#isString();
    if (first === OPEN) return depth < MAX_DEPTH && this.#isGroup(CLOSE, depth);
    if (first === OPEN_LIST) return depth < MAX_DEPTH && this.#isGroup(CLOSE_LIST, depth);
    this.#at = endOfPlain(this.#bytes, this.#at);
    return this.#at >= 0;
  }

  #isString(): boolean {
    if (this.#quotes[this.#quote] !== this.#at || this.#quote + 1 >= this.#quoteCount) return false;
    this.#at = (this.#quotes[this.#quote + 1] ?? 0) + 1;
    this.#quote += 2;
    return true;
  }

  /** An object or a list, told by how it closes. */
  #isGroup(close: number, depth: number): boolean {
    this.#at++;
    this.#skipSpace();
    if (this.#bytes[this.#at] === close) {
      this.#at++;
      return true;
    }
    for (;;) {
      if (close === CLOSE && !this.#isName()) return false;
      if (!this.#isValue(depth + 1)) return false;
      this.#skipSpace();
      const next = this.#bytes[this.#at++];
      if (next === close) return true;
      if (next !== COMMA) return false;
      this.#skipSpace();
    }
  }

  #isName(): boolean {
    if (this.#bytes[this.#at] !== QUOTE || !this.#isString()) return false;
    this.#skipSpace();
    if (this.#bytes[this.#at] !== COLON) return false;
    this.#at++;
    this.#skipSpace();
    return true;
  }

  #skipSpace(): void {
    while (this.#bytes[this.#at] === SPACE) this.#at++;
  }
}
