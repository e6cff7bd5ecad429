import { useSyncExternalStore } from "react";

const thisSecond = (): number => Math.floor(Date.now() / 1_000) * 1_000;

/** The second it is, UTC milliseconds. */
export const useSecond = (): number => useSyncExternalStore(subscribe, thisSecond);

function subscribe(changed: () => void): () => void {
  const timer = setInterval(changed, 500);
  return () => clearInterval(timer);
}
