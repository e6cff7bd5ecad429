export type { AlertAuditEntry, AlertDetail, AlertPage, AlertRow, PersonRef } from "./contract.ts";
export { countAlerts } from "./count.ts";
export { alertDeps } from "./people-and-audit.ts";
export { createAlertSink, type Recorded, recordDetectionGroups } from "./record.ts";
export { alertRoutes } from "./routes.ts";
export type { AlertDeps } from "./service.ts";
export { alertFiguresByRule, type RuleFigures } from "./store.ts";
