export { rowsByUnit, takenByUnit, type UnitPart } from "./by-unit.ts";
export {
  type AuditEntry,
  type AuditRecord,
  type ContextFactory,
  type Ctx,
  createContextFactory,
  type Origin,
  type WriteAudit,
} from "./context.ts";
export type { Grant, Permission, RoleName } from "./contract.ts";
export { tokenIn } from "./credentials.ts";
export {
  type Actor,
  decide,
  isInScope,
  mayGrant,
  permissionsOf,
  type Standing,
  scopeOf,
  type UnitScope,
} from "./decide.ts";
export { type Access, createGuard, type Guard, type GuardedRoute } from "./guard.ts";
export { ROLES, roleViews } from "./roles.ts";
export { buildUnitTree, type UnitTree, type UnitTreeSource } from "./unit-tree.ts";
