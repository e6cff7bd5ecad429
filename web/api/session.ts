import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { Permission, RoleList, RoleName } from "../../src/organization/access/contract.ts";
import type { InvitationView, Me, SignedIn, UpdateMe } from "../../src/organization/person/contract.ts";
import type { Setup, SetupDone, SetupState } from "../../src/organization/setup/contract.ts";
import type { SignInMethods } from "../../src/platform/auth/contract.ts";
import { get, patch, post } from "./client.ts";

export type { Me, Permission, RoleName };
export type VisibleUnit = Me["units"][number];

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: ({ signal }) => get<Me>("/api/v1/me", {}, signal),
  staleTime: 60_000,
  retry: false,
});

export const signInMethodsQuery = queryOptions({
  queryKey: ["sign-in-methods"],
  queryFn: ({ signal }) => get<SignInMethods>("/api/v1/sign-in-methods", {}, signal),
  staleTime: 60_000,
});

export const rolesQuery = queryOptions({
  queryKey: ["roles"],
  queryFn: ({ signal }) => get<z.infer<typeof RoleList>>("/api/v1/roles", {}, signal),
  staleTime: 600_000,
});

export type MeChange = z.input<typeof UpdateMe>;
export const updateMe = (change: MeChange) => patch<Me>("/api/v1/me", change);

type PasswordAnswer = { twoFactorRedirect?: boolean };
export const signInWithPassword = (email: string, password: string) =>
  post<PasswordAnswer>("/api/auth/sign-in/email", { email, password });
export const verifyTotp = (code: string) => post<unknown>("/api/auth/two-factor/verify-totp", { code });
export const verifyBackupCode = (code: string) => post<unknown>("/api/auth/two-factor/verify-backup-code", { code });
export const startOidc = (provider: string, callbackURL: string) =>
  post<{ url: string }>("/api/auth/sign-in/social", { provider, callbackURL });
export const signOut = () => post<unknown>("/api/auth/sign-out");

export const enableTotp = (password: string) =>
  post<{ totpURI: string; backupCodes: string[] }>("/api/auth/two-factor/enable", { password });
export const disableTotp = (password: string) => post<unknown>("/api/auth/two-factor/disable", { password });
export const changePassword = (currentPassword: string, newPassword: string) =>
  post<unknown>("/api/auth/change-password", { currentPassword, newPassword, revokeOtherSessions: true });

export type Session = {
  id: string;
  token: string;
  createdAt: string;
  expiresAt: string;
  ipAddress?: string | null;
  userAgent?: string | null;
};
export const sessionsQuery = queryOptions({
  queryKey: ["sessions"],
  queryFn: ({ signal }) => get<Session[]>("/api/auth/list-sessions", {}, signal),
});
/** Which of the sessions this browser holds. */
export const currentSessionQuery = queryOptions({
  queryKey: ["current-session"],
  queryFn: ({ signal }) => get<{ session: { id: string } } | null>("/api/auth/get-session", {}, signal),
});
export const revokeSession = (token: string) => post<unknown>("/api/auth/revoke-session", { token });
export const revokeOtherSessions = () => post<unknown>("/api/auth/revoke-other-sessions");

export const checkSetup = (token: string) => post<z.infer<typeof SetupState>>("/api/v1/setup/check", { token });
export const setUp = (input: Setup) => post<z.infer<typeof SetupDone>>("/api/v1/setup", input);
export const checkInvitation = (token: string) =>
  post<z.infer<typeof InvitationView>>("/api/v1/invitations/check", { token });
export const acceptInvitation = (token: string, password: string) =>
  post<z.infer<typeof SignedIn>>("/api/v1/invitations/accept", { token, password });
