import {
  type BaseMatch,
  type CorrelationEngine,
  type CorrelationFigures,
  type CorrelationProgram,
  type CorrelationSnapshot,
  type Firing,
  openCorrelations,
  receiver,
} from "../detect/index.ts";
import { type BaseEvent, baseEvent, type UnpackedMatch, unpackedMatches } from "./base-matches.ts";
import { readCorrelationState, writeCorrelationState } from "./correlation-state.ts";
import type { BatchResult } from "./job.ts";

export type CorrelationOptions = {
  /** Where windows outlive the process. */
  readonly directory: string;
  /** The correlations of the rules in use; undefined until there are rules. */
  readonly program: () => CorrelationProgram | undefined;
};

type Log = { warn(detail: object, message: string): void };
/** A firing, its rule, and the event that brought it to light. */
export type Fired = { readonly firing: Firing; readonly rule: FiredRule; readonly row: BaseEvent };
export type FiredRule = CorrelationProgram["plan"]["correlations"][number];

/** Saving may take this share of the time. */
const SAVE_SHARE = 20;
const SAVE_EVERY_MS = 1000;

/**
 * The correlation engine on the way of the data. It hears every batch once, in order, and its windows are saved from time to time.
 * The log forgets nothing past what was saved: after a crash the records since then run again, and give the same firings.
 */
export class Correlation {
  readonly #options: CorrelationOptions;
  readonly #log: Log;
  #stream = 0;
  #program: CorrelationProgram | undefined;
  #engine: CorrelationEngine | undefined;
  #loaded: CorrelationSnapshot | undefined;
  /** The last record heard, and the last that the log may forget. */
  #heard = -1;
  #safe = -1;
  #isDirty = false;
  #nextSaveMs = 0;
  #saving: Promise<void> | undefined;

  constructor(options: CorrelationOptions, log: Log) {
    this.#options = options;
    this.#log = log;
  }

  /** Goes back to what was saved. Returns the record up to which everything is stored: the next one is to be heard next. */
  async open(stream: number, stored: number): Promise<number> {
    await this.#saving;
    const state = await readCorrelationState(this.#options.directory).catch((err: unknown) => {
      this.#log.warn({ err }, "the windows of correlation cannot be read; correlation starts anew");
      return undefined;
    });
    this.#engine = undefined;
    this.#program = undefined;
    this.#loaded = state?.snapshot;
    this.#isDirty = false;
    this.#stream = stream;
    this.#heard = Math.max(stored, state?.stream === stream ? state.seq : -1);
    this.#safe = this.#heard;
    return this.#heard;
  }

  /** A batch's matches, in order. Returns what they set off. */
  hear(results: readonly BatchResult[], lastSeq: number): readonly Fired[] {
    this.#heard = lastSeq;
    const engine = this.#current();
    const program = this.#program;
    if (!engine || !program) return [];
    const receive = receiver(program);
    for (const { bases } of results) {
      const rules = bases.rules.map(receive);
      for (const match of unpackedMatches(bases)) {
        const received = rules[match.rule]?.(match.values);
        if (!received) continue;
        this.#isDirty = true;
        engine.feed({ ...received, ...placeOf(match) });
      }
    }
    return engine.take().flatMap((firing) => {
      const rule = program.plan.correlations[firing.correlation];
      const row = results.map(({ bases }) => baseEvent(bases, firing.id)).find((event) => event !== undefined);
      return rule && row ? [{ firing, rule, row }] : [];
    });
  }

  /** Saves the windows when that is due and all that was heard is stored. Returns the last record that the log may forget. */
  async settle(stored: number, nowMs: number, isUrgent = false): Promise<number> {
    if (this.#saving) await this.#saving;
    if (!this.#isDirty) this.#safe = Math.max(this.#safe, stored);
    else if (this.#heard === stored && (isUrgent || nowMs >= this.#nextSaveMs)) {
      this.#saving = this.#save(stored, nowMs).finally(() => {
        this.#saving = undefined;
      });
      await this.#saving;
    }
    return this.#safe;
  }

  figures(): readonly CorrelationFigures[] {
    return this.#engine?.figures() ?? [];
  }

  async #save(seq: number, nowMs: number): Promise<void> {
    const startedAt = performance.now();
    const snapshot = this.#engine?.snapshot();
    this.#isDirty = false;
    try {
      if (snapshot) await writeCorrelationState(this.#options.directory, { stream: this.#stream, seq, snapshot });
      this.#safe = Math.max(this.#safe, seq);
    } catch (err) {
      this.#isDirty = true;
      this.#log.warn({ err }, "the windows of correlation could not be saved; the log keeps more until they can");
    }
    this.#nextSaveMs = nowMs + Math.max(SAVE_EVERY_MS, SAVE_SHARE * (performance.now() - startedAt));
  }

  /** New rules take over the windows of the correlations that stayed the same. */
  #current(): CorrelationEngine | undefined {
    const program = this.#options.program();
    if (program === this.#program || program === undefined) return this.#engine;
    const before = this.#engine?.snapshot() ?? this.#loaded;
    this.#program = program;
    this.#engine = this.#restored(program, before);
    this.#loaded = undefined;
    return this.#engine;
  }

  #restored(program: CorrelationProgram, snapshot: CorrelationSnapshot | undefined): CorrelationEngine {
    const engine = openCorrelations(program);
    try {
      if (snapshot) engine.restore(snapshot);
      return engine;
    } catch (err) {
      this.#log.warn({ err }, "the saved windows of correlation do not fit; correlation starts anew");
      return openCorrelations(program);
    }
  }
}

const placeOf = ({ timeMs, receivedMs, seq, unitId }: UnpackedMatch): Omit<BaseMatch, "rule" | "values"> => ({
  timeMs,
  receivedMs,
  id: seq,
  scope: unitId,
});
