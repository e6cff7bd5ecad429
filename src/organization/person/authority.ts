import { AppError } from "../../kernel/errors.ts";
import { type Ctx, type Grant, mayGrant, ROLES, type UnitTree } from "../access/index.ts";

const sameGrant = (a: Grant, b: Grant): boolean => a.role === b.role && a.unitId === b.unitId;

/** What a new set of grants adds and takes away; what stays needs no authority. */
export function diffGrants(before: readonly Grant[], after: readonly Grant[]): { added: Grant[]; removed: Grant[] } {
  return {
    added: after
      .filter((grant) => !before.some((old) => sameGrant(old, grant)))
      .filter((grant, at, all) => all.findIndex((other) => sameGrant(other, grant)) === at),
    removed: before.filter((old) => !after.some((grant) => sameGrant(grant, old))),
  };
}

/** Errors: `forbidden` naming the first role that the actor may not grant at its unit. */
export function requireAuthority(ctx: Ctx, tree: UnitTree, grants: readonly Grant[]): void {
  for (const grant of grants) {
    if (mayGrant({ actor: ctx.actor, tree }, grant.role, grant.unitId)) continue;
    throw new AppError("forbidden", `You have no authority over the role ${grant.role} at this unit.`, { ...grant });
  }
}

/** Errors: `invalid` for a unit that does not exist and for a role that this kind of holder cannot have. */
export function requireGrantable(tree: UnitTree, grants: readonly Grant[], holder: "person" | "token"): void {
  for (const grant of grants) {
    if (!ROLES[grant.role].holders.includes(holder)) {
      throw new AppError("invalid", `The role ${grant.role} cannot be given to a ${holder}.`, { ...grant });
    }
    if (!tree.has(grant.unitId))
      throw new AppError("invalid", "A grant names a unit that does not exist.", { ...grant });
  }
}

/**
 * Whoever sets a password, an address or a second factor of somebody can act as them. So it takes authority over
 * every role they hold, and nobody does it to themselves this way: a stolen session must not become a new password.
 */
export function requireMayManage(
  ctx: Ctx,
  tree: UnitTree,
  who: { readonly id: string; readonly unitId: string; readonly grants: readonly Grant[] },
): void {
  if (ctx.actor.kind === "person" && ctx.actor.id === who.id) {
    throw new AppError("forbidden", "This cannot be done to your own account: ask another administrator.");
  }
  ctx.require("person:write", who.unitId);
  requireAuthority(ctx, tree, who.grants);
}
