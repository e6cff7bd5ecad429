export { openSourceResolver } from "./resolver.ts";
export { sourceRoutes } from "./routes.ts";
export { createSource, type SourceDeps } from "./service.ts";
export type { Endpoints } from "./snippets.ts";
export { createSourceStatistics } from "./statistics.ts";
