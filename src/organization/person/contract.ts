import { z } from "zod";
import { Bilingual, Grant, Locale, Permission, Preferences, RoleName } from "../access/contract.ts";
import { OneLine, UnitId, UnitKind } from "../unit/contract.ts";

export const PersonId = z.string().min(1).max(64);
export const Email = z.email().max(254).toLowerCase();
/** NIST SP 800-63B §3.1.1: length is what counts; nothing is demanded of the characters. */
export const Password = z.string().min(12).max(128);

export const Person = z.object({
  id: PersonId,
  /** As entered: any kanji, any order. */
  name: z.string(),
  kana: z.string().nullable(),
  romaji: z.string().nullable(),
  email: z.string(),
  unitId: UnitId,
  locale: Locale,
  isActive: z.boolean(),
  /** "invited": no password set yet, an invitation is open or has run out. */
  account: z.enum(["none", "invited", "ready"]),
  hasTwoFactor: z.boolean(),
  grants: z.array(Grant),
  lastSignInAt: z.string().nullable(),
  createdAt: z.string(),
});
export type Person = z.infer<typeof Person>;

/** GET /api/v1/people. `q` looks into name, kana, romaji and email. */
export const PeopleQuery = z.object({
  q: z.string().max(200).optional(),
  unitId: UnitId.optional(),
  active: z.enum(["yes", "no", "any"]).default("yes"),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type PeopleQuery = z.infer<typeof PeopleQuery>;
export const PeopleList = z.object({ items: z.array(Person), nextCursor: z.string().optional() });
export const PersonParams = z.object({ id: PersonId });

/** POST /api/v1/people. Grants need authority over each role at each unit. */
export const CreatePerson = z.strictObject({
  name: OneLine,
  kana: OneLine.nullable().default(null),
  romaji: OneLine.nullable().default(null),
  email: Email,
  unitId: UnitId,
  locale: Locale.default("ja"),
  grants: z.array(Grant).max(50).default([]),
});
export type CreatePerson = z.infer<typeof CreatePerson>;

/** PATCH /api/v1/people/:id */
export const UpdatePerson = z.strictObject({
  name: OneLine.optional(),
  kana: OneLine.nullable().optional(),
  romaji: OneLine.nullable().optional(),
  email: Email.optional(),
  unitId: UnitId.optional(),
  locale: Locale.optional(),
});
export type UpdatePerson = z.infer<typeof UpdatePerson>;

/** PUT /api/v1/people/:id/grants: the whole set; only the difference needs authority. */
export const SetGrants = z.strictObject({ grants: z.array(Grant).max(50) });
export type SetGrants = z.infer<typeof SetGrants>;

/** POST /api/v1/people/:id/invitation: shown once; `link` is relative, its secret is in the fragment. */
export const Invitation = z.object({ link: z.string(), token: z.string(), expiresAt: z.string() });
export type Invitation = z.infer<typeof Invitation>;

/** POST /api/v1/invitations/check */
export const CheckInvitation = z.strictObject({ token: z.string().min(20).max(200) });
export const InvitationView = z.object({ name: z.string(), email: z.string(), locale: Locale, expiresAt: z.string() });
export type InvitationView = z.infer<typeof InvitationView>;

/** POST /api/v1/invitations/accept: sets the password, ends every older session, signs in (sets the cookie). */
export const AcceptInvitation = z.strictObject({ token: z.string().min(20).max(200), password: Password });
/** `isSignedIn` is false when a second factor is still asked: go to the sign-in page then. */
export const SignedIn = z.object({ isSignedIn: z.boolean() });

/** A unit that the signed-in actor may see, with what may be done there. */
export const VisibleUnit = z.object({
  id: UnitId,
  kind: UnitKind,
  name: Bilingual,
  parentId: UnitId.nullable(),
  permissions: z.array(Permission),
  /** Roles that the actor may grant at this unit. */
  mayGrant: z.array(RoleName),
});

/** GET /api/v1/me. `person` is null for an API token. */
export const Me = z.object({
  kind: z.enum(["person", "token"]),
  id: z.string(),
  name: z.string(),
  person: z
    .object({
      kana: z.string().nullable(),
      romaji: z.string().nullable(),
      email: z.string(),
      unitId: UnitId,
      locale: Locale,
      preferences: Preferences,
      hasTwoFactor: z.boolean(),
    })
    .nullable(),
  grants: z.array(Grant),
  /** Permissions held at one unit or more: what the app shows in its menu. */
  permissions: z.array(Permission),
  units: z.array(VisibleUnit),
});
export type Me = z.infer<typeof Me>;

/** PATCH /api/v1/me */
export const UpdateMe = z.strictObject({
  name: OneLine.optional(),
  kana: OneLine.nullable().optional(),
  romaji: OneLine.nullable().optional(),
  locale: Locale.optional(),
  preferences: Preferences.partial().optional(),
});
export type UpdateMe = z.infer<typeof UpdateMe>;
