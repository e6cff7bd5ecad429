import { z } from "zod";
import { EventRow } from "../search/contract.ts";

/**
 * Running one rule over the events that are stored already. Instants are UTC ISO 8601. Sigma filters are applied; exceptions are not.
 *
 * POST  /api/v1/retro-hunts              RetroHuntStart → RetroHunt (201)
 * GET   /api/v1/retro-hunts              RetroHuntQuery → RetroHunts: one's own, newest first
 * GET   /api/v1/retro-hunts/:id          → RetroHunt; asked again and again while it runs
 * POST  /api/v1/retro-hunts/:id/cancel   → RetroHunt; keeps what was found so far
 */

const MAX_RULE_CHARS = 200_000;
export const MAX_DAYS = 400;
/** Sample events and entities kept of one hunt. */
export const MAX_SAMPLES = 50;
export const MAX_ENTITIES = 20;

const Instant = z.iso.datetime({ offset: true });
const RuleId = z.string().min(1).max(300);

export const RetroHuntStart = z
  .object({
    /** A rule that is loaded, or the text of one that need not be. */
    ruleId: RuleId.optional(),
    text: z.string().min(1).max(MAX_RULE_CHARS).optional(),
    from: Instant,
    to: Instant,
    /** Unit ids with commas between, subtrees included; "" = every unit that the person may read. */
    unit: z.string().max(4_000).default(""),
  })
  .refine(
    ({ ruleId, text }) => (ruleId === undefined) !== (text === undefined),
    "Give either a rule's id or its text.",
  );

export const RetroHuntFound = z.object({
  matched: z.number(),
  /** UTC days, oldest first, those without a match left out. `alerts`: entities that the rule would alert on that day. */
  byDay: z.array(z.object({ day: z.string(), events: z.number(), alerts: z.number() })),
  /** The entities with most matches, within what was counted. */
  entities: z.array(z.object({ kind: z.string(), value: z.string(), events: z.number() })),
  /** The newest matching events. */
  samples: z.array(EventRow),
  /** Some entities were too many to be kept apart: their counts, and the alerts, are lower bounds. */
  isCapped: z.boolean(),
});

export const RetroHunt = z.object({
  id: z.string(),
  rule: z.object({ id: z.string(), title: z.string(), level: z.string() }),
  status: z.enum(["running", "done", "cancelled", "failed"]),
  from: z.string(),
  to: z.string(),
  /** Slices run from the newest to the oldest: everything from here to `to` has been searched. */
  searchedFrom: z.string(),
  /** 0–1 of the range. */
  progress: z.number(),
  found: RetroHuntFound,
  /** Alerts a day, on average over the days searched, as the rule would open them without exceptions; null until a slice is done. */
  alertsPerDay: z.number().nullable(),
  /** Why it failed; "" otherwise. */
  problem: z.string(),
  createdAt: z.string(),
  finishedAt: z.string().nullable(),
});
export const RetroHuntQuery = z.object({ ruleId: RuleId.optional() });
export const RetroHunts = z.object({ items: z.array(RetroHunt) });
export const RetroHuntParams = z.object({ id: z.string().min(1).max(64) });

export type RetroHuntStart = z.infer<typeof RetroHuntStart>;
export type RetroHuntFound = z.infer<typeof RetroHuntFound>;
export type RetroHunt = z.infer<typeof RetroHunt>;
