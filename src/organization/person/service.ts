import { AppError } from "../../kernel/errors.ts";
import { newId } from "../../kernel/ids.ts";
import type { Identity } from "../../platform/auth/index.ts";
import { isUniqueViolation, type StateTx } from "../../platform/state/index.ts";
import { type Ctx, type Grant, isInScope, type UnitTree, type UnitTreeSource } from "../access/index.ts";
import { lockOrganization, selectUnit } from "../unit/index.ts";
import { diffGrants, requireAuthority, requireGrantable, requireMayManage } from "./authority.ts";
import type { CreatePerson, PeopleQuery, Person, UpdatePerson } from "./contract.ts";
import type { PersonRow } from "./schema.ts";
import {
  addGrants,
  countRootAdministrators,
  dropInvitations,
  insertPerson,
  removeGrants,
  selectGrants,
  selectPeople,
  selectPerson,
  updatePersonRow,
  viewsOf,
} from "./store.ts";

export type PersonDeps = { readonly tree: UnitTreeSource; readonly identity: Identity };

/** One page of the people of the units where the actor may see people. */
export async function listPeople(ctx: Ctx, query: PeopleQuery): Promise<{ items: Person[]; nextCursor?: string }> {
  ctx.require("person:read", query.unitId);
  const rows = await selectPeople(ctx.state, { ...query, scope: ctx.units("person:read") });
  const items = await viewsOf(ctx.state, rows.slice(0, query.limit));
  const last = items.at(-1);
  return rows.length > query.limit && last ? { items, nextCursor: last.id } : { items };
}

/** Errors: `not_found` for a person who does not exist or whom the actor may not see. */
export async function getPerson(ctx: Ctx, id: string): Promise<Person> {
  const row = await visible(ctx, id);
  return await viewOne(ctx, row);
}

/** Errors: `forbidden`, `invalid` (grants), `conflict` (address taken, unit archived). */
export async function createPerson(ctx: Ctx, deps: PersonDeps, input: CreatePerson): Promise<Person> {
  ctx.require("person:write", input.unitId);
  const tree = await deps.tree.current();
  requireGrantable(tree, input.grants, "person");
  requireAuthority(ctx, tree, input.grants);
  const id = newId("person");
  const { name, kana, romaji, email, unitId, locale, grants } = input;
  const entry = { action: "person.create", target: { kind: "person", id }, unitId, detail: { name, email, grants } };
  await uniqueEmail(() =>
    ctx.change(entry, async (tx) => {
      await requireLiveUnit(tx, unitId);
      const authUserId = await deps.identity.addUser(tx, { email, name });
      const row = { id, authUserId, name, kana, romaji, email, unitId, locale, preferences: {}, createdAt: ctx.now() };
      await insertPerson(tx, row);
      await addGrants(tx, id, diffGrants([], grants).added);
    }),
  );
  return await viewAfter(ctx, id);
}

/** Errors: `not_found`, `forbidden`, `conflict`. A new address needs authority over all that the person may do. */
export async function updatePerson(ctx: Ctx, deps: PersonDeps, input: UpdatePerson & { id: string }): Promise<Person> {
  const { id, ...change } = input;
  const row = await visible(ctx, id);
  ctx.require("person:write", row.unitId);
  if (change.unitId !== undefined) ctx.require("person:write", change.unitId);
  if (change.email !== undefined && change.email !== row.email) {
    await requireManaged(ctx, deps, row);
  }
  const entry = { action: "person.update", target: { kind: "person", id }, unitId: row.unitId, detail: { ...change } };
  await uniqueEmail(() =>
    ctx.change(entry, async (tx) => {
      if (change.unitId !== undefined) await requireLiveUnit(tx, change.unitId);
      await updatePersonRow(tx, id, definedOnly(change));
      const { email, name } = change;
      const account = definedOnly({ email, name });
      if (Object.keys(account).length > 0) await deps.identity.updateUser(tx, row.authUserId, account);
    }),
  );
  return await viewAfter(ctx, id);
}

