export { countIncidents } from "./count.ts";
export { incidentRoutes } from "./routes.ts";
export { readIncident } from "./service.ts";
