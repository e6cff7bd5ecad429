export { type ClosedAlerts, closeAlertsOf } from "./close-linked.ts";
export { countAlerts } from "./count.ts";
export { alertDeps } from "./people-and-audit.ts";
export { createAlertSink, recordDetectionGroups } from "./record.ts";
export { markSourceRecovered } from "./recovery.ts";
export { alertRoutes } from "./routes.ts";
export { alertFiguresByRule } from "./store.ts";
