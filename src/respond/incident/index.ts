export { findWritable, resolveOwner, touch } from "./conduct.ts";
export { countIncidents } from "./count.ts";
export { inScope, textArray } from "./filter.ts";
export { incidentRoutes } from "./routes.ts";
export { type IncidentDeps, incidentDeps, incidentNotFound } from "./service.ts";
export { findIncident } from "./store.ts";
