import type { VolumeMeter } from "../../monitor/retention/index.ts";
import type { RuleDeps, RuleTrends, UnitLogsFinder } from "../../monitor/rule/index.ts";
import type { SourceDeps } from "../../monitor/source/index.ts";
import type { Ctx, UnitScope } from "../../organization/access/index.ts";

type Range = { readonly fromMs: number; readonly toMs: number };

/** What dashboards read from elsewhere: the same that the lists read, so that the figures are the same. */
export type DashboardDeps = {
  readonly rules: RuleDeps;
  readonly trends: RuleTrends;
  readonly unitLogs: UnitLogsFinder;
  readonly sources: SourceDeps;
  /** The steps of the funnel in these units. */
  readonly funnel: {
    readonly events: (range: Range, units: UnitScope) => Promise<{ events: number; detections: number }>;
    readonly alerts: (ctx: Ctx, range: Range, units: UnitScope) => Promise<number | null>;
    readonly incidents: (ctx: Ctx, range: Range, units: UnitScope) => Promise<number | null>;
  };
  readonly volumes: Pick<VolumeMeter, "read">;
};
