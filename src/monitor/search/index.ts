export type { Reader, SearchDeps } from "./deps.ts";
export { searchEvents } from "./page.ts";
export { searchRoutes } from "./routes.ts";
