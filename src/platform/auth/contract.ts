import { z } from "zod";

/**
 * GET /api/v1/sign-in-methods (public): what the sign-in page shows.
 * Password: POST /api/auth/sign-in/email `{ email, password }` answers `{ user }`, or `{ twoFactorRedirect: true }`
 * after which POST /api/auth/two-factor/verify-totp `{ code }` (or verify-backup-code) completes the sign-in.
 * OIDC: POST /api/auth/sign-in/social `{ provider, callbackURL }` answers `{ url }`. Sign-out: POST /api/auth/sign-out.
 * Refusals are problem+json; `facts.reason` is a word such as INVALID_EMAIL_OR_PASSWORD.
 * Enrol: POST /api/auth/two-factor/enable `{ password }` answers `{ totpURI, backupCodes }`, then verify-totp once.
 */
export const SignInMethods = z.object({
  password: z.boolean(),
  oidc: z.array(z.object({ id: z.string(), name: z.string() })),
  /** True until the first administrator exists: the sign-in page then points at the setup link. */
  isSetupNeeded: z.boolean(),
});
export type SignInMethods = z.infer<typeof SignInMethods>;
