import { z } from "zod";
import { isTimeZone } from "../../kernel/zone.ts";

export const UNIT_KINDS = ["head-office", "branch", "overseas", "supplier", "department"] as const;
export const UnitKind = z.enum(UNIT_KINDS);
export type UnitKind = z.infer<typeof UnitKind>;

export const UnitId = z.string().min(1).max(64);

/** Text as entered, any script, one line: no normalization, because 﨑 and 崎 are different people. */
export const OneLine = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}\p{Cs}]*$/u, "control characters are not allowed");

export const UnitName = z.strictObject({ ja: OneLine, en: OneLine });
/** ISO 3166-1 alpha-2. */
export const Country = z.string().regex(/^[A-Z]{2}$/, "two capital letters, ISO 3166-1");
/** IANA time zone, such as Asia/Tokyo. */
export const TimeZone = z.string().max(64).refine(isTimeZone, "an IANA time zone such as Asia/Tokyo");

export const Unit = z.object({
  id: UnitId,
  kind: UnitKind,
  name: z.object({ ja: z.string(), en: z.string() }),
  /** null: the root of the group. */
  parentId: UnitId.nullable(),
  /** Ids from the root to this unit. */
  path: z.array(UnitId),
  country: z.string(),
  timeZone: z.string(),
  archivedAt: z.string().nullable(),
  createdAt: z.string(),
});
export type Unit = z.infer<typeof Unit>;

/** GET /api/v1/units, in tree order (parents before children). Bounded by 10,000 units. */
export const UnitList = z.object({ items: z.array(Unit) });
export const UnitQuery = z.object({ archived: z.enum(["include", "exclude"]).default("exclude") });
export const UnitParams = z.object({ id: UnitId });

/** POST /api/v1/units */
export const CreateUnit = z.strictObject({
  kind: UnitKind.exclude(["head-office"]),
  name: UnitName,
  parentId: UnitId,
  country: Country.default("JP"),
  timeZone: TimeZone.default("Asia/Tokyo"),
});
export type CreateUnit = z.infer<typeof CreateUnit>;

/** PATCH /api/v1/units/:id */
export const UpdateUnit = z.strictObject({
  kind: UnitKind.optional(),
  name: UnitName.optional(),
  country: Country.optional(),
  timeZone: TimeZone.optional(),
});
export type UpdateUnit = z.infer<typeof UpdateUnit>;

/** POST /api/v1/units/:id/move */
export const MoveUnit = z.strictObject({ parentId: UnitId });
export type MoveUnit = z.infer<typeof MoveUnit>;
