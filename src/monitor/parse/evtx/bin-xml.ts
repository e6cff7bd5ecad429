import { CHUNK_HEADER_BYTES, type Chunk } from "./chunk.ts";
import { Broken } from "./problem.ts";
import type { Attribute, Element, Instance, Part, Template, Values } from "./tree.ts";
import { readText, readValue, TYPE } from "./value.ts";

/** Tokens of binary XML ([MS-EVEN6] §2.2.12); MORE may be set beside any of the first nine. */
const TOKEN = {
  end: 0x00,
  openStart: 0x01,
  closeStart: 0x02,
  closeEmpty: 0x03,
  endElement: 0x04,
  value: 0x05,
  attribute: 0x06,
  cdata: 0x07,
  charRef: 0x08,
  entityRef: 0x09,
  piTarget: 0x0a,
  piData: 0x0b,
  instance: 0x0c,
  slot: 0x0d,
  optionalSlot: 0x0e,
  fragment: 0x0f,
} as const;
const MORE = 0x40;

const MAX_DEPTH = 32;
const MAX_VALUES = 4_096;
const TEMPLATE_HEADER_BYTES = 24;

const ENTITIES = new Map([
  ["lt", "<"],
  ["gt", ">"],
  ["amp", "&"],
  ["quot", '"'],
  ["apos", "'"],
]);

/** Where binary XML lies. `hasDependency`: elements of values leave out the dependency id that all others carry. */
type Source = { readonly at: number; readonly end: number; readonly hasDependency: boolean };

/** Parses the binary XML at a place of the chunk. Throws Broken or RangeError for what is none. */
export function parseBinXml(chunk: Chunk, source: Source): readonly Part[] {
  return new BinXmlParser(chunk, source).parts(TOKEN.end, 0);
}

class BinXmlParser {
  readonly #chunk: Chunk;
  readonly #end: number;
  readonly #hasDependency: boolean;
  #at: number;

  constructor(chunk: Chunk, { at, end, hasDependency }: Source) {
    this.#chunk = chunk;
    this.#at = at;
    this.#end = Math.min(end, chunk.bytes.length);
    this.#hasDependency = hasDependency;
  }

