import type { FastifyRequest } from "fastify";
import { AppError } from "../../kernel/errors.ts";
import type { Identity, SignInEvent } from "../../platform/auth/index.ts";
import type { Logger } from "../../platform/log/index.ts";
import type { State } from "../../platform/state/index.ts";
import type { Actor, ContextFactory } from "../access/index.ts";
import { selectGrants, selectPersonOfUser, updatePersonRow } from "./store.ts";

/** Turns a session cookie into an actor with the grants of this moment; nobody when the person is not active. */
export function createSessionReader(deps: { readonly state: State; readonly identity: Identity }) {
  return async (request: FastifyRequest, isLook?: boolean) => {
    const session = await deps.identity.readSession(request, isLook);
    const actor = session && (await actorOfUser(deps.state, session.userId));
    return actor ? { actor, setCookies: session.setCookies } : undefined;
  };
}

/** May this account have a session at all? */
export function createSignInGate(state: State): (userId: string) => Promise<boolean> {
  return async (userId) => (await selectPersonOfUser(state.db, userId))?.isActive ?? false;
}

async function actorOfUser(state: State, userId: string): Promise<Actor | undefined> {
  const row = await selectPersonOfUser(state.db, userId);
  if (!row?.isActive) return undefined;
  return { kind: "person", id: row.id, name: row.name, grants: await selectGrants(state.db, row.id) };
}

type RecorderDeps = { readonly state: State; readonly contexts: ContextFactory; readonly log: Logger };

/** Writes sign-ins, failures and changes of factors to the audit record; the limiter before it bounds their number. */
export function createSignInRecorder(deps: RecorderDeps): (event: SignInEvent) => Promise<void> {
  return async (event) => {
    try {
      await record(deps, event);
    } catch (error) {
      // A successful sign-in that cannot be recorded must not stand: the caller turns this into an error answer.
      if (event.action === "sign-in.success") throw error;
      const reason = error instanceof AppError ? error.code : "internal";
      deps.log.error({ requestId: event.requestId, action: event.action, reason }, "a sign-in event was not audited");
    }
  };
}

async function record(deps: RecorderDeps, event: SignInEvent): Promise<void> {
  const origin = { requestId: event.requestId, ip: event.ip };
  const who = event.userId === undefined ? undefined : await selectPersonOfUser(deps.state.db, event.userId);
  const { email, reason, method } = event;
  const detail = { method, ...(reason ? { reason } : {}), ...(email ? { email } : {}) };
  if (!who) {
    const target = { kind: "account", id: email ?? "unknown" };
    await deps.contexts.nobody(origin).change({ action: event.action, target, detail }, async () => undefined);
    return;
  }
  const actor: Actor = { kind: "person", id: who.id, name: who.name, grants: [] };
  const ctx = await deps.contexts.of(actor, origin);
  const entry = { action: event.action, target: { kind: "person", id: who.id }, unitId: who.unitId, detail };
  await ctx.change(entry, async (tx) => {
    if (event.action === "sign-in.success") await updatePersonRow(tx, who.id, { lastSignInAt: ctx.now() });
  });
}
