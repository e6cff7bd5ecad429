import type { LiveChange, LiveEnd, LiveHello, LiveNews } from "../../src/respond/live/contract.ts";
import type { LiveStatus } from "./status.ts";

/** What was heard; `isAll`: something was missed, so that everything must be asked for again. */
export type News = { readonly changes: readonly LiveChange[]; readonly isAll: boolean };
export type Hearing = { news(news: News): void; status(status: LiveStatus): void };

const URL = "/api/v1/live";
/** A proxy that holds a stream back lets nothing of it through: the greeting comes at once, or it does not come. */
const GREETING_MS = 8_000;
const AGAIN_MS = 5_000;
const AGAIN_REFUSED_MS = 60_000;

/**
 * One stream, opened again whenever it ends, until the answer is called. `isTakeover`: somebody heard before, and what happened between
 * the two was heard by nobody.
 */
export function openConnection(hearing: Hearing, isTakeover = false): () => void {
  let stream: EventSource | undefined;
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let last = "";
  let wasGreeted = isTakeover;
  let beatMs = GREETING_MS;
  let isOver = false;

  const wait = (ms: number, then: () => void): void => {
    clearTimeout(waiting);
    waiting = setTimeout(then, ms);
  };
  const reopen = (afterMs: number): void => {
    stream?.close();
    hearing.status("delayed");
    if (!isOver) wait(afterMs, open);
  };
  /** Notes that something came, and expects the next within two beats. */
  const note = ({ lastEventId }: MessageEvent): void => {
    if (lastEventId !== "") last = lastEventId;
    wait(beatMs * 2 + AGAIN_MS, () => reopen(0));
  };
  const on = <T>(source: EventSource, name: string, act: (data: T) => void): void =>
    source.addEventListener(name, (message) => {
      if (source !== stream) return;
      note(message);
      act(JSON.parse(message.data));
    });

  function open(): void {
    const source = new EventSource(last === "" ? URL : `${URL}?last=${encodeURIComponent(last)}`);
    stream = source;
    wait(GREETING_MS, () => reopen(AGAIN_REFUSED_MS));
    on<LiveHello>(source, "hello", (hello) => {
      beatMs = hello.beatMs;
      hearing.status("live");
      // What happened before the first greeting is in what the pages have just asked for.
      if (wasGreeted && !hello.isResumed) hearing.news({ changes: [], isAll: true });
      wasGreeted = true;
    });
    on<LiveNews>(source, "change", ({ changes }) => hearing.news({ changes, isAll: false }));
    on(source, "resync", () => hearing.news({ changes: [], isAll: true }));
    on(source, "beat", () => undefined);
    on<LiveEnd>(source, "end", ({ reason }) => reopen(reason === "signed_out" ? AGAIN_REFUSED_MS : AGAIN_MS));
    source.onerror = () => {
      // A closed stream means that the server refused: too many are open, or nobody is signed in.
      if (source === stream) reopen(source.readyState === EventSource.CLOSED ? AGAIN_REFUSED_MS : AGAIN_MS);
    };
  }

  open();
  return () => {
    isOver = true;
    clearTimeout(waiting);
    stream?.close();
  };
}
