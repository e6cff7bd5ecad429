import type { Ctx } from "../../organization/access/index.ts";
import type { SearchDeps } from "../search/index.ts";
import type { EntityIncident } from "./contract.ts";

export type EntityDeps = Pick<SearchDeps, "events" | "tree"> & {
  /** Which of these alerts are in which incident that the person may see; the room of incidents stands to the right of this one. */
  readonly incidentsOf: (
    ctx: Ctx,
    alertIds: readonly string[],
  ) => Promise<readonly { readonly alertId: string; readonly incident: Omit<EntityIncident, "alerts"> }[]>;
  /** What a rule is called in Japanese, where it says. */
  readonly titleJaOf: (ruleId: string) => string | undefined;
};
