import { crc32 } from "node:zlib";
import { ARRAY, TYPE } from "../value.ts";

/** An element as a template or a record says it. Text is a string; a number is a character reference. */
export type Xml = {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, Content>>;
  readonly content?: readonly Content[];
};
export type Content = string | number | Slot | { readonly entity: string } | { readonly cdata: string } | Xml;
type Slot = { readonly slot: number; readonly type: number; readonly isOptional?: boolean };

export type TypedValue =
  | { readonly type: number; readonly bytes: Buffer }
  /** Binary XML as a value; with `values` it is a template of its own. */
  | { readonly type: number; readonly xml: Xml; readonly values?: readonly TypedValue[] };

/** A record: an element, and the values for its slots. Without values it is written without a template. */
export type RecordSpec = { readonly xml: Xml; readonly values?: readonly TypedValue[]; readonly atMs?: number };

export const slot = (index: number, type: number = TYPE.string, isOptional = true): Slot => ({
  slot: index,
  type,
  isOptional,
});
export const text = (value: string): TypedValue => ({ type: TYPE.string, bytes: Buffer.from(value, "utf16le") });
export const texts = (...values: string[]): TypedValue => ({
  type: TYPE.string | ARRAY,
  bytes: Buffer.from(values.map((value) => `${value}\0`).join(""), "utf16le"),
});
export const nothing: TypedValue = { type: TYPE.null, bytes: Buffer.alloc(0) };
export const uint16 = (value: number): TypedValue => ({
  type: TYPE.uint16,
  bytes: Buffer.from([value & 255, value >> 8]),
});
export const typed = (type: number, hex: string): TypedValue => ({ type, bytes: Buffer.from(hex, "hex") });

const CHUNK = 65_536;

/** Bytes that grow at their end; offsets count from the chunk's start. */
class Pen {
  readonly bytes = Buffer.alloc(CHUNK);
  at = 512;

  u8(...values: number[]): void {
    for (const value of values) this.bytes.writeUInt8(value, this.at++);
  }
  u16(value: number): void {
    this.at = this.bytes.writeUInt16LE(value, this.at);
  }
  u32(value: number): number {
    this.at = this.bytes.writeUInt32LE(value, this.at);
    return this.at - 4;
  }
  u64(value: bigint): void {
    this.at = this.bytes.writeBigUInt64LE(value, this.at);
  }
  raw(bytes: Buffer): void {
    this.at += bytes.copy(this.bytes, this.at);
  }
  utf16(value: string): void {
    this.raw(Buffer.from(value, "utf16le"));
  }
  /** Fills in, at `at`, how many bytes were written since it. */
  sizeSince(at: number): void {
    this.bytes.writeUInt32LE(this.at - at - 4, at);
  }
}

/** Writes one chunk as Windows does: a name and a template stand where they are first used. */
export class ChunkWriter {
  readonly #pen = new Pen();
  readonly #names = new Map<string, number>();
  readonly #templates = new Map<string, number>();
  readonly #firstId: number;
  /** Where each record begins. */
  readonly offsets: number[] = [];

  constructor(firstId = 1) {
    this.#firstId = firstId;
  }

