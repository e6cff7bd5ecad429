export { openParsersInForce, type ParsersInForce } from "./in-force.ts";
export { workbenchRoutes } from "./routes.ts";
