import { useEffect, useRef } from "react";
import type { LiveTopic } from "../../src/respond/live/contract.ts";
import type { News } from "./connection.ts";
import { listen } from "./hub.ts";

/** Ids of a topic that changed since the last call; undefined = not known which. */
export type Changed = ReadonlySet<string> | undefined;

export type LiveWish = {
  readonly topics: readonly LiveTopic[];
  /** What changed is looked at once in this time at most, however much happens. */
  readonly pauseMs: number;
  readonly onChange: (changed: ReadonlyMap<LiveTopic, Changed>) => void;
};

/**
 * Calls back when something of the topics changed: at once, then with pauses, and when a hidden tab is looked at again. The
 * ids say what; what it is now must be asked for.
 */
export function useLive({ topics, pauseMs, onChange }: LiveWish): void {
  const act = useRef(onChange);
  act.current = onChange;
  const key = topics.join(",");
  useEffect(() => {
    const wanted = new Set(key.split(","));
    let pending = new Map<LiveTopic, Changed>();
    let lastMs = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const flush = (): void => {
      timer = undefined;
      if (document.hidden || pending.size === 0) return;
      lastMs = Date.now();
      const changed = pending;
      pending = new Map();
      act.current(changed);
    };
    const plan = (): void => {
      if (pending.size > 0) timer ??= setTimeout(flush, Math.max(0, lastMs + pauseMs - Date.now()));
    };
    const leave = listen((news) => {
      for (const [topic, ids] of changedBy(news, key)) {
        if (!wanted.has(topic)) continue;
        const known = pending.has(topic) ? pending.get(topic) : new Set<string>();
        pending.set(topic, known && ids && new Set([...known, ...ids]));
      }
      plan();
    });
    document.addEventListener("visibilitychange", plan);
    return () => {
      leave();
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", plan);
    };
  }, [key, pauseMs]);
}

function changedBy({ changes, isAll }: News, key: string): readonly (readonly [LiveTopic, Changed])[] {
  if (isAll) return (key.split(",") as LiveTopic[]).map((topic) => [topic, undefined]);
  return changes.map(({ topic, ids, more }) => [topic, more ? undefined : new Set(ids)]);
}
