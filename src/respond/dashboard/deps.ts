import type { VolumeMeter } from "../../monitor/retention/index.ts";
import type { RuleDeps, RuleTrends, UnitLogsFinder } from "../../monitor/rule/index.ts";
import type { SourceDeps } from "../../monitor/source/index.ts";

/** What dashboards read from elsewhere: the same that the lists read, so that the figures are the same. */
export type DashboardDeps = {
  readonly rules: RuleDeps;
  readonly trends: RuleTrends;
  readonly unitLogs: UnitLogsFinder;
  readonly sources: SourceDeps;
  readonly volumes: Pick<VolumeMeter, "read">;
};