  /** Parts up to the token `last`, which is consumed. A fragment may also end with its bytes. */
  parts(last: number, depth: number): readonly Part[] {
    if (depth > MAX_DEPTH) throw new Broken("elements are nested too deeply");
    const parts: Part[] = [];
    while (last !== TOKEN.end || this.#at < this.#end) {
      const token = this.#token();
      if (token === last) return parts;
      if (token === TOKEN.openStart) parts.push(this.#element(depth));
      else if (token === TOKEN.instance) parts.push(this.#instance());
      else if (token === TOKEN.fragment) this.#at += 4;
      else if (token === TOKEN.piTarget) this.#name(this.#at + 1);
      else if (token === TOKEN.piData) this.#countedText();
      else addText(parts, this.#textPart(token));
    }
    return parts;
  }

  /** The token at hand, without the flag; it is not consumed unless it stands alone. */
  #token(): number {
    if (this.#at >= this.#end) throw new Broken("the binary XML ends inside an element");
    this.#chunk.spendToken();
    const token = this.#chunk.bytes.readUInt8(this.#at) & ~MORE;
    if (token === TOKEN.end || (token >= TOKEN.closeStart && token <= TOKEN.endElement)) this.#at += 1;
    return token;
  }

  #element(depth: number): Element {
    const { bytes } = this.#chunk;
    const hasAttributes = (bytes.readUInt8(this.#at) & MORE) !== 0;
    const sizeAt = this.#at + (this.#isDependencyHere() ? 3 : 1);
    const name = this.#name(sizeAt + 4);
    if (hasAttributes) this.#at += 4;
    const attributes: Attribute[] = [];
    for (;;) {
      const token = this.#token();
      if (token === TOKEN.closeEmpty) return elementOf(name, attributes, []);
      if (token === TOKEN.closeStart) return elementOf(name, attributes, this.parts(TOKEN.endElement, depth + 1));
      if (token !== TOKEN.attribute) throw new Broken(`the token ${token} is none of an element's start`);
      attributes.push(this.#attribute());
    }
  }

  /** Writers disagree whether elements inside values carry the id, so the sizes and offsets behind it decide. */
  #isDependencyHere(): boolean {
    const fits = this.#isElementAt(this.#at + (this.#hasDependency ? 3 : 1));
    return fits || !this.#isElementAt(this.#at + (this.#hasDependency ? 1 : 3))
      ? this.#hasDependency
      : !this.#hasDependency;
  }

  #isElementAt(sizeAt: number): boolean {
    if (sizeAt + 8 > this.#end) return false;
    const { bytes } = this.#chunk;
    const nameAt = bytes.readUInt32LE(sizeAt + 4);
    return (
      bytes.readUInt32LE(sizeAt) <= this.#end - sizeAt - 4 &&
      nameAt >= CHUNK_HEADER_BYTES &&
      nameAt + 10 <= bytes.length
    );
  }

  #attribute(): Attribute {
    const name = this.#name(this.#at + 1);
    const value: Part[] = [];
    for (;;) {
      const token = this.#chunk.bytes.readUInt8(this.#at) & ~MORE;
      const isValue = token === TOKEN.value || (token >= TOKEN.cdata && token <= TOKEN.entityRef);
      if (!isValue && token !== TOKEN.slot && token !== TOKEN.optionalSlot) return { name, value };
      addText(value, this.#textPart(this.#token()));
    }
  }

  /** A name by its offset, which stands at `at`. A name's first use carries the name itself right behind. */
  #name(at: number): string {
    const nameAt = this.#chunk.bytes.readUInt32LE(at);
    this.#at = at + 4;
    const name = this.#chunk.name(nameAt);
    if (nameAt === this.#at) this.#at += this.#chunk.nameBytes(nameAt);
    return name;
  }

  #textPart(token: number): Part {
    const { bytes } = this.#chunk;
    switch (token) {
      case TOKEN.value:
        return { kind: "text", value: this.#inlineValue() };
      case TOKEN.cdata:
        return { kind: "text", value: this.#countedText() };
      case TOKEN.charRef:
        this.#at += 3;
        return { kind: "text", value: String.fromCharCode(bytes.readUInt16LE(this.#at - 2)) };
      case TOKEN.entityRef: {
        const name = this.#name(this.#at + 1);
        return { kind: "text", value: ENTITIES.get(name) ?? `&${name};` };
      }
      case TOKEN.slot:
      case TOKEN.optionalSlot:
        this.#at += 4;
        return { kind: "slot", index: bytes.readUInt16LE(this.#at - 3) };
      default:
        throw new Broken(`the token ${token} is unknown`);
    }
  }

  /** A length in characters and UTF-16, behind one byte of token. */
  #countedText(lead = 1): string {
    const start = this.#at + lead + 2;
    const size = this.#chunk.bytes.readUInt16LE(start - 2) * 2;
    if (start + size > this.#end) throw new Broken("a text has no end");
    this.#at = start + size;
    return readText(this.#chunk.bytes, start, size);
  }

  #inlineValue(): string {
    const type = this.#chunk.bytes.readUInt8(this.#at + 1);
    if (type === TYPE.string) return this.#countedText(2);
    const size = SIZES.get(type);
    if (size === undefined) throw new Broken(`a text of type ${type} cannot be read`);
    const start = this.#at + 2;
    this.#at = start + size;
    return String(readValue(type, { bytes: this.#chunk.bytes, start, size }) ?? "");
  }

  #instance(): Instance {
    const { bytes } = this.#chunk;
    const definitionAt = bytes.readUInt32LE(this.#at + 6);
    this.#at += 10;
    const template = templateAt(this.#chunk, definitionAt);
    if (definitionAt === this.#at) this.#at += TEMPLATE_HEADER_BYTES + bytes.readUInt32LE(definitionAt + 20);
    return { kind: "instance", template, values: this.#values() };
  }

  /** A count, then for each value its size and type, then the values themselves. */
  #values(): Values {
    const { bytes } = this.#chunk;
    const count = bytes.readUInt32LE(this.#at);
    const table = this.#at + 4;
    if (count > MAX_VALUES || table + count * 4 > this.#end) throw new Broken("a template has too many values");
    const starts: number[] = [];
    let start = table + count * 4;
    for (let index = 0; index < count; index += 1) {
      starts.push(start);
      start += bytes.readUInt16LE(table + index * 4);
    }
    if (start > this.#end) throw new Broken("a template's values end outside of their record");
    this.#at = start;
    return { table, starts };
  }
}

export const isData = (name: string): boolean => name === "Data" || name === "ComplexData";

function elementOf(name: string, attributes: readonly Attribute[], content: readonly Part[]): Element {
  const value = isData(name) ? attributes.find((attribute) => attribute.name === "Name")?.value : undefined;
  const [only] = value?.length === 1 ? value : [];
  const dataName = only?.kind === "text" && typeof only.value === "string" ? only.value : "";
  return { kind: "element", name, dataName, attributes, content };
}

/** Sizes of the types that a text of a definition may have besides string. */
const SIZES = new Map<number, number>([
  [TYPE.null, 0],
  [TYPE.int8, 1],
  [TYPE.uint8, 1],
  [TYPE.int16, 2],
  [TYPE.uint16, 2],
  [TYPE.int32, 4],
  [TYPE.uint32, 4],
  [TYPE.int64, 8],
  [TYPE.uint64, 8],
  [TYPE.real32, 4],
  [TYPE.real64, 8],
  [TYPE.bool, 4],
  [TYPE.guid, 16],
  [TYPE.fileTime, 8],
  [TYPE.systemTime, 16],
  [TYPE.hex32, 4],
  [TYPE.hex64, 8],
]);

/** A text beside a text joins it: a character reference is part of the word around it. */
function addText(parts: Part[], part: Part): void {
  const before = parts.at(-1);
  if (part.kind === "text" && before?.kind === "text")
    parts[parts.length - 1] = { kind: "text", value: `${before.value}${part.value}` };
  else parts.push(part);
}

const ENDLESS = new Broken("a template refers to itself");

/** The definition at a chunk offset: next offset, GUID, size, binary XML. Parsed once; what failed once fails at once. */
function templateAt(chunk: Chunk, at: number): Template {
  const known = chunk.templates.get(at);
  if (known instanceof Broken) throw known;
  if (known !== undefined) return known;
  // Until it is parsed: a definition that holds an instance of itself must not be entered again.
  chunk.templates.set(at, ENDLESS);
  try {
    const start = at + TEMPLATE_HEADER_BYTES;
    const end = start + chunk.bytes.readUInt32LE(at + 20);
    if (end > chunk.bytes.length) throw new Broken("a template ends outside of its chunk");
    const template = { content: parseBinXml(chunk, { at: start, end, hasDependency: true }) };
    chunk.templates.set(at, template);
    return template;
  } catch (error) {
    const broken = error instanceof Broken ? error : new Broken("a template ends outside of its chunk");
    chunk.templates.set(at, broken);
    throw broken;
  }
}
