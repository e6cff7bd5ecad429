import { z } from "zod";
import { eventQuery } from "../../platform/events/index.ts";

/**
 * What is asked of the events of one source that are not understood. `units`: those it sent them for, which need not be the one it stands
 * in now. `isRawUnread`: false where plain text is what its source's format asks for. `through`: numbers of our own stream beyond it may be replayed.
 */
const wanted = {
  sourceId: z.string(),
  anyUnit: z.boolean(),
  units: z.array(z.string()),
  fromMs: z.int(),
  toMs: z.int(),
  isRawUnread: z.boolean(),
  anyReason: z.boolean(),
  reason: z.string(),
  ownStream: z.int(),
  through: z.string(),
};
const Wanted = z.object(wanted);
export type Wanted = z.infer<typeof Wanted>;

const count = z.coerce.number();
const Candidate = z.object({ stream: z.int(), seq: z.string(), bytes: count });
/** An event that is not understood. `seq` is decimal; `bytes` of its raw text. */
export type Candidate = z.infer<typeof Candidate>;

/** Numbers of one stream in one source, between and with the first and the last. */
const within = z.object({
  sourceId: z.string(),
  stream: z.int(),
  seqs: z.array(z.string()),
  first: z.string(),
  last: z.string(),
});
export type Within = z.infer<typeof within>;

export const reasonsOf = eventQuery(import.meta.url, "./queries/reasons.sql", {
  params: z.object({ ...wanted, day: z.int(), limit: z.int() }),
  row: z.object({ reason: z.string(), events: count, oldestMs: count, newestMs: count }),
});
export const nextOf = eventQuery(import.meta.url, "./queries/next.sql", {
  params: z.object({ ...wanted, day: z.int(), fromStream: z.int(), fromSeq: z.string(), limit: z.int() }),
  row: Candidate,
});
export const newestOf = eventQuery(import.meta.url, "./queries/newest.sql", {
  params: z.object({ ...wanted, day: z.int(), limit: z.int() }),
  row: Candidate,
});
const RawEvent = z.object({
  seq: z.string(),
  receivedMs: count,
  timeMs: count,
  unitId: z.string(),
  encoding: z.string(),
  dataset: z.string(),
  hostIp: z.string(),
  beside: z.record(z.string(), z.string()),
  raw: z.base64().transform((text) => Buffer.from(text, "base64")),
});
/** An event as it came. `hostIp`: the sender's address where no host was named; "" = not known. `beside`: its fields where a protocol sent some around the event; empty otherwise. */
export type RawEvent = z.infer<typeof RawEvent>;
export const rawOf = eventQuery(import.meta.url, "./queries/raw.sql", { params: within, row: RawEvent });
export const understoodOf = eventQuery(import.meta.url, "./queries/understood.sql", {
  params: within,
  row: z.object({ seq: z.string() }),
});
export const detectionsOf = eventQuery(import.meta.url, "./queries/detections.sql", {
  params: within,
  row: z.object({ seq: z.string(), ruleId: z.string() }),
});
