import { and, asc, count, eq, exists, gt, inArray, type SQL, sql } from "drizzle-orm";
import { authAccount, authUser } from "../../platform/auth/index.ts";
import type { StateDb, StateTx } from "../../platform/state/index.ts";
import type { Grant, UnitScope } from "../access/index.ts";
import type { PeopleQuery, Person } from "./contract.ts";
import { invitation, type PersonRow, person, roleGrant } from "./schema.ts";

export type PeopleSelection = PeopleQuery & { readonly scope: UnitScope };

export async function selectPeople(db: StateDb, query: PeopleSelection): Promise<PersonRow[]> {
  return await db
    .select()
    .from(person)
    .where(and(...conditions(query)))
    .orderBy(asc(person.id))
    .limit(query.limit + 1);
}

function conditions(query: PeopleSelection): (SQL | undefined)[] {
  const { q, scope } = query;
  const words = sql`concat_ws(' ', ${person.name}, ${person.kana}, ${person.romaji}, ${person.email})`;
  return [
    scope.all ? undefined : inArray(person.unitId, [...scope.ids]),
    query.unitId ? eq(person.unitId, query.unitId) : undefined,
    query.active === "any" ? undefined : eq(person.isActive, query.active === "yes"),
    q ? sql`strpos(lower(${words}), lower(${q.replaceAll("\u0000", "")})) > 0` : undefined,
    query.cursor ? gt(person.id, query.cursor) : undefined,
  ];
}

export async function selectPerson(db: StateDb, id: string): Promise<PersonRow | undefined> {
  return (await db.select().from(person).where(eq(person.id, id)))[0];
}

export async function selectPersonOfUser(db: StateDb, authUserId: string): Promise<PersonRow | undefined> {
  return (await db.select().from(person).where(eq(person.authUserId, authUserId)))[0];
}

export async function selectGrants(db: StateDb, personId: string): Promise<Grant[]> {
  return await db
    .select({ role: roleGrant.role, unitId: roleGrant.unitId })
    .from(roleGrant)
    .where(eq(roleGrant.personId, personId))
    .orderBy(asc(roleGrant.grantedAt), asc(roleGrant.role), asc(roleGrant.unitId));
}

export async function insertPerson(tx: StateTx, row: typeof person.$inferInsert): Promise<void> {
  await tx.insert(person).values(row);
}

export async function updatePersonRow(tx: StateTx, id: string, change: Partial<PersonRow>): Promise<void> {
  if (Object.keys(change).length > 0) await tx.update(person).set(change).where(eq(person.id, id));
}

export async function addGrants(tx: StateTx, personId: string, grants: readonly Grant[]): Promise<void> {
  if (grants.length === 0) return;
  await tx
    .insert(roleGrant)
    .values(grants.map((grant) => ({ personId, ...grant })))
    .onConflictDoNothing();
}

export async function removeGrants(tx: StateTx, personId: string, grants: readonly Grant[]): Promise<void> {
  for (const { role, unitId } of grants) {
    await tx
      .delete(roleGrant)
      .where(and(eq(roleGrant.personId, personId), eq(roleGrant.role, role), eq(roleGrant.unitId, unitId)));
  }
}

/** Active people who are system administrators of the whole group and have a way to sign in. */
export async function countRootAdministrators(db: StateDb, rootId: string): Promise<number> {
  const rows = await db
    .select({ people: count() })
    .from(roleGrant)
    .innerJoin(person, eq(person.id, roleGrant.personId))
    .where(
      and(
        eq(roleGrant.role, "system-administrator"),
        eq(roleGrant.unitId, rootId),
        eq(person.isActive, true),
        exists(db.select({ one: sql`1` }).from(authAccount).where(eq(authAccount.userId, person.authUserId))),
      ),
    );
  return rows[0]?.people ?? 0;
}

/** Active people who belong to one of the units. */
export async function countActiveIn(db: StateDb, unitIds: readonly string[]): Promise<number> {
  const rows = await db
    .select({ people: count() })
    .from(person)
    .where(and(inArray(person.unitId, [...unitIds]), eq(person.isActive, true)));
  return rows[0]?.people ?? 0;
}

export async function replaceInvitation(tx: StateTx, row: typeof invitation.$inferInsert): Promise<void> {
  await dropInvitations(tx, row.personId);
  await tx.insert(invitation).values(row);
}

export async function dropInvitations(tx: StateTx, personId: string): Promise<void> {
  await tx.delete(invitation).where(eq(invitation.personId, personId));
}

/** Uses an invitation up. False when it is not there any more: of two at the same time one waits for the other, and finds it gone. */
export async function takeInvitation(tx: StateTx, tokenHash: string): Promise<boolean> {
  const taken = await tx.delete(invitation).where(eq(invitation.tokenHash, tokenHash)).returning();
  return taken.length > 0;
}

/** The person an unexpired invitation is for. */
export async function selectInvited(db: StateDb, tokenHash: string, now: Date) {
  const rows = await db
    .select({ person, expiresAt: invitation.expiresAt })
    .from(invitation)
    .innerJoin(person, eq(person.id, invitation.personId))
    .where(and(eq(invitation.tokenHash, tokenHash), gt(invitation.expiresAt, now), eq(person.isActive, true)));
  return rows[0];
}

/** Rows as the contract has them: with grants and the state of the account, in three queries for all. */
export async function viewsOf(db: StateDb, rows: readonly PersonRow[]): Promise<Person[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const userIds = rows.map((row) => row.authUserId);
  const grants = await db.select().from(roleGrant).where(inArray(roleGrant.personId, ids));
  const users = await db.select().from(authUser).where(inArray(authUser.id, userIds));
  const accounts = await db
    .select({ userId: authAccount.userId })
    .from(authAccount)
    .where(inArray(authAccount.userId, userIds));
  const invited = await db
    .select({ personId: invitation.personId })
    .from(invitation)
    .where(inArray(invitation.personId, ids));
  const ready = new Set(accounts.map((account) => account.userId));
  const open = new Set(invited.map((row) => row.personId));
  const withFactor = new Set(users.filter((user) => user.twoFactorEnabled).map((user) => user.id));
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    kana: row.kana,
    romaji: row.romaji,
    email: row.email,
    unitId: row.unitId,
    locale: row.locale,
    isActive: row.isActive,
    account: ready.has(row.authUserId) ? "ready" : open.has(row.id) ? "invited" : "none",
    hasTwoFactor: withFactor.has(row.authUserId),
    grants: grants.filter((grant) => grant.personId === row.id).map(({ role, unitId }) => ({ role, unitId })),
    lastSignInAt: row.lastSignInAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  }));
}
