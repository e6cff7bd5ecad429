export { findPair, mergeInto, moveBack, splitOff } from "./by-hand.ts";
export { findWritable, resolveOwner, touch } from "./conduct.ts";
export type { IncidentDetail } from "./contract.ts";
export { countIncidents } from "./count.ts";
export { inScope, textArray } from "./filter.ts";
export { addFormed, openFormed, setFormedStatus, takeOutFormed } from "./formed.ts";
export { incidentRoutes } from "./routes.ts";
export { type IncidentDeps, incidentDeps, incidentNotFound, readIncident, readIncidentsByAlerts } from "./service.ts";
export { findIncident } from "./store.ts";
