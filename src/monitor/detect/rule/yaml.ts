import {
  type Document,
  isNode,
  isSeq,
  isMap as isYamlMap,
  isScalar as isYamlScalar,
  LineCounter,
  parseAllDocuments,
  visit,
} from "yaml";
import { readPlainYaml } from "./plain-yaml.ts";
import { type Path, RuleProblem } from "./problem.ts";
import type { Yaml } from "./value.ts";

/** A line of the file, from 1; undefined when it is not known. */
export type Line = number | undefined;

/** One document of a rule file. `lineOf` gives the line of a path in it, or of the path's nearest parent. */
export type RuleDocument =
  | { readonly kind: "value"; readonly value: Yaml; readonly lineOf: (path: Path) => Line }
  | { readonly kind: "broken"; readonly reason: string; readonly line: Line };

/** A rule's text past this is refused unread: SigmaHQ's longest has 60 KB. */
const MAX_TEXT_LENGTH = 1_048_576;
/** Longer texts must be plain block style: a YAML parser's worst cases grow faster than the text. */
export const MAX_ANY_LENGTH = 262_144;
const MAX_DOCUMENTS = 500;
const MAX_DEPTH = 32;
const MAX_NODES = 200_000;
const MAX_ALIASES = 50;

/** Reads every document of a YAML 1.2 text; a broken one does not stop the others. */
export function readDocuments(text: string): readonly RuleDocument[] {
  if (text.length > MAX_TEXT_LENGTH) return [broken(`the text is longer than ${MAX_TEXT_LENGTH} characters`, 1)];
  const value = readPlainYaml(text);
  return value === undefined
    ? readAnyDocuments(text)
    : [{ kind: "value", value, lineOf: (path) => lineIn(text, path) }];
}

/** Lines are only asked for when a rule is refused, so only then is the text read in a way that knows them. */
function lineIn(text: string, path: Path): Line {
  const [document] = readAnyDocuments(text);
  return document?.kind === "value" ? document.lineOf(path) : undefined;
}

/** The same without the short cut for plain texts: any YAML 1.2, with the place of every part. */
export function readAnyDocuments(text: string): readonly RuleDocument[] {
  if (text.length > MAX_ANY_LENGTH)
    return [broken(`a text longer than ${MAX_ANY_LENGTH} characters must be plain block YAML`, 1)];
  const lines = new LineCounter();
  try {
    const options = {
      lineCounter: lines,
      prettyErrors: false,
      logLevel: "silent",
      uniqueKeys: false,
      intAsBigInt: true,
    } as const;
    const documents = [...parseAllDocuments(text, options)].filter(hasContent);
    if (documents.length > MAX_DOCUMENTS) return [broken(`the file has more than ${MAX_DOCUMENTS} documents`, 1)];
    return documents.map((document) => readDocument(document, lines));
  } catch (error) {
    return [broken(`the YAML cannot be read: ${messageOf(error)}`)];
  }
}

const broken = (reason: string, line: Line = undefined): RuleDocument => ({ kind: "broken", reason, line });
const messageOf = (error: unknown): string =>
  error instanceof Error ? (error.message.split("\n", 1)[0] ?? "") : String(error);

const hasContent = (document: Document.Parsed): boolean =>
  document.errors.length > 0 ||
  !(document.contents === null || (isYamlScalar(document.contents) && document.contents.value === null));

function readDocument(document: Document.Parsed, lines: LineCounter): RuleDocument {
  const error = document.errors[0];
  if (error) return broken(`the YAML cannot be read: ${messageOf(error)}`, lines.linePos(error.pos[0]).line);
  const repeated = repeatedKey(document);
  if (repeated) return broken(`the YAML gives the key "${repeated.key}" twice`, lines.linePos(repeated.offset).line);
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

/** The package looks for repeated keys too, in time that grows with their square. */
function repeatedKey(document: Document.Parsed): { key: string; offset: number } | undefined {
  let repeated: { key: string; offset: number } | undefined;
  visit(document, {
    Map: (_, map) => {
      const seen = new Set<string>();
      for (const { key } of map.items) {
        if (!isYamlScalar(key)) continue;
        const name = String(key.value);
        if (seen.has(name)) repeated = { key: name, offset: key.range?.[0] ?? 0 };
        seen.add(name);
      }
      return repeated ? visit.BREAK : undefined;
    },
  });
  return repeated;
}

type Budget = { depth: number; nodes: number };

/** Copies into plain values. Bounds depth and size, so that an anchor that holds itself ends as a refusal. */
function plain(value: unknown, budget: Budget): Yaml {
  if (++budget.nodes > MAX_NODES) throw new RuleProblem(`the document has more than ${MAX_NODES} values`);
  if (value === null || value === undefined) return null;
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (typeof value === "bigint") return wholeNumber(value);
  if (value instanceof Date) return String(value);
  if (++budget.depth > MAX_DEPTH)
    throw new RuleProblem(`the document nests deeper than ${MAX_DEPTH} levels, or an anchor holds itself`);
  const copy = Array.isArray(value) ? value.map((item) => plain(item, budget)) : plainMap(value, budget);
  budget.depth--;
  return copy;
}

/** Digits past 2^53 stay text: as a number they would stand for another one. */
const wholeNumber = (value: bigint): Yaml => (Number.isSafeInteger(Number(value)) ? Number(value) : String(value));

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
