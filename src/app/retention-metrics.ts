import { Counter, Gauge, type Registry } from "prom-client";
import type { RetentionSnapshot } from "../monitor/retention/index.ts";

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
  for (const [name, help, key] of COUNTERS) {
    new Counter({
      name,
      help,
      registers: [registry],
      collect() {
        this.reset();
        this.inc(read()?.[key] ?? 0);
      },
    });
  }
  new Gauge({
    name: "yagura_retention_paused",
    help: "1 while nothing is deleted because what was received is not all stored",
    registers: [registry],
    collect() {
      this.set(Number(read()?.isPaused ?? false));
    },
  });
}
