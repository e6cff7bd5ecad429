export { countAlerts } from "./count.ts";
export { alertFiguresByRule } from "./counts.ts";
export { createQueueKeeper } from "./keeper.ts";
export { inScope as inAlertScope } from "./filter.ts";
export { alertDeps } from "./people-and-audit.ts";
export { precisionOf } from "./precision.ts";
export { createAlertSink, recordDetectionGroups } from "./record.ts";
export { markSourceRecovered } from "./recovery.ts";
export { alertRoutes } from "./routes.ts";
