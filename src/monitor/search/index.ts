export type { CountStep, SearchDeps, TimeRange } from "./deps.ts";
export { searchRoutes } from "./routes.ts";
