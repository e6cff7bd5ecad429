import type { CorrelationCondition, CorrelationType } from "../read/document.ts";
import { conjunctionOf, holdsFor, type Presence } from "../read/presence.ts";
import { holds, type Threshold } from "../read/threshold.ts";
import type { Entries } from "./entries.ts";
import { ExactSum } from "./exact-sum.ts";
import { OrderChain } from "./order-chain.ts";
import { OrderedValues } from "./ordered-values.ts";
import { PairCounts } from "./pair-counts.ts";
import type { Store } from "./store.ts";

/** What is kept up to date while entries come into a group's window and leave it, each in O(1) or O(log n). */
export type Figure = {
  add(group: number, entry: number): void;
  remove(group: number, entry: number): void;
  /** The figure of the window that ends with the entry. */
  measure(group: number, entry: number): number;
  /** Whether that window meets the condition. */
  holds(group: number, entry: number): boolean;
  /** The window went on to end with the entry, added before. */
  advanced(group: number, entry: number): void;
  /** The window was turned back to end with the entry; NONE = it is empty. */
  rewound(group: number, entry: number): void;
  /** How many entries `rewound` would look at, up to `most` and one more. */
  rewindSteps(entry: number, most: number): number;
  /** The group is gone, its entries removed before. */
  forget(group: number): void;
};

/** What entries must carry: the number of a text, and a number to reckon with. */
export const carries = (type: CorrelationType, condition: CorrelationCondition) => ({
  value: type === "value_count" || (type === "value_percentile" && condition.percentile === undefined),
  amount:
    ["value_sum", "value_avg", "value_median", "temporal_ordered"].includes(type) ||
    (type === "value_percentile" && condition.percentile !== undefined),
});

/** Whether the amount is read from the event. */
export const readsNumbers = (type: CorrelationType, condition: CorrelationCondition): boolean =>
  type !== "temporal_ordered" && carries(type, condition).amount;

export function figureOf(type: CorrelationType, condition: CorrelationCondition, store: Store): Figure {
  const { threshold, presence, percentile } = condition;
  switch (type) {
    case "event_count":
      return { ...NOTHING, ...compared(threshold, (group) => store.groups.inWindow[group] ?? 0) };
    case "value_count": {
      const distinct = new Distinct(store.entries, "value");
      return Object.assign(
        distinct,
        compared(threshold, (group) => distinct.count(group)),
      );
    }
    case "value_sum":
    case "value_avg":
      return sumFigure(store, threshold, type === "value_avg");
    case "value_median":
    case "value_percentile":
      return percentile === undefined ? shareFigure(store, threshold) : rankFigure(store, threshold, percentile);
    case "temporal":
      return temporalFigure(store, threshold, presence);
    case "temporal_ordered":
      return orderedFigure(store, presence);
  }
}

const NOTHING = {
  add: () => {},
  remove: () => {},
  advanced: () => {},
  rewound: () => {},
  rewindSteps: () => 0,
  forget: () => {},
};

type Measure = Figure["measure"];
const compared = (threshold: Threshold, measure: Measure): Pick<Figure, "measure" | "holds"> => ({
  measure,
  holds: (group, entry) => holds(threshold, measure(group, entry)),
});

/** How many different values, or members, are in each group's window. */
class Distinct {
  readonly #entries: Entries;
  readonly #isOfValues: boolean;
  readonly #pairs = new PairCounts();
  readonly #counts: number[] = [];

  constructor(entries: Entries, of: "value" | "member") {
    this.#entries = entries;
    this.#isOfValues = of === "value";
  }

  add(group: number, entry: number): void {
    if (this.#pairs.add(group, this.#valueOf(entry)) === 1) this.#counts[group] = (this.#counts[group] ?? 0) + 1;
  }

  remove(group: number, entry: number): void {
    if (this.#pairs.remove(group, this.#valueOf(entry)) === 0) this.#counts[group] = (this.#counts[group] ?? 0) - 1;
  }

  count(group: number): number {
    return this.#counts[group] ?? 0;
  }

  times(group: number, value: number): number {
    return this.#pairs.get(group, value);
  }

  #valueOf(entry: number): number {
    return this.#isOfValues ? this.#entries.value(entry) : this.#entries.member(entry);
  }

  advanced(): void {}
  rewound(): void {}
  rewindSteps(): number {
    return 0;
  }
  forget(): void {}
}

/** Of all values in the window, how many percent are the event's own: the reading of a percentile without a number. */
function shareFigure({ entries, groups }: Store, threshold: Threshold): Figure {
  const distinct = new Distinct(entries, "value");
  const share: Measure = (group, entry) =>
    (100 * distinct.times(group, entries.value(entry))) / (groups.inWindow[group] ?? 1);
  return Object.assign(distinct, compared(threshold, share));
}

function sumFigure({ entries, groups }: Store, threshold: Threshold, isAverage: boolean): Figure {
  const sums: (ExactSum | undefined)[] = [];
  const sumOf = (group: number): ExactSum => (sums[group] ??= new ExactSum());
  return {
    ...NOTHING,
    add: (group, entry) => sumOf(group).add(entries.amount(entry)),
    remove: (group, entry) => sumOf(group).remove(entries.amount(entry)),
    forget: (group) => {
      sums[group] = undefined;
    },
    ...compared(threshold, (group) => sumOf(group).value() / (isAverage ? (groups.inWindow[group] ?? 1) : 1)),
  };
}

function rankFigure({ entries }: Store, threshold: Threshold, percentile: number): Figure {
  const values: (OrderedValues | undefined)[] = [];
  const valuesOf = (group: number): OrderedValues => (values[group] ??= new OrderedValues());
  return {
    ...NOTHING,
    add: (group, entry) => valuesOf(group).add(entries.amount(entry)),
    remove: (group, entry) => valuesOf(group).remove(entries.amount(entry)),
    forget: (group) => {
      values[group] = undefined;
    },
    ...compared(threshold, (group) => valuesOf(group).percentile(percentile)),
  };
}

function temporalFigure({ entries }: Store, threshold: Threshold, presence: Presence | undefined): Figure {
  const members = new Distinct(entries, "member");
  const figure = Object.assign(
    members,
    compared(threshold, (group: number) => members.count(group)),
  );
  if (presence === undefined) return figure;
  return Object.assign(figure, {
    holds: (group: number) => holdsFor(presence, (member) => members.times(group, member) > 0),
  });
}

/** The members that must be seen, in this order, and those that must not. */
function orderedFigure(store: Store, presence: Presence | undefined): Figure {
  const { seen, unseen } = (presence && conjunctionOf(presence)) ?? { seen: [], unseen: [] };
  const order = [...new Set(seen)].sort((one, other) => one - other);
  const members = new Distinct(store.entries, "member");
  const chain = new OrderChain(store, order);
  return {
    add: (group, entry) => members.add(group, entry),
    remove: (group, entry) => members.remove(group, entry),
    measure: (group) => members.count(group),
    holds: (group, entry) =>
      chain.isComplete(group, entry) && unseen.every((member) => members.times(group, member) === 0),
    advanced: (group, entry) => chain.add(group, entry),
    rewound: (group, entry) => chain.rewound(group, entry),
    rewindSteps: (entry, most) => chain.rewindSteps(entry, most),
    forget: (group) => chain.forget(group),
  };
}
