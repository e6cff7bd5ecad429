import { AppError } from "../../../kernel/errors.ts";
import { refusedForGood } from "../http/refusal.ts";
import type { Intake } from "../intake.ts";
import type { Origin } from "../origin.ts";
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

  constructor(intake: Intake, origin: Origin) {
    this.#intake = intake;
    this.#origin = origin;
  }

  /** Errors: HecError 27 when the envelopes blow a body up: ten megabytes of short lines could fill the log. */
  add(frame: Buffer): void {
    this.#total += frame.length;
    if (this.#total > MAX_GROWTH * this.#intake.limits.bulkBodyBytes) throw new HecError(27);
    this.#frames.push(frame);
    this.#bytes += frame.length + BYTES_PER_FRAME;
  }

  isFull(): boolean {
    return this.#bytes >= BATCH_BYTES;
  }

  /** Resolves when all that was added is durable. Errors: `over_limit`, `unavailable`, `forbidden`. */
  async flush(): Promise<void> {
    const [frames, bytes] = [this.#frames, this.#bytes];
    this.#frames = [];
    this.#bytes = 0;
    if (frames.length === 0) return;
    const { budget } = this.#intake;
    if (!budget.take(bytes)) throw new AppError("over_limit", "No room for more events now.");
    try {
      this.tooLarge += refusedForGood(await this.#intake.accept(this.#origin, frames));
    } finally {
      budget.give(bytes);
    }
  }
}
