import { z } from "zod";

/**
 * Trying a rule on events, and the samples kept with own rules.
 *
 * POST  /api/v1/rules/try                             RuleTry → RuleTryResult
 * GET   /api/v1/rules/:id/samples                     → RuleSamples, each run against the rule as it is
 * POST  /api/v1/rules/:id/samples                     RuleSampleCreate → RuleSamples (201)
 * POST  /api/v1/rules/:id/samples/:sampleId/delete    → RuleSamples
 */

/** Of one sample, and shown of an event. */
export const MAX_LINE_CHARS = 65_536;
/** Text that a rule is tried on at once: what is pasted, or all samples of a rule. */
export const MAX_TRY_CHARS = 200_000;
/** How many events are tried at once. */
export const MAX_LINES = 200;
export const MAX_SAMPLES = 100;

const isStorable = (value: string): boolean => !value.includes("\0") && value.isWellFormed();

const text = z.string().min(1).max(200_000);
const instant = z.string().max(40);
/** On pasted events, or on the newest of a search; the latter needs event:read and sees the units where one has it. */
export const RuleTry = z.union([
  z.strictObject({
    text,
    /** Log lines as they are sent, one a line; or one JSON object or array over several lines. */
    events: z.string().min(1).max(MAX_TRY_CHARS),
  }),
  z.strictObject({
    text,
    /** As in a search: `from` and `to` are ISO 8601 or relative, such as `now-24h`. */
    stored: z.object({
      q: z.string().max(4_000).default(""),
      from: instant.default("now-24h"),
      to: instant.default("now"),
      tz: z.string().max(64).default("Asia/Tokyo"),
      limit: z.number().int().min(1).max(MAX_LINES).default(50),
    }),
  }),
]);
const Part = z.object({
  key: z.string(),
  holds: z.boolean(),
  /** What the event has there, under its own name; null = it has no such field. */
  found: z.object({ name: z.string(), value: z.string() }).nullable(),
});
const Tried = z.object({
  /** The stored event that was tried, whole; null = it was pasted. `isCut`: only its head is shown, too long for a sample. */
  stored: z.object({ id: z.string(), time: z.string(), text: z.string(), isCut: z.boolean() }).nullable(),
  fires: z.boolean(),
  /** Whether the event's log source is one of the rule's; when not, `selections` is empty. */
  fits: z.boolean(),
  logsource: z.object({ product: z.string(), category: z.string(), service: z.string() }),
  dataset: z.string(),
  /** Why the parser did not understand the line; "" = it did. */
  problem: z.string(),
  selections: z.array(z.object({ name: z.string(), holds: z.boolean(), parts: z.array(Part) })),
});
export const RuleTryResult = z.union([
  z.object({ ok: z.literal(true), events: z.array(Tried), leftOut: z.number() }),
  z.object({ ok: z.literal(false), reason: z.string(), line: z.number().optional() }),
]);

const Id = z.string().regex(/^[\w.:-]{1,100}$/);
export const RuleSampleParams = z.object({ id: Id, sampleId: Id });
export const RuleSampleCreate = z.object({
  expected: z.enum(["hit", "miss"]),
  /** One log line. */
  text: z
    .string()
    .trim()
    .min(1)
    .max(MAX_LINE_CHARS)
    .refine(isStorable, "The event has characters that cannot be stored."),
  note: z.string().trim().max(200).refine(isStorable, "The note has characters that cannot be stored.").default(""),
});
const RuleSample = z.object({
  id: z.string(),
  expected: z.enum(["hit", "miss"]),
  text: z.string(),
  note: z.string(),
  by: z.object({ id: z.string(), name: z.string() }),
  at: z.string(),
  fires: z.boolean(),
});
export const RuleSamples = z.object({ items: z.array(RuleSample) });

export type RuleTry = z.infer<typeof RuleTry>;
export type RuleTryResult = z.infer<typeof RuleTryResult>;
export type RuleSampleCreate = z.infer<typeof RuleSampleCreate>;
export type RuleSample = z.infer<typeof RuleSample>;
export type RuleSamples = z.infer<typeof RuleSamples>;
