import type { Grant, RoleView } from "../api/organization.ts";
import type { VisibleUnit } from "../api/session.ts";

type Group = {
  readonly roles: readonly RoleView[];
  readonly units: readonly VisibleUnit[];
  /** What the work takes. */
  readonly permission?: "incident:write" | "alert:write";
};

/**
 * Whether grants let somebody work on incidents (or alerts) of the unit, as far as one can see: a grant at a unit that one does not see
 * may stand above it, so it counts. The server decides.
 */
export function mayWork(
  grants: readonly Grant[],
  unitId: string,
  { roles, units, permission = "incident:write" }: Group,
): boolean {
  const byId = new Map(units.map((unit) => [unit.id, unit]));
  const above = new Set<string>();
  for (let at: string | null | undefined = unitId; at && !above.has(at); at = byId.get(at)?.parentId) above.add(at);
  return grants.some((grant) => {
    const role = roles.find((each) => each.role === grant.role);
    if (!role?.permissions.includes(permission)) return false;
    if (role.reach === "unit") return grant.unitId === unitId;
    return above.has(grant.unitId) || !byId.has(grant.unitId);
  });
}
