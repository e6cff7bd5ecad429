import type { Registry } from "prom-client";
import type { Guard } from "../organization/access/index.ts";
import type { State } from "../platform/state/index.ts";
import { createLive, LIVE_CHANNEL } from "../respond/live/index.ts";
import { scrapedGauge, scrapedTotal } from "./scraped.ts";

type LiveParts = { readonly state: State; readonly guard: Guard; readonly registry: Registry };

/** Hears what the database tells of changes, from this process and from others on the same database, and passes it on to browsers. */
export async function openLive({ state, guard, registry }: LiveParts) {
  const live = createLive({ contextAgain: guard.contextAgain });
  const unlisten = await state.listen(LIVE_CHANNEL, live.hearer);
  const stats = (key: keyof ReturnType<typeof live.stats>) => () => live.stats()[key];
  scrapedGauge(registry, "yagura_live_streams", "Browsers that hear of changes now", stats("open"));
  scrapedTotal(registry, "yagura_live_messages_total", "Messages to browsers that hear of changes", stats("messages"));
  scrapedTotal(
    registry,
    "yagura_live_refused_total",
    "Live streams refused because too many were open",
    stats("refused"),
  );
  scrapedTotal(registry, "yagura_live_slow_total", "Live streams cut off because nobody read them", stats("slow"));
  return {
    routes: live.routes,
    close: async (): Promise<void> => {
      live.close();
      await unlisten();
    },
  };
}
