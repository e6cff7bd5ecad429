import type { Ledger } from "./ledger.ts";
import { bulkSender, lumberjackSender, relpSender, type Target } from "./senders.ts";

/** Three senders that wait for each answer, until they are stopped. */
export function startLoad(target: Target, ledger: Ledger, label: string): { stop(): Promise<void> } {
  const ending = new AbortController();
  const sending = { target, label, ledger, stop: ending.signal, pauseMs: 20 };
  const senders = [bulkSender, relpSender, lumberjackSender].map((send) => send(sending));
  return {
    stop: async () => {
      ending.abort();
      await Promise.all(senders);
    },
  };
}
