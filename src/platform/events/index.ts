export type { EventsDb, Params, ParamValue, SelectLimits } from "./contract.ts";
export { migrateEvents } from "./migrate.ts";
export { NativeBlock } from "./native/block.ts";
export { openEmbeddedEvents, openEventsServer } from "./open.ts";
export { eventQuery } from "./query.ts";