/** Replaces the grants of a person. Errors: `forbidden` for one's own and for roles without authority; `conflict` for the last administrator. */
export async function setGrants(
  ctx: Ctx,
  deps: PersonDeps,
  input: { id: string; grants: readonly Grant[] },
): Promise<Person> {
  const { id, grants } = input;
  const row = await visible(ctx, id);
  if (ctx.actor.kind === "person" && ctx.actor.id === id) {
    throw new AppError("forbidden", "Nobody changes their own roles: ask another administrator.");
  }
  const tree = await deps.tree.current();
  const planned = diffGrants(await selectGrants(ctx.state, id), grants);
  requireGrantable(tree, planned.added, "person");
  requireAuthority(ctx, tree, [...planned.added, ...planned.removed]);
  const entry = { action: "person.grant", target: { kind: "person", id }, unitId: row.unitId, detail: { ...planned } };
  await ctx.change(entry, async (tx) => {
    await lockOrganization(tx);
    const { added, removed } = diffGrants(await selectGrants(tx, id), grants);
    // Decided again on what is true under the lock: the grants may have changed since they were read.
    requireAuthority(ctx, tree, [...added, ...removed]);
    await addGrants(tx, id, added);
    await removeGrants(tx, id, removed);
    await requireAnAdministrator(tx, tree);
  });
  return await viewAfter(ctx, id);
}

/** Ends every session and invitation of a person; history stays. Errors: `forbidden`, `conflict` for the last administrator. */
export async function deactivatePerson(ctx: Ctx, deps: PersonDeps, id: string): Promise<Person> {
  const row = await visible(ctx, id);
  const tree = await requireManaged(ctx, deps, row);
  const entry = { action: "person.deactivate", target: { kind: "person", id }, unitId: row.unitId };
  await ctx.change(entry, async (tx) => {
    await lockOrganization(tx);
    await updatePersonRow(tx, id, { isActive: false });
    await deps.identity.endSessions(tx, row.authUserId);
    await dropInvitations(tx, id);
    await requireAnAdministrator(tx, tree);
  });
  return await viewAfter(ctx, id);
}

/** Errors: `forbidden`: the person comes back with the grants they had, so it takes authority over them. */
export async function reactivatePerson(ctx: Ctx, deps: PersonDeps, id: string): Promise<Person> {
  const row = await visible(ctx, id);
  await requireManaged(ctx, deps, row);
  const entry = { action: "person.reactivate", target: { kind: "person", id }, unitId: row.unitId };
  await ctx.change(entry, (tx) => updatePersonRow(tx, id, { isActive: true }));
  return await viewAfter(ctx, id);
}

/** For somebody who lost their device. Ends their sessions too. */
export async function resetSecondFactor(ctx: Ctx, deps: PersonDeps, id: string): Promise<Person> {
  const row = await visible(ctx, id);
  await requireManaged(ctx, deps, row);
  const entry = { action: "person.reset-second-factor", target: { kind: "person", id }, unitId: row.unitId };
  await ctx.change(entry, async (tx) => {
    await deps.identity.removeSecondFactor(tx, row.authUserId);
    await deps.identity.endSessions(tx, row.authUserId);
  });
  return await viewAfter(ctx, id);
}

export async function visible(ctx: Ctx, id: string): Promise<PersonRow> {
  const row = await selectPerson(ctx.state, id);
  if (!row || !isInScope(ctx.units("person:read"), row.unitId)) {
    throw new AppError("not_found", "There is no such person, or you may not see them.");
  }
  return row;
}

export async function requireManaged(ctx: Ctx, deps: PersonDeps, row: PersonRow): Promise<UnitTree> {
  const tree = await deps.tree.current();
  const grants = await selectGrants(ctx.state, row.id);
  requireMayManage(ctx, tree, { id: row.id, unitId: row.unitId, grants });
  return tree;
}

async function requireAnAdministrator(tx: StateTx, tree: UnitTree): Promise<void> {
  if (tree.rootId !== undefined && (await countRootAdministrators(tx, tree.rootId)) > 0) return;
  throw new AppError(
    "conflict",
    "The group needs at least one active system administrator: appoint another one first.",
  );
}

async function requireLiveUnit(tx: StateTx, unitId: string): Promise<void> {
  const unit = await selectUnit(tx, unitId);
  if (!unit) throw new AppError("invalid", "There is no such unit.");
  if (unit.archivedAt !== null) throw new AppError("conflict", "This unit is archived.");
}

async function uniqueEmail<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isUniqueViolation(error)) throw new AppError("conflict", "Somebody has this e-mail address already.");
    throw error;
  }
}

/** Read back past the scope: whoever could change a person may see the result, even when it moved out of their reach. */
async function viewAfter(ctx: Ctx, id: string): Promise<Person> {
  const row = await selectPerson(ctx.state, id);
  if (!row) throw new Error(`person ${id} vanished`);
  return await viewOne(ctx, row);
}

async function viewOne(ctx: Ctx, row: PersonRow): Promise<Person> {
  const [view] = await viewsOf(ctx.state, [row]);
  if (!view) throw new Error(`person ${row.id} has no view`);
  return view;
}

type Defined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };
/** Without the keys that are undefined: a partial update leaves them alone. */
function definedOnly<T extends object>(input: T): Defined<T> {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as Defined<T>;
}
