import { useSyncExternalStore } from "react";

const MINUTE_MS = 60_000;
const thisMinute = (): number => Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;

/** The minute it is, UTC milliseconds: what is drawn from it changes once a minute and not in between. */
export const useMinute = (): number => useSyncExternalStore(subscribe, thisMinute);

function subscribe(changed: () => void): () => void {
  const timer = setInterval(changed, 5_000);
  return () => clearInterval(timer);
}
