import { ByteSink } from "./byte-sink.ts";
import { packIp } from "./ip.ts";

/** A column of a block under construction. Its memory stays from one block to the next, so that a busy thread stops allocating. */
export type Column = {
  readonly type: string;
  reset(): void;
  /** Writes the column's data for the rows pushed since the last reset. */
  write(sink: ByteSink): void;
};

/** A column of which most rows say nothing: those are only counted, and written in one go. */
export type SparseColumn<T extends string | number> = Column & {
  /** Rows are counted from 0 in each block, and come in order. */
  pushAt(row: number, value: T): void;
  /** Gives all rows before this one, that have none, the value "" or 0. */
  fillTo(row: number): void;
};

/** LowCardinality in Native: the version of the key serialization. Source: ClickHouse `SerializationLowCardinality`. */
const LC_VERSION = 1;
/** HasAdditionalKeys | NeedUpdateDictionary: every block brings its own keys. The low byte holds the index width. */
const LC_FLAGS = 0x200 | 0x400;

export class StringColumn implements SparseColumn<string> {
  readonly type = "String";
  readonly #values = new ByteSink();
  #filled = 0;

  push(text: string): void {
    this.#values.string(text);
  }

  pushAt(row: number, text: string): void {
    this.fillTo(row);
    this.#values.string(text);
    this.#filled = row + 1;
  }

