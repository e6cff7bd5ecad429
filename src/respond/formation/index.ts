export { FORM_SETTINGS } from "./alert.ts";
export { createFormation, type Formation, type FormationDeps } from "./pass.ts";
export { formationRoutes } from "./routes.ts";
