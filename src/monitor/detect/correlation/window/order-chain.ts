import { larger, NONE } from "./entries.ts";
import type { Store } from "./store.ts";

const NEVER = Number.NEGATIVE_INFINITY;

/**
 * Whether members occurred in their order. For each place in the order it keeps the latest start that a chain up to there can have;
 * an entry's `amount` is the start of the best chain that ends with it. O(1) per event.
 */
export class OrderChain {
  readonly #store: Store;
  /** By member: its place in the order; undefined when it is no part of it. */
  readonly #places: readonly (number | undefined)[];
  readonly #length: number;
  /** By group and place. */
  #starts = new Float64Array(64).fill(NEVER);

  constructor(store: Store, order: readonly number[]) {
    this.#store = store;
    this.#length = order.length;
    this.#places = Array.from({ length: Math.max(...order) + 1 }, (_, member) => {
      const place = order.indexOf(member);
      return place < 0 ? undefined : place;
    });
  }

  add(group: number, entry: number): void {
    const { entries, timespanMs } = this.#store;
    const place = this.#places[entries.member(entry)];
    if (place === undefined) return;
    const at = group * this.#length + place;
    this.#reach(at);
    const timeMs = entries.time(entry);
    const start = (place === 0 ? timeMs : this.#starts[at - 1]) ?? NEVER;
    // A start out of reach can serve no later entry either; forgetting it keeps the state the same after a restart.
    const reached = start >= timeMs - timespanMs ? start : NEVER;
    entries.setAmount(entry, reached);
    this.#starts[at] = Math.max(this.#starts[at] ?? NEVER, reached);
  }

  /** Whether a whole chain lies within the timespan before the entry. */
  isComplete(group: number, entry: number): boolean {
    const { entries, timespanMs } = this.#store;
    const start = this.#starts[(group + 1) * this.#length - 1] ?? NEVER;
    return start >= entries.time(entry) - timespanMs;
  }

  /** Finds the newest entry of each place up to the given one: starts only ever grow, so these are the best. */
  rewound(group: number, last: number): void {
    this.forget(group);
    this.#visitNewest(last, Number.POSITIVE_INFINITY, (place, entry) => {
      this.#starts[group * this.#length + place] = this.#store.entries.amount(entry);
    });
  }

  /** How many entries `rewound` would look at, up to `most` and one more. */
  rewindSteps(last: number, most: number): number {
    return this.#visitNewest(last, most, () => {});
  }

  #visitNewest(last: number, most: number, visit: (place: number, entry: number) => void): number {
    const { entries, timespanMs } = this.#store;
    const from = entries.time(last) - timespanMs;
    const found = new Set<number>();
    let steps = 0;
    for (let entry = last; entry !== NONE && found.size < this.#length; entry = entries.prev(entry)) {
      if (steps > most || entries.time(entry) < from) break;
      steps++;
      const place = this.#places[entries.member(entry)];
      if (place === undefined || found.has(place)) continue;
      found.add(place);
      visit(place, entry);
    }
    return steps;
  }

  forget(group: number): void {
    this.#reach((group + 1) * this.#length);
    this.#starts.fill(NEVER, group * this.#length, (group + 1) * this.#length);
  }

  #reach(place: number): void {
    if (place < this.#starts.length) return;
    const from = this.#starts.length;
    this.#starts = larger(this.#starts, new Float64Array(Math.max(place + 1, Math.ceil(from * 1.5))));
    this.#starts.fill(NEVER, from);
  }
}
