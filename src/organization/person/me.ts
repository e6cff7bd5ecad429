import { AppError } from "../../kernel/errors.ts";
import type { Identity } from "../../platform/auth/index.ts";
import { Preferences, ROLE_NAMES } from "../access/contract.ts";
import { type Ctx, mayGrant, permissionsOf, ROLES, type Standing, type UnitTreeSource } from "../access/index.ts";
import { selectUnits, viewOf } from "../unit/index.ts";
import type { Me, UpdateMe } from "./contract.ts";
import { selectPerson, updatePersonRow, viewsOf } from "./store.ts";

export type MeDeps = { readonly tree: UnitTreeSource; readonly identity: Identity };

/** Who is signed in, what they may do and where. */
export async function getMe(ctx: Ctx, deps: MeDeps): Promise<Me> {
  const standing = { actor: ctx.actor, tree: await deps.tree.current() };
  const row = ctx.actor.kind === "person" ? await selectPerson(ctx.state, ctx.actor.id) : undefined;
  const view = row && (await viewsOf(ctx.state, [row]))[0];
  return {
    kind: ctx.actor.kind === "person" ? "person" : "token",
    id: ctx.actor.id,
    name: row?.name ?? ctx.actor.name,
    person:
      row && view
        ? {
            kana: row.kana,
            romaji: row.romaji,
            email: row.email,
            unitId: row.unitId,
            locale: row.locale,
            preferences: Preferences.parse(row.preferences),
            hasTwoFactor: view.hasTwoFactor,
          }
        : null,
    grants: [...ctx.actor.grants],
    permissions: permissionsOf(standing),
    units: await visibleUnits(ctx, standing, row?.unitId),
  };
}

/** Units where the actor holds anything, and the person's own. */
async function visibleUnits(ctx: Ctx, standing: Standing, ownUnitId: string | undefined): Promise<Me["units"]> {
  const rows = await selectUnits(ctx.state, { includeArchived: false });
  return rows.map(viewOf).flatMap(({ id, kind, name, parentId }) => {
    const permissions = permissionsOf(standing, id);
    if (permissions.length === 0 && id !== ownUnitId) return [];
    const grantable = ROLE_NAMES.filter(
      (role) => ROLES[role].holders.includes("person") && mayGrant(standing, role, id),
    );
    return [{ id, kind, name, parentId, permissions, mayGrant: grantable }];
  });
}

/** A person's own name and settings. Errors: `invalid` for a token. */
export async function updateMe(ctx: Ctx, deps: MeDeps, input: UpdateMe): Promise<Me> {
  const { id, kind } = ctx.actor;
  const row = kind === "person" ? await selectPerson(ctx.state, id) : undefined;
  if (!row) throw new AppError("invalid", "Only a person has settings.");
  const { preferences, name, kana, romaji, locale } = input;
  const change = {
    ...(name === undefined ? {} : { name }),
    ...(kana === undefined ? {} : { kana }),
    ...(romaji === undefined ? {} : { romaji }),
    ...(locale === undefined ? {} : { locale }),
    ...(preferences === undefined ? {} : { preferences: Preferences.parse({ ...row.preferences, ...preferences }) }),
  };
  const entry = { action: "person.update-self", target: { kind: "person", id }, unitId: row.unitId, detail: change };
  await ctx.change(entry, async (tx) => {
    await updatePersonRow(tx, id, change);
    if (name !== undefined) await deps.identity.updateUser(tx, row.authUserId, { name });
  });
  return await getMe(ctx, deps);
}
