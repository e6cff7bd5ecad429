import type { FastifyRequest } from "fastify";
import { AppError } from "../../kernel/errors.ts";
import { hashSecret, newSecret } from "../../platform/auth/index.ts";
import type { ContextFactory, Ctx } from "../access/index.ts";
import type { Invitation, InvitationView } from "./contract.ts";
import { type PersonDeps, requireManaged, visible } from "./service.ts";
import { dropInvitations, replaceInvitation, selectGrants, selectInvited, takeInvitation } from "./store.ts";

const VALID_MS = 3 * 24 * 3_600_000;

/** A link by which a person sets their password, once; an older link stops working. Errors: `forbidden`, `conflict` when inactive. */
export async function invitePerson(ctx: Ctx, deps: PersonDeps, id: string): Promise<Invitation> {
  const row = await visible(ctx, id);
  await requireManaged(ctx, deps, row);
  if (!row.isActive) throw new AppError("conflict", "This person is not active: reactivate them first.");
  const token = newSecret();
  const expiresAt = new Date(ctx.now().getTime() + VALID_MS);
  const entry = {
    action: "person.invite",
    target: { kind: "person", id },
    unitId: row.unitId,
    detail: { expiresAt: expiresAt.toISOString() },
  };
  await ctx.change(entry, (tx) =>
    replaceInvitation(tx, { tokenHash: hashSecret(token), personId: id, createdAt: ctx.now(), expiresAt }),
  );
  return { token, link: `/welcome#token=${token}`, expiresAt: expiresAt.toISOString() };
}

export type InvitationDeps = PersonDeps & { readonly contexts: ContextFactory };

/** Whom a link is for. Errors: `not_found` when it was used, has run out or never was. */
export async function checkInvitation(ctx: Ctx, token: string): Promise<InvitationView> {
  const found = await selectInvited(ctx.state, hashSecret(token), ctx.now());
  if (!found) throw deadLink();
  const { name, email, locale } = found.person;
  return { name, email, locale, expiresAt: found.expiresAt.toISOString() };
}

/** Sets the password and uses up the link, then signs in. Errors: `not_found` for a link that does not work. */
export async function acceptInvitation(
  request: FastifyRequest,
  deps: InvitationDeps,
  input: { token: string; password: string },
): Promise<{ readonly isSignedIn: boolean; readonly setCookies: readonly string[] }> {
  const db = request.ctx.state;
  const tokenHash = hashSecret(input.token);
  const found = await selectInvited(db, tokenHash, request.ctx.now());
  if (!found) throw deadLink();
  const { id, name, unitId, authUserId, email } = found.person;
  const grants = await selectGrants(db, id);
  const ctx = await deps.contexts.of({ kind: "person", id, name, grants }, { requestId: request.id, ip: request.ip });
  const passwordHash = await deps.identity.hashPassword(input.password);
  await ctx.change({ action: "person.accept-invitation", target: { kind: "person", id }, unitId }, async (tx) => {
    // Read again in the transaction: it may have run out, or the person may have been deactivated.
    if (!(await selectInvited(tx, tokenHash, ctx.now()))) throw deadLink();
    if (!(await takeInvitation(tx, tokenHash))) throw deadLink();
    await dropInvitations(tx, id);
    await deps.identity.setPassword(tx, authUserId, passwordHash);
    await deps.identity.endSessions(tx, authUserId);
  });
  return await deps.identity.signIn(request, { email, password: input.password });
}

function deadLink(): AppError {
  return new AppError(
    "not_found",
    "This link does not work: it was used already, or it has run out. Ask for a new one.",
  );
}
