import { Registry } from "prom-client";
import { expect, it } from "vitest";
import { addNotifyMetrics } from "./notify-metrics.ts";

it("Notifications have figures: attempts by way and result, what waits, and what was given up", async () => {
  const registry = new Registry();
  const figures = { sent: { email: 3 }, failed: { slack: 1 }, waiting: 2, unrouted: 5, dead: 4 };
  addNotifyMetrics(registry, { figures: () => figures });
  const lines = (await registry.metrics()).split("\n").filter((line) => !line.startsWith("#") && line !== "");
  expect(lines).toEqual([
    'yagura_notifications_total{via="email",result="sent"} 3',
    'yagura_notifications_total{via="slack",result="failed"} 1',
    "yagura_notifications_waiting 2",
    "yagura_notifications_unrouted 5",
    "yagura_notifications_dead 4",
  ]);
});
