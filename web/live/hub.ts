import { type Hearing, type News, openConnection } from "./connection.ts";
import { type LiveStatus, setStatus, statusNow } from "./status.ts";

const NAME = "yagura-live";
type Said =
  | { readonly kind: "news"; readonly news: News }
  | { readonly kind: "status"; readonly status: LiveStatus }
  | { readonly kind: "ask" };

const listeners = new Set<(news: News) => void>();
let stop: (() => void) | undefined;

/** Hears what changes while at least one listens. All tabs of a browser share one stream. */
export function listen(listener: (news: News) => void): () => void {
  listeners.add(listener);
  stop ??= start();
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    stop?.();
    stop = undefined;
    setStatus("connecting");
  };
}

function hear(said: Said): void {
  if (said.kind === "news") for (const listener of listeners) listener(said.news);
  if (said.kind === "status") setStatus(said.status);
}

/**
 * The tab that holds the lock has the stream and tells the others; when it closes, the next one takes over. Browsers allow
 * six connections to a server, so that a stream for each tab would leave none. Without locks (a page over plain HTTP) each tab that is
 * looked at has its own.
 */
function start(): () => void {
  const channel = new BroadcastChannel(NAME);
  const leaving = new AbortController();
  let isLeading = false;
  const tell = (said: Said): void => {
    hear(said);
    channel.postMessage(said);
  };
  channel.onmessage = ({ data }: MessageEvent<Said>) => {
    if (data.kind !== "ask") hear(data);
    else if (isLeading) channel.postMessage({ kind: "status", status: statusNow() } satisfies Said);
  };
  const lead = (isTakeover: boolean): Promise<void> =>
    new Promise((done) => {
      if (leaving.signal.aborted) return done();
      isLeading = true;
      const close = openConnection(saying(tell), isTakeover);
      leaving.signal.addEventListener("abort", () => {
        close();
        done();
      });
    });
  channel.postMessage({ kind: "ask" } satisfies Said);
  const locks: LockManager | undefined = navigator.locks;
  if (locks) void takeTurns(locks, lead, leaving.signal);
  else followAlone(saying(hear), leaving.signal);
  return () => {
    leaving.abort();
    channel.close();
  };
}

const saying = (say: (said: Said) => void): Hearing => ({
  news: (news) => say({ kind: "news", news }),
  status: (status) => say({ kind: "status", status }),
});

/** Leads at once when nobody does; else waits for its turn, and then takes over. */
async function takeTurns(
  locks: LockManager,
  lead: (isTakeover: boolean) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const wasFree = await locks.request(NAME, { ifAvailable: true }, async (lock) => {
    if (lock) await lead(false);
    return lock !== null;
  });
  // Aborted while waiting for its turn, the request is refused: that is how a tab leaves the queue.
  if (!wasFree && !signal.aborted) await locks.request(NAME, { signal }, () => lead(true)).catch(() => undefined);
}

/** A stream of its own, while the tab is looked at: six that nobody looks at would leave no connection for anything else. */
function followAlone(hearing: Hearing, signal: AbortSignal): void {
  let close: (() => void) | undefined;
  let wasOpen = false;
  const follow = (): void => {
    const isWanted = !document.hidden && !signal.aborted;
    if (isWanted && !close) {
      close = openConnection(hearing, wasOpen);
      wasOpen = true;
    } else if (!isWanted && close) {
      close();
      close = undefined;
    }
  };
  follow();
  document.addEventListener("visibilitychange", follow, { signal });
  signal.addEventListener("abort", follow);
}
