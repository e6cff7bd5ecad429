import type { FieldValue } from "../../event/index.ts";
import type { Group } from "./group.ts";
import type { NumberSet } from "./number-set.ts";
import type { Meaning, ValueIndex } from "./value-index.ts";

/** Worse than any name's rank: a null fills a slot only until any of its names has a value. */
export const NULL_RANK = 1 << 20;

/** One event as the matcher asks about it, whatever form it came in. A view is used for one event after another. */
export type EventView = {
  /** Finds what the event has for the slots that the group reads; answers below are of that. */
  fill(group: Group): void;
  /** Slots that have a value. */
  readonly filled: NumberSet;
  valueOf(slot: number): FieldValue | undefined;
  /** What a slot's value shows. */
  read(slot: number, index: ValueIndex): Meaning;
  /** What all values show, each on its own; the index is over keywords. */
  readAll(index: ValueIndex, found: (meaning: Meaning) => void): void;
  someValue(accepts: (value: FieldValue) => boolean): boolean;
};
