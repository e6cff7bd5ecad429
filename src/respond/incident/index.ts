export { findPair, mergeInto, moveBack, splitOff } from "./by-hand.ts";
export { CLOSED_BY_ITSELF } from "./closing.ts";
export { findWritable, requirePerson, resolveOwner, touch } from "./conduct.ts";
export type { IncidentDetail } from "./contract.ts";
export { countIncidents } from "./count.ts";
export { highestOf } from "./facts.ts";
export { inScope, iso, isWithdrawn, textArray } from "./filter.ts";
export { addFormed, holdInOrder, openFormed, setFormedStatus, takeOutFormed } from "./formed.ts";
export { isTouched } from "./links.ts";
export { pastMsOf } from "./moments.ts";
export { incidentRoutes } from "./routes.ts";
export {
  type IncidentDeps,
  incidentDeps,
  incidentNotFound,
  readableIncident,
  readIncident,
  readIncidentsByAlerts,
} from "./service.ts";
export { findIncident } from "./store.ts";
