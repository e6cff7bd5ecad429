import { z } from "zod";

/**
 * Reading stored events of a source again after a parser was fixed or published. Instants are UTC ISO 8601; ranges are of when events
 * were received.
 *
 * GET   /api/v1/sources/:id/unread                     UnreadQuery → Unread: what is not understood, by reason
 * POST  /api/v1/sources/:id/rereads/preview            RereadStart → RereadPreview
 * POST  /api/v1/sources/:id/rereads                    RereadStart → Reread (201)
 * GET   /api/v1/sources/:id/rereads                    → Rereads, newest first
 * POST  /api/v1/sources/:id/rereads/:reread/cancel     → Reread; what was read stays
 */

const Id = z
  .string()
  .min(1)
  .max(80)
  .regex(/^[\w.:-]+$/);
const Instant = z.iso.datetime({ offset: true });

export const RereadParams = z.object({ id: Id });
export const RereadOneParams = z.object({ id: Id, reread: Id });
export const RereadStart = z.object({
  /** A parser's problem, or "" for plain text without one; absent = whatever the problem is. */
  reason: z
    .string()
    .max(100)
    .regex(/^[\w.-]*$/)
    .optional(),
  from: Instant.optional(),
  to: Instant.optional(),
});

/** Absent = received in the last 30 days. */
export const UnreadQuery = z.object({ from: Instant.optional() });
export const Unread = z.object({
  from: z.string(),
  /** False: days are left that there was no time for, the oldest; it is so many at least. */
  isComplete: z.boolean(),
  items: z.array(z.object({ reason: z.string(), events: z.number(), oldest: z.string(), newest: z.string() })),
});
/** `reader`: id of a published parser, or the dataset of a built-in reader. */
const Readers = z.array(z.object({ reader: z.string(), events: z.number() }));
export const RereadPreview = z.object({
  /** Events that would be read again (at least so many unless `isComplete`), and of those the newest that were tried. */
  wanted: z.number(),
  isComplete: z.boolean(),
  looked: z.number(),
  understood: z.number(),
  readers: Readers,
  /** Matches of rules, exceptions applied, that have not been told before. */
  matches: z.number(),
});
export const Reread = z.object({
  id: z.string(),
  sourceId: z.string(),
  reason: z.string().nullable(),
  from: z.string(),
  to: z.string(),
  /** `cancelling`: it still finishes the events in hand. */
  status: z.enum(["running", "cancelling", "cancelled", "done"]),
  /** Events not understood at the start as far as there was time to count, those looked at so far, those understood now. */
  wanted: z.number(),
  looked: z.number(),
  understood: z.number(),
  readers: Readers,
  /** Why it waits, and is tried again; of one that is ended, why it ended early (`not_found`: the source is gone). Otherwise "". */
  problem: z.string(),
  by: z.object({ id: z.string(), name: z.string() }),
  createdAt: z.string(),
  finishedAt: z.string().nullable(),
});
export const Rereads = z.object({ items: z.array(Reread) });

export type RereadStart = z.infer<typeof RereadStart>;
export type UnreadQuery = z.infer<typeof UnreadQuery>;
export type Unread = z.infer<typeof Unread>;
export type RereadPreview = z.infer<typeof RereadPreview>;
export type Reread = z.infer<typeof Reread>;
