export { findPair, mergeInto, moveBack, splitOff } from "./by-hand.ts";
export { findWritable } from "./conduct.ts";
export { countIncidents } from "./count.ts";
export { addFormed, openFormed, setFormedStatus, takeOutFormed } from "./formed.ts";
export { incidentRoutes } from "./routes.ts";
export { readIncident } from "./service.ts";