  fillTo(row: number): void {
    // A text of no bytes is its length: one zero.
    if (row > this.#filled) this.#values.zeros(row - this.#filled);
    this.#filled = row;
  }

  /** Bytes exactly as they are: a ClickHouse String holds any bytes. */
  pushBytes(bytes: Uint8Array): void {
    this.#values.bytesString(bytes);
  }

  reset(): void {
    this.#values.reset();
    this.#filled = 0;
  }

  write(sink: ByteSink): void {
    sink.raw(this.#values.view());
  }
}

export class WordColumn implements SparseColumn<string> {
  readonly type = "LowCardinality(String)";
  readonly #dictionary = new Dictionary();

  push(word: string): void {
    this.#dictionary.push(word);
  }

  pushAt(row: number, word: string): void {
    this.fillTo(row);
    this.#dictionary.push(word);
  }

  fillTo(row: number): void {
    if (row > this.#dictionary.length) this.#dictionary.pushMany("", row - this.#dictionary.length);
  }

  reset(): void {
    this.#dictionary.reset();
  }

  write(sink: ByteSink): void {
    sink.uint64(LC_VERSION);
    this.#dictionary.write(sink);
  }
}

export class WordsColumn implements Column {
  readonly type = "Array(LowCardinality(String))";
  readonly #dictionary = new Dictionary();
  readonly #offsets = new ByteSink(1 << 12);

  push(words: readonly string[]): void {
    for (const word of words) this.#dictionary.push(word);
    this.#offsets.uint64(this.#dictionary.length);
  }

  reset(): void {
    this.#dictionary.reset();
    this.#offsets.reset();
  }

  write(sink: ByteSink): void {
    sink.uint64(LC_VERSION);
    sink.raw(this.#offsets.view());
    this.#dictionary.write(sink);
  }
}

/** Text to text: put each entry of a row, then end the row. */
export class MapColumn implements Column {
  readonly type = "Map(LowCardinality(String), String)";
  readonly #keys = new Dictionary();
  readonly #values = new ByteSink();
  readonly #offsets = new ByteSink(1 << 12);

  put(key: string, value: string): void {
    this.#keys.push(key);
    this.#values.string(value);
  }

  endRow(): void {
    this.#offsets.uint64(this.#keys.length);
  }

  reset(): void {
    this.#keys.reset();
    this.#values.reset();
    this.#offsets.reset();
  }

  write(sink: ByteSink): void {
    sink.uint64(LC_VERSION);
    sink.raw(this.#offsets.view());
    this.#keys.write(sink);
    sink.raw(this.#values.view());
  }
}

const IP_BYTES = 16;

/** IPv4 (mapped) and IPv6; "" and what is no address become `::`. */
export class IpColumn implements SparseColumn<string> {
  readonly type = "IPv6";
  readonly #packed = new ByteSink(1 << 12);
  readonly #one = new Uint8Array(IP_BYTES);

  pushAt(row: number, text: string): void {
    this.fillTo(row);
    this.push(text);
  }

  fillTo(row: number): void {
    const missing = row * IP_BYTES - this.#packed.length;
    if (missing > 0) this.#packed.zeros(missing);
  }

  push(text: string): void {
    if (text === "") {
      this.#packed.zeros(IP_BYTES);
      return;
    }
    this.#one.fill(0);
    packIp(text, this.#one, 0);
    this.#packed.raw(this.#one);
  }

  reset(): void {
    this.#packed.reset();
  }

  write(sink: ByteSink): void {
    sink.raw(this.#packed.view());
  }
}

/** Unsigned integers of 1, 2, 4 or 8 bytes; larger or negative numbers wrap as typed arrays do, 8 bytes clamp to 0…2^53. */
export class NumberColumn implements SparseColumn<number> {
  readonly type: string;
  readonly #values = new ByteSink(1 << 12);
  readonly #bytes: 1 | 2 | 4 | 8;

  constructor(bytes: 1 | 2 | 4 | 8) {
    this.type = `UInt${bytes * 8}`;
    this.#bytes = bytes;
  }

  push(value: number): void {
    if (this.#bytes === 8) this.#values.uint64(clampCount(value));
    else this.#values.uint(value, this.#bytes);
  }

  pushAt(row: number, value: number): void {
    this.fillTo(row);
    this.push(value);
  }

  fillTo(row: number): void {
    const missing = row * this.#bytes - this.#values.length;
    if (missing > 0) this.#values.zeros(missing);
  }

  reset(): void {
    this.#values.reset();
  }

  write(sink: ByteSink): void {
    sink.raw(this.#values.view());
  }
}

/** The whole range of UInt64. */
export class BigColumn implements Column {
  readonly type = "UInt64";
  readonly #values = new ByteSink(1 << 12);

  push(value: bigint): void {
    this.#values.int64(value);
  }

  reset(): void {
    this.#values.reset();
  }

  write(sink: ByteSink): void {
    sink.raw(this.#values.view());
  }
}

/** UTC milliseconds. */
export class InstantColumn implements Column {
  readonly type = "DateTime64(3, 'UTC')";
  readonly #values = new ByteSink(1 << 12);

  push(ms: number): void {
    this.#values.whole(Math.trunc(ms));
  }

  reset(): void {
    this.#values.reset();
  }

  write(sink: ByteSink): void {
    sink.raw(this.#values.view());
  }
}

/** The values of one LowCardinality column: distinct keys in order of first appearance, and an index per value. */
class Dictionary {
  #keys = new Map<string, number>();
  #indexes = new Uint32Array(1 << 12);
  #length = 0;
  #last = "";
  #lastIndex = -1;

  get length(): number {
    return this.#length;
  }

  push(text: string): void {
    if (this.#length === this.#indexes.length) this.#grow();
    this.#indexes[this.#length++] = this.#indexOf(text);
  }

  pushMany(text: string, count: number): void {
    while (this.#length + count > this.#indexes.length) this.#grow();
    this.#indexes.fill(this.#indexOf(text), this.#length, this.#length + count);
    this.#length += count;
  }

  reset(): void {
    // A new map, not clear(): after a block of a million distinct values nobody wants its table kept.
    this.#keys = new Map();
    this.#length = 0;
    this.#last = "";
    this.#lastIndex = -1;
  }

  write(sink: ByteSink): void {
    if (this.#length === 0) return;
    const size = this.#keys.size;
    const width = size <= 0xff ? 0 : size <= 0xffff ? 1 : 2;
    sink.uint64(LC_FLAGS | width);
    sink.uint64(size);
    for (const key of this.#keys.keys()) sink.string(key);
    sink.uint64(this.#length);
    const indexes = this.#indexes.subarray(0, this.#length);
    sink.typed(width === 0 ? Uint8Array.from(indexes) : width === 1 ? Uint16Array.from(indexes) : indexes);
  }

  #indexOf(text: string): number {
    if (text === this.#last && this.#lastIndex >= 0) return this.#lastIndex;
    let index = this.#keys.get(text);
    if (index === undefined) {
      index = this.#keys.size;
      this.#keys.set(text, index);
    }
    this.#last = text;
    this.#lastIndex = index;
    return index;
  }

  #grow(): void {
    const grown = new Uint32Array(this.#indexes.length * 2);
    grown.set(this.#indexes);
    this.#indexes = grown;
  }
}

const clampCount = (value: number): number =>
  value >= 0 && Number.isFinite(value) ? Math.min(Math.trunc(value), Number.MAX_SAFE_INTEGER) : 0;
