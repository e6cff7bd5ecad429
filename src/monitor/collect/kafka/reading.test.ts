import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Consumer, type FetchOptions, MessagesStream, ResponseError } from "@platformatic/kafka";
import { expect, it, onTestFinished, vi } from "vitest";
import { openTestIntake } from "../testing/fixtures.ts";
import { PlacedConsumer } from "./placed-consumer.ts";
import { Places, placeKeyOf } from "./places.ts";
import { Reading } from "./reading.ts";

type Callback<T> = (error: Error | null, payload?: T) => void;

/** What the client would have heard from a broker, given as its methods give it. */
async function heard<T>(answer: T, callback?: Callback<T>): Promise<T> {
  callback?.(null, answer);
  return answer;
}

const TOPIC = { id: "id-1", partitionsCount: 1, lastUpdate: 0 };
const PARTITION = { leader: 1, leaderEpoch: 0, replicas: [1], isr: [1], offlineReplicas: [] };
const METADATA = {
  ...{ id: "cluster", controllerId: 1, lastUpdate: 0 },
  brokers: new Map([[1, { nodeId: 1, host: "127.0.0.1", port: 9, rack: null }]]),
  topics: new Map([["logs", { ...TOPIC, partitions: [PARTITION] }]]),
};

/** The client itself over a broker that is none: a group that has committed `committed`, a topic whose oldest record is `oldest`. */
async function openBench({ committed, oldest, place }: { committed: bigint; oldest: bigint; place: number }) {
  const folder = await mkdtemp(join(tmpdir(), "yagura-kafka-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const { intake, wal } = await openTestIntake();
  const places = await Places.open(join(folder, "places.json"), wal);
  const key = placeKeyOf({ cluster: "cluster", group: "g", topic: "logs", topicId: "id-1", partition: 0 });
  await places.advance({ key, next: place }, async () => true);
  const setting = { brokers: ["127.0.0.1:9"], group: "g", topics: [{ name: "logs" }], from: "end" as const };
  const options = { clientId: "test", groupId: "g", bootstrapBrokers: setting.brokers };
  const consumer = new PlacedConsumer(options, { places, setting });
  consumer.topics.track("logs");
  consumer.assignments = [{ topic: "logs", partitions: [0] }];
  const asked: bigint[] = [];
  const told: object[] = [];
  vi.spyOn(Consumer.prototype, "listCommittedOffsets").mockImplementation(() =>
    heard(new Map([["logs", [committed]]])),
  );
  vi.spyOn(consumer, "metadata").mockImplementation((_: object, callback?: Callback<typeof METADATA>) =>
    heard(METADATA, callback),
  );
  vi.spyOn(consumer, "listOffsets").mockImplementation(
    ({ timestamp }: { timestamp?: bigint }, callback?: Callback<Map<string, bigint[]>>) =>
      heard(new Map([["logs", [timestamp === -2n ? oldest : 9_000n]]]), callback),
  );
  vi.spyOn(consumer, "commit").mockImplementation(() => heard(undefined));
  vi.spyOn(consumer, "fetch").mockImplementation(
    ({ topics }: Pick<FetchOptions<Buffer, Buffer, Buffer, Buffer>, "topics">, callback?: Callback<never>) => {
      const offset = topics[0]?.partitions[0]?.fetchOffset ?? -1n;
      asked.push(offset);
      // As brokers answer: with no offsets of their log.
      const partition = { partitionIndex: 0, errorCode: 1, logStartOffset: -1n, highWatermark: -1n };
      const response = { errorCode: 0, responses: [{ topicId: "id-1", partitions: [partition] }] };
      const error = new ResponseError(1, 12, { "/responses/0/partitions/0": [1, null] }, response);
      if (offset < oldest) setImmediate(() => callback?.(error));
      return new Promise<never>(() => {});
    },
  );
  const stream = new MessagesStream(consumer, { topics: ["logs"], mode: "committed", fallbackMode: "earliest" });
  const counts = { records: 0, repeated: 0, withoutValue: 0, skipped: 0 };
  const reading = new Reading({
    ...{ intake, places, setting, consumer, stream, counts },
    onBug: (error) => told.push({ bug: error }),
    warn: (facts) => told.push(facts),
    signal: new AbortController().signal,
  });
  const running = reading.run();
  onTestFinished(async () => {
    stream.destroy();
    await running.catch(() => undefined);
    vi.restoreAllMocks();
  });
  return { asked, told, counts };
}

it("Reading begins at the log's place when the brokers have forgotten the group's offset, whatever the settings say", async () => {
  const { asked, told } = await openBench({ committed: -1n, oldest: 0n, place: 1_000 });
  await vi.waitFor(() => expect(asked).toEqual([1_000n]));
  expect(told).toEqual([]);
});

it("Reading goes on at the oldest record that is left, and what is gone is told and counted once", async () => {
  const { asked, told, counts } = await openBench({ committed: 900n, oldest: 5_000n, place: 1_000 });
  await vi.waitFor(() => expect(asked).toEqual([1_000n, 5_000n]));
  expect(told).toEqual([{ partition: "logs:0", from: 1_000, to: 5_000 }]);
  expect(counts.skipped).toBe(4_000);
});

it("Nothing is told of a partition of which nobody knows a place: it begins at its end, as the settings say", async () => {
  const { asked, told } = await openBench({ committed: -1n, oldest: 5_000n, place: 0 });
  await vi.waitFor(() => expect(asked).toEqual([9_000n]));
  expect(told).toEqual([]);
});
