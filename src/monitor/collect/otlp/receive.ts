import { setImmediate as nextTurn } from "node:timers/promises";
import { AppError } from "../../../kernel/errors.ts";
import { refusedForGood } from "../http/refusal.ts";
import type { Intake } from "../intake.ts";
import type { Origin } from "../origin.ts";
import { isTemporary, reasonOf } from "../receipt.ts";
import { readJsonRequest } from "./json.ts";
import { quoteLongIntegers } from "./json-bytes.ts";
import { readProtobuf } from "./protobuf.ts";
import { encodeRecord, MAX_RECORDS, type ReadRecord, sharedText, TURN } from "./record.ts";

export type OtlpEncoding = "protobuf" | "json";
/** What a parsed JSON request costs in memory for each of its bytes, at least. */
const MEMORY_PER_JSON_BYTE = 4;
/** What of a request was not taken for good; the rest is durable. */
export type Partial = { readonly rejectedLogRecords: number; readonly errorMessage: string };

const TURN_BYTES = 1024 * 1024;

/**
 * Reads and stores an ExportLogsServiceRequest. A wrong record costs itself and is counted in the answer. Errors: `invalid`
 * (nothing is kept), `too_large`, and `over_limit` or `unavailable` when a retry may bring what is missing.
 */
export async function receiveLogs(
  body: Buffer,
  { intake, origin, encoding }: { intake: Intake; origin: Origin; encoding: OtlpEncoding },
): Promise<Partial> {
  const parsedBytes = encoding === "json" ? MEMORY_PER_JSON_BYTE * body.length : 0;
  if (!intake.budget.take(parsedBytes)) {
    // As one: how many records it holds is not known before it is parsed.
    intake.reject(origin, "over_limit", 1);
    throw new AppError("over_limit", "No room for more events now.");
  }
  try {
    const records =
      encoding === "json" ? readJsonRequest(quoteLongIntegers(body).toString("utf8")) : readProtobuf(body);
    return await storeRecords(records, { intake, origin });
  } finally {
    intake.budget.give(parsedBytes);
  }
}

async function storeRecords(
  records: Iterable<ReadRecord | typeof TURN>,
  { intake, origin }: { intake: Intake; origin: Origin },
): Promise<Partial> {
  const { frames, problems, left, refusal, release } = await framesOf(records, intake);
  try {
    if (refusal !== undefined) {
      // A sender that is told to come again brings the wrong ones too.
      intake.reject(origin, reasonOf(refusal), left + problems.count);
      throw refusal;
    }
    const receipt = frames.length > 0 ? await intake.accept(origin, frames) : undefined;
    const again = receipt?.refusals.find(({ reason }) => isTemporary(reason));
    // Counted under their own reason once the rest is stored: until then they are brought again with it.
    if (problems.count > 0) intake.reject(origin, again?.reason ?? "not_an_object", problems.count);
    const tooLarge = receipt === undefined ? 0 : refusedForGood(receipt);
    const message = problems.first || (tooLarge > 0 ? "A record is larger than Yagura takes." : "");
    return { rejectedLogRecords: problems.count + tooLarge, errorMessage: message };
  } finally {
    release();
  }
}

/** Resource and scope are repeated in every event, so that what comes out may be far more than what came in: it is bounded too. */
async function framesOf(records: Iterable<ReadRecord | typeof TURN>, { budget, limits }: Intake) {
  const frames: Buffer[] = [];
  const problems = { count: 0, first: "" };
  let bytes = 0;
  let turnBytes = 0;
  let last: { of: unknown; text: string } | undefined;
  let refusal: AppError | undefined;
  let left = 0;
  const release = (): void => budget.give(bytes);
  try {
    for (const read of records) {
      if (read === TURN) {
        await nextTurn();
        continue;
      }
      if (frames.length + problems.count + left >= MAX_RECORDS)
        throw new AppError("too_large", `A request may hold at most ${MAX_RECORDS} records.`);
      if (read.problem !== undefined) {
        problems.first ||= read.problem;
        problems.count += 1;
        continue;
      }
      if (refusal !== undefined) {
        left += 1;
        continue;
      }
      if (last?.of !== read.shared) last = { of: read.shared, text: sharedText(read.shared) };
      const frame = encodeRecord(read.record, last.text);
      if (bytes + frame.length > limits.bulkBodyBytes)
        refusal = new AppError("too_large", `The records come to more than ${limits.bulkBodyBytes} bytes as events.`);
      else if (!budget.take(frame.length)) refusal = new AppError("over_limit", "No room for more events now.");
      if (refusal !== undefined) {
        // All of it is refused: the memory goes back, and the rest is only counted.
        left = frames.splice(0).length + 1;
        budget.give(bytes);
        bytes = 0;
        continue;
      }
      bytes += frame.length;
      turnBytes += frame.length;
      frames.push(frame);
      if (turnBytes < TURN_BYTES) continue;
      turnBytes = 0;
      await nextTurn();
    }
    return { frames, problems, left, refusal, release };
  } catch (error) {
    release();
    throw error;
  }
}
