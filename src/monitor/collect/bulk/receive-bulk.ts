import { setImmediate as nextTurn } from "node:timers/promises";
import { AppError } from "../../../kernel/errors.ts";
import type { RejectReason } from "../counters.ts";
import { throwRefusal } from "../http/refusal.ts";
import type { Intake } from "../intake.ts";
import type { Origin } from "../origin.ts";
import type { Receipt } from "../receipt.ts";
import { type BulkItem, parseBulk } from "./parse-bulk.ts";

/** How much is parsed before other connections get a turn. */
const TURN_BYTES = 2 * 1024 * 1024;

export type BulkRequest = { readonly intake: Intake; readonly origin: Origin; readonly defaultIndex: string };
export type BulkOutcome = { readonly items: readonly BulkItem[]; readonly receipt: Receipt };

/**
 * Parses and stores a body. Errors when not one event could be taken for a reason that concerns them all: `over_limit`,
 * `unavailable`, `forbidden`; `invalid` when there is no action at all.
 */
export async function receiveBulk(body: Buffer, { intake, origin, defaultIndex }: BulkRequest): Promise<BulkOutcome> {
  const items: BulkItem[] = [];
  const documents: Buffer[] = [];
  let turnBytes = 0;
  for (const item of parseBulk(body, { defaultIndex, maxDocumentBytes: intake.limits.frameBytes })) {
    items.push(item);
    if (item.problem === undefined) {
      documents.push(item.document);
      turnBytes += item.document.length;
    } else intake.reject(origin, REASONS[item.problem.type] ?? "malformed_json", 1);
    if (turnBytes < TURN_BYTES) continue;
    turnBytes = 0;
    await nextTurn();
  }
  if (items.length === 0) throw new AppError("invalid", "request body is required");
  const receipt = await intake.accept(origin, documents);
  const isWholeRefused = receipt.accepted === 0 && documents.length === items.length;
  if (isWholeRefused) throwRefusal(receipt.refusals[0]?.reason);
  return { items, receipt };
}

const REASONS: Readonly<Record<string, RejectReason>> = {
  document_parsing_exception: "malformed_json",
  illegal_argument_exception: "unsupported_action",
  content_too_long_exception: "too_large",
};
