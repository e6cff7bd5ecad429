import { setTimeout as sleep } from "node:timers/promises";
import type { Intake } from "../intake.ts";
import type { OpenFile } from "../lines/receive-file.ts";
import type { Ledger } from "./ledger.ts";
import type { DropSetting } from "./settings.ts";
import type { Item, Shelf } from "./shelf.ts";
import { type Outcome, takeItem } from "./take.ts";

export type PlaceStats = {
  /** Whether it could be listed at the last look. */
  readonly reachable: number;
  /** Listed at the last look and not dealt with. */
  readonly waiting: number;
  readonly objects: number;
  readonly bytes: number;
  readonly events: number;
  /** Events of objects read a second time that were in the log already, and left out. */
  readonly repeated: number;
  readonly aside: number;
  readonly partly: number;
  readonly failures: number;
};

export type PlaceOptions = {
  readonly setting: DropSetting;
  readonly shelf: Shelf;
  readonly ledger: Ledger;
  readonly intake: Intake;
  readonly openFile: OpenFile;
  readonly now: () => number;
  readonly warn: (facts: object, message: string) => void;
  readonly onBug: (error: unknown) => void;
};

const FIRST_PAUSE_MS = 1_000;
const LAST_PAUSE_MS = 5 * 60_000;
const MAX_TOLD = 10_000;
/** So many that fail one after the other, each for the first time, are the place's failure and not the objects'. */
const FAILURES_IN_A_ROW = 10;

type Retry = { pauseMs: number; atMs: number };
/** `unlisted`: what is remembered and was not listed so far. */
type Look = { readonly unlisted: Set<string>; firstOpen: string | undefined; waiting: number; inARow: number };

/** One place: looks, takes what is new, one object after the other, waits, looks again. */
export class Place {
  readonly name: string;
  readonly #options: PlaceOptions;
  readonly #counts = { objects: 0, bytes: 0, events: 0, repeated: 0, aside: 0, partly: 0, failures: 0 };
  readonly #retries = new Map<string, Retry>();
  readonly #told = new Set<string>();
  #reachable = 0;
  #waiting = 0;

  constructor(options: PlaceOptions) {
    this.name = options.setting.name;
    this.#options = options;
  }

