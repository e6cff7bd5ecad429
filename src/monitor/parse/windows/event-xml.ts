import { MAX_FIELDS } from "../bounds.ts";
import type { JsonObject } from "../flatten.ts";

const MAX_NESTING = 12;
/** An XML declaration may stand in front. */
const MAX_START = 256;

type Element = { name: string; node: Record<string, unknown>; text: string };

/**
 * One `<Event>` of the Windows event log (or of Sysmon for Linux) as the JSON that EVTX exporters make of it: attributes as `@name`,
 * text as `#text`, repeated elements as lists. Knows exactly the XML that event logs use: elements, attributes, the five entities,
 * character references; no DTD, so nothing expands. Undefined when the text is no such event or does not close.
 */
export function parseEventXml(text: string): JsonObject | undefined {
  const stack: Element[] = [];
  let count = 0;
  // Not `<Events>`, an export's own element.
  let at = text.slice(0, MAX_START + 8).search(/<Event[\s/>]/);
  if (at < 0 || at > MAX_START) return undefined;
  while (at >= 0 && count < MAX_FIELDS * 4) {
    const end = text.indexOf(">", at);
    if (end < 0) return undefined;
    count += 1;
    const next = text.indexOf("<", end);
    const isClosing = text.charCodeAt(at + 1) === 47;
    const isSelfClosed = text.charCodeAt(end - 1) === 47;
    if (!isClosing) {
      if (stack.length >= MAX_NESTING) return undefined;
      stack.push(openElement(text.slice(at + 1, isSelfClosed ? end - 1 : end)));
    }
    const top = stack.at(-1);
    if (top === undefined) return undefined;
    if (!isClosing && !isSelfClosed && next > end + 1) top.text = text.slice(end + 1, next);
    if (isClosing || isSelfClosed) {
      stack.pop();
      const parent = stack.at(-1);
      const value = jsonOf(top);
      if (parent === undefined) return typeof value === "object" && value !== null ? { Event: value } : undefined;
      addChild(parent.node, top.name, value);
    }
    at = next;
  }
  return undefined;
}

/** `Data Name='x' Type="y"` → an element with its attributes. */
function openElement(tag: string): Element {
  const space = tag.search(/\s/);
  const node: Record<string, unknown> = Object.create(null);
  if (space > 0)
    for (const [, name = "", quoted = ""] of tag.slice(space).matchAll(/([\w:.-]+)\s*=\s*("[^"]*"|'[^']*')/g))
      node[`@${name}`] = decodeEntities(quoted.slice(1, -1));
  const name = space > 0 ? tag.slice(0, space) : tag;
  return { name: name.slice(name.indexOf(":") + 1), node, text: "" };
}

function jsonOf({ node, text }: Element): unknown {
  const names = Object.keys(node);
  if (names.length === 0) return decodeEntities(text);
  if (names.every((name) => name.startsWith("@"))) node["#text"] = decodeEntities(text);
  return node;
}

function addChild(parent: Record<string, unknown>, name: string, value: unknown): void {
  const before = parent[name];
  if (before === undefined) parent[name] = value;
  else if (Array.isArray(before)) before.push(value);
  else parent[name] = [before, value];
}

const ENTITIES = new Map([
  ["lt", "<"],
  ["gt", ">"],
  ["amp", "&"],
  ["quot", '"'],
  ["apos", "'"],
]);

function decodeEntities(text: string): string {
  if (text.indexOf("&") < 0) return text;
  return text.replaceAll(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]{2,4});/gi, (whole, name: string) => {
    if (name.charCodeAt(0) !== 35) return ENTITIES.get(name) ?? whole;
    const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : whole;
  });
}
