import { setImmediate as nextTurn } from "node:timers/promises";
import { AppError } from "../../../kernel/errors.ts";
import { refusedForGood } from "../http/refusal.ts";
import type { Intake } from "../intake.ts";
import type { Origin } from "../origin.ts";
import { readJsonRequest } from "./json.ts";
import { quoteLongIntegers } from "./json-bytes.ts";
import { readProtobuf } from "./protobuf.ts";
import { encodeRecord, MAX_RECORDS, type ReadRecord, sharedText } from "./record.ts";

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
  if (!intake.budget.take(parsedBytes)) throw new AppError("over_limit", "No room for more events now.");
  try {
    const records =
      encoding === "json" ? readJsonRequest(quoteLongIntegers(body).toString("utf8")) : readProtobuf(body);
    return await storeRecords(records, { intake, origin });
  } finally {
    intake.budget.give(parsedBytes);
  }
}

async function storeRecords(
  records: Iterable<ReadRecord>,
  { intake, origin }: { intake: Intake; origin: Origin },
): Promise<Partial> {
  const { frames, problems, release } = await framesOf(records, intake);
  try {
    const receipt = frames.length > 0 ? await intake.accept(origin, frames) : undefined;
    const tooLarge = receipt === undefined ? 0 : refusedForGood(receipt);
    // Counted once the rest is stored: a sender that is told to come again brings these again too.
    if (problems.count > 0) intake.reject(origin, "not_an_object", problems.count);
    const message = problems.first || (tooLarge > 0 ? "A record is larger than Yagura takes." : "");
    return { rejectedLogRecords: problems.count + tooLarge, errorMessage: message };
  } finally {
    release();
  }
}

/** Resource and scope are repeated in every event, so that what comes out may be far more than what came in: it is bounded too. */
async function framesOf(records: Iterable<ReadRecord>, { budget, limits }: Intake) {
  const frames: Buffer[] = [];
  const problems = { count: 0, first: "" };
  let bytes = 0;
  let turnBytes = 0;
  let last: { of: unknown; text: string } | undefined;
  const release = (): void => budget.give(bytes);
  try {
    for (const read of records) {
      if (frames.length + problems.count >= MAX_RECORDS)
        throw new AppError("too_large", `A request may hold at most ${MAX_RECORDS} records.`);
      if (read.problem !== undefined) {
        problems.first ||= read.problem;
        problems.count += 1;
        continue;
      }
      if (last?.of !== read.shared) last = { of: read.shared, text: sharedText(read.shared) };
      const frame = encodeRecord(read.record, last.text);
      if (bytes + frame.length > limits.bulkBodyBytes)
        throw new AppError("too_large", `The records come to more than ${limits.bulkBodyBytes} bytes as events.`);
      if (!budget.take(frame.length)) throw new AppError("over_limit", "No room for more events now.");
      bytes += frame.length;
      turnBytes += frame.length;
      frames.push(frame);
      if (turnBytes < TURN_BYTES) continue;
      turnBytes = 0;
      await nextTurn();
    }
    return { frames, problems, release };
  } catch (error) {
    release();
    throw error;
  }
}
