import type { RejectReason } from "../counters.ts";
import type { Receipt } from "../receipt.ts";
import { type FilterPath, pathsBelow, project } from "./filter-path.ts";
import type { BulkAction, BulkItem, ItemProblem } from "./parse-bulk.ts";

/** 429 and 503 are tried again by every shipper; other 4xx are dropped for good. */
const REFUSALS: Readonly<Partial<Record<RejectReason, ItemProblem>>> = {
  over_limit: { status: 429, type: "es_rejected_execution_exception", reason: "No room for more events now" },
  too_large: { status: 413, type: "content_too_long_exception", reason: "The document is too large" },
  unknown_source: { status: 403, type: "security_exception", reason: "This sender may not send events" },
};
const UNAVAILABLE: ItemProblem = {
  status: 503,
  type: "unavailable_shards_exception",
  reason: "Events cannot be stored now",
};

/** The answer's JSON: one item per action, in order, with the receipt's refusals on the documents they concern. */
export function renderAnswer(
  { items, receipt }: { items: readonly BulkItem[]; receipt: Receipt },
  { tookMs, paths }: { tookMs: number; paths: readonly FilterPath[] | undefined },
): string {
  const renderItem = itemRenderer(paths);
  const refused = refusalsByDocument(receipt);
  const rendered: string[] = [];
  let hasErrors = false;
  let document = 0;
  for (const item of items) {
    const problem = item.problem ?? refused.get(document);
    if (item.problem === undefined) document += 1;
    if (problem !== undefined) hasErrors = true;
    const text = renderItem(item.action, problem);
    if (text !== undefined) rendered.push(text);
  }
  const head = { took: Math.round(tookMs), errors: hasErrors };
  const parts = Object.entries(paths === undefined ? head : (project(head, paths) ?? {}));
  const fields = parts.map(([name, value]) => `"${name}":${JSON.stringify(value)}`);
  if (rendered.length > 0) fields.push(`"items":[${rendered.join(",")}]`);
  return `{${fields.join(",")}}`;
}

function refusalsByDocument({ refusals }: Receipt): Map<number, ItemProblem> {
  const refused = new Map<number, ItemProblem>();
  for (const { from, to, reason } of refusals) {
    for (let at = from; at < to; at += 1) refused.set(at, REFUSALS[reason] ?? UNAVAILABLE);
  }
  return refused;
}

/** Renders one item; items that went well and have the same action are rendered once. */
function itemRenderer(paths: readonly FilterPath[] | undefined) {
  const below = paths === undefined ? undefined : pathsBelow("items", paths);
  const known = new Map<BulkAction, string | undefined>();
  const render = ({ operation, index, id }: BulkAction, problem: ItemProblem | undefined): string | undefined => {
    const item = {
      [operation]: {
        _index: index,
        ...(id !== undefined && { _id: id }),
        status: problem?.status ?? 201,
        ...(problem === undefined ? { result: "created" } : { error: { type: problem.type, reason: problem.reason } }),
      },
    };
    return below === undefined ? JSON.stringify(item) : JSON.stringify(project(item, below));
  };
  return (action: BulkAction, problem: ItemProblem | undefined): string | undefined => {
    if (problem !== undefined) return render(action, problem);
    if (!known.has(action)) known.set(action, render(action, undefined));
    return known.get(action);
  };
}
