export { FORM_SETTINGS } from "./alert.ts";
export type { GroupingDeps } from "./grouping.ts";
export { createFormation } from "./pass.ts";
export { formationRoutes } from "./routes.ts";
