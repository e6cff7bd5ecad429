import type { Fields, FieldValue } from "../../event/index.ts";
import type { Group } from "./group.ts";
import { NumberSet } from "./number-set.ts";
import type { Meaning, ValueIndex } from "./value-index.ts";
import { type EventView, NULL_RANK } from "./view.ts";

const NO_FIELDS: Fields = Object.freeze(Object.create(null));

/** An event whose fields are decoded already. */
export class FieldsView implements EventView {
  readonly filled: NumberSet;
  readonly #values: (FieldValue | undefined)[];
  readonly #ranks: Int32Array;
  #fields: Fields = NO_FIELDS;

  constructor(slots: number) {
    this.filled = new NumberSet(slots);
    this.#values = new Array<FieldValue | undefined>(slots).fill(undefined);
    this.#ranks = new Int32Array(slots);
  }

  open(fields: Fields): this {
    this.#fields = fields;
    return this;
  }

  /** So that no event is kept in memory longer than it is used. */
  close(): void {
    this.#fields = NO_FIELDS;
  }

  fill(group: Group): void {
    this.filled.clear();
    for (const name in this.#fields) {
      const feed = group.feedOf(name);
      if (feed.length === 0) continue;
      const value = this.#fields[name];
      for (const { slot, rank } of feed) this.#put(slot, value === null ? rank + NULL_RANK : rank, value);
    }
  }

  valueOf(slot: number): FieldValue | undefined {
    return this.filled.has(slot) ? this.#values[slot] : undefined;
  }

  read(slot: number, index: ValueIndex): Meaning {
    return index.recall(this.valueOf(slot));
  }

  readAll(index: ValueIndex, found: (meaning: Meaning) => void): void {
    for (const name in this.#fields) found(index.recall(this.#fields[name]));
  }

  someValue(accepts: (value: FieldValue) => boolean): boolean {
    return Object.values(this.#fields).some(accepts);
  }

  #put(slot: number, rank: number, value: FieldValue | undefined): void {
    if (value === undefined || (this.filled.has(slot) && (this.#ranks[slot] ?? 0) <= rank)) return;
    this.filled.add(slot);
    this.#ranks[slot] = rank;
    this.#values[slot] = value;
  }
}