  stats(): PlaceStats {
    return { reachable: this.#reachable, waiting: this.#waiting, ...this.#counts };
  }

  async run(signal: AbortSignal): Promise<void> {
    const pollMs = this.#options.setting.pollSeconds * 1000;
    let failedMs = 0;
    try {
      while (!signal.aborted) {
        const isWell = await this.look(signal);
        failedMs = isWell ? 0 : Math.min(2 * failedMs || FIRST_PAUSE_MS, LAST_PAUSE_MS);
        await sleep(isWell ? pollMs : failedMs, undefined, { signal }).catch(() => undefined);
      }
    } finally {
      this.#options.shelf.close();
      await this.#options.ledger.close();
    }
  }

  /** One look at the place. False: it, or our own disk, failed, and the next look should wait. */
  async look(signal: AbortSignal): Promise<boolean> {
    const { shelf, ledger } = this.#options;
    const look: Look = { unlisted: ledger.prunable(), firstOpen: undefined, waiting: 0, inARow: 0 };
    try {
      for await (const item of shelf.list(ledger.startAfter, signal)) {
        if (signal.aborted) return true;
        this.#reachable = 1;
        await this.#see(item, { look, signal });
        if (look.inARow >= FAILURES_IN_A_ROW) return false;
      }
      if (signal.aborted) return true;
      this.#reachable = 1;
      this.#waiting = look.waiting;
      await ledger.forget([...look.unlisted]);
      this.#told.delete("");
      return true;
    } catch (error) {
      if (signal.aborted) return true;
      this.#reachable = 0;
      this.#counts.failures += 1;
      this.#tell("", { reason: reasonOf(error) }, "a drop folder cannot be read; it is tried again and again");
      return false;
    }
  }

  async #see(item: Item, { look, signal }: { look: Look; signal: AbortSignal }): Promise<void> {
    const { ledger, now, shelf } = this.#options;
    look.unlisted.delete(item.key);
    const state = ledger.stateOf(item);
    const retry = this.#retries.get(item.key);
    const mustWait = retry !== undefined && retry.atMs > now();
    if (state === "aside" || (state === "done" && shelf.finish === undefined)) return;
    if (state === "done") {
      if (!mustWait) await this.#finish(item, signal);
      return;
    }
    if (ledger.isFull) await ledger.advance(look.firstOpen ?? item.key);
    let isOpen = mustWait;
    if (!mustWait && ledger.isFull) {
      isOpen = true;
      const message =
        "a drop folder holds more than can be remembered; move or delete what was taken, or use a narrower prefix";
      this.#tell("full", {}, message);
    } else if (!mustWait) isOpen = !(await this.#take(item, { look, signal }));
    if (!isOpen) return;
    look.waiting += 1;
    look.firstOpen ??= item.key;
  }

  /** True when it is dealt with. */
  async #take(item: Item, { look, signal }: { look: Look; signal: AbortSignal }): Promise<boolean> {
    const { ledger } = this.#options;
    const batch = await ledger.begin(item);
    let outcome: Outcome;
    try {
      outcome = await takeItem(item, { ...this.#options, batch, signal });
    } catch (error) {
      this.#options.onBug(error);
      outcome = { is: "later", reason: "an error of Yagura's own", isOurs: false };
    }
    await batch.flush();
    if (outcome.is === "gone" || outcome.is === "later") {
      await ledger.pause(item);
      if (outcome.is === "gone" || signal.aborted) return false;
      // What failed before says nothing new of the place, and must not keep out what lies behind it.
      if (outcome.isOurs) look.inARow = FAILURES_IN_A_ROW;
      else if (!this.#retries.has(item.key)) look.inARow += 1;
      this.#later(item, outcome.reason);
      return false;
    }
    look.inARow = 0;
    this.#retries.delete(item.key);
    // What could not be read whole stays where it is, whatever the settings say: somebody may want to look at it.
    await ledger.finish(item, outcome.is !== "taken");
    this.#count(item, outcome);
    if (outcome.is === "taken") await this.#finish(item, signal);
    return true;
  }

  #count(item: Item, outcome: Exclude<Outcome, { is: "gone" | "later" }>): void {
    const counts = this.#counts;
    counts.bytes += item.sizeBytes;
    counts.events += (outcome.answer?.accepted ?? 0) - (outcome.answer?.repeated ?? 0);
    counts.repeated += outcome.answer?.repeated ?? 0;
    if (outcome.is === "aside") counts.aside += 1;
    else counts.objects += 1;
    if (outcome.is === "partly") counts.partly += 1;
    if (outcome.is === "taken") return;
    const message =
      outcome.is === "aside" ? "cannot be read, and is left alone" : "was read in part, and is left where it is";
    this.#tell(item.key, { object: item.address, reason: outcome.reason }, `an object of a drop folder ${message}`);
  }

  async #finish(item: Item, signal: AbortSignal): Promise<void> {
    const { shelf, ledger } = this.#options;
    if (shelf.finish === undefined) return;
    try {
      await shelf.finish(item, signal);
    } catch (error) {
      if (!signal.aborted) this.#later(item, `it cannot be moved or deleted: ${reasonOf(error)}`);
      return;
    }
    this.#retries.delete(item.key);
    await ledger.forget([item.key]);
  }

  #later(item: Item, reason: string): void {
    const pauseMs = Math.min(2 * (this.#retries.get(item.key)?.pauseMs ?? FIRST_PAUSE_MS / 2), LAST_PAUSE_MS);
    const oldest = this.#retries.size >= MAX_TOLD ? this.#retries.keys().next().value : undefined;
    if (oldest !== undefined) this.#retries.delete(oldest);
    this.#retries.set(item.key, { pauseMs, atMs: this.#options.now() + pauseMs });
    this.#counts.failures += 1;
    this.#tell(
      `${item.key}\0${reason}`,
      { object: item.address, reason },
      "an object of a drop folder is tried again later",
    );
  }

  /** The same is told once. */
  #tell(about: string, facts: object, message: string): void {
    if (this.#told.has(about)) return;
    if (this.#told.size >= MAX_TOLD) this.#told.clear();
    this.#told.add(about);
    this.#options.warn({ drop: this.name, ...facts }, message);
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
