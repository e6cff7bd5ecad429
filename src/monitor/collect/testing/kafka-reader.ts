import { writeSync } from "node:fs";
import { join } from "node:path";
import { openWal } from "../../../platform/wal/index.ts";
import { createCounters } from "../counters.ts";
import { createIntake } from "../intake.ts";
import { consumeKafka } from "../kafka/consume.ts";

/** A process to be killed: reads a topic into a log and prints how many records it has fetched. */
const [directory = "", broker = "", group = "", topic = ""] = process.argv.slice(2);
const wal = await openWal({ directory: join(directory, "wal") });
const intake = createIntake({
  wal,
  counters: createCounters(),
  now: Date.now,
  resolveSource: async () => ({ sourceId: "source_1", unitId: "unit_1", format: "auto" }),
});
const say = (facts: object): void => void writeSync(2, `${JSON.stringify(facts)}\n`);
const consumers = await consumeKafka({
  ...{ intake, log: wal, warn: say, info: say, onBug: console.error },
  clusters: [{ brokers: [broker], group, topics: [{ name: topic }], from: "start" }],
  placesPath: join(directory, "places.json"),
});
setInterval(() => {
  for (const { connected, records } of consumers.stats().values()) writeSync(1, `${connected} ${records}\n`);
}, 20);
