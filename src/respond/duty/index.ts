export { dutyRoutes } from "./routes.ts";
export { type DeliverWarning, type DutyWatch, watchDuties } from "./watch.ts";
