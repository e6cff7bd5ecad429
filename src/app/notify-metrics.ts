import { Counter, type Registry } from "prom-client";
import type { Notifier } from "../respond/notify/index.ts";
import { scrapedGauge } from "./scraped.ts";

export function addNotifyMetrics(registry: Registry, { figures }: Pick<Notifier, "figures">): void {
  new Counter({
    name: "yagura_notifications_total",
    help: "Attempts to send a notification, by way and result",
    labelNames: ["via", "result"],
    registers: [registry],
    collect() {
      this.reset();
      const { sent, failed } = figures();
      for (const [via, count] of Object.entries(sent)) this.inc({ via, result: "sent" }, count);
      for (const [via, count] of Object.entries(failed)) this.inc({ via, result: "failed" }, count);
    },
  });
  scrapedGauge(
    registry,
    "yagura_notifications_waiting",
    "Messages made and not yet sent or given up",
    () => figures().waiting,
  );
  scrapedGauge(
    registry,
    "yagura_notifications_unrouted",
    "Matters that nobody was told of yet",
    () => figures().unrouted,
  );
  scrapedGauge(
    registry,
    "yagura_notifications_dead",
    "Messages given up and not sent again by hand",
    () => figures().dead,
  );
}
