export type { IncidentDetail } from "./contract.ts";
export { countIncidents } from "./count.ts";
export { incidentRoutes } from "./routes.ts";
export { incidentNotFound, readIncident } from "./service.ts";
export { findIncident } from "./store.ts";
