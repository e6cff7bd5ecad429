export { unitRoutes } from "./routes.ts";
export { type UnitRow, unit } from "./schema.ts";
export { archiveUnit, createUnit, getUnit, listUnits, moveUnit, noSuchUnit, type UnitDeps } from "./service.ts";
export { createUnitTreeSource, insertUnit, lockOrganization, selectUnit, selectUnits, viewOf } from "./store.ts";
