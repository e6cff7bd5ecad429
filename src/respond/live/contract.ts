import { z } from "zod";

/**
 * What changes, as it changes: topics and ids, never content. Whoever hears of a change asks again by the route that shows it.
 *
 * GET /api/v1/live?last   LiveQuery → text/event-stream
 *   hello   LiveHello   at once; `isResumed`: nothing was missed since `last` (or the header Last-Event-ID)
 *   change  LiveNews    within half a second of the commit
 *   resync  {}          something was missed: ask for everything again
 *   beat    {}          every 15 seconds
 *   end     LiveEnd     the server closes
 */

/**
 * `alerts`, `incidents`, `sources`: rows of the list; `incident`: something within an incident (notes, tasks, feed, crisis,
 * duties), by the incident's id; `duties`: clocks of an incident, by its id; `notifications`: the reader's own.
 */
export const LIVE_TOPICS = ["alerts", "incidents", "incident", "duties", "sources", "notifications"] as const;
export const LiveTopic = z.enum(LIVE_TOPICS);

export const LiveQuery = z.object({
  /** The id of the last message that was heard, for who cannot send the header. */
  last: z.string().max(100).optional(),
});
export const LiveHello = z.object({ beatMs: z.number(), isResumed: z.boolean() });
export const LiveChange = z.object({
  topic: LiveTopic,
  /** What changed, at most 50; `more`: there were others. */
  ids: z.array(z.string()),
  more: z.boolean(),
});
export const LiveNews = z.object({ changes: z.array(LiveChange) });
/** `rights`: the reader may now see more, or less: open it again. */
export const LiveEnd = z.object({ reason: z.enum(["signed_out", "rights", "shutdown"]) });

export type LiveTopic = z.infer<typeof LiveTopic>;
export type LiveHello = z.infer<typeof LiveHello>;
export type LiveChange = z.infer<typeof LiveChange>;
export type LiveNews = z.infer<typeof LiveNews>;
export type LiveEnd = z.infer<typeof LiveEnd>;
