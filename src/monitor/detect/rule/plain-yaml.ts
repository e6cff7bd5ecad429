import type { Yaml, YamlMap } from "./value.ts";

/**
 * Reads the plain block style in which nearly all Sigma rules are written, eight times as fast as a whole YAML parser. It is sure
 * or it gives up: `undefined` for anchors, tags, flow collections, folded texts, several documents, and for all that is wrong.
 * What it does read, it reads as YAML 1.2 says; the tests hold it to the YAML package on every rule of SigmaHQ.
 */
export function readPlainYaml(written: string): Yaml | undefined {
  const text = written.replaceAll("\r\n", "\n");
  if (UNUSUAL.test(text)) return undefined;
  const reader: Reader = { lines: text.split("\n"), at: 0 };
  try {
    skipBlank(reader);
    if (reader.at >= reader.lines.length) return undefined;
    const value = readBlock(reader, 0);
    return reader.at >= reader.lines.length ? value : undefined;
  } catch (error) {
    if (error === GIVE_UP) return undefined;
    throw error;
  }
}

/** Tabs, other line ends, control characters, document marks, directives. */
const UNUSUAL = /[^\P{Cc}\n]|[\u2028\u2029\ufeff]|^(?:---|\.\.\.|%)/mu;
const MAX_DEPTH = 16;
const GIVE_UP = Symbol("not plain YAML");

type Reader = { readonly lines: readonly string[]; at: number };

const giveUp = (): never => {
  throw GIVE_UP;
};
const lineAt = (reader: Reader): string => reader.lines[reader.at] ?? "";

function indentOf(line: string): number {
  let indent = 0;
  while (line.charCodeAt(indent) === 32) indent++;
  return indent;
}

/** Moves to the next line that is neither empty nor a comment. */
function skipBlank(reader: Reader): void {
  for (; reader.at < reader.lines.length; reader.at++) {
    const line = lineAt(reader);
    const indent = indentOf(line);
    if (indent < line.length && line.charAt(indent) !== "#") return;
  }
}

/** The indent of the present line; -1 at the end. */
const hereIndent = (reader: Reader): number => (reader.at < reader.lines.length ? indentOf(lineAt(reader)) : -1);

function readBlock(reader: Reader, depth: number): Yaml {
  if (depth > MAX_DEPTH) return giveUp();
  const line = lineAt(reader);
  return isItem(line, indentOf(line)) ? readList(reader, depth) : readMap(reader, indentOf(line), depth);
}

const isItem = (line: string, indent: number): boolean =>
  line.charAt(indent) === "-" && (line.charAt(indent + 1) === " " || line.length === indent + 1);

const KEY = /^(?:'([^']+)'|([A-Za-z_][\w|.()/-]*(?: [\w|.()/-]+)*)) *:(?: +|$)/;
/** Words that YAML reads as something else than a text. */
const SPECIAL = /^(?:null|true|false|~)$/i;

/** Reads `key: value` lines of one indent. `first`, if given, is the rest of a list item's line, and its map's first entry. */
function readMap(reader: Reader, indent: number, depth: number, first?: string): YamlMap {
  const map = new Map<string, Yaml>();
  let rest = first;
  while (rest !== undefined || hereIndent(reader) === indent) {
    const content = rest ?? lineAt(reader).slice(indent);
    rest = undefined;
    const match = KEY.exec(content);
    const key = match?.[1] ?? match?.[2];
    if (match === null || key === undefined || map.has(key) || (match[1] === undefined && SPECIAL.test(key)))
      return giveUp();
    map.set(key, readValue(reader, content.slice(match[0].length), indent, depth));
  }
  if (hereIndent(reader) > indent) return giveUp();
  return map;
}

function readList(reader: Reader, depth: number): Yaml {
  const indent = hereIndent(reader);
  const items: Yaml[] = [];
  while (hereIndent(reader) === indent && isItem(lineAt(reader), indent)) {
    const line = lineAt(reader);
    const inner = indent + 1 + indentOf(line.slice(indent + 1));
    const content = line.slice(inner);
    if (content === "" || content.startsWith("#") || isItem(line, inner)) return giveUp();
    items.push(
      KEY.test(content) ? readMap(reader, inner, depth + 1, content) : readValue(reader, content, indent, depth),
    );
  }
  if (hereIndent(reader) > indent) return giveUp();
  return items;
}

/** Reads what follows a key or a dash, and moves to the line after it. */
function readValue(reader: Reader, content: string, indent: number, depth: number): Yaml {
  reader.at++;
  if (content === "|" || content === "|-") return readLiteral(reader, indent, content === "|");
  skipBlank(reader);
  const next = hereIndent(reader);
  if (content === "" || content.startsWith("#")) {
    if (next > indent || (next === indent && isItem(lineAt(reader), next))) return readBlock(reader, depth + 1);
    return null;
  }
  if (next > indent) return giveUp();
  return readScalar(content);
}

const SINGLE = /^'((?:[^']|'')*)' *(?: #.*)?$/;
const DOUBLE = /^"([^"\\]*)" *(?: #.*)?$/;

function readScalar(content: string): Yaml {
  const quote = content.charAt(0);
  if (quote === "'") return SINGLE.exec(content)?.[1]?.replaceAll("''", "'") ?? giveUp();
  if (quote === '"') return DOUBLE.exec(content)?.[1] ?? giveUp();
  const comment = content.indexOf(" #");
  return readPlain((comment < 0 ? content : content.slice(0, comment)).trimEnd());
}

const INDICATOR = /^(?:[[\]{},&*#|>!%@`=]|[-?:](?: |$))/;
const NUMBER = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:e[-+]?\d+)?$/i;

function readPlain(text: string): Yaml {
  if (text === "" || INDICATOR.test(text) || text.includes(": ") || text.endsWith(":")) return giveUp();
  if (SPECIAL.test(text)) return readWord(text);
  if (NUMBER.test(text)) return /^[-+]?\d{16,}$/.test(text) ? giveUp() : Number(text);
  return /^(?:0[ox]|[-+]?\.(?:inf|nan))/i.test(text) ? giveUp() : text;
}

/** YAML 1.2 knows three spellings of each word; `nULL` is a text. */
function readWord(word: string): Yaml {
  if (!/^(?:~|[a-z]+|[A-Z][a-z]+|[A-Z]+)$/.test(word)) return word;
  const lower = word.toLowerCase();
  return lower === "true" ? true : lower === "false" ? false : null;
}

/** A text of several lines as they stand (`|`), ended by one line end, or by none (`|-`). */
function readLiteral(reader: Reader, indent: number, isEnded: boolean): string {
  const first = lineAt(reader);
  const inner = indentOf(first);
  if (inner <= indent || inner === first.length) return giveUp();
  const lines: string[] = [];
  for (; reader.at < reader.lines.length; reader.at++) {
    const line = lineAt(reader);
    const here = indentOf(line);
    if (here < inner && here < line.length) break;
    lines.push(line.slice(inner));
  }
  while (lines.at(-1) === "") lines.pop();
  skipBlank(reader);
  if (hereIndent(reader) > indent) return giveUp();
  return lines.join("\n") + (isEnded ? "\n" : "");
}
