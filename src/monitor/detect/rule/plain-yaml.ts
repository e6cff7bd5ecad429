import type { Yaml, YamlMap } from "./value.ts";

/**
 * Reads the plain block style in which nearly all Sigma rules are written, eight times as fast as a whole YAML parser. It is sure
 * or it gives up: `undefined` for anchors, tags, flow collections, folded texts, several documents, and for all that is wrong.
 * What it does read, it reads as YAML 1.2 says; the tests hold it to the YAML package on every rule of SigmaHQ.
 */
export function readPlainYaml(written: string): Yaml | undefined {
  const text = written.replaceAll("\r\n", "\n");
  if (UNUSUAL.test(text) || MARKS.some((mark) => text.startsWith(mark) || text.includes(`\n${mark}`))) return undefined;
  const reader: Reader = { lines: text.split("\n"), at: 0, indent: -1 };
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

/** All but these: tabs, other line ends, control characters, byte order marks. `\p{Cc}` needs the flag `u`, which is slow. */
const UNUSUAL = /[^\n -~\u00a0-\u2027\u202a-\ufefe\uff00-\uffff]/;
/** Marks of documents and directives, at the start of a line. */
const MARKS = ["---", "...", "%"] as const;
const MAX_DEPTH = 16;
const [SPACE, HASH, DASH] = [32, 35, 45];
const GIVE_UP = Symbol("not plain YAML");

/** indent: of the present line, once blank ones are skipped; -1 at the end. */
type Reader = { readonly lines: readonly string[]; at: number; indent: number };

const giveUp = (): never => {
  throw GIVE_UP;
};
const lineAt = (reader: Reader): string => reader.lines[reader.at] ?? "";

function indentOf(line: string): number {
  let indent = 0;
  while (line.charCodeAt(indent) === SPACE) indent++;
  return indent;
}

/** Moves to the next line that is neither empty nor a comment. */
function skipBlank(reader: Reader): void {
  for (; reader.at < reader.lines.length; reader.at++) {
    const line = lineAt(reader);
    reader.indent = indentOf(line);
    if (reader.indent < line.length && line.charCodeAt(reader.indent) !== HASH) return;
  }
  reader.indent = -1;
}

function readBlock(reader: Reader, depth: number): Yaml {
  if (depth > MAX_DEPTH) return giveUp();
  const { indent } = reader;
  return isItem(lineAt(reader), indent) ? readList(reader, depth) : readMap(reader, indent, depth);
}

const isItem = (line: string, indent: number): boolean =>
  line.charCodeAt(indent) === DASH && (line.charCodeAt(indent + 1) === SPACE || line.length === indent + 1);

const KEY = /^(?:'([^']+)'|([A-Za-z_][\w|.()/-]*(?: [\w|.()/-]+)*)) *:(?: +|$)/;
/** Words that YAML reads as something else than a text. */
const SPECIAL = /^(?:null|true|false|~)$/i;
const LONGEST_WORD = 5;

/** Reads `key: value` lines of one indent. `first`, if given, is the key on a list item's line, its map's first. */
function readMap(reader: Reader, indent: number, depth: number, first?: RegExpExecArray): YamlMap {
  const map = new Map<string, Yaml>();
  let match = first ?? null;
  while (match !== null || reader.indent === indent) {
    match ??= KEY.exec(indent === 0 ? lineAt(reader) : lineAt(reader).slice(indent));
    const key = match?.[1] ?? match?.[2];
    if (match === null || key === undefined || map.has(key) || (match[1] === undefined && SPECIAL.test(key)))
      return giveUp();
    map.set(key, readValue(reader, match.input.slice(match[0].length), indent, depth));
    match = null;
  }
  if (reader.indent > indent) return giveUp();
  return map;
}

function readList(reader: Reader, depth: number): Yaml {
  const { indent } = reader;
  const items: Yaml[] = [];
  while (reader.indent === indent && isItem(lineAt(reader), indent)) {
    const line = lineAt(reader);
    let inner = indent + 1;
    while (line.charCodeAt(inner) === SPACE) inner++;
    if (inner >= line.length || line.charCodeAt(inner) === HASH || isItem(line, inner)) return giveUp();
    const content = line.slice(inner);
    const key = KEY.exec(content);
    items.push(key ? readMap(reader, inner, depth + 1, key) : readValue(reader, content, indent, depth));
  }
  if (reader.indent > indent) return giveUp();
  return items;
}

/** Reads what follows a key or a dash, and moves to the line after it. */
function readValue(reader: Reader, content: string, indent: number, depth: number): Yaml {
  reader.at++;
  if (content === "|" || content === "|-") return readLiteral(reader, indent, content === "|");
  skipBlank(reader);
  const next = reader.indent;
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
  if (quote === "'" && content.length > 1 && content.indexOf("'", 1) === content.length - 1)
    return content.slice(1, -1);
  if (quote === "'") return SINGLE.exec(content)?.[1]?.replaceAll("''", "'") ?? giveUp();
  if (quote === '"') return DOUBLE.exec(content)?.[1] ?? giveUp();
  const comment = content.indexOf(" #");
  return readPlain((comment < 0 ? content : content.slice(0, comment)).trimEnd());
}

const INDICATOR = /^(?:[[\]{},&*#|>!%@`=]|[-?:](?: |$))/;
const NUMBER = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:e[-+]?\d+)?$/i;

function readPlain(text: string): Yaml {
  if (/^[A-Za-z]/.test(text) && text.length > LONGEST_WORD)
    return text.includes(": ") || text.endsWith(":") ? giveUp() : text;
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
  if (reader.indent > indent) return giveUp();
  return lines.join("\n") + (isEnded ? "\n" : "");
}
