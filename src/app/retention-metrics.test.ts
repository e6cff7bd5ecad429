import { Registry } from "prom-client";
import { expect, it } from "vitest";
import { addRetentionMetrics } from "./retention-metrics.ts";

const figuresOf = async (registry: Registry): Promise<string[]> =>
  (await registry.metrics()).split("\n").filter((line) => !line.startsWith("#") && line !== "");

it("What the deletion of expired events could not do is told, from the first look on", async () => {
  const registry = new Registry();
  let snapshot: { deletedEvents: number; failures: number; isPaused: boolean } | undefined;
  addRetentionMetrics(registry, () => snapshot);
  expect(await figuresOf(registry)).toEqual([
    "yagura_retention_deleted_events_total 0",
    "yagura_retention_failures_total 0",
    "yagura_retention_paused 0",
  ]);
  snapshot = { deletedEvents: 12, failures: 3, isPaused: true };
  expect(await figuresOf(registry)).toEqual([
    "yagura_retention_deleted_events_total 12",
    "yagura_retention_failures_total 3",
    "yagura_retention_paused 1",
  ]);
});
