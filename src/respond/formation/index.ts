export { FORM_SETTINGS } from "./alert.ts";
export type { FormationState } from "./contract.ts";
export { createFormation } from "./pass.ts";
export { formationRoutes } from "./routes.ts";
export { createThreadedFormer } from "./threaded-former.ts";
