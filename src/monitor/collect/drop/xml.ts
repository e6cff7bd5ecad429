import { fail, ok, type Result } from "../../../kernel/result.ts";

export type XmlElement = { readonly name: string; readonly children: XmlElement[]; text: string };

const MAX_DEPTH = 16;
const MAX_ELEMENTS = 50_000;
/** A declaration, a tag, or text. Neither DOCTYPE nor CDATA nor comments: no S3 answer has them, and entities are an attack. */
const TOKEN = /<\?xml[^<>]*\?>|<(\/?)([A-Za-z_][\w:.-]*)([^<>]*)>|([^<]+)/y;
const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

/** The small part of XML that S3 servers answer in. Never throws; attributes are passed over. */
export function parseXml(xml: string): Result<XmlElement> {
  const root: XmlElement = { name: "", children: [], text: "" };
  const open = [root];
  let elements = 0;
  for (let at = 0; at < xml.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(xml);
    if (match === null) return fail(`something unexpected at character ${at}`);
    const [, slash, name, attributes = "", text] = match;
    const parent = open.at(-1);
    if (parent === undefined) return fail("more ends than starts");
    if (text !== undefined) parent.text += decoded(text);
    else if (name !== undefined && slash === "/") {
      if (parent.name !== name || open.length === 1)
        return fail(`an end of <${name}> at character ${at} that has no start`);
      open.pop();
    } else if (name !== undefined) {
      elements += 1;
      if (elements > MAX_ELEMENTS || open.length > MAX_DEPTH) return fail("too many elements, or too deep");
      const element: XmlElement = { name, children: [], text: "" };
      parent.children.push(element);
      if (!attributes.endsWith("/")) open.push(element);
    }
  }
  const [top] = root.children;
  if (open.length > 1 || top === undefined || root.children.length > 1) return fail("cut, or not one element");
  return ok(top);
}

export const childText = (element: XmlElement, name: string): string | undefined =>
  element.children.find((child) => child.name === name)?.text;

const decoded = (text: string): string =>
  text.replace(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(lt|gt|amp|quot|apos));/g, (whole, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
