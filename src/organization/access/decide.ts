import { type Grant, PERMISSIONS, type Permission, type RoleName } from "./contract.ts";
import { ROLES } from "./roles.ts";
import type { UnitTree } from "./unit-tree.ts";

/**
 * Who acts. "system" is Yagura itself (jobs, the command line) and may do everything, unless `limit` says less.
 * `limit`: holds these permissions at most, whatever the grants say (a log source's token may only send events).
 */
export type Actor = {
  readonly kind: "person" | "token" | "system";
  readonly id: string;
  readonly name: string;
  readonly grants: readonly Grant[];
  readonly limit?: readonly Permission[];
};

/** Where an actor holds a permission. `all` includes what belongs to no unit. */
export type UnitScope = { readonly all: true } | { readonly all: false; readonly ids: readonly string[] };

/** An actor in the group as it is now. */
export type Standing = { readonly actor: Actor; readonly tree: UnitTree };

/** True when the actor holds the permission at the unit, or, without a unit, anywhere. The one decision of access. */
export function decide(standing: Standing, permission: Permission, unitId?: string): boolean {
  const { actor, tree } = standing;
  if (actor.limit && !actor.limit.includes(permission)) return false;
  if (actor.kind === "system") return true;
  return actor.grants.some(
    (grant) =>
      ROLES[grant.role].permissions.includes(permission) &&
      (unitId === undefined ? tree.has(grant.unitId) : reaches(tree, grant, unitId)),
  );
}

/** The units where the actor holds the permission, subtrees expanded. */
export function scopeOf(standing: Standing, permission: Permission): UnitScope {
  const { actor, tree } = standing;
  if (actor.limit && !actor.limit.includes(permission)) return { all: false, ids: [] };
  if (actor.kind === "system") return { all: true };
  const ids = new Set<string>();
  for (const grant of actor.grants) {
    if (!ROLES[grant.role].permissions.includes(permission)) continue;
    if (ROLES[grant.role].reach === "unit") {
      if (tree.has(grant.unitId)) ids.add(grant.unitId);
      continue;
    }
    if (grant.unitId === tree.rootId) return { all: true };
    for (const id of tree.subtree(grant.unitId)) ids.add(id);
  }
  return { all: false, ids: [...ids] };
}

/** True when the actor has authority over the role at the unit: may grant it there and take it away. */
export function mayGrant(standing: Standing, role: RoleName, unitId: string): boolean {
  const { actor, tree } = standing;
  if (actor.kind === "system") return actor.limit === undefined;
  if (actor.kind !== "person") return false;
  return actor.grants.some((grant) => ROLES[grant.role].mayGrant.includes(role) && reaches(tree, grant, unitId));
}

/** Permissions held at the unit, or, without a unit, anywhere. */
export function permissionsOf(standing: Standing, unitId?: string): Permission[] {
  return PERMISSIONS.filter((permission) => decide(standing, permission, unitId));
}

export function isInScope(scope: UnitScope, unitId: string | null): boolean {
  return scope.all || (unitId !== null && scope.ids.includes(unitId));
}

function reaches(tree: UnitTree, grant: Grant, unitId: string): boolean {
  if (ROLES[grant.role].reach === "unit") return grant.unitId === unitId && tree.has(unitId);
  return tree.covers(grant.unitId, unitId);
}
