import { z } from "zod";
import { jsonObjectProblem } from "../json-object.ts";

/** An action line of the body. Lines that are the same share one object. */
export type BulkAction = { readonly operation: string; readonly index: string; readonly id?: string };

/** Why an item is not taken, in Elasticsearch's words. */
export type ItemProblem = { readonly status: number; readonly type: string; readonly reason: string };

export type BulkItem =
  | { readonly action: BulkAction; readonly document: Buffer; readonly problem?: undefined }
  | { readonly action: BulkAction; readonly problem: ItemProblem };

export type BulkOptions = { readonly defaultIndex: string; readonly maxDocumentBytes: number };

const LF = 0x0a;
const CR = 0x0d;
const FALLBACK_INDEX = "yagura";
const MAX_ACTION_BYTES = 8_192;

const Target = z.object({
  _index: z.string().max(255).exactOptional(),
  _id: z.union([z.string().max(512), z.number()]).exactOptional(),
});
const OPERATIONS = ["index", "create", "update", "delete"] as const;
type Line = { readonly from: number; readonly end: number };

/**
 * The items of a `_bulk` body in order, one per action. Documents are views on the body, byte for byte. A line that is
 * wrong costs its own item only; after a broken action line, its document is skipped with it.
 */
export function* parseBulk(body: Buffer, options: BulkOptions): Generator<BulkItem> {
  let lastLine: Buffer | undefined;
  let lastAction: BulkAction | undefined;
  const readAction = (line: Buffer): BulkAction | undefined => {
    if (lastLine?.equals(line)) return lastAction;
    lastLine = line;
    lastAction = parseAction(line, options.defaultIndex);
    return lastAction;
  };
  for (let at = 0; at < body.length; ) {
    const actionLine = lineAt(body, at);
    at = actionLine.end + 1;
    const actionBytes = textOf(body, actionLine);
    if (actionBytes.length === 0) continue;
    const action = readAction(actionBytes);
    if (action === undefined) {
      yield { action: { operation: "index", index: indexName(options) }, problem: BROKEN_ACTION };
      const next = lineAt(body, at);
      if (readAction(textOf(body, next)) === undefined) at = next.end + 1;
    } else if (action.operation === "delete") {
      yield { action, problem: unsupported("delete") };
    } else {
      const documentLine = lineAt(body, at);
      yield itemOf(action, at < body.length ? textOf(body, documentLine) : undefined, options);
      at = documentLine.end + 1;
    }
  }
}

const BROKEN_ACTION: ItemProblem = {
  status: 400,
  type: "illegal_argument_exception",
  reason: 'Malformed action/metadata line: expected one object such as {"create":{}}',
};
const unsupported = (operation: string): ItemProblem => ({
  status: 400,
  type: "illegal_argument_exception",
  reason: `[${operation}] is not supported: events are only added, never changed`,
});
const DOCUMENT_PROBLEMS = {
  malformed_json: "failed to parse: the document is not valid JSON",
  not_an_object: "failed to parse: the document is not a JSON object",
} as const;

function itemOf(action: BulkAction, document: Buffer | undefined, { maxDocumentBytes }: BulkOptions): BulkItem {
  if (action.operation === "update") return { action, problem: unsupported("update") };
  if (document === undefined) {
    return { action, problem: { ...BROKEN_ACTION, reason: "The action at the end has no document" } };
  }
  if (document.length > maxDocumentBytes) {
    const reason = `The document is larger than ${maxDocumentBytes} bytes`;
    return { action, problem: { status: 413, type: "content_too_long_exception", reason } };
  }
  const problem = jsonObjectProblem(document);
  if (problem === undefined) return { action, document };
  return { action, problem: { status: 400, type: "document_parsing_exception", reason: DOCUMENT_PROBLEMS[problem] } };
}

function parseAction(line: Buffer, defaultIndex: string): BulkAction | undefined {
  if (line.length > MAX_ACTION_BYTES) return undefined;
  try {
    const parsed: unknown = JSON.parse(line.toString("utf8"));
    if (typeof parsed !== "object" || parsed === null) return undefined;
    const [[operation, target] = [], ...others] = Object.entries(parsed);
    if (others.length > 0 || !OPERATIONS.some((known) => known === operation)) return undefined;
    const { _index, _id } = Target.parse(target);
    const index = indexName({ defaultIndex: _index ?? defaultIndex });
    return { operation: operation ?? "", index, ...(_id !== undefined && { id: String(_id) }) };
  } catch {
    return undefined;
  }
}

const indexName = ({ defaultIndex }: Pick<BulkOptions, "defaultIndex">): string => defaultIndex || FALLBACK_INDEX;

function lineAt(body: Buffer, from: number): Line {
  const end = body.indexOf(LF, from);
  return { from, end: end === -1 ? body.length : end };
}

function textOf(body: Buffer, { from, end }: Line): Buffer {
  const isCrLf = end > from && body[end - 1] === CR;
  return body.subarray(from, isCrLf ? end - 1 : end);
}
