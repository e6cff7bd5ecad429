export type { EntityDeps } from "./deps.ts";
export { entityRoutes } from "./routes.ts";
