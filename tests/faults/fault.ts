/** One kind of fault: what is done to Yagura, and what must hold afterwards. */
export type Fault = {
  readonly name: string;
  /** What `amount` counts, such as "rounds". */
  readonly unit: string;
  /** In the ordinary tests; undefined = by command alone. */
  readonly small: number | undefined;
  /** By command. */
  readonly full: number;
  /** Ends by itself. Rejects when the fault could not be brought about; what did not hold is in the outcome. */
  run(amount: number, until: Until): Promise<Outcome>;
};

/** When to stop although the amount is not reached; the outcome then says how much was done. */
export type Until = { readonly endMs: number };
export const isOver = ({ endMs }: Until): boolean => Date.now() >= endMs;

export type Outcome = {
  /** What was done, in one sentence. */
  readonly done: string;
  readonly figures: Readonly<Record<string, number>>;
  /** What did not hold; empty = passed. */
  readonly broken: readonly string[];
  /** This machine does not let the fault be brought about, and why. */
  readonly skipped?: string;
};

const MAX_SHOWN = 5;

/** The first few of many alike, and how many more there are. */
export const shown = (broken: readonly string[]): readonly string[] =>
  broken.length <= MAX_SHOWN
    ? broken
    : [...broken.slice(0, MAX_SHOWN), `and ${broken.length - MAX_SHOWN} more like these`];
