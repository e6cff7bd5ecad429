import type { LogSource, RuleFacts } from "../event/index.ts";
import type { PackInForce } from "./pack/holder.ts";

export type Switch = {
  readonly isEnabled: boolean;
  /** Present = on trial: detects, raises no alerts until then; without `until`, until it is switched on. */
  readonly trial?: { readonly until: Date | null } | undefined;
  readonly reason: string;
  readonly by: { readonly id: string; readonly name: string };
  readonly at: Date;
};
export type CatalogEntry = {
  readonly facts: RuleFacts;
  readonly name: string;
  /** Of a correlation: ids or names of the rules that it lists. */
  readonly parts?: readonly string[];
  readonly logsource: LogSource;
  readonly status: string;
  readonly tags: readonly string[];
  /** "" = the rule has none. */
  readonly titleJa: string;
  readonly kind: "directory" | "pack" | "own";
  readonly origin: string;
  /** Of a pack's rule. */
  readonly pack?: Pick<PackInForce, "name" | "version">;
  /** It stands in for a rule of the same id from a pack or directory. */
  readonly overrides: boolean;
  readonly isEnabled: boolean;
  /** It serves a correlation and raises no alerts of its own. */
  readonly isPart?: boolean;
  readonly override: Switch | undefined;
};
