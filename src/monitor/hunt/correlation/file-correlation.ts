import { countText } from "../../../kernel/count.ts";
import { type CorrelationEngine, type CorrelationProgram, type Firing, openCorrelations } from "../../detect/index.ts";
import { LEVELS, type Level, type RuleFacts } from "../../event/index.ts";
import type { BaseHit, EventFacts, Found } from "../found.ts";
import { type WaitingHit, WaitingHits } from "./waiting-hits.ts";

/** An event that a correlation hit rests on. */
export type Reference = { readonly file: string; readonly record: number; readonly timeMs: number };

/** A correlation rule that fired. `found` is its last event, so that a row of it looks like any other hit's. */
export type CorrelationHit = {
  readonly rule: RuleFacts;
  readonly found: Found;
  readonly firstMs: number;
  /** Events in the window, and the figure that the condition was asked about. */
  readonly count: number;
  readonly value: number;
  readonly group: readonly { readonly field: string; readonly value: string }[];
  /** The newest of them, oldest first: at most 50. */
  readonly events: readonly Reference[];
};

export type FileCorrelationLimits = { readonly maxWaiting: number; readonly maxTextChars: number };

const DEFAULT_LIMITS: FileCorrelationLimits = { maxWaiting: 2_000_000, maxTextChars: 128 * 1024 * 1024 };
/** What the engine puts in its place all the same, per group. */
const LATENESS_MS = 300_000;
/** Records of a file that an event's number can tell apart. */
const RECORD_BITS = 40n;
const RECORDS = (1n << RECORD_BITS) - 1n;

/**
 * Runs correlation rules over the hits of many files as if they had been received in order of time. Hits wait until all are told;
 * where too many wait, the older half is correlated, and hits told later that are older than those are counted as losses.
 */
export class FileCorrelation {
  /** Hits told when later ones had been correlated: in a group that has gone on without them they are not counted. */
  #late = 0;
  readonly #program: CorrelationProgram;
  readonly #engine: CorrelationEngine;
  readonly #limits: FileCorrelationLimits;
  readonly #least: number;
  readonly #files: string[] = [];
  #waiting = new WaitingHits();
  #doneMs = Number.NEGATIVE_INFINITY;

  constructor(program: CorrelationProgram, minLevel?: Level, limits: Partial<FileCorrelationLimits> = {}) {
    this.#program = program;
    this.#engine = openCorrelations(program, { latenessMs: LATENESS_MS });
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
    this.#least = LEVELS.indexOf(minLevel ?? "informational");
  }

  /** To be told in the order of the files and of the records in them. */
  add(hit: BaseHit): void {
    if (hit.timeMs < this.#doneMs - LATENESS_MS) this.#late += 1;
    if (this.#files.at(-1) !== hit.file) this.#files.push(hit.file);
    this.#waiting.add(hit, (BigInt(this.#files.length - 1) << RECORD_BITS) | BigInt(hit.record));
  }

  /** Then `release` is due. */
  get isFull(): boolean {
    const { size, textChars } = this.#waiting;
    return size >= this.#limits.maxWaiting || textChars >= this.#limits.maxTextChars;
  }

  /** What the older half of those that wait set off. */
  release(): Generator<CorrelationHit> {
    return this.#correlate(Math.ceil(this.#waiting.size / 2));
  }

  /** What all that wait set off, once everything is told. */
  finish(): Generator<CorrelationHit> {
    return this.#correlate(this.#waiting.size);
  }

  /** What was not correlated as it should have been, in words: bounds were reached. */
  losses(): readonly string[] {
    const late =
      this.#late === 0
        ? []
        : [
            `${countText(this.#late, "hit")} ${this.#late === 1 ? "was" : "were"} read when later ones had been correlated, since too many were waiting`,
          ];
    const dropped = this.#engine.figures().flatMap((figures, at) => {
      const given = figures.tooLate + figures.eventsDropped;
      const title = this.#program.plan.correlations[at]?.facts.title ?? "";
      return given === 0 ? [] : [`"${title}" had no room for ${countText(given, "hit")}`];
    });
    return [...late, ...dropped].map((loss) => `correlation: ${loss}`);
  }

  /** The oldest so many, and with the last of them all hits of its event. */
  *#correlate(count: number): Generator<CorrelationHit> {
    const rest = new WaitingHits();
    let done = 0;
    let last: WaitingHit | undefined;
    for (const hit of this.#waiting.inOrder()) {
      if (hit.id !== last?.id) {
        yield* this.#setOffBy(last);
        if (done >= count) {
          rest.add({ ...hit, matches: [hit] }, hit.id);
          continue;
        }
      }
      const { rule, timeMs, id, values } = hit;
      this.#engine.feed({ rule, timeMs, receivedMs: timeMs, id, scope: "", values });
      done += 1;
      last = hit;
    }
    yield* this.#setOffBy(last);
    this.#doneMs = Math.max(this.#doneMs, last?.timeMs ?? this.#doneMs);
    this.#waiting = rest;
  }

  /** What an event set off, all of whose hits were heard. */
  *#setOffBy(last: WaitingHit | undefined): Generator<CorrelationHit> {
    if (last === undefined) return;
    for (const firing of this.#engine.take()) {
      const rule = this.#program.plan.correlations[firing.correlation]?.facts;
      if (rule !== undefined && LEVELS.indexOf(rule.level) >= this.#least)
        yield this.#hitOf(firing, { rule, host: last.host });
    }
  }

  #hitOf(firing: Firing, { rule, host }: { rule: RuleFacts; host: string }): CorrelationHit {
    const { timeMs, firstMs, count, figure, group } = firing;
    const events = firing.events.map((event) => ({ ...this.#placeOf(event.id), timeMs: event.timeMs }));
    const { file, record } = events.at(-1) ?? this.#placeOf(firing.id);
    const facts: EventFacts = { ...NO_FACTS, host, what: whatOf(firing) };
    return { rule, found: { file, record, rules: [], timeMs, facts }, firstMs, count, value: figure, group, events };
  }

  #placeOf(id: bigint): { readonly file: string; readonly record: number } {
    return { file: this.#files[Number(id >> RECORD_BITS)] ?? "", record: Number(id & RECORDS) };
  }
}

const NO_FACTS: EventFacts = {
  host: "",
  user: "",
  event_id: "",
  dataset: "",
  who: "",
  where_from: "",
  with_what: "",
  what: "",
  did_what: "",
};

/** As the server writes it, in signs that need no translation: what the events have in common, and how many they are. */
function whatOf({ group, count }: Firing): string {
  const common = group.map(({ field, value }) => `${field}=${value}`).join(", ");
  return `${common}${common === "" ? "" : " "}×${count}`;
}
