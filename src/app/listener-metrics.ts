import { Counter, Gauge, type Registry } from "prom-client";
import type { TcpListener } from "../monitor/collect/index.ts";

type Stats = ReturnType<TcpListener["stats"]>;
/** What a listener does not count has no figure: HTTP has no pauses, UDP no connections. */
export type Counting = { stats(): Partial<Stats> };

const ENDINGS = [
  ["no_place", "refused"],
  ["not_allowed", "notAllowed"],
  ["handshake_failed", "failedHandshakes"],
  ["silent", "closedIdle"],
  ["unfinished", "closedUnfinished"],
  ["protocol_error", "protocolErrors"],
] as const satisfies readonly (readonly [string, keyof Stats])[];

const GAUGES = [
  ["yagura_listener_connections", "Open connections, by listener", "connections"],
  ["yagura_listener_paused", "Connections not read now because what they sent is not yet durable", "paused"],
  ["yagura_listener_held_bytes", "Bytes of unfinished messages, by listener", "heldBytes"],
] as const satisfies readonly (readonly [string, string, keyof Stats])[];

/** Figures of the listeners with a port of their own, read from their own counts at scrape time. */
export function addListenerMetrics(registry: Registry, listeners: ReadonlyMap<string, Counting>): void {
  for (const [name, help, key] of GAUGES) {
    new Gauge({
      name,
      help,
      labelNames: ["listener"],
      registers: [registry],
      collect() {
        for (const [listener, { [key]: count }] of statsOf(listeners))
          if (count !== undefined) this.set({ listener }, count);
      },
    });
  }
  new Counter({
    name: "yagura_listener_ended_total",
    help: "Connections turned away or ended by Yagura, by listener and reason",
    labelNames: ["listener", "reason"],
    registers: [registry],
    collect() {
      this.reset();
      for (const [listener, stats] of statsOf(listeners)) {
        for (const [reason, key] of ENDINGS) {
          const count = stats[key];
          if (count !== undefined) this.inc({ listener, reason }, count);
        }
      }
    },
  });
}

const statsOf = (listeners: ReadonlyMap<string, Counting>): [string, Partial<Stats>][] =>
  [...listeners].map(([name, listener]) => [name, listener.stats()]);
