import type { Entries } from "./entries.ts";
import type { Groups } from "./groups.ts";

/** The lists of a correlation's windows. */
export type Store = { readonly entries: Entries; readonly groups: Groups; readonly timespanMs: number };
