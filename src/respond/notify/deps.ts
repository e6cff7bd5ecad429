import type { AttemptLimiter } from "../../platform/http/index.ts";
import type { Sealer } from "../../platform/secret/index.ts";
import type { IncidentDeps } from "../incident/index.ts";
import type { Ways } from "./channel/deliver.ts";

/** What the verbs of this slice need from elsewhere. */
export type NotifyDeps = IncidentDeps & {
  readonly sealer: Sealer;
  readonly ways: Ways;
  readonly internalHosts: readonly string[];
  readonly link: (path: string) => string;
  /** Tests of channels per person: each goes out at once. */
  readonly tests: AttemptLimiter;
};
