import { countText } from "../../../kernel/count.ts";
import { AppError } from "../../../kernel/errors.ts";
import type { IngestAnswer } from "../contract.ts";
import type { Intake } from "../intake.ts";
import type { Batch } from "../lines/batches.ts";
import { type OpenFile, receiveFile } from "../lines/receive-file.ts";
import type { Origin } from "../origin.ts";
import type { DropSetting } from "./settings.ts";
import { GoneError, type Item, type Shelf, UnreadableError } from "./shelf.ts";

/** `taken`: all is in the log. `partly`: all that could be read is, and `reason` says what could not. */
export type Outcome =
  | { readonly is: "taken"; readonly answer: IngestAnswer }
  | { readonly is: "partly" | "aside"; readonly answer: IngestAnswer | undefined; readonly reason: string }
  /** `isOurs`: the log has no room, and it would have none for another object. */
  | { readonly is: "later"; readonly reason: string; readonly isOurs: boolean }
  | { readonly is: "gone" };

export type Taking = {
  readonly shelf: Pick<Shelf, "open">;
  readonly setting: Pick<DropSetting, "name" | "unit" | "format" | "timeZone" | "encoding">;
  readonly intake: Intake;
  readonly openFile: OpenFile;
  readonly batch: Batch;
  readonly signal: AbortSignal;
};

/** Reads one object into the log; with its batch, only what is not there yet. Rejects for bugs alone. */
export async function takeItem(item: Item, taking: Taking): Promise<Outcome> {
  const { intake, openFile, batch, setting } = taking;
  const source = new Watched(taking.shelf.open(item, taking.signal), taking.signal);
  let answer: IngestAnswer;
  try {
    answer = await receiveFile(source.bytes(), {
      intake,
      openFile,
      batch,
      name: item.name,
      origin: originOf(item, setting),
    });
  } catch (error) {
    return source.failure === undefined ? afterRefusal(error) : afterFailure(source.failure);
  }
  // Within an archive the reader takes a lost connection for damage.
  if (source.failure !== undefined) return afterFailure(source.failure);
  const [problem] = answer.problems ?? [];
  if (problem !== undefined) {
    const reason = `${problem.file} ${problem.detail}${more((answer.problemCount ?? 1) - 1)}`;
    return { is: answer.accepted > 0 ? "partly" : "aside", answer, reason };
  }
  if (answer.rejectedCount === 0) return { is: "taken", answer };
  return { is: "partly", answer, reason: `${countText(answer.rejectedCount, "event")} refused` };
}

const more = (count: number): string => (count > 0 ? ` (and ${count} more)` : "");

function originOf(item: Item, { name, unit, format, timeZone, encoding }: Taking["setting"]): Origin {
  return {
    transport: "file",
    peer: item.address,
    sourceName: name,
    ...(unit !== undefined && { unitId: unit }),
    ...(format !== undefined && { format }),
    ...(timeZone !== undefined && { timeZone }),
    ...(encoding !== undefined && { encoding }),
  };
}

/** What the object itself, or the log, made of it. */
function afterRefusal(error: unknown): Outcome {
  if (!(error instanceof AppError)) throw error;
  const isItsOwn = error.code === "invalid" || error.code === "too_large" || error.code === "unsupported";
  const { accepted } = error.detail;
  const reason = `${error.message}${typeof accepted === "number" && accepted > 0 ? ` (${countText(accepted, "event")} of it in the log)` : ""}`;
  // A source that is switched off may be switched on again.
  return isItsOwn ? { is: "aside", answer: undefined, reason } : { is: "later", reason, isOurs: true };
}

function afterFailure(error: unknown): Outcome {
  if (error instanceof GoneError) return { is: "gone" };
  const reason = error instanceof Error ? error.message : String(error);
  return error instanceof UnreadableError
    ? { is: "aside", answer: undefined, reason }
    : { is: "later", reason, isOurs: false };
}

/** Tells a place that fails apart from a reader that does. */
class Watched {
  readonly #source: AsyncIterable<Buffer>;
  readonly #signal: AbortSignal;
  failure: unknown;

  constructor(source: AsyncIterable<Buffer>, signal: AbortSignal) {
    this.#source = source;
    this.#signal = signal;
  }

  async *bytes(): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of this.#source) {
        this.#signal.throwIfAborted();
        yield chunk;
      }
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }
}
