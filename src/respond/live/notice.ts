import { z } from "zod";
import { type LiveChange, LiveTopic } from "./contract.ts";

/** What the database tells (`live_tell` in migration 0054). `rights`: who may see what has changed, for `person` or for all. */
const Notice = z.object({
  topic: LiveTopic.or(z.literal("rights")),
  unit: z.string().nullable(),
  person: z.string().nullable(),
  ids: z.array(z.string()).max(100),
  more: z.boolean(),
});
export type Notice = z.infer<typeof Notice>;
/** A notice of something that people see. */
export type News = Notice & { readonly topic: LiveTopic };

export const MAX_IDS = 50;

/** undefined: not a notice of ours, such as one of a newer version that knows other topics. */
export function readNotice(text: string): Notice | undefined {
  try {
    return Notice.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

const together = <T extends { readonly ids: readonly string[]; readonly more: boolean }>(one: T, other: T): T => {
  const ids = [...new Set([...other.ids, ...one.ids])];
  return { ...one, ids: ids.slice(0, MAX_IDS), more: one.more || other.more || ids.length > MAX_IDS };
};

/** Notices of the same topic, unit and person as one. */
export function gather(notices: readonly News[]): News[] {
  const gathered = new Map<string, News>();
  for (const notice of notices) {
    const key = JSON.stringify([notice.topic, notice.unit, notice.person]);
    const known = gathered.get(key);
    gathered.set(key, known ? together(known, notice) : notice);
  }
  return [...gathered.values()];
}

/** What one reader is told: by topic alone, so that not even the number of units shows. */
export function changesOf(news: readonly News[]): LiveChange[] {
  const byTopic = new Map<LiveTopic, LiveChange>();
  for (const { topic, ids, more } of news) {
    const change = { topic, ids, more };
    const known = byTopic.get(topic);
    byTopic.set(topic, known ? together(known, change) : change);
  }
  return [...byTopic.values()];
}
