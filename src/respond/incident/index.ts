export { findPair, mergeInto, moveBack, splitOff } from "./by-hand.ts";
export { findWritable, requirePerson, resolveOwner, touch } from "./conduct.ts";
export type { IncidentDetail } from "./contract.ts";
export { countIncidents } from "./count.ts";
export { inScope, iso, textArray } from "./filter.ts";
export { addFormed, openFormed, setFormedStatus, takeOutFormed } from "./formed.ts";
export { pastMsOf } from "./moments.ts";
export { incidentRoutes } from "./routes.ts";
export { type IncidentDeps, incidentDeps, readableIncident, readIncident } from "./service.ts";
