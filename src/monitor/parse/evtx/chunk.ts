import { Broken } from "./problem.ts";
import type { Template } from "./tree.ts";
import { readText } from "./value.ts";

/** Bytes of a chunk: names and templates are shared within one, and their offsets count from its start. */
export const CHUNK_BYTES = 65_536;
export const CHUNK_HEADER_BYTES = 512;

const MAX_NAME_CHARS = 1_024;

/**
 * What one chunk may cost. Records of a hostile file can name one template or one text a thousand times; real chunks need some
 * thousand tokens, some thousand parts and at most twice their own size in characters.
 */
const MAX_TOKENS = 400_000;
const MAX_PARTS = 400_000;
const MAX_CHARS = 32 * 1024 * 1024;
const MAX_PARTS_OF_RECORD = 20_000;
const MAX_CHARS_OF_RECORD = 4 * 1024 * 1024;

/** A chunk's bytes, with the names and templates found in it so far, and what is left of its budget. */
export class Chunk {
  readonly bytes: Buffer;
  readonly templates = new Map<number, Template | Broken>();
  readonly #names = new Map<number, string>();
  #tokens = MAX_TOKENS;
  #parts = MAX_PARTS;
  #chars = MAX_CHARS;
  #partsOfRecord = 0;
  #charsOfRecord = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  /** The name at a chunk offset: next offset, hash, length in characters, UTF-16, NUL. */
  name(at: number): string {
    const known = this.#names.get(at);
    if (known !== undefined) return known;
    const chars = this.bytes.readUInt16LE(at + 6);
    if (chars > MAX_NAME_CHARS || at + 8 + chars * 2 > this.bytes.length) throw new Broken("a name has no end");
    const name = readText(this.bytes, at + 8, chars * 2);
    this.#names.set(at, name);
    return name;
  }

  /** Bytes that the name at `at` takes up. */
  nameBytes(at: number): number {
    return 10 + this.bytes.readUInt16LE(at + 6) * 2;
  }

  beginRecord(): void {
    this.#partsOfRecord = MAX_PARTS_OF_RECORD;
    this.#charsOfRecord = MAX_CHARS_OF_RECORD;
  }

  spendToken(): void {
    this.#tokens -= 1;
    if (this.#tokens < 0) throw new Broken("the chunk's templates have too many tokens");
  }

  spendPart(): void {
    this.#parts -= 1;
    this.#partsOfRecord -= 1;
    if (this.#parts < 0 || this.#partsOfRecord < 0) throw new Broken("the record expands to too many elements");
  }

  spendChars(count: number): void {
    this.#chars -= count;
    this.#charsOfRecord -= count;
    if (this.#chars < 0 || this.#charsOfRecord < 0) throw new Broken("the record expands to too many characters");
  }
}
