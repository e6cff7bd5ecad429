import { AppError } from "../../../kernel/errors.ts";
import { REJECT_REASONS, type RejectReason } from "../counters.ts";
import { refusedForGood } from "../http/refusal.ts";
import type { Intake } from "../intake.ts";
import type { Origin } from "../origin.ts";
import { isTemporary, reasonOf } from "../receipt.ts";
import { HecError } from "./answers.ts";

/** Events are stored by this much: a body may hold millions, each of which costs memory of its own, however small it is. */
const BATCH_BYTES = 4 * 1024 * 1024;
const BYTES_PER_FRAME = 128;
/** All events of a body, envelopes included, against the largest body. */
const MAX_GROWTH = 4;

/** Takes a request's frames to the log, some megabytes at a time. */
export class Delivery {
  /** Frames that were refused for good, as too large. */
  tooLarge = 0;
  readonly #intake: Intake;
  readonly #origin: Origin;
  #frames: Buffer[] = [];
  #bytes = 0;
  #total = 0;
  /** Why nothing more is stored, and how many events that left behind. */
  #refusal: AppError | undefined;
  #left = 0;

  constructor(intake: Intake, origin: Origin) {
    this.#intake = intake;
    this.#origin = origin;
  }

  /** Refuses the rest when the envelopes blow a body up: ten megabytes of short lines could fill the log. */
  add(frame: Buffer): void {
    this.#total += frame.length;
    this.#frames.push(frame);
    this.#bytes += frame.length + BYTES_PER_FRAME;
    if (this.#total > MAX_GROWTH * this.#intake.limits.bulkBodyBytes) this.#refuse(new HecError(27));
  }

  /** Whether the next event is past a refusal: it is counted and not to be read. */
  passesOver(): boolean {
    if (this.#refusal === undefined) return false;
    this.#left += 1;
    return true;
  }

  isFull(): boolean {
    return this.#bytes >= BATCH_BYTES;
  }

  /**
   * The end of the body: counts what was left behind, and `wrong` events. A sender that is told to come again brings these
   * too: until then they are refused for the same reason as the rest. Errors: `over_limit`, `unavailable`, `forbidden`; HecError 27.
   */
  async end(wrong: Readonly<Partial<Record<RejectReason, number>>>): Promise<void> {
    await this.flush();
    const refusal = this.#refusal && reasonOf(this.#refusal);
    if (refusal !== undefined) this.#count(refusal, this.#left);
    for (const reason of REJECT_REASONS)
      this.#count(refusal !== undefined && isTemporary(refusal) ? refusal : reason, wrong[reason] ?? 0);
    if (this.#refusal !== undefined) throw this.#refusal;
  }

  #count(reason: RejectReason, events: number): void {
    if (events > 0) this.#intake.reject(this.#origin, reason, events);
  }

  /** Resolves when all that was added is durable or refused. */
  async flush(): Promise<void> {
    const [frames, bytes] = [this.#frames, this.#bytes];
    this.#frames = [];
    this.#bytes = 0;
    if (frames.length === 0) return;
    const { budget } = this.#intake;
    if (!budget.take(bytes)) {
      this.#left += frames.length;
      return this.#refuse(new AppError("over_limit", "No room for more events now."));
    }
    try {
      this.tooLarge += refusedForGood(await this.#intake.accept(this.#origin, frames));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      this.#refuse(error);
    } finally {
      budget.give(bytes);
    }
  }

  #refuse(error: AppError): void {
    this.#refusal = error;
    this.#left += this.#frames.length;
    this.#frames = [];
    this.#bytes = 0;
  }
}
