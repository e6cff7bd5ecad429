import { type News, openConnection } from "./connection.ts";
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
 * six connections to a server, so that a stream for each tab would leave none. Without locks (a page over plain HTTP) each
 * tab has its own.
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
  const lead = (hasTabs: boolean): Promise<void> =>
    new Promise((done) => {
      isLeading = hasTabs;
      const say = hasTabs ? tell : hear;
      const close = openConnection({
        news: (news) => say({ kind: "news", news }),
        status: (next) => say({ kind: "status", status: next }),
      });
      leaving.signal.addEventListener("abort", () => {
        close();
        done();
      });
    });
  channel.postMessage({ kind: "ask" } satisfies Said);
  const locks: LockManager | undefined = navigator.locks;
  if (locks) {
    // Aborted while waiting for its turn, the request is refused: that is how a tab leaves the queue.
    locks.request(NAME, { signal: leaving.signal }, () => lead(true)).catch(() => undefined);
  } else void lead(false);
  return () => {
    leaving.abort();
    channel.close();
  };
}
