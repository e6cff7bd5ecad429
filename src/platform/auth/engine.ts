import { betterAuth } from "better-auth";
import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { APIError } from "better-auth/api";
import { genericOAuth, twoFactor } from "better-auth/plugins";
import { newId } from "../../kernel/ids.ts";
import type { Logger } from "../log/index.ts";
import type { State } from "../state/index.ts";
import type { PasswordHasher } from "./password-hash.ts";
import { authAccount, authSession, authTwoFactor, authUser, authVerification } from "./schema.ts";

export const AUTH_PATH = "/api/auth";
/** Our own header for the peer's address; one that a client sends under this name is dropped before. */
export const IP_HEADER = "x-yagura-peer";
const MIN_PASSWORD = 12;
const MAX_PASSWORD = 128;
const SESSION_SECONDS = 12 * 3600;
const SESSION_REFRESH_SECONDS = 3600;

const TABLES = {
  user: authUser,
  session: authSession,
  account: authAccount,
  verification: authVerification,
  twoFactor: authTwoFactor,
};

/** One OpenID Connect provider. Explicit endpoints work even when the provider is away while we start. */
export type OidcProvider = {
  readonly id: string;
  readonly name: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly discoveryUrl?: string | undefined;
  readonly authorizationUrl?: string | undefined;
  readonly tokenUrl?: string | undefined;
  readonly userInfoUrl?: string | undefined;
  readonly scopes: readonly string[];
};

export type EngineOptions = {
  readonly state: State;
  /** Signs cookies and encrypts second factors; see `readOrCreateKey`. */
  readonly key: string;
  /** The address people type; OIDC needs it. */
  readonly publicUrl?: string | undefined;
  /** Cookies are `secure`; by default when `publicUrl` is https. */
  readonly isHttps?: boolean | undefined;
  readonly oidc: readonly OidcProvider[];
  readonly hasher: PasswordHasher;
  /** False for people who were deactivated: they get no session, however they prove who they are. */
  readonly maySignIn: (userId: string) => Promise<boolean>;
  readonly log: Logger;
};

/** What we use of better-auth, so that its generated types stay in this file. */
export type AuthEngine = {
  handle(request: Request): Promise<Response>;
  readSession(
    headers: Headers,
    /** Only looked at: it ends when it would have ended. */
    isLook?: boolean,
  ): Promise<{ readonly userId: string; readonly setCookies: readonly string[] } | undefined>;
};

export function createAuthEngine(options: EngineOptions): AuthEngine {
  const auth = betterAuth({
    appName: "Yagura",
    baseURL: options.publicUrl ?? "http://localhost",
    basePath: AUTH_PATH,
    secret: options.key,
    telemetry: { enabled: false },
    database: drizzleAdapter(options.state.db, { provider: "pg", schema: TABLES }),
    emailAndPassword: passwordOptions(options.hasher),
    session: { expiresIn: SESSION_SECONDS, updateAge: SESSION_REFRESH_SECONDS },
    // Accounts are made by an administrator for an address they vouch for, so a provider may be linked by address.
    account: { accountLinking: { enabled: true, trustedProviders: options.oidc.map((provider) => provider.id) } },
    // The HTTP server has refused writes from other sites already; whatever origin is left is ours.
    trustedOrigins: (request) => {
      const origin = request?.headers.get("origin");
      return origin ? [origin] : [];
    },
    rateLimit: { enabled: false },
    advanced: {
      cookiePrefix: "yagura",
      useSecureCookies: options.isHttps ?? options.publicUrl?.startsWith("https:") ?? false,
      defaultCookieAttributes: { httpOnly: true, sameSite: "lax" },
      ipAddress: { ipAddressHeaders: [IP_HEADER] },
      database: { generateId: () => newId("auth") },
    },
    databaseHooks: { session: { create: { before: (session) => refuseInactive(options, session.userId) } } },
    onAPIError: { errorURL: "/sign-in" },
    plugins: [twoFactor({ issuer: "Yagura" }), genericOAuth({ config: options.oidc.map(providerConfig) })],
    logger: { level: "warn", log: (level, message) => passOn(options.log, level, message) },
  });
  return {
    handle: (request) => auth.handler(request),
    async readSession(headers, isLook = false) {
      const query = { disableRefresh: isLook };
      const { response, headers: answer } = await auth.api.getSession({ headers, query, returnHeaders: true });
      return response ? { userId: response.user.id, setCookies: answer.getSetCookie() } : undefined;
    },
  };
}

function passwordOptions(hasher: PasswordHasher) {
  return {
    enabled: true,
    disableSignUp: true,
    minPasswordLength: MIN_PASSWORD,
    maxPasswordLength: MAX_PASSWORD,
    password: {
      hash: (password: string) => hasher.hash(password),
      verify: ({ hash, password }: { hash: string; password: string }) => hasher.verify(hash, password),
    },
  };
}

async function refuseInactive(options: EngineOptions, userId: string): Promise<void> {
  if (await options.maySignIn(userId)) return;
  throw new APIError("FORBIDDEN", { code: "ACCOUNT_INACTIVE", message: "This account is not active." });
}

function providerConfig(provider: OidcProvider) {
  const { discoveryUrl, authorizationUrl, tokenUrl, userInfoUrl } = provider;
  return {
    providerId: provider.id,
    name: provider.name,
    clientId: provider.clientId,
    clientSecret: provider.clientSecret,
    discoveryUrl,
    authorizationUrl,
    tokenUrl,
    userInfoUrl,
    scopes: [...provider.scopes],
    pkce: true,
    disableSignUp: true,
    disableImplicitSignUp: true,
    accountSubject: subjectOf,
  };
}

/** OIDC names the account in `sub`, plain OAuth in `id`. Without either, everybody would be the same account. */
function subjectOf({ profile }: { profile: { sub?: unknown; id?: unknown } }): string {
  const subject = profile.sub ?? profile.id;
  if ((typeof subject === "string" && subject !== "") || typeof subject === "number") return String(subject);
  throw new APIError("UNAUTHORIZED", { message: "The provider did not say which account this is." });
}

/** Its messages name addresses and endpoints, never secrets; its extra arguments might, so they are left out. */
function passOn(log: Logger, level: string, message: string): void {
  const facts = { part: "better-auth" };
  if (level === "error") log.error(facts, message);
  else log.warn(facts, message);
}
