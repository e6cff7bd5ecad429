export type { Origin } from "./automatic.ts";
export type { SourceFigures, SourceRow } from "./contract.ts";
export type { RejectionCount } from "./listing.ts";
export { openSourceResolver, type ResolvedSource, type ResolverDeps, type SourceResolver } from "./resolver.ts";
export { sourceRoutes } from "./routes.ts";
export { createSource, type IngestTokens, type SourceDeps } from "./service.ts";
export { type Endpoints, shipperSnippets } from "./snippets.ts";
export { createSourceStatistics, type SourceStatistics } from "./statistics.ts";
