import type { Captured, SentRule } from "../detect/index.ts";
import { storedTime } from "./event-block.ts";
import type { Base, BaseMatches, Seen } from "./job.ts";
import type { EventRow } from "./row.ts";

const SEEN = [
  "dataset",
  "who",
  "where_from",
  "with_what",
  "what",
  "did_what",
  "host_name",
  "user_name",
  "source_ip",
] as const satisfies readonly (keyof Seen)[];
/** Unit and source stand before what is seen. */
const ABOUT = SEEN.length + 2;
const ABSENT = 0xffff_ffff;

/** Packs a batch's matches for correlation. */
export class BaseMatchList {
  readonly #rules: SentRule[] = [];
  readonly #placeOfRule = new Map<string, number>();
  readonly #words = new Map<string, number>();
  readonly #events = { seq: [] as bigint[], timeMs: [] as number[], receivedMs: [] as number[], about: [] as number[] };
  readonly #matches = { rule: [] as number[], event: [] as number[], values: [] as number[] };

  add(row: EventRow, bases: readonly Base[]): void {
    const { seq, timeMs, receivedMs, about } = this.#events;
    const event = seq.push(row.seq) - 1;
    timeMs.push(storedTime(row));
    receivedMs.push(row.receivedMs);
    about.push(this.#wordOf(row.unitId), this.#wordOf(row.sourceId));
    for (const name of SEEN) about.push(this.#wordOf(row.event.hot[name]));
    for (const { id, wanted, values } of bases) {
      this.#matches.rule.push(this.#ruleOf({ id, wanted }));
      this.#matches.event.push(event);
      for (const value of values) this.#matches.values.push(value === undefined ? ABSENT : this.#wordOf(value));
    }
  }

  all(): BaseMatches {
    const { seq, timeMs, receivedMs, about } = this.#events;
    const { rule, event, values } = this.#matches;
    return {
      rules: this.#rules,
      words: [...this.#words.keys()],
      seq: BigUint64Array.from(seq),
      timeMs: Float64Array.from(timeMs),
      receivedMs: Float64Array.from(receivedMs),
      about: Uint32Array.from(about),
      rule: Uint32Array.from(rule),
      event: Uint32Array.from(event),
      values: Uint32Array.from(values),
    };
  }

  #wordOf(text: string): number {
    const known = this.#words.get(text);
    if (known !== undefined) return known;
    this.#words.set(text, this.#words.size);
    return this.#words.size - 1;
  }

  #ruleOf(rule: SentRule): number {
    const known = this.#placeOfRule.get(rule.id);
    if (known !== undefined) return known;
    this.#placeOfRule.set(rule.id, this.#rules.length);
    return this.#rules.push(rule) - 1;
  }
}

export type UnpackedMatch = {
  readonly rule: number;
  readonly seq: bigint;
  readonly timeMs: number;
  readonly receivedMs: number;
  readonly unitId: string;
  readonly values: Captured;
};

export function* unpackedMatches(from: BaseMatches): Generator<UnpackedMatch> {
  let at = 0;
  for (const [match, rule] of from.rule.entries()) {
    const event = from.event[match] ?? 0;
    const end = at + (from.rules[rule]?.wanted.length ?? 0);
    const values: (string | undefined)[] = [];
    for (; at < end; at++) values.push(from.values[at] === ABSENT ? undefined : wordAt(from, from.values[at]));
    yield {
      rule,
      seq: from.seq[event] ?? 0n,
      timeMs: from.timeMs[event] ?? Number.NaN,
      receivedMs: from.receivedMs[event] ?? 0,
      unitId: wordAt(from, from.about[event * ABOUT]),
      values,
    };
  }
}

/** An event behind a match, as a detection and an alert show it. */
export type BaseEvent = {
  readonly receivedMs: number;
  readonly unitId: string;
  readonly sourceId: string;
  readonly seen: Seen;
};

/** The event of this number; undefined when it set off no match. */
export function baseEvent(from: BaseMatches, seq: bigint): BaseEvent | undefined {
  const event = from.seq.indexOf(seq);
  if (event < 0) return undefined;
  const about = (place: number): string => wordAt(from, from.about[event * ABOUT + place]);
  const seen = Object.fromEntries(SEEN.map((name, place) => [name, about(place + 2)]));
  return { receivedMs: from.receivedMs[event] ?? 0, unitId: about(0), sourceId: about(1), seen: asSeen(seen) };
}

const wordAt = ({ words }: BaseMatches, place: number | undefined): string => words[place ?? ABSENT] ?? "";

/** Guarantee: called with one text for every name of SEEN, which names all that Seen has. */
const asSeen = (texts: Record<string, string>): Seen => texts as Seen;
