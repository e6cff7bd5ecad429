/** Above this length the engine's own UTF-8 writer beats a loop over char codes (measured on Node 24). */
const SHORT_TEXT = 32;
const MAX_VARINT = 10;

function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes += 1;
  return bytes;
}

/** A growable byte buffer that writes what ClickHouse's Native format needs: varints, strings, little-endian numbers. */
export class ByteSink {
  #bytes: Buffer;
  #length = 0;

  constructor(initialBytes = 1 << 16) {
    this.#bytes = Buffer.allocUnsafe(initialBytes);
  }

  get length(): number {
    return this.#length;
  }

  /** Forgets what was written and keeps the memory: a sink that lives as long as its thread stops growing. */
  reset(): void {
    this.#length = 0;
  }

  /** A view of what was written; valid until the next write. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  varint(value: number): void {
    this.#reserve(MAX_VARINT);
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#length++] = rest;
  }

  /** A length-prefixed string. Lone surrogates become U+FFFD, as UTF-8 demands. */
  string(text: string): void {
    const chars = text.length;
    if (chars <= SHORT_TEXT && this.#shortAscii(text, chars)) return;
    // One call of the engine's writer rather than two: the length goes where it fits if all is ASCII, and moves if not.
    this.#reserve(chars * 3 + 2 * MAX_VARINT);
    const start = this.#length;
    const header = varintBytes(chars);
    const bytes = this.#bytes.write(text, start + header, chars * 3, "utf8");
    const needed = varintBytes(bytes);
    if (needed !== header) this.#bytes.copyWithin(start + needed, start + header, start + header + bytes);
    this.varint(bytes);
    this.#length = start + needed + bytes;
  }

  bytesString(bytes: Uint8Array): void {
    this.varint(bytes.length);
    this.raw(bytes);
  }

  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** An unsigned integer of 1, 2 or 4 bytes. */
  uint(value: number, width: 1 | 2 | 4): void {
    this.#reserve(4);
    let rest = value >>> 0;
    for (let i = 0; i < width; i += 1) {
      this.#bytes[this.#length++] = rest & 0xff;
      rest >>>= 8;
    }
  }

  /** An unsigned 64-bit integer below 2^53. */
  uint64(value: number): void {
    this.uint(value % 0x1_0000_0000, 4);
    this.uint(Math.floor(value / 0x1_0000_0000), 4);
  }

  /** A signed or unsigned 64-bit integer, two's complement. */
  int64(value: bigint): void {
    this.#reserve(8);
    this.#bytes.writeBigUInt64LE(BigInt.asUintN(64, value), this.#length);
    this.#length += 8;
  }

  /** A whole number in 64 bits, two's complement, exact within ±2^53: cheaper than by way of a bigint. */
  whole(value: number): void {
    this.uint(value >>> 0, 4);
    this.uint(Math.floor(value / 0x1_0000_0000) >>> 0, 4);
  }

  /** Copies a typed array's memory; every platform Node runs on is little-endian, as is Native. */
  typed(values: Uint8Array | Uint16Array | Uint32Array): void {
    this.raw(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }

  zeros(count: number): void {
    this.#reserve(count);
    this.#bytes.fill(0, this.#length, this.#length + count);
    this.#length += count;
  }

  #shortAscii(text: string, chars: number): boolean {
    this.#reserve(chars + 1);
    const bytes = this.#bytes;
    const start = this.#length + 1;
    for (let i = 0; i < chars; i += 1) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) return false;
      bytes[start + i] = code;
    }
    bytes[this.#length] = chars;
    this.#length = start + chars;
    return true;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}
