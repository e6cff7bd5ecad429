export type { DeclaredNetwork } from "./address/networks.ts";
export { openPlaces } from "./address/places.ts";
export { Enricher } from "./enrich.ts";
export { keepNetworksInForce } from "./network/in-force.ts";
export { networkRoutes } from "./network/routes.ts";
export { OwnerBook } from "./owner/book.ts";
export type { OwnerFact } from "./owner/fact.ts";
export { openOwnerJournal } from "./owner/journal.ts";
