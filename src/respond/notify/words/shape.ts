import type { Facts, Matter } from "../matter.ts";

/** Texts of one language. What it is given is already fit to be shown in one line. */
export type Words = {
  readonly titles: Readonly<Record<Matter["kind"], (facts: Shown) => string>>;
  readonly severity: Readonly<Record<string, string>>;
  readonly phase: Readonly<Record<string, string>>;
  readonly open: string;
  readonly more: (count: number) => string;
  readonly several: (count: number) => string;
  readonly footer: string;
  readonly test: string;
};
export type Shown = Omit<Facts, "entry" | "stage" | "about"> & {
  readonly entry: string;
  readonly stage: string;
  readonly about: string;
  /** The moment of the deadline on the clocks of its zone. */
  readonly due: string;
};
