import type { Hearer } from "../../platform/state/index.ts";
import { gather, type News, type Notice, readNotice } from "./notice.ts";

/** News at its place in the stream of all changes. */
export type Placed = { readonly place: number; readonly news: readonly News[] };

export type Listener = {
  news(placed: Placed): void;
  /** Something was missed: whoever listens cannot know what. */
  missed(): void;
  /** The rights of a person or token changed; undefined = maybe everybody's. */
  rights(actorId: string | undefined): void;
};

export type Hub = Hearer & {
  listen(listener: Listener): () => void;
  /** The place of the newest news. */
  newest(): number;
  /** What came after a place; undefined = no longer known. */
  since(place: number): readonly Placed[] | undefined;
  close(): void;
};

export type HubOptions = {
  /** How long what happens at about the same time is gathered into one message. */
  readonly gatherMs?: number;
  /** Messages that a reader who was away for a moment can go on from. */
  readonly kept?: number;
};

/** More different notices at once than this are not told one by one: everybody asks again. */
const MAX_GATHERED = 5_000;

/** What the database tells, gathered, kept for a while, and handed to who listens. Holds no content and asks nobody. */
export function createHub({ gatherMs = 250, kept = 2_000 }: HubOptions = {}): Hub {
  const listeners = new Set<Listener>();
  let ring: Placed[] = [];
  let newest = 0;
  /** The place before the oldest that is still known. */
  let horizon = 0;
  let waiting: News[] = [];
  let timer: NodeJS.Timeout | undefined;

  function flush(): void {
    timer = undefined;
    newest += 1;
    const placed = { place: newest, news: gather(waiting) };
    waiting = [];
    ring.push(placed);
    if (ring.length > kept * 2) forget(ring.length - kept);
    for (const listener of listeners) listener.news(placed);
  }

  function forget(count: number): void {
    horizon = ring[count - 1]?.place ?? horizon;
    ring = ring.slice(count);
  }

  function missed(): void {
    clearTimeout(timer);
    timer = undefined;
    waiting = [];
    newest += 1;
    ring = [];
    horizon = newest;
    for (const listener of listeners) listener.missed();
  }

  function take(notice: Notice): void {
    const { topic } = notice;
    if (topic === "rights") {
      for (const listener of listeners) listener.rights(notice.person ?? undefined);
      return;
    }
    waiting.push({ ...notice, topic });
    if (waiting.length > MAX_GATHERED) {
      waiting = gather(waiting);
      if (waiting.length > MAX_GATHERED / 2) missed();
    }
    if (waiting.length > 0) timer ??= setTimeout(flush, gatherMs);
  }

  return {
    heard(text) {
      const notice = readNotice(text);
      if (notice) take(notice);
    },
    missed,
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    newest: () => newest,
    since(place) {
      if (place < horizon || place > newest) return undefined;
      return ring.filter((placed) => placed.place > place);
    },
    close: () => clearTimeout(timer),
  };
}
