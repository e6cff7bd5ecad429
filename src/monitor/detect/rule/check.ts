import type { TimePart } from "./time-part.ts";

/** Sub-modifiers of `re`: ignore case, `^`/`$` at every line, `.` matches a line end. */
export type RegexFlags = { readonly i: boolean; readonly m: boolean; readonly s: boolean };

export type Comparison = "lt" | "lte" | "gt" | "gte";

/** What a check asks of a text. Every engine answers it in its own way, and all must agree. */
export type Check =
  /** Literal texts and the wildcards of pattern.ts over the whole value; case-folded unless the check is `on: "text"`. */
  | { readonly kind: "pattern"; readonly parts: readonly (string | number)[] }
  | { readonly kind: "regex"; readonly pattern: string; readonly flags: RegexFlags }
  /** An address or a network in CIDR notation. */
  | { readonly kind: "cidr"; readonly network: string }
  | {
      readonly kind: "number";
      readonly comparison: Comparison | "eq";
      readonly wanted: number;
      /** Compare this part of the instant that the text writes, not the number it writes. */
      readonly part: TimePart | undefined;
    };
