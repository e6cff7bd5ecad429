import { Registry } from "prom-client";
import { expect, it } from "vitest";
import { addListenerMetrics, type Counting } from "./listener-metrics.ts";

it("A listener has the figures that it counts, under the same names as all others", async () => {
  const registry = new Registry();
  const hec = {
    connections: 2,
    refused: 1,
    notAllowed: 3,
    failedHandshakes: 4,
    closedUnfinished: 0,
    protocolErrors: 5,
  };
  const relp = { ...hec, connections: 7, paused: 1, heldBytes: 9, closedIdle: 6 };
  const listeners: [string, Counting][] = [
    ["hec", { stats: () => hec }],
    ["relp", { stats: () => relp }],
    ["flows", { stats: () => ({ notAllowed: 8 }) }],
  ];
  addListenerMetrics(registry, new Map(listeners));
  const lines = (await registry.metrics()).split("\n").filter((line) => !line.startsWith("#") && line !== "");
  const ended = (listener: string) =>
    Object.fromEntries(
      lines.flatMap((line) => {
        const [, of, reason, count] =
          /^yagura_listener_ended_total\{listener="(\w+)",reason="(\w+)"\} (\d+)$/.exec(line) ?? [];
        return of === listener ? [[reason, Number(count)]] : [];
      }),
    );
  const counted = { no_place: 1, not_allowed: 3, handshake_failed: 4, unfinished: 0, protocol_error: 5 };
  expect(ended("hec")).toEqual(counted);
  expect(ended("relp")).toEqual({ ...counted, silent: 6 });
  expect(ended("flows")).toEqual({ not_allowed: 8 });
  expect(lines.filter((line) => !line.startsWith("yagura_listener_ended"))).toEqual([
    'yagura_listener_connections{listener="hec"} 2',
    'yagura_listener_connections{listener="relp"} 7',
    'yagura_listener_paused{listener="relp"} 1',
    'yagura_listener_held_bytes{listener="relp"} 9',
  ]);
});
