import type { Registry } from "prom-client";
import type { KafkaConsumers, KafkaStats } from "../monitor/collect/index.ts";
import { scrapedPlaces } from "./scraped.ts";

const GAUGES = [
  ["yagura_kafka_connected", "Whether the consumer group is joined now, by cluster", "connected"],
  ["yagura_kafka_partitions", "Partitions that are read here", "partitions"],
  ["yagura_kafka_lag_records", "Records that the brokers have and the log has not, as last heard", "lag"],
  ["yagura_kafka_paused", "Whether records wait because the log has no room or a source is switched off", "paused"],
] as const satisfies readonly (readonly [string, string, keyof KafkaStats])[];

const COUNTERS = [
  ["yagura_kafka_records_total", "Records fetched", "records"],
  ["yagura_kafka_repeated_total", "Records fetched again that were in the log already, and left out", "repeated"],
  ["yagura_kafka_without_value_total", "Records without a value, which are no events", "withoutValue"],
  ["yagura_kafka_skipped_records_total", "Records that the brokers deleted before they were read", "skipped"],
  ["yagura_kafka_failures_total", "Connections that failed or broke off", "failures"],
] as const satisfies readonly (readonly [string, string, keyof KafkaStats])[];

/** Figures of the Kafka clusters, read from the consumers' own counts at scrape time. */
export function addKafkaMetrics(registry: Registry, consumers: KafkaConsumers): void {
  scrapedPlaces(registry, { label: "cluster", gauges: GAUGES, totals: COUNTERS, read: () => consumers.stats() });
}
