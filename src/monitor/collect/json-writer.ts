const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const HEX = "0123456789abcdef";
const FIRST_BYTES = 1024;
const MAX_KEPT_BYTES = 1024 * 1024;

/**
 * Writes JSON as bytes, so that what senders call text arrives as they sent it: only what JSON must escape is escaped, and
 * bytes that are no UTF-8 stay as they are for the decoder of the source to read.
 */
export class JsonWriter {
  #bytes = Buffer.allocUnsafe(FIRST_BYTES);
  #length = 0;

  /** JSON's own characters and numbers: ASCII. */
  ascii(text: string): void {
    this.#reserve(text.length);
    this.#length += this.#bytes.write(text, this.#length, "latin1");
  }

  string(bytes: Buffer): void {
    this.#reserve(2 + writtenBytes(bytes));
    const to = this.#bytes;
    let at = this.#length;
    to[at++] = QUOTE;
    for (const byte of bytes) {
      if (byte === QUOTE || byte === BACKSLASH) to[at++] = BACKSLASH;
      if (byte >= 0x20) to[at++] = byte;
      else at += to.write(`\\u00${HEX[byte >> 4]}${HEX[byte & 15]}`, at, "latin1");
    }
    to[at++] = QUOTE;
    this.#length = at;
  }

  /** What was written, as memory of its own. */
  take(): Buffer {
    const written = Buffer.from(this.#bytes.subarray(0, this.#length));
    this.clear();
    return written;
  }

  /** Forgets what was written; one large event leaves no large buffer behind. */
  clear(): void {
    this.#length = 0;
    if (this.#bytes.length > MAX_KEPT_BYTES) this.#bytes = Buffer.allocUnsafe(FIRST_BYTES);
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(2 * (this.#length + bytes));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}

function writtenBytes(bytes: Buffer): number {
  let more = 0;
  for (const byte of bytes) more += byte < 0x20 ? 5 : byte === QUOTE || byte === BACKSLASH ? 1 : 0;
  return bytes.length + more;
}
