import { eq } from "drizzle-orm";
import type { FastifyRequest } from "fastify";
import { newId } from "../../kernel/ids.ts";
import type { StateTx } from "../state/index.ts";
import { AUTH_PATH, createAuthEngine, type EngineOptions, type OidcProvider } from "./engine.ts";
import { createPasswordHasher, type HashCost } from "./password-hash.ts";
import { sendToEngine } from "./request.ts";
import { authAccount, authSession, authTwoFactor, authUser } from "./schema.ts";
import { createSignInWatch, type SignInEvent, type SignInWatch } from "./sign-in-watch.ts";

export type IdentityOptions = Omit<EngineOptions, "hasher" | "oidc"> & {
  readonly oidc?: readonly OidcProvider[];
  /** Called after each sign-in, failure, sign-out and change of a factor; it must not throw. */
  readonly onEvent: (event: SignInEvent) => Promise<void>;
  /** Only tests lower it. */
  readonly hashCost?: HashCost;
};

type SessionOwner = { readonly userId: string; readonly setCookies: readonly string[] };

/** Accounts, passwords, sessions, second factors. Knows nothing of people, units and roles. */
export type Identity = {
  readonly oidcProviders: readonly { readonly id: string; readonly name: string }[];
  /** An account without a way to sign in yet. Errors: a unique violation when the address is taken. */
  addUser(tx: StateTx, user: { email: string; name: string }): Promise<string>;
  updateUser(tx: StateTx, userId: string, change: { email?: string; name?: string }): Promise<void>;
  /** Takes a quarter of a second on purpose; call it before the transaction, then `setPassword` in it. */
  hashPassword(password: string): Promise<string>;
  setPassword(tx: StateTx, userId: string, passwordHash: string): Promise<void>;
  endSessions(tx: StateTx, userId: string): Promise<void>;
  removeSecondFactor(tx: StateTx, userId: string): Promise<void>;
  readSession(request: FastifyRequest, isLook?: boolean): Promise<SessionOwner | undefined>;
  /** Signs in as the sign-in page would, rate limit and audit included. Errors: `unauthenticated`, `over_limit`. */
  signIn(
    request: FastifyRequest,
    credentials: { email: string; password: string },
  ): Promise<{ readonly isSignedIn: boolean; readonly setCookies: readonly string[] }>;
  readonly watch: SignInWatch;
};

export function createIdentity(options: IdentityOptions): Identity {
  const hasher = createPasswordHasher(options.hashCost);
  const oidc = options.oidc ?? [];
  const engine = createAuthEngine({ ...options, oidc, hasher });
  const watch = createSignInWatch({ engine, onEvent: options.onEvent });
  return {
    oidcProviders: oidc.map(({ id, name }) => ({ id, name })),
    watch,
    ...accountStore,
    hashPassword: (password) => hasher.hash(password),
    readSession: (request, isLook) => engine.readSession(cookiesOf(request), isLook),
    async signIn(request, body) {
      const url = `${AUTH_PATH}/sign-in/email`;
      const answer = await watch.handle(sendToEngine(request, { url, method: "POST", body }), request);
      return { isSignedIn: answer.isSignedIn, setCookies: answer.setCookies };
    },
  };
}

const accountStore = {
  async addUser(tx: StateTx, user: { email: string; name: string }): Promise<string> {
    const id = newId("auth");
    await tx.insert(authUser).values({ id, email: user.email, name: user.name, emailVerified: true });
    return id;
  },
  async updateUser(tx: StateTx, userId: string, change: { email?: string; name?: string }): Promise<void> {
    await tx
      .update(authUser)
      .set({ ...change, updatedAt: new Date() })
      .where(eq(authUser.id, userId));
  },
  /** One credential account per user: its account id is the user's id, as better-auth has it. */
  async setPassword(tx: StateTx, userId: string, password: string): Promise<void> {
    const row = { id: newId("auth"), userId, accountId: userId, providerId: "credential", password };
    await tx
      .insert(authAccount)
      .values(row)
      .onConflictDoUpdate({
        target: [authAccount.providerId, authAccount.accountId],
        set: { password, updatedAt: new Date() },
      });
  },
  async endSessions(tx: StateTx, userId: string): Promise<void> {
    await tx.delete(authSession).where(eq(authSession.userId, userId));
  },
  async removeSecondFactor(tx: StateTx, userId: string): Promise<void> {
    await tx.delete(authTwoFactor).where(eq(authTwoFactor.userId, userId));
    await tx.update(authUser).set({ twoFactorEnabled: false }).where(eq(authUser.id, userId));
  },
};

function cookiesOf(request: FastifyRequest): Headers {
  return new Headers({ cookie: request.headers.cookie ?? "" });
}
