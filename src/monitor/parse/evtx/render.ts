import { isData, parseBinXml } from "./bin-xml.ts";
import type { Chunk } from "./chunk.ts";
import { type Node, newNode, type Value } from "./json.ts";
import { Broken } from "./problem.ts";
import { type Element, NO_VALUES, type Part, type Values } from "./tree.ts";
import { readValue, TYPE } from "./value.ts";

/** Values may hold binary XML whose values hold binary XML … */
const MAX_NESTING = 12;

/** Where the rendering stands: whose values fill the holes, and how deep in values of values. */
type Scope = { readonly values: Values; readonly depth: number };

/** The binary XML of one record as JSON: `{Event: {System, EventData | UserData}}`. Throws Broken or RangeError. */
export function renderRecord(chunk: Chunk, at: number, end: number): Node {
  chunk.beginRecord();
  const root = newNode();
  const content = parseBinXml(chunk, { at, end, hasDependency: true });
  new Renderer(chunk).parts(content, { values: NO_VALUES, depth: 0 }, root);
  return root;
}

class Renderer {
  readonly #chunk: Chunk;

  constructor(chunk: Chunk) {
    this.#chunk = chunk;
  }

  /** Adds elements to `node`; returns the text between them, undefined when there is none. */
  parts(content: readonly Part[], scope: Scope, node: Node): Value | undefined {
    let text: Value | undefined;
    for (const part of content) {
      this.#chunk.spendPart();
      if (part.kind === "element") this.#element(part, scope, node);
      else if (part.kind === "text") text = joined(text, part.value);
      else if (part.kind === "slot") text = this.#slot(part.index, { scope, node, text });
      else text = joined(text, this.#instance(part, scope.depth, node));
    }
    return text;
  }

  #instance(part: Part & { kind: "instance" }, depth: number, node: Node): Value {
    if (depth > MAX_NESTING) throw new Broken("values are nested too deeply");
    return this.parts(part.template.content, { values: part.values, depth: depth + 1 }, node) ?? null;
  }

  #slot(index: number, to: { scope: Scope; node: Node; text: Value | undefined }): Value | undefined {
    const { values, depth } = to.scope;
    if (this.#isBinXml(index, values)) return this.#fragment(index, { values, depth }, to);
    const value = this.#value(index, values);
    return value === null ? to.text : joined(to.text, value);
  }

  #isBinXml(index: number, { table, starts }: Values): boolean {
    return index < starts.length && this.#chunk.bytes[table + index * 4 + 2] === TYPE.binXml;
  }

  /** Null for a hole that the instance has no value for. */
  #value(index: number, { table, starts }: Values): Value {
    const start = starts[index];
    if (start === undefined) return null;
    const { bytes } = this.#chunk;
    const at = table + index * 4;
    const size = bytes.readUInt16LE(at);
    const type = bytes.readUInt8(at + 2);
    if (type === TYPE.null) return null;
    this.#chunk.spendPart();
    this.#chunk.spendChars(size);
    return readValue(type, { bytes, start, size });
  }

  #fragment(index: number, { values, depth }: Scope, to: { node: Node; text: Value | undefined }): Value | undefined {
    const start = values.starts[index] ?? 0;
    const size = this.#chunk.bytes.readUInt16LE(values.table + index * 4);
    if (size === 0) return to.text;
    if (depth > MAX_NESTING) throw new Broken("values are nested too deeply");
    const content = parseBinXml(this.#chunk, { at: start, end: start + size, hasDependency: false });
    return joined(to.text, this.parts(content, { values: NO_VALUES, depth: depth + 1 }, to.node) ?? null);
  }

  /** `<Data Name="User">x</Data>` becomes `User: "x"`. */
  #element(element: Element, scope: Scope, parent: Node): void {
    if (element.dataName !== "") {
      add(parent, element.dataName, this.#content(element, scope, undefined));
      return;
    }
    const attributes = element.attributes.length === 0 ? undefined : this.#attributes(element, scope);
    const name = isData(element.name) ? attributes?.Name : undefined;
    if (typeof name === "string" && name !== "") add(parent, name, this.#content(element, scope, undefined));
    else if (isData(element.name)) addUnnamed(parent, element.name, this.#content(element, scope, attributes));
    else add(parent, element.name, this.#content(element, scope, attributes));
  }

  /** Undefined when none is left: an attribute whose only value is null is left out. */
  #attributes({ attributes }: Element, scope: Scope): Node | undefined {
    let node: Node | undefined;
    for (const { name, value } of attributes) {
      this.#chunk.spendPart();
      const only = value.length === 1 ? value[0] : undefined;
      const rendered = only?.kind === "text" ? only.value : this.parts(value, scope, newNode());
      if (rendered === undefined || rendered === null) continue;
      node ??= newNode();
      node[name] = rendered;
    }
    return node;
  }

  #content({ content }: Element, scope: Scope, attributes: Node | undefined): unknown {
    const only = content.length === 1 ? content[0] : undefined;
    if (attributes === undefined && only !== undefined) {
      // By far most elements are one value and nothing else.
      if (only.kind === "slot" && !this.#isBinXml(only.index, scope.values))
        return this.#value(only.index, scope.values);
      if (only.kind === "text") return only.value;
    }
    const node = newNode();
    if (attributes !== undefined) node["#attributes"] = attributes;
    const text = content.length === 0 ? undefined : this.parts(content, scope, node);
    if (isEmpty(node)) return text ?? null;
    if (text !== undefined && text !== null && !isBlank(text)) node["#text"] = text;
    return node;
  }
}

function isEmpty(node: Node): boolean {
  for (const _ in node) return false;
  return true;
}

const isBlank = (text: Value): boolean => typeof text === "string" && text.trim() === "";

const isList = (value: unknown): value is unknown[] => Array.isArray(value);
const textOf = (value: Value): string => (isList(value) ? value.join(",") : String(value ?? ""));

/** A value alone keeps its type; beside other text it becomes text. */
function joined(text: Value | undefined, more: Value): Value {
  if (text === undefined || text === null) return more;
  return more === null ? text : textOf(text) + textOf(more);
}

/** Elements of one name, and the items of an array, are a list. The lists are this record's own, so they may grow. */
function add(node: Node, name: string, value: unknown): void {
  const before = node[name];
  node[name] = before === undefined ? value : append(isList(before) ? before : [before], value);
}

function append(list: unknown[], value: unknown): unknown[] {
  if (isList(value)) for (const item of value) list.push(item);
  else list.push(value);
  return list;
}

/** `Data` without a name: exporters keep one as it is, and several as `{"#text": […]}`. */
function addUnnamed(node: Node, name: string, value: unknown): void {
  const before = node[name];
  if (before === undefined && !isList(value)) {
    node[name] = value;
    return;
  }
  const holder = isTextList(before) ? before : { "#text": before === undefined ? [] : [before] };
  append(holder["#text"], value);
  node[name] = holder;
}

type TextList = { readonly "#text": unknown[] };
const isTextList = (value: unknown): value is TextList =>
  typeof value === "object" && value !== null && "#text" in value && isList(value["#text"]);
