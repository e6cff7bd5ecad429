import type { UnitTreeSource } from "../../organization/access/index.ts";
import type { State } from "../../platform/state/index.ts";

/** What deciding who hears of what needs from elsewhere. */
export type RouteDeps = {
  readonly state: State;
  readonly tree: UnitTreeSource;
  /** Whether a mail server is set: without one nothing is owed by mail. */
  readonly hasMail: boolean;
  /** Hears of people whose settings cannot be read. */
  readonly warn?: (personId: string, reason: string) => void;
};
