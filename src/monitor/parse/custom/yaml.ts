import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument, visit } from "yaml";
import { MAX_DOCUMENT_CHARS } from "./bounds.ts";
import type { DocumentProblem, Path } from "./problem.ts";

type YamlRead =
  | { readonly ok: true; readonly value: unknown; readonly placeOf: (path: Path) => { line: number; column: number } }
  | { readonly ok: false; readonly problems: readonly DocumentProblem[] };

const MAX_ALIASES = 20;
/** Deeper than any document is; the reader of YAML would recurse as deep as the text says. */
const MAX_DEPTH = 40;

/** Reads one YAML 1.2 document, with the place of every part. Never throws. */
export function readYaml(text: string): YamlRead {
  if (text.length > MAX_DOCUMENT_CHARS) return refused(`The document is longer than ${MAX_DOCUMENT_CHARS} characters.`);
  if (isDeep(text)) return refused("The document is nested too deeply.");
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      logLevel: "silent",
      uniqueKeys: false,
    });
    const problems = document.errors.map(({ message, pos }) => at(lines, pos[0], firstLine(message)));
    if (problems.length > 0) return { ok: false, problems: problems.slice(0, 10) };
    const twice = repeatedKey(document);
    if (twice) return { ok: false, problems: [at(lines, twice.offset, `"${twice.key}" is given twice.`)] };
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    return { ok: true, value, placeOf: (path) => placeIn(document, lines, path) };
  } catch (error) {
    return refused(`The YAML cannot be read: ${firstLine(error instanceof Error ? error.message : String(error))}`);
  }
}

const refused = (reason: string): YamlRead => ({ ok: false, problems: [{ line: 1, column: 1, reason }] });
const firstLine = (message: string): string => message.split("\n", 1)[0] ?? "";

function at(lines: LineCounter, offset: number, reason: string): DocumentProblem {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col), reason };
}

/** Counted on the text, brackets in quotes included: no document of ours comes near. */
function isDeep(text: string): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i += 1) {
    const c = text.charCodeAt(i);
    if (c === 91 || c === 123) depth += 1;
    else if (c === 93 || c === 125) depth = Math.max(0, depth - 1);
    else if (c === 10) depth = 0;
    if (depth > MAX_DEPTH) return true;
  }
  return /^(?:[ \t]*[-?:][ \t]+){40}/m.test(text);
}

/** The package looks for repeated keys too, in time that grows with their square. */
function repeatedKey(document: Document.Parsed): { key: string; offset: number } | undefined {
  let repeated: { key: string; offset: number } | undefined;
  visit(document, {
    Map: (_, map) => {
      const seen = new Set<string>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        const name = String(key.value);
        if (seen.has(name)) repeated = { key: name, offset: key.range?.[0] ?? 0 };
        seen.add(name);
      }
      return repeated ? visit.BREAK : undefined;
    },
  });
  return repeated;
}

/** The place of a path's key, or of its nearest parent that exists. */
function placeIn(document: Document.Parsed, lines: LineCounter, path: Path): { line: number; column: number } {
  for (let length = path.length; length > 0; length -= 1) {
    const offset = offsetOf(document, path.slice(0, length));
    if (offset === undefined) continue;
    const { line, column } = at(lines, offset, "");
    return { line, column };
  }
  return { line: 1, column: 1 };
}

function offsetOf(document: Document.Parsed, path: Path): number | undefined {
  const parent: unknown = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const last = path.at(-1);
  if (isMap(parent)) {
    const pair = parent.items.find(({ key }) => isScalar(key) && key.value === last);
    if (pair && isScalar(pair.key)) return pair.key.range?.[0];
  }
  const node: unknown = document.getIn(path, true);
  return isNode(node) ? node.range?.[0] : undefined;
}
