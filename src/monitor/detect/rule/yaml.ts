import {
  type Document,
  isNode,
  isSeq,
  isMap as isYamlMap,
  isScalar as isYamlScalar,
  LineCounter,
  parseAllDocuments,
} from "yaml";
import { readPlainYaml } from "./plain-yaml.ts";
import { type Path, RuleProblem } from "./problem.ts";
import type { Yaml } from "./value.ts";

/** One document of a rule file. `lineOf` gives the line (from 1, in the file) of a path in it, or of its nearest parent. */
export type RuleDocument =
  | { readonly kind: "value"; readonly value: Yaml; readonly lineOf: (path: Path) => number }
  | { readonly kind: "broken"; readonly reason: string; readonly line: number };

/** A rule's text past this is refused unread: SigmaHQ's longest has 60 KB. */
export const MAX_TEXT_LENGTH = 1_048_576;
const MAX_DEPTH = 32;
const MAX_NODES = 200_000;
const MAX_ALIASES = 50;

/** Reads every document of a YAML 1.2 text; a broken one does not stop the others. */
export function readDocuments(text: string): readonly RuleDocument[] {
  if (text.length > MAX_TEXT_LENGTH) return [broken(`the text is longer than ${MAX_TEXT_LENGTH} characters`)];
  const value = readPlainYaml(text);
  return value === undefined
    ? readAnyDocuments(text)
    : [{ kind: "value", value, lineOf: (path) => lineIn(text, path) }];
}

/** Lines are only asked for when a rule is refused, so only then is the text read in a way that knows them. */
function lineIn(text: string, path: Path): number {
  const [document] = readAnyDocuments(text);
  return document?.kind === "value" ? document.lineOf(path) : 1;
}

/** The same without the short cut for plain texts: any YAML 1.2, with the place of every part. */
export function readAnyDocuments(text: string): readonly RuleDocument[] {
  const lines = new LineCounter();
  try {
    const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, logLevel: "silent" });
    return [...documents].filter(hasContent).map((document) => readDocument(document, lines));
  } catch (error) {
    return [broken(`the YAML cannot be read: ${messageOf(error)}`)];
  }
}

const broken = (reason: string, line = 1): RuleDocument => ({ kind: "broken", reason, line });
const messageOf = (error: unknown): string =>
  error instanceof Error ? (error.message.split("\n", 1)[0] ?? "") : String(error);

const hasContent = (document: Document.Parsed): boolean =>
  document.errors.length > 0 ||
  !(document.contents === null || (isYamlScalar(document.contents) && document.contents.value === null));

function readDocument(document: Document.Parsed, lines: LineCounter): RuleDocument {
  const error = document.errors[0];
  if (error) return broken(`the YAML cannot be read: ${messageOf(error)}`, lines.linePos(error.pos[0]).line);
  const lineOf = (path: Path) => lines.linePos(offsetOf(document, path)).line;
  try {
    const value: unknown = document.toJS({ mapAsMap: true, maxAliasCount: MAX_ALIASES });
    return { kind: "value", value: plain(value, { depth: 0, nodes: 0 }), lineOf };
  } catch (problem) {
    return broken(
      problem instanceof RuleProblem ? problem.message : `the YAML cannot be read: ${messageOf(problem)}`,
      lineOf([]),
    );
  }
}

type Budget = { depth: number; nodes: number };

/** Copies into plain values. Bounds depth and size, so that an anchor that holds itself ends as a refusal. */
function plain(value: unknown, budget: Budget): Yaml {
  if (++budget.nodes > MAX_NODES) throw new RuleProblem(`the document has more than ${MAX_NODES} values`);
  if (value === null || value === undefined) return null;
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (typeof value === "bigint" || value instanceof Date) return String(value);
  if (++budget.depth > MAX_DEPTH)
    throw new RuleProblem(`the document nests deeper than ${MAX_DEPTH} levels, or an anchor holds itself`);
  const copy = Array.isArray(value) ? value.map((item) => plain(item, budget)) : plainMap(value, budget);
  budget.depth--;
  return copy;
}

function plainMap(value: unknown, budget: Budget): Yaml {
  if (!(value instanceof Map))
    throw new RuleProblem("the document holds a value that is neither text, number, list nor map");
  const copy = new Map<string, Yaml>();
  for (const [key, item] of value) {
    if (typeof key === "object" && key !== null) throw new RuleProblem("a key of a map is itself a map or a list");
    copy.set(String(key), plain(item, budget));
  }
  return copy;
}

/** Offset of the deepest part of the path that exists. */
function offsetOf(document: Document.Parsed, path: Path): number {
  let node: unknown = document.contents;
  let offset = document.contents?.range?.[0] ?? 0;
  for (const step of path) {
    let here: unknown;
    if (isYamlMap(node)) {
      const pair = node.items.find((item) => isYamlScalar(item.key) && String(item.key.value) === step);
      here = pair?.key;
      node = pair?.value;
    } else if (isSeq(node) && typeof step === "number") {
      here = node.items[step];
      node = here;
    }
    if (!isNode(here)) return offset;
    offset = here.range?.[0] ?? offset;
  }
  return offset;
}
