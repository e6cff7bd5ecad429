export type { CountStep, Reader, SearchDeps, TimeRange } from "./deps.ts";
export { searchEvents } from "./page.ts";
export { searchRoutes } from "./routes.ts";
