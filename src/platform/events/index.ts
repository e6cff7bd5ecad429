export { COLD_POLICY, COLD_VOLUME } from "./cold-disk.ts";
export type { EventsDb, Params, ParamValue, SelectLimits } from "./contract.ts";
export { migrateEvents } from "./migrate.ts";
export { openEmbeddedEvents, openEventsServer } from "./open.ts";
export { eventQuery } from "./query.ts";
export { applyTiers, type Tiers } from "./tiers.ts";
