import { type Leaf, literalText, type Pattern, type Query } from "./ast.ts";
import { isEscapable, isFieldName, keywordOf, syntaxView } from "./characters.ts";

/** Tree → the shortest usual text that parses to the same tree. Values are quoted unless they are plainly safe. */
export function printQuery(query: Query): string {
  return query.kind === "all" ? "" : print(query);
}

function print(query: Query): string {
  if (query.kind === "all") return "*";
  if (query.kind === "not") return `not ${printOperand(query.item)}`;
  if ("items" in query) return query.items.map(printOperand).join(` ${query.kind} `);
  return printLeaf(query);
}

function printOperand(query: Query): string {
  return query.kind === "and" || query.kind === "or" ? `(${print(query)})` : print(query);
}

export function printLeaf(leaf: Leaf): string {
  if (leaf.kind === "text") return printPattern(leaf.pattern);
  const field = printField(leaf.field);
  switch (leaf.kind) {
    case "match":
      return `${field}:${printPattern(leaf.pattern)}`;
    case "exists":
      return `${field}:*`;
    case "compare":
      return `${field}:${leaf.op}${printValue(leaf.value)}`;
    case "regex":
      return `${field}:/${leaf.source.replaceAll(/\\[\s\S]|\//g, (part) => (part === "/" ? "\\/" : part))}/`;
    case "range": {
      const open = leaf.low === null || leaf.low.isInclusive ? "[" : "{";
      const close = leaf.high === null || leaf.high.isInclusive ? "]" : "}";
      const bound = (value: string | undefined): string => (value === undefined ? "*" : printValue(value));
      return `${field}:${open}${bound(leaf.low?.value)} TO ${bound(leaf.high?.value)}${close}`;
    }
  }
}

/** A bare name only where the parser would read it as a name (one letter may be a drive, `and` is no name). */
export function printField(name: string): string {
  const isBare = name.length > 1 && isFieldName(name) && name.normalize("NFKC") === name && !isKeyword(name);
  return isBare ? name : quote(name);
}

function printPattern(pattern: Pattern): string {
  const text = literalText(pattern);
  if (text !== undefined) return printValue(text);
  return pattern
    .map((part) => (part.kind === "text" ? escapeText(part.text) : part.kind === "one" ? "?" : "*"))
    .join("");
}

const SAFE = /^[\p{L}\p{N}_][\p{L}\p{N}_.@-]*$/u;

function printValue(text: string): string {
  return SAFE.test(text) && !isKeyword(text) && !/^to$/i.test(text) ? text : quote(text);
}

const isKeyword = (text: string): boolean => keywordOf(syntaxView(text)) !== undefined;

const quote = (text: string): string => `"${withBackslashes(text, (char) => char === '"' || char === "\\")}"`;
const escapeText = (text: string): string => withBackslashes(text, isEscapable);

function withBackslashes(text: string, isSpecial: (char: string) => boolean): string {
  const view = syntaxView(text);
  let out = "";
  for (let i = 0; i < text.length; i += 1) out += (isSpecial(view.charAt(i)) ? "\\" : "") + text.charAt(i);
  return out;
}
