export type { EventsDb, Params, ParamValue, SelectLimits } from "./contract.ts";
export { migrateEvents } from "./migrate.ts";
export { openEmbeddedEvents, openEventsServer } from "./open.ts";
export { eventQuery } from "./query.ts";
