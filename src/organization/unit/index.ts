export { unitRoutes } from "./routes.ts";
export { type UnitRow, unit } from "./schema.ts";
export {
  archiveUnit,
  createUnit,
  getUnit,
  listUnits,
  moveUnit,
  noSuchUnit,
  type UnitDeps,
  updateUnit,
} from "./service.ts";
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
