import type { Captured } from "../../detect/index.ts";
import type { BaseHit } from "../found.ts";

/** One rule's hit on one event, as it goes into the correlation engine. */
export type WaitingHit = {
  readonly timeMs: number;
  readonly id: bigint;
  readonly host: string;
  readonly rule: number;
  readonly values: Captured;
};

const ABSENT = -1;

/** Hits in columns, their texts kept once: about 60 bytes a hit. In the order in which they were told. */
export class WaitingHits {
  readonly #timeMs: number[] = [];
  readonly #ids: bigint[] = [];
  readonly #hosts: number[] = [];
  readonly #rules: number[] = [];
  /** Where each hit's values begin among all values. */
  readonly #begins: number[] = [];
  readonly #values: number[] = [];
  readonly #words: string[] = [];
  readonly #numbers = new Map<string, number>();
  textChars = 0;

  get size(): number {
    return this.#timeMs.length;
  }

  add({ timeMs, host, matches }: Pick<BaseHit, "timeMs" | "host" | "matches">, id: bigint): void {
    for (const { rule, values } of matches) {
      this.#timeMs.push(timeMs);
      this.#ids.push(id);
      this.#hosts.push(this.#numberOf(host));
      this.#rules.push(rule);
      this.#begins.push(this.#values.length);
      for (const value of values) this.#values.push(value === undefined ? ABSENT : this.#numberOf(value));
    }
  }

  /** By time; at the same time in the order in which they were told, so that the hits of an event stay together. */
  *inOrder(): Generator<WaitingHit> {
    const order = Uint32Array.from(this.#timeMs.keys());
    const times = this.#timeMs;
    if (times.some((timeMs, at) => timeMs < (times[at - 1] ?? timeMs)))
      order.sort((one, other) => (times[one] ?? 0) - (times[other] ?? 0) || one - other);
    for (const at of order) yield this.#at(at);
  }

  #at(at: number): WaitingHit {
    const values: (string | undefined)[] = [];
    const end = this.#begins[at + 1] ?? this.#values.length;
    for (let place = this.#begins[at] ?? end; place < end; place += 1) {
      const number = this.#values[place] ?? ABSENT;
      values.push(number === ABSENT ? undefined : this.#words[number]);
    }
    return {
      timeMs: this.#timeMs[at] ?? Number.NaN,
      id: this.#ids[at] ?? 0n,
      host: this.#words[this.#hosts[at] ?? ABSENT] ?? "",
      rule: this.#rules[at] ?? 0,
      values,
    };
  }

  #numberOf(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    this.textChars += text.length;
    this.#numbers.set(text, this.#words.length);
    return this.#words.push(text) - 1;
  }
}
