import type { Registry } from "prom-client";
import type { RetentionSnapshot } from "../monitor/retention/index.ts";
import { scrapedGauge, scrapedTotal } from "./scraped.ts";

const COUNTERS = [
  ["yagura_retention_deleted_events_total", "Events deleted because their time was over", "deletedEvents"],
  [
    "yagura_retention_failures_total",
    "Times that expired events could not be deleted, of a day or of all; it is tried again every ten minutes",
    "failures",
  ],
] as const satisfies readonly (readonly [string, string, keyof RetentionSnapshot])[];

/** Figures of the deletion of expired events, read from the keeper at scrape time; `read` is undefined until the engines are ready. */
export function addRetentionMetrics(registry: Registry, read: () => RetentionSnapshot | undefined): void {
  for (const [name, help, key] of COUNTERS) scrapedTotal(registry, name, help, () => read()?.[key] ?? 0);
  const help = "1 while nothing is deleted because what was received is not all stored";
  scrapedGauge(registry, "yagura_retention_paused", help, () => Number(read()?.isPaused ?? false));
}
