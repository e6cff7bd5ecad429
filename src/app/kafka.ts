import { join } from "node:path";
import type { KafkaConsumers } from "../monitor/collect/index.ts";
import type { Organization } from "../organization/index.ts";
import type { DataDirectory } from "../platform/directory/index.ts";
import type { Logger } from "../platform/log/index.ts";
import type { Config } from "./config.ts";
import type { Engines } from "./engines.ts";
import { addKafkaMetrics } from "./kafka-metrics.ts";
import type { Monitoring } from "./monitoring.ts";
import { checkTargets } from "./named-targets.ts";

type Deps = {
  readonly directory: DataDirectory;
  readonly engines: Engines;
  readonly organization: Organization;
  readonly monitoring: Monitoring;
  readonly log: Logger;
};

/** Begins to read the clusters of the settings. Errors: `invalid` for a unit or a format that there is not. */
export async function openKafka(
  clusters: Config["kafka"],
  { directory, engines, organization, monitoring, log }: Deps,
): Promise<KafkaConsumers> {
  const topics = clusters.flatMap((cluster) => cluster.topics);
  await checkTargets(organization, "kafka, topic", topics);
  // The client takes most of a second to load: only who reads Kafka waits for it.
  const { consumeKafka } = await import("../monitor/collect/kafka/consume.ts");
  const { intake, onBug } = monitoring.bulk;
  const consumers = await consumeKafka({
    ...{ intake, onBug, clusters, log: engines.wal },
    placesPath: join(directory.at("kafka"), "places.json"),
    warn: log.warn.bind(log),
    info: log.info.bind(log),
  });
  addKafkaMetrics(monitoring.metrics.registry, consumers);
  return consumers;
}
