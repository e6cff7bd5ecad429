import type { Scalar } from "./json.ts";

/** Binary XML as parsed: what a template definition, or a record that uses none, says. */
export type Part =
  | { readonly kind: "text"; readonly value: Scalar }
  /** A hole that an instance's value fills. */
  | { readonly kind: "slot"; readonly index: number }
  | Element
  | Instance;

export type Element = {
  readonly kind: "element";
  readonly name: string;
  /** The name in `<Data Name="User">`, when the definition says it; "" otherwise. */
  readonly dataName: string;
  readonly attributes: readonly Attribute[];
  readonly content: readonly Part[];
};

export type Attribute = { readonly name: string; readonly value: readonly Part[] };

export type Template = { readonly content: readonly Part[] };

/** A template with the values for its holes. */
export type Instance = { readonly kind: "instance"; readonly template: Template; readonly values: Values };

/** An instance's values: `starts[i]` is where value i begins in the chunk; its descriptor is at `table + 4 * i`. */
export type Values = { readonly table: number; readonly starts: readonly number[] };

export const NO_VALUES: Values = { table: 0, starts: [] };
