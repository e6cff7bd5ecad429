import { useSyncExternalStore } from "react";

/** `delayed`: the stream does not get through, and pages ask by the clock as they did before. */
export type LiveStatus = "connecting" | "live" | "delayed";

const watchers = new Set<() => void>();
let status: LiveStatus = "connecting";

export const statusNow = (): LiveStatus => status;

export function setStatus(next: LiveStatus): void {
  if (status === next) return;
  status = next;
  for (const watcher of watchers) watcher();
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

export const useLiveStatus = (): LiveStatus => useSyncExternalStore(watch, statusNow);
