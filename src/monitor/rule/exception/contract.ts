import { z } from "zod";

/**
 * Exceptions from rules. Instants are UTC ISO 8601 with milliseconds.
 *
 * GET   /api/v1/exceptions              ExceptionListQuery → ExceptionList
 * POST  /api/v1/exceptions              ExceptionInput → RuleException (201)
 * PUT   /api/v1/exceptions/:id          ExceptionUpdate → RuleException
 * POST  /api/v1/exceptions/:id/end      ExceptionEnd → RuleException
 */

const MAX_RULES = 100;
const MAX_FIELDS = 20;
/** The longest that an exception may run before somebody looks at it again. */
export const MAX_DAYS = 366;

const oneLine = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .regex(/^[^\p{Cc}\p{Cs}]+$/u, "control characters are not allowed");
const Prose = z
  .string()
  .trim()
  .min(1)
  .max(1000)
  .overwrite((value) => value.replaceAll("\0", "\uFFFD").toWellFormed());
const Instant = z.iso.datetime({ offset: true });
const Version = z.number().int().min(1);

export const ExceptionMatch = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("fields"),
    /** All must be equal, ignoring case. Names of the vendor, or ECS names of columns. */
    fields: z
      .array(
        z.strictObject({
          name: oneLine(200).regex(/^[^|]+$/, "a field's name has no |"),
          value: z
            .string()
            .max(2000)
            .refine((value) => !value.includes("\0") && value.isWellFormed()),
        }),
      )
      .min(1)
      .max(MAX_FIELDS),
  }),
  z.strictObject({
    kind: z.literal("sigma"),
    /** Selections and a condition that holds for what is excepted, as in a Sigma detection. */
    text: z
      .string()
      .min(1)
      .max(20_000)
      .refine((value) => !value.includes("\0") && value.isWellFormed()),
  }),
]);

export const ExceptionState = z.enum(["scheduled", "active", "expired", "ended"]);
const Person = z.object({ id: z.string(), name: z.string() });

export const RuleException = z.object({
  id: z.string(),
  version: z.number(),
  state: ExceptionState,
  /** `title` is null when no such rule is there now. */
  rules: z.array(z.object({ id: z.string(), title: z.string().nullable() })),
  /** It counts in this unit and all below it. */
  unitId: z.string(),
  match: ExceptionMatch,
  reason: z.string(),
  owner: Person,
  isOwn: z.boolean(),
  mayChange: z.boolean(),
  startsAt: z.string(),
  expiresAt: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
  ended: z.object({ at: z.string(), by: Person, reason: z.string() }).nullable(),
  /** Detections of the last 30 days that fell under it; null = the events engine is away. */
  excepted: z.number().nullable(),
  lastExceptedAt: z.string().nullable(),
});
export const ExceptionListQuery = z.object({
  state: ExceptionState.optional(),
  ruleId: z.string().min(1).max(300).optional(),
});
export const ExceptionList = z.object({ items: z.array(RuleException), total: z.number() });

export const ExceptionInput = z.strictObject({
  ruleIds: z.array(oneLine(300)).min(1).max(MAX_RULES),
  unitId: oneLine(64),
  match: ExceptionMatch,
  reason: Prose,
  /** Absent = now. */
  startsAt: Instant.optional(),
  expiresAt: Instant,
});
export const ExceptionUpdate = ExceptionInput.extend({
  version: Version,
  /** True: from now on the asking person answers for it. */
  takeOver: z.boolean().default(false),
});
export const ExceptionEnd = z.strictObject({ version: Version, reason: Prose });
export const ExceptionParams = z.object({ id: oneLine(64) });

export type ExceptionState = z.infer<typeof ExceptionState>;
export type RuleException = z.infer<typeof RuleException>;
export type ExceptionList = z.infer<typeof ExceptionList>;
export type ExceptionListQuery = z.infer<typeof ExceptionListQuery>;
export type ExceptionInput = z.infer<typeof ExceptionInput>;
export type ExceptionUpdate = z.infer<typeof ExceptionUpdate>;
export type ExceptionEnd = z.infer<typeof ExceptionEnd>;
