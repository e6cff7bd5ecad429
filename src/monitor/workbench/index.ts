export { openParsersInForce } from "./in-force.ts";
export { workbenchRoutes } from "./routes.ts";
