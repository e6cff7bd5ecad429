import { ByteSink } from "./byte-sink.ts";
import { packIp } from "./ip.ts";

/**
 * LowCardinality in Native: the version of the key serialization, then per block flags
 * (HasAdditionalKeys | NeedUpdateDictionary) with the index width in the low byte.
 * Source: ClickHouse `SerializationLowCardinality`.
 */
const LC_VERSION = 1;
const LC_FLAGS = 0x200 | 0x400;

type Text = (row: number) => string;
type Num = (row: number) => number;

/** Memory that blocks are built in, kept from one block to the next; one builder at a time, as a thread has one. */
const body = new ByteSink(1 << 20);
const mapValues = new ByteSink(1 << 20);

/** Builds one block in ClickHouse's Native format, column by column; every getter is called once per row, in row order. */
export class NativeBlock {
  readonly #sink = body;
  readonly #rows: number;
  readonly #names: string[] = [];

  /** Starts a block; the one before it in this thread must be finished. */
  constructor(rows: number) {
    this.#rows = rows;
    body.reset();
  }

  get columns(): readonly string[] {
    return this.#names;
  }

  string(name: string, get: Text): void {
    this.#open(name, "String");
    for (let row = 0; row < this.#rows; row += 1) this.#sink.string(get(row));
  }

  /** Bytes exactly as they are: a ClickHouse String holds any bytes. */
  bytes(name: string, get: (row: number) => Uint8Array): void {
    this.#open(name, "String");
    for (let row = 0; row < this.#rows; row += 1) this.#sink.bytesString(get(row));
  }

  word(name: string, get: Text): void {
    this.#open(name, "LowCardinality(String)");
    this.#sink.uint64(LC_VERSION);
    const dictionary = new Dictionary();
    const indexes = new Uint32Array(this.#rows);
    for (let row = 0; row < this.#rows; row += 1) indexes[row] = dictionary.indexOf(get(row));
    dictionary.write(this.#sink, indexes);
  }

  words(name: string, get: (row: number) => readonly string[]): void {
    this.#open(name, "Array(LowCardinality(String))");
    this.#sink.uint64(LC_VERSION);
    const dictionary = new Dictionary();
    const indexes: number[] = [];
    const offsets = new BigUint64Array(this.#rows);
    for (let row = 0; row < this.#rows; row += 1) {
      for (const word of get(row)) indexes.push(dictionary.indexOf(word));
      offsets[row] = BigInt(indexes.length);
    }
    this.#sink.typed(offsets);
    dictionary.write(this.#sink, Uint32Array.from(indexes));
  }

  /** A map of text to text. `each` is called once per row and must hand every entry to `put`. */
  map(name: string, each: (row: number, put: (key: string, value: string) => void) => void): void {
    this.#open(name, "Map(LowCardinality(String), String)");
    this.#sink.uint64(LC_VERSION);
    const dictionary = new Dictionary();
    const indexes: number[] = [];
    mapValues.reset();
    const offsets = new BigUint64Array(this.#rows);
    const put = (key: string, value: string): void => {
      indexes.push(dictionary.indexOf(key));
      mapValues.string(value);
    };
    for (let row = 0; row < this.#rows; row += 1) {
      each(row, put);
      offsets[row] = BigInt(indexes.length);
    }
    this.#sink.typed(offsets);
    dictionary.write(this.#sink, Uint32Array.from(indexes));
    this.#sink.raw(mapValues.view());
  }

  ip(name: string, get: Text): void {
    this.#open(name, "IPv6");
    const packed = new Uint8Array(this.#rows * 16);
    for (let row = 0; row < this.#rows; row += 1) {
      const text = get(row);
      if (text !== "") packIp(text, packed, row * 16);
    }
    this.#sink.raw(packed);
  }

  uint8(name: string, get: Num): void {
    this.#open(name, "UInt8");
    this.#sink.typed(Uint8Array.from({ length: this.#rows }, (_, row) => get(row)));
  }

  uint16(name: string, get: Num): void {
    this.#open(name, "UInt16");
    const values = new Uint16Array(this.#rows);
    for (let row = 0; row < this.#rows; row += 1) values[row] = get(row);
    this.#sink.typed(values);
  }

  uint32(name: string, get: Num): void {
    this.#open(name, "UInt32");
    const values = new Uint32Array(this.#rows);
    for (let row = 0; row < this.#rows; row += 1) values[row] = get(row);
    this.#sink.typed(values);
  }

  /** Whole numbers up to 2^53, clamped below at 0. */
  uint64(name: string, get: Num): void {
    this.#open(name, "UInt64");
    for (let row = 0; row < this.#rows; row += 1) this.#sink.uint64(clampCount(get(row)));
  }

  /** The whole range of UInt64. */
  bigUint64(name: string, get: (row: number) => bigint): void {
    this.#open(name, "UInt64");
    const values = new BigUint64Array(this.#rows);
    for (let row = 0; row < this.#rows; row += 1) values[row] = get(row);
    this.#sink.typed(values);
  }

  /** UTC milliseconds. */
  instant(name: string, get: Num): void {
    this.#open(name, "DateTime64(3, 'UTC')");
    const values = new BigInt64Array(this.#rows);
    for (let row = 0; row < this.#rows; row += 1) values[row] = BigInt(Math.trunc(get(row)));
    this.#sink.typed(values);
  }

  finish(): Uint8Array {
    const head = new ByteSink(32);
    head.varint(this.#names.length);
    head.varint(this.#rows);
    // Memory of its own, not Node's shared pool: the block is handed to another thread.
    const block = new Uint8Array(head.length + this.#sink.length);
    block.set(head.view());
    block.set(this.#sink.view(), head.length);
    return block;
  }

  #open(name: string, type: string): void {
    this.#names.push(name);
    this.#sink.string(name);
    this.#sink.string(type);
  }
}

/** The distinct values of one LowCardinality column of one block, in order of first appearance. */
class Dictionary {
  readonly #indexes = new Map<string, number>();
  #last = "";
  #lastIndex = -1;

  indexOf(text: string): number {
    if (text === this.#last && this.#lastIndex >= 0) return this.#lastIndex;
    let index = this.#indexes.get(text);
    if (index === undefined) {
      index = this.#indexes.size;
      this.#indexes.set(text, index);
    }
    this.#last = text;
    this.#lastIndex = index;
    return index;
  }

  write(sink: ByteSink, indexes: Uint32Array): void {
    if (indexes.length === 0) return;
    const size = this.#indexes.size;
    const width = size <= 0xff ? 0 : size <= 0xffff ? 1 : 2;
    sink.uint64(LC_FLAGS | width);
    sink.uint64(size);
    for (const key of this.#indexes.keys()) sink.string(key);
    sink.uint64(indexes.length);
    sink.typed(width === 0 ? Uint8Array.from(indexes) : width === 1 ? Uint16Array.from(indexes) : indexes);
  }
}

const clampCount = (value: number): number =>
  value >= 0 && Number.isFinite(value) ? Math.min(Math.trunc(value), Number.MAX_SAFE_INTEGER) : 0;
