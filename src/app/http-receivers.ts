import {
  bulkRoutes,
  type HecOptions,
  type HttpReceiver,
  hecRoutes,
  listenHttp,
  listenOtlpGrpc,
  otlpRoutes,
  type ReceiverDeps,
  type TurnedAwayLog,
} from "../monitor/collect/index.ts";
import type { Config } from "./config.ts";
import type { Port } from "./named.ts";

export type ReceiverParts = {
  readonly bulk: ReceiverDeps;
  readonly hec: HecOptions;
  readonly turnedAway: TurnedAwayLog;
};

/** Ports of their own for senders that speak Elasticsearch, Splunk HEC or OTLP, where they are switched on. */
export function httpReceivers({ elasticsearch, hec, otlp }: Config, parts: ReceiverParts): Port<HttpReceiver>[] {
  const { bulk, turnedAway } = parts;
  const on = (name: string) => ({ onBug: bulk.onBug, onTurnedAway: turnedAway.of(name) });
  const collector = { prefix: "/services/collector", routes: hecRoutes(bulk, parts.hec) };
  const all: (Port<HttpReceiver> & { enabled: boolean })[] = [
    {
      name: "elasticsearch",
      ...elasticsearch,
      open: () => listenHttp({ ...elasticsearch, ...on("elasticsearch"), routes: bulkRoutes(bulk) }),
    },
    { name: "hec", ...hec, open: () => listenHttp({ ...hec, ...on("hec"), ...collector }) },
    {
      name: "otlp-http",
      ...otlp.http,
      open: () => listenHttp({ ...otlp.http, ...on("otlp-http"), routes: otlpRoutes(bulk) }),
    },
    {
      name: "otlp-grpc",
      ...otlp.grpc,
      open: () => listenOtlpGrpc(bulk, { ...otlp.grpc, ...on("otlp-grpc") }),
    },
  ];
  return all.filter(({ enabled }) => enabled);
}
