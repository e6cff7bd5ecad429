import { z } from "zod";
import { PersonRef } from "../../monitor/alert/contract.ts";
import { Id, Prose } from "../incident/wire.ts";

/**
 * The war room of an incident: what was said and done, newest first.
 *
 * GET  /api/v1/incidents/:id/feed?cursor&limit   → FeedPage
 * POST /api/v1/incidents/:id/feed                MessageInput → FeedPosted; the same key twice is one message
 */

/** What the incident's own history tells; other kinds of it are left out until somebody judged what they may tell. */
export const ENTRY_KINDS = ["opened", "changed", "note", "alerts-added", "alerts-removed"] as const;
/** What the work on the case adds. */
export const WORK_KINDS = [
  "message",
  "phase-declared",
  "phase-returned",
  "phase-corrected",
  "service-added",
  "service-changed",
  "service-removed",
  "impact",
  "step",
  "task-added",
  "task-changed",
  "note-added",
  "note-changed",
  "evidence-received",
  "evidence-handed-over",
  "evidence-deleted",
  "shift-handed-over",
  "shift-taken-back",
  "duty-known",
  "duty-approved",
  "duty-filed",
  "duty-filing-voided",
] as const;
export const WorkKind = z.enum(WORK_KINDS);
const FeedKind = z.enum([...ENTRY_KINDS, ...WORK_KINDS]);

export const FeedParams = z.object({ id: Id });
export const FeedQuery = z.object({
  cursor: z.string().max(600).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(30),
});
export const MessageInput = z.object({
  /** Chosen by the sender: a message whose answer was lost is sent again under the same key. */
  key: z.string().regex(/^[A-Za-z0-9-]{8,64}$/),
  text: Prose(4_000).min(1),
});

export const FeedItem = z.object({
  id: z.string(),
  at: z.string(),
  actor: PersonRef.extend({ kind: z.string() }),
  kind: FeedKind,
  /** What it is about: a phase, a step, a moment (UTC ISO), or the title of a task, note, file or service. */
  subject: z.string(),
  text: z.string(),
  /** Names of the incident's fields that were changed, with the new value where it is short. */
  changes: z.array(z.object({ field: z.string(), after: z.string().nullable() })),
  /** Alerts that came or went. Counted, never named: they may be of units that the reader does not see. */
  alerts: z.number(),
});
export const FeedPage = z.object({ items: z.array(FeedItem), nextCursor: z.string().optional() });
export const FeedPosted = z.object({ id: z.string() });

export type WorkKind = z.infer<typeof WorkKind>;
export type FeedItem = z.infer<typeof FeedItem>;
export type FeedPage = z.infer<typeof FeedPage>;
export type FeedQuery = z.infer<typeof FeedQuery>;
export type MessageInput = z.infer<typeof MessageInput>;
export type FeedPosted = z.infer<typeof FeedPosted>;
