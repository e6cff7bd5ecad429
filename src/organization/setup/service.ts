import { eq } from "drizzle-orm";
import type { FastifyRequest } from "fastify";
import { AppError } from "../../kernel/errors.ts";
import { newId } from "../../kernel/ids.ts";
import { authAccount, hashSecret, type Identity, newSecret } from "../../platform/auth/index.ts";
import type { State, StateDb, StateTx } from "../../platform/state/index.ts";
import type { ContextFactory, Ctx, UnitTreeSource } from "../access/index.ts";
import { addGrants, insertPerson } from "../person/index.ts";
import { insertUnit, lockOrganization, renameUnit, selectRoot } from "../unit/index.ts";
import type { Setup } from "./contract.ts";
import { setupLink } from "./schema.ts";

export type SetupDeps = {
  readonly state: State;
  readonly identity: Identity;
  readonly contexts: ContextFactory;
  readonly tree: UnitTreeSource;
};

/** True until somebody has a way to sign in. People who were only entered (an import, the sample company) do not count. */
export async function isSetupNeeded(db: StateDb): Promise<boolean> {
  return (await db.select({ id: authAccount.id }).from(authAccount).limit(1)).length === 0;
}

/** A one-time link for the first administrator; an older one stops working. undefined once somebody can sign in. */
export async function issueSetupToken(deps: SetupDeps): Promise<{ token: string; link: string } | undefined> {
  const ctx = await deps.contexts.system("command line");
  const token = newSecret();
  const isIssued = await deps.state.transaction(async (tx) => {
    await lockOrganization(tx);
    if (!(await isSetupNeeded(tx))) return false;
    await tx.delete(setupLink);
    await tx.insert(setupLink).values({ tokenHash: hashSecret(token), createdAt: ctx.now() });
    return true;
  });
  return isIssued ? { token, link: `/setup#token=${token}` } : undefined;
}

export async function isValidSetupToken(db: StateDb, token: string): Promise<boolean> {
  const rows = await db
    .select()
    .from(setupLink)
    .where(eq(setupLink.tokenHash, hashSecret(token)));
  return rows.length > 0 && (await isSetupNeeded(db));
}

/** Makes the root of the group before there is anybody, for the command line and the sample company. Returns its id. */
export async function ensureRootUnit(ctx: Ctx, deps: Pick<SetupDeps, "tree">, name: string): Promise<string> {
  const found = await selectRoot(ctx.state);
  if (found) return found.id;
  const id = newId("unit");
  const entry = { action: "unit.create", target: { kind: "unit", id }, unitId: id, detail: { name } };
  const rootId = await ctx.change(entry, (tx) => rootUnit(tx, { id, name, at: ctx.now() }));
  deps.tree.invalidate();
  return rootId;
}

/** The first administrator, with the root of the group. Errors: `forbidden` for a link that does not work. */
export async function setUp(request: FastifyRequest, deps: SetupDeps, input: Setup) {
  if (!(await isValidSetupToken(deps.state.db, input.token))) throw deadLink();
  const { name, email, locale, organizationName } = input;
  const passwordHash = await deps.identity.hashPassword(input.password);
  const personId = newId("person");
  const origin = { requestId: request.id, ip: request.ip };
  const ctx = await deps.contexts.of({ kind: "person", id: personId, name, grants: [] }, origin);
  const entry = {
    action: "setup",
    target: { kind: "person", id: personId },
    detail: { name, email, organizationName },
  };
  const unitId = await ctx.change(entry, async (tx) => {
    await lockOrganization(tx);
    await useUp(tx, input.token);
    const root = await rootUnit(tx, { id: newId("unit"), name: organizationName, at: ctx.now() });
    const authUserId = await deps.identity.addUser(tx, { email, name });
    await deps.identity.setPassword(tx, authUserId, passwordHash);
    await insertPerson(tx, { id: personId, authUserId, name, email, unitId: root, locale, preferences: {} });
    await addGrants(tx, personId, [
      { role: "system-administrator", unitId: root },
      { role: "ciso", unitId: root },
    ]);
    return root;
  });
  deps.tree.invalidate();
  const { setCookies } = await deps.identity.signIn(request, { email, password: input.password });
  return { personId, unitId, setCookies };
}

async function useUp(tx: StateTx, token: string): Promise<void> {
  if (!(await isSetupNeeded(tx))) throw deadLink();
  const used = await tx
    .delete(setupLink)
    .where(eq(setupLink.tokenHash, hashSecret(token)))
    .returning();
  if (used.length === 0) throw deadLink();
}

/** Makes the root, or gives the one that is there its real name. */
async function rootUnit(tx: StateTx, wanted: { id: string; name: string; at: Date }): Promise<string> {
  const { id, name, at } = wanted;
  const found = await selectRoot(tx);
  if (found) {
    await renameUnit(tx, found.id, name);
    return found.id;
  }
  await insertUnit(tx, {
    id,
    kind: "head-office",
    nameJa: name,
    nameEn: name,
    parentId: null,
    path: `${id}/`,
    country: "JP",
    timeZone: "Asia/Tokyo",
    createdAt: at,
  });
  return id;
}

function deadLink(): AppError {
  return new AppError(
    "forbidden",
    "This setup link does not work: it was used, or a newer one was printed. Start Yagura again for a new one.",
  );
}
