export { unitRoutes } from "./routes.ts";
export { createUnit, listUnits, type UnitDeps, updateUnit } from "./service.ts";
export {
  createUnitTreeSource,
  insertUnit,
  lockOrganization,
  renameUnit,
  selectRoot,
  selectUnit,
  selectUnits,
  viewOf,
} from "./store.ts";
