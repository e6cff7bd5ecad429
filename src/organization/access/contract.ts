import { z } from "zod";

/** Roles of the company group. A grant gives a person (or an API token) one role at one unit. */
export const ROLE_NAMES = [
  "executive",
  "ciso",
  "analyst",
  "system-administrator",
  "auditor",
  "employee",
  "supplier-contact",
  "integration",
] as const;
export const RoleName = z.enum(ROLE_NAMES);
export type RoleName = z.infer<typeof RoleName>;

export const PERMISSIONS = [
  "event:read",
  "event:ingest",
  "alert:read",
  "alert:write",
  "incident:read",
  "incident:write",
  "rule:read",
  "rule:write",
  "source:read",
  "source:write",
  "retention:write",
  "unit:read",
  "unit:write",
  "person:read",
  "person:write",
  "token:read",
  "token:write",
  "notify:read",
  "notify:write",
  "audit:read",
  "system:read",
] as const;
export const Permission = z.enum(PERMISSIONS);
export type Permission = z.infer<typeof Permission>;

export const Grant = z.strictObject({ role: RoleName, unitId: z.string().min(1).max(64) });
export type Grant = z.infer<typeof Grant>;

/** Both languages of one text. */
export const Bilingual = z.object({ ja: z.string(), en: z.string() });
export type Bilingual = z.infer<typeof Bilingual>;

export const LOCALES = ["ja", "en"] as const;
export const Locale = z.enum(LOCALES);
export type Locale = z.infer<typeof Locale>;

/** How one person likes the app to look. `clock`: show times in the browser's zone or in UTC. */
export const Preferences = z.object({
  theme: z.enum(["system", "light", "dark"]).default("system"),
  clock: z.enum(["local", "utc"]).default("local"),
  density: z.enum(["comfortable", "compact"]).default("comfortable"),
});
export type Preferences = z.infer<typeof Preferences>;

/** GET /api/v1/roles: the permission table, as shown in the app. */
export const RoleView = z.object({
  role: RoleName,
  name: Bilingual,
  purpose: Bilingual,
  /** "subtree": the unit of the grant and all below it. "unit": that unit alone. */
  reach: z.enum(["subtree", "unit"]),
  /** Whom the role may be granted to. */
  holders: z.array(z.enum(["person", "token"])),
  permissions: z.array(Permission),
  /** Roles that a holder may grant and take away within the reach of the role. */
  mayGrant: z.array(RoleName),
});
export type RoleView = z.infer<typeof RoleView>;
export const RoleList = z.object({ items: z.array(RoleView) });
