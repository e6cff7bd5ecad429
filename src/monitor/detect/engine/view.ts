import type { FieldValue } from "../../event/index.ts";
import type { Group } from "./group.ts";
import type { NumberSet } from "./number-set.ts";
import type { ValueIndex } from "./value-index.ts";
import type { ValueRecord } from "./value-record.ts";

/** Worse than any name's rank: a null fills a slot only until any of its names has a value. */
export const NULL_RANK = 1 << 20;

/** One event as the matcher asks about it, whatever form it came in. A view is used for one event after another. */
export type EventView = {
  /** Finds what the event has for the slots that the group reads; answers below are of that. */
  fill(group: Group): void;
  /** Slots that have a value. */
  readonly filled: NumberSet;
  recordOf(slot: number): ValueRecord | undefined;
  /** False when it is certain at a glance that no value has any of the texts of an index over keywords. */
  mayHave(keywords: ValueIndex): boolean;
  /** Every value of the event. */
  values(): readonly FieldValue[];
};