  record({ xml, values, atMs = 0 }: RecordSpec): this {
    const pen = this.#pen;
    const start = pen.at;
    pen.u32(0x2a2a);
    pen.u32(0);
    pen.u64(BigInt(this.#firstId + this.offsets.length));
    pen.u64(BigInt(atMs + 11_644_473_600_000) * 10_000n);
    pen.u8(0x0f, 1, 1, 0);
    if (values === undefined) this.#element(xml, true);
    else this.#instance(xml, values);
    pen.u8(0);
    const size = pen.at + 4 - start;
    pen.u32(size);
    pen.bytes.writeUInt32LE(size, start + 4);
    this.offsets.push(start);
    return this;
  }

  finish(): Buffer {
    const { bytes, at } = this.#pen;
    bytes.write("ElfChnk\0", 0, "latin1");
    const lastId = BigInt(this.#firstId + this.offsets.length - 1);
    for (const place of [8, 24]) bytes.writeBigUInt64LE(BigInt(this.#firstId), place);
    for (const place of [16, 32]) bytes.writeBigUInt64LE(lastId, place);
    bytes.writeUInt32LE(128, 40);
    bytes.writeUInt32LE(this.offsets.at(-1) ?? 512, 44);
    bytes.writeUInt32LE(at, 48);
    bytes.writeUInt32LE(crc32(bytes.subarray(512, at)), 52);
    bytes.writeUInt32LE(crc32(bytes.subarray(128, 512), crc32(bytes.subarray(0, 120))), 124);
    return bytes;
  }

  #name(name: string): void {
    const pen = this.#pen;
    const known = this.#names.get(name);
    pen.u32(known ?? pen.at + 4);
    if (known !== undefined) return;
    this.#names.set(name, pen.at);
    pen.u32(0);
    pen.u16(0);
    pen.u16(name.length);
    pen.utf16(`${name}\0`);
  }

  #element({ name, attributes = {}, content }: Xml, hasDependency: boolean): void {
    const pen = this.#pen;
    const names = Object.keys(attributes);
    pen.u8(names.length > 0 ? 0x41 : 0x01);
    if (hasDependency) pen.u16(0xffff);
    const sizeAt = pen.u32(0);
    this.#name(name);
    if (names.length > 0) {
      const listAt = pen.u32(0);
      names.forEach((attribute, index) => {
        pen.u8(index < names.length - 1 ? 0x46 : 0x06);
        this.#name(attribute);
        this.#content(attributes[attribute] ?? "", hasDependency);
      });
      pen.sizeSince(listAt);
    }
    if (content === undefined) pen.u8(0x03);
    else {
      pen.u8(0x02);
      for (const one of content) this.#content(one, hasDependency);
      pen.u8(0x04);
    }
    pen.sizeSince(sizeAt);
  }

  #content(content: Content, hasDependency: boolean): void {
    const pen = this.#pen;
    if (typeof content === "string") {
      pen.u8(0x05, TYPE.string);
      pen.u16(content.length);
      pen.utf16(content);
    } else if (typeof content === "number") {
      pen.u8(0x08);
      pen.u16(content);
    } else if ("slot" in content) {
      pen.u8(content.isOptional === true ? 0x0e : 0x0d);
      pen.u16(content.slot);
      pen.u8(content.type);
    } else if ("entity" in content) {
      pen.u8(0x09);
      this.#name(content.entity);
    } else if ("cdata" in content) {
      pen.u8(0x07);
      pen.u16(content.cdata.length);
      pen.utf16(content.cdata);
    } else this.#element(content, hasDependency);
  }

  #instance(xml: Xml, values: readonly TypedValue[]): void {
    const pen = this.#pen;
    const key = JSON.stringify(xml);
    const known = this.#templates.get(key);
    pen.u8(0x0c, 1);
    pen.u32(crc32(key));
    pen.u32(known ?? pen.at + 4);
    if (known === undefined) this.#definition(xml, key);
    pen.u32(values.length);
    const table = pen.at;
    for (const { type } of values) pen.u8(0, 0, type, 0);
    values.forEach((value, index) => {
      const start = pen.at;
      if ("bytes" in value) pen.raw(value.bytes);
      else this.#binXml(value.xml, value.values);
      pen.bytes.writeUInt16LE(pen.at - start, table + index * 4);
    });
  }

  #definition(xml: Xml, key: string): void {
    const pen = this.#pen;
    this.#templates.set(key, pen.at);
    pen.u32(0);
    pen.u32(crc32(key));
    pen.raw(Buffer.alloc(12, 7));
    const sizeAt = pen.u32(0);
    pen.u8(0x0f, 1, 1, 0);
    this.#element(xml, true);
    pen.u8(0);
    pen.sizeSince(sizeAt);
  }

  /** Binary XML as a value: its elements carry no dependency id, those of a template do. */
  #binXml(xml: Xml, values: readonly TypedValue[] | undefined): void {
    this.#pen.u8(0x0f, 1, 1, 0);
    if (values === undefined) this.#element(xml, false);
    else this.#instance(xml, values);
    this.#pen.u8(0);
  }
}

/** A file of these chunks with a header that says so. */
export function fileOf(chunks: readonly Buffer[], flags = 0): Buffer {
  const header = Buffer.alloc(4_096);
  header.write("ElfFile\0", 0, "latin1");
  header.writeBigUInt64LE(BigInt(Math.max(0, chunks.length - 1)), 16);
  header.writeUInt32LE(128, 32);
  header.writeUInt16LE(1, 36);
  header.writeUInt16LE(3, 38);
  header.writeUInt16LE(4_096, 40);
  header.writeUInt16LE(chunks.length, 42);
  header.writeUInt32LE(crc32(header.subarray(0, 120)), 124);
  header.writeUInt32LE(flags, 120);
  return Buffer.concat([header, ...chunks]);
}
