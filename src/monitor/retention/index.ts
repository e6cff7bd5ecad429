export { deleteRows } from "./delete-rows.ts";
export { type RetentionKeeper, type RetentionSnapshot, startRetentionKeeper } from "./keeper.ts";
export type { KnownSource } from "./overview.ts";
export { retentionRoutes } from "./routes.ts";
export type { RetentionDeps } from "./service.ts";
export { deletedWithin, openDeletions } from "./store.ts";
export { createVolumeMeter, readDays, type VolumeMeter } from "./volumes.ts";
