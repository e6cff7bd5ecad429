import { z } from "zod";

/**
 * How long events are kept, what that comes to, and what was deleted. Instants are UTC ISO 8601; sizes are bytes.
 *
 * GET  /api/v1/retention                        → RetentionOverview: of the units that the person may see
 * POST /api/v1/retention/units/:id/preview      PolicyDraft → RetentionPreview; also sources/:id/preview
 * PUT  /api/v1/retention/units/:id              PolicySave → PolicySaved; also sources/:id. 409 when the version is old
 * GET  /api/v1/retention/deletions              DeletionQuery → Deletions, newest first
 * GET  /api/v1/retention/deletions.csv          the same as a file
 */

export const SCOPE_KINDS = ["unit", "source"] as const;
export const ScopeKind = z.enum(SCOPE_KINDS);
/** `inherit`: as the unit above says. `forever`: until somebody says otherwise. */
export const Keep = z.enum(["inherit", "days", "forever"]);
export const MAX_KEEP_DAYS = 36_500;

const days = z.number().int().min(1).max(MAX_KEEP_DAYS).nullable();
const holdReason = z.string().trim().max(500);
const draft = { keep: Keep, days, holdReason };
const daysFit = ({ keep, days: given }: { keep: Keep; days: number | null }): boolean =>
  (keep === "days") === (given !== null);
const DAYS_FIT = "Give a number of days when events are kept for days, and none otherwise.";

/** `version`: of the policy that the person saw; 0 = there was none. */
const save = { ...draft, version: z.number().int().min(0) };
/**
 * Of a source: for whose events it is said. Without it the unit that the source is in; another one only where a policy of the source is in
 * force, which was set before the source moved.
 */
const unitId = z.string().min(1).max(80).optional();

export const UnitPolicyDraft = z.object(draft).refine(daysFit, DAYS_FIT);
export const UnitPolicySave = z.object(save).refine(daysFit, DAYS_FIT);
export const PolicyDraft = z.object({ ...draft, unitId }).refine(daysFit, DAYS_FIT);
export const PolicySave = z.object({ ...save, unitId }).refine(daysFit, DAYS_FIT);
export const ScopeParams = z.object({
  id: z
    .string()
    .min(1)
    .max(80)
    .regex(/^[\w.:-]+$/),
});

const PolicyPlace = z.object({ kind: ScopeKind, id: z.string() });
export const Policy = PolicyPlace.extend({
  version: z.number(),
  keep: Keep,
  days,
  /** "" = no hold. */
  holdReason: z.string(),
  setBy: z.string(),
  setAt: z.string(),
});
export const EffectivePolicy = z.object({
  /** null = for ever. */
  days: z.number().nullable(),
  /** Whose policy says so; null = nobody's: everything is kept. */
  from: PolicyPlace.nullable(),
  hold: PolicyPlace.extend({ reason: z.string() }).nullable(),
});

const Held = z.object({
  events: z.number(),
  rawBytes: z.number(),
  /** The share, by raw bytes, of what the days take on disk with their search index: an estimate. */
  diskBytes: z.number(),
  /** Day of the oldest event received, `yyyy-mm-dd`; null = holds nothing. */
  oldestDay: z.string().nullable(),
});
const Sizes = z.object({
  in30: z.number(),
  in90: z.number(),
  in365: z.number(),
  /** null = grows for ever. */ steady: z.number().nullable(),
});

export const RetentionRow = z.object({
  source: z.object({
    id: z.string(),
    name: z.string(),
    /** False for what Yagura itself writes. */ isRegistered: z.boolean(),
    isArchived: z.boolean(),
  }),
  unitId: z.string(),
  effective: EffectivePolicy,
  /** What was set for the source itself, for the events of this unit. */
  own: Policy.nullable(),
  /** May the person set a policy of the source for the events of this unit? */
  mayChange: z.boolean(),
  held: Held,
  /** Learned; null = too early to say. */
  perDay: z.object({ events: z.number(), diskBytes: z.number() }).nullable(),
  sizes: Sizes.nullable(),
});
export const RetentionUnit = z.object({
  unitId: z.string(),
  own: Policy.nullable(),
  effective: EffectivePolicy,
  held: Held,
});

export const RetentionOverview = z.object({
  sources: z.array(RetentionRow),
  /** Units that the person may see. */
  units: z.array(RetentionUnit),
  total: Held,
  /** Bytes on disk per raw byte, index included; null = nothing is measured yet. */
  ratio: z.number().nullable(),
  /** False while days are still being measured: sizes are then lower bounds. */
  isComplete: z.boolean(),
  forecast: z.object({
    /** Bytes on disk, from today on. */
    points: z.array(z.object({ day: z.number(), bytes: z.number() })),
    sizes: Sizes,
    /** Sources that are too young to be counted in. */
    unknown: z.number(),
    /** Only for who sees the whole group: a disk is shared by all. */
    disk: z
      .object({
        freeBytes: z.number(),
        totalBytes: z.number(),
        /** null = not within ten years. */ fullInDays: z.number().nullable(),
      })
      .nullable(),
  }),
  tiers: z.object({ recompressAfterDays: z.number().nullable(), coldAfterDays: z.number().nullable() }),
});

export const RetentionPreview = z.object({
  events: z.number(),
  rawBytes: z.number(),
  diskBytes: z.number(),
  /** Everything that goes was received before; null = nothing goes. */
  olderThan: z.string().nullable(),
  sources: z.array(z.object({ id: z.string(), name: z.string(), events: z.number() })),
  /** False while days that may go are still being measured: more may go than is said. Asked again, it goes on measuring. */
  isComplete: z.boolean(),
});
export const PolicySaved = z.object({
  policy: Policy,
  /** Deletions in this scope that had begun before: a hold does not bring those back. */
  underWay: z.number(),
});

export const Deletion = z.object({
  id: z.string(),
  /** Day of receipt, `yyyy-mm-dd`. */
  day: z.string(),
  unitId: z.string(),
  source: z.object({ id: z.string(), name: z.string() }),
  policy: PolicyPlace.extend({ version: z.number(), days: z.number(), setBy: z.string(), setAt: z.string() }),
  events: z.number(),
  rawBytes: z.number(),
  diskBytes: z.number(),
  receivedFrom: z.string(),
  receivedTo: z.string(),
  timeFrom: z.string(),
  timeTo: z.string(),
  firstEvent: z.string(),
  lastEvent: z.string(),
  plannedAt: z.string(),
  /** null = under way. */
  doneAt: z.string().nullable(),
});
export const DeletionQuery = z.object({
  /** The id of the last row of the page before. */
  cursor: z.string().max(80).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export const Deletions = z.object({ items: z.array(Deletion), nextCursor: z.string().optional() });

export type ScopeKind = z.infer<typeof ScopeKind>;
export type Keep = z.infer<typeof Keep>;
export type PolicyDraft = z.infer<typeof PolicyDraft>;
export type PolicySave = z.infer<typeof PolicySave>;
export type Policy = z.infer<typeof Policy>;
export type EffectivePolicy = z.infer<typeof EffectivePolicy>;
export type RetentionRow = z.infer<typeof RetentionRow>;
export type RetentionUnit = z.infer<typeof RetentionUnit>;
export type RetentionOverview = z.infer<typeof RetentionOverview>;
export type RetentionPreview = z.infer<typeof RetentionPreview>;
export type PolicySaved = z.infer<typeof PolicySaved>;
export type Deletion = z.infer<typeof Deletion>;
export type DeletionQuery = z.infer<typeof DeletionQuery>;
export type Deletions = z.infer<typeof Deletions>;
