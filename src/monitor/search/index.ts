export type { Reader, SearchDeps } from "./deps.ts";
export { type GramSnapshot, type GramUpkeep, startGramUpkeep } from "./grams/index.ts";
export { searchEvents } from "./page.ts";
export { searchRoutes } from "./routes.ts";
