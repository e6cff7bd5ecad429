export type { OidcProvider } from "./engine.ts";
export { createIdentity, type Identity } from "./identity.ts";
export { hashSecret, newSecret, readOrCreateKey } from "./one-time.ts";
export type { HashCost } from "./password-hash.ts";
export { authRoutes } from "./routes.ts";
export { authAccount, authUser } from "./schema.ts";
export type { SignInEvent } from "./sign-in-watch.ts";
