export { auditRoutes } from "./routes.ts";
export { listAudit } from "./service.ts";
export { writeAudit } from "./store.ts";
