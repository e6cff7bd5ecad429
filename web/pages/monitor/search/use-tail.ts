import { useEffect, useRef, useState } from "react";
import { type EventRow, type TailBatch, type TailEndReason, tailUrl } from "../../../api/search.ts";
import { joinColumns, type SearchState } from "./use-search-state.ts";

const KEPT_ROWS = 1_000;
type Tail = {
  readonly rows: readonly EventRow[];
  readonly skipped: number;
  readonly end: TailEndReason | "lost" | undefined;
};
const NOTHING: Tail = { rows: [], skipped: 0, end: undefined };

/** Events as they are stored, newest first, while the live tail is on and not held. */
export function useTail({ scope, columns, isLive }: SearchState, isHeld: boolean): Tail {
  const [tail, setTail] = useState(NOTHING);
  const held = useRef(isHeld);
  held.current = isHeld;
  const url = isLive ? tailUrl({ q: scope.q, unit: scope.unit, tz: scope.tz, columns: joinColumns(columns) }) : "";

  useEffect(() => {
    setTail(NOTHING);
    if (url === "") return;
    const stream = new EventSource(url);
    const stop = (end: Tail["end"]) => {
      stream.close();
      setTail((now) => ({ ...now, end }));
    };
    stream.addEventListener("events", ({ data }) => {
      const batch: TailBatch = JSON.parse(data);
      if (held.current) return;
      setTail((now) => ({
        rows: [...batch.items.toReversed(), ...now.rows].slice(0, KEPT_ROWS),
        skipped: now.skipped + batch.skipped,
        end: undefined,
      }));
    });
    stream.addEventListener("end", ({ data }) => {
      const { reason }: { reason: TailEndReason } = JSON.parse(data);
      stop(reason);
    });
    // A closed stream means that the server refused; anything else reconnects by itself.
    stream.onerror = () => {
      if (stream.readyState === EventSource.CLOSED) stop("lost");
    };
    return () => stream.close();
  }, [url]);

  return tail;
}
