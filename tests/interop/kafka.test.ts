import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { consumeKafka, type KafkaConsumers } from "../../src/monitor/collect/kafka/consume.ts";
import type { KafkaSetting } from "../../src/monitor/collect/kafka/settings.ts";
import { openTestIntake, storedRecords, storedTexts, takeOut } from "../../src/monitor/collect/testing/fixtures.ts";
import {
  createCertificates,
  removeCertificates,
  type TestCertificates,
} from "../../src/monitor/collect/testing/tcp.ts";
import { openWal, type Wal } from "../../src/platform/wal/index.ts";
import { type Broker, hasKafka, newBroker, PASSWORD } from "../support/kafka/broker.ts";
import { until } from "../support/yagura-process.ts";

if (!hasKafka) console.warn("no Kafka (YAGURA_TEST_KAFKA, see tests/support/kafka/pom.xml) or no kcat: tests skipped");

const numbered = (count: number, from = 0): string[] => Array.from({ length: count }, (_, i) => `event ${from + i}`);
const sorted = (texts: readonly string[]): string[] => [...texts].sort();

describe.skipIf(!hasKafka)("Apache Kafka, written to by librdkafka", () => {
  let certificates: TestCertificates;
  let broker: Broker;
  beforeAll(async () => {
    certificates = createCertificates();
    broker = await newBroker(certificates);
    await broker.start();
  });
  afterAll(async () => {
    await broker?.remove();
    removeCertificates(certificates);
  });

  async function openBench(options: Parameters<typeof openTestIntake>[0] = {}) {
    const folder = await mkdtemp(join(tmpdir(), "yagura-kafka-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const { intake, wal } = await openTestIntake(options);
    const warnings: object[] = [];
    const open = new Set<KafkaConsumers>();
    onTestFinished(async () => {
      for (const one of open) await one.close();
    });
    const consume = async (setting: Partial<KafkaSetting> & Pick<KafkaSetting, "topics">): Promise<KafkaConsumers> => {
      const consumers = await consumeKafka({
        ...{
          intake,
          log: wal,
          info: () => {},
          warn: (facts: object) => warnings.push(facts),
        },
        onBug: (error) => warnings.push({ bug: error }),
        clusters: [{ brokers: [broker.plain], group: "yagura", from: "start", ...setting }],
        placesPath: join(folder, "places.json"),
      });
      open.add(consumers);
      return consumers;
    };
    const holds = (wanted: readonly string[]): Promise<unknown> =>
      until(`${wanted.length} events`, async () => {
        const texts = await storedTexts(wal);
        return texts.length >= wanted.length ? expect(sorted(texts)).toEqual(sorted(wanted)) : false;
      }).catch(async (cause: unknown) => {
        throw new Error(`${(await storedTexts(wal)).length} events; ${JSON.stringify(warnings)}`, { cause });
      });
    return { intake, wal, warnings, consume, holds };
  }
  const statsOf = (consumers: KafkaConsumers) => [...consumers.stats().values()][0];

  it("is read from the start, whatever its messages are packed with, and told how far", async () => {
    const { consume, wal, intake, warnings } = await openBench();
    for (const [at, codec] of ["none", "gzip", "snappy", "lz4", "zstd"].entries())
      await broker.produce("packed", numbered(200, 200 * at), "-X", `compression.codec=${codec}`);
    const topics = [{ name: "packed", source: "firewalls", unit: "unit_7", format: "cef" }];
    const consumers = await consume({ group: "g-packed", topics });
    await until("1000 events", async () => (await storedTexts(wal)).length >= 1_000);
    expect(sorted(await storedTexts(wal))).toEqual(sorted(numbered(1_000)));
    const [record] = await storedRecords(wal);
    expect(record).toMatchObject({ transport: "kafka", sourceId: "source_firewalls", unitId: "unit_7", format: "cef" });
    expect(record?.peer).toMatch(/^packed\/[012]$/);
    expect(statsOf(consumers)).toMatchObject({ connected: 1, partitions: 3, records: 1_000, repeated: 0, failures: 0 });
    await consumers.close();
    expect(await broker.leftFor("g-packed", "packed")).toBe("");
    expect([warnings, intake.snapshot().inFlightBytes]).toEqual([[], 0]);
  });

  it("brings nothing twice when the offsets that the brokers know are behind", async () => {
    const { consume, holds } = await openBench();
    await broker.produce("again", numbered(500));
    const first = await consume({ group: "g-again-1", topics: [{ name: "again" }] });
    await holds(numbered(500));
    await first.close();
    await broker.produce("again", numbered(100, 500));
    const second = await consume({ group: "g-again-1", topics: [{ name: "again" }] });
    await holds(numbered(600));
    await second.close();
  });

  it("counts messages without a value, and takes what shippers write as it is", async () => {
    const { consume, wal, intake } = await openBench();
    const beat = '{"@timestamp":"2026-11-27T00:00:00.000Z","message":"x","host":{"name":"web01"}}';
    const lines = [`k|${beat}`, "k|", 'k|{"log":"from Fluent Bit"}'];
    await broker.produce("values", lines, "-Z", "-p", "0", "-K", "|");
    const consumers = await consume({ group: "g-values", topics: [{ name: "values" }] });
    await until(
      "two events",
      async () => (await storedTexts(wal)).length === 2 && statsOf(consumers)?.withoutValue === 1,
    );
    expect(await storedTexts(wal)).toEqual([beat, '{"log":"from Fluent Bit"}']);
    expect(intake.snapshot().sources).toMatchObject([{ rejected: { not_an_object: 1 }, acceptedEvents: 2 }]);
  });

  it("begins at the end when asked, and there again after a stop before the first message", async () => {
    const { consume, holds } = await openBench();
    await broker.produce("tail", numbered(10));
    const setting = { group: "g-tail", topics: [{ name: "tail" }], from: "end" } as const;
    const first = await consume(setting);
    await until("a place in the group", async () => statsOf(first)?.partitions === 3);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await first.close();
    await broker.produce("tail", numbered(5, 10));
    await consume(setting);
    await holds(numbered(5, 10));
  });

  it("is read over mutual TLS, and by password in each way; wrong ones are told without the password", async () => {
    const { consume, holds, warnings } = await openBench();
    await broker.produce("secret", numbered(3));
    const { at } = certificates;
    const topics = [{ name: "secret" }];
    const tls = { ca: at("ca.pem"), certificate: at("client.pem"), key: at("client.key") };
    const read = async (setting: Partial<KafkaSetting>, count: number): Promise<void> => {
      const consumers = await consume({ topics, ...setting, group: `g-secret-${count}` });
      await until("what was fetched", async () => (statsOf(consumers)?.records ?? 0) >= 3);
      await consumers.close();
    };
    await read({ brokers: [broker.tls], tls }, 1);
    for (const [i, mechanism] of (["SCRAM-SHA-256", "SCRAM-SHA-512", "PLAIN"] as const).entries()) {
      const username = mechanism === "PLAIN" ? "bob" : "alice";
      await read({ brokers: [broker.sasl], sasl: { mechanism, username, password: PASSWORD } }, i + 2);
    }
    await holds([1, 2, 3, 4].flatMap(() => numbered(3)));
    expect(warnings).toEqual([]);
    const wrong = { mechanism: "SCRAM-SHA-256", username: "alice", password: "not the password" } as const;
    for (const setting of [
      { brokers: [broker.sasl], sasl: wrong },
      { brokers: [broker.tls], tls: { ca: at("ca.pem") } },
      { brokers: [broker.tls], tls: { ...tls, ca: at("other-ca.pem") } },
    ]) {
      const before = warnings.length;
      const consumers = await consume({ topics, ...setting, group: "g-secret-wrong" });
      await until("a warning", async () => warnings.length > before);
      await consumers.close();
    }
    expect(JSON.stringify(warnings)).not.toContain("not the password");
  });

  it("fetches no more while the log has no room, and goes on where it was", async () => {
    const { consume, wal } = await openBench({ maxBytes: 1024 * 1024 });
    const lines = numbered(6_000).map((text) => `${text} ${"x".repeat(400)}`);
    await broker.produce("flood", lines);
    const consumers = await consume({ group: "g-flood", topics: [{ name: "flood" }] });
    await until("a pause", async () => statsOf(consumers)?.paused === 1);
    const seen = new Set<string>();
    const all: string[] = [];
    await until("all events", async () => {
      all.push(...(await storedTexts(wal, wal.stats().checkpointSeq + 1)));
      await takeOut(wal, seen);
      return seen.size === lines.length;
    });
    expect(statsOf(consumers)).toMatchObject({ paused: 0, failures: 0 });
  });

  it("comes back after a kill of the broker: nothing is lost, nothing comes twice", async () => {
    const { consume, holds } = await openBench();
    await broker.produce("away", numbered(300));
    const consumers = await consume({ group: "g-away", topics: [{ name: "away" }] });
    await holds(numbered(300));
    await broker.kill();
    await until("the loss to be seen", async () => (statsOf(consumers)?.failures ?? 0) > 0);
    await broker.start();
    await broker.produce("away", numbered(300, 300));
    await holds(numbered(600));
  });

  it("shares its partitions with another member and takes them over from it", async () => {
    const { consume, holds, wal } = await openBench();
    const other = await openBench();
    const setting = { group: "g-shared", topics: [{ name: "shared" }] };
    await broker.produce("shared", numbered(30));
    const one = await consume(setting);
    await holds(numbered(30));
    const two = await other.consume(setting);
    await until("a share each", async () => {
      const shares = [statsOf(one)?.partitions ?? 0, statsOf(two)?.partitions ?? 0];
      return Math.min(...shares) > 0 && shares[0] !== undefined && shares.reduce((a, b) => a + b) === 3;
    });
    await broker.produce("shared", numbered(300, 30));
    await until("a part there", async () => (await storedTexts(other.wal)).length > 0);
    await two.close();
    await until("all partitions here", async () => statsOf(one)?.partitions === 3);
    await broker.produce("shared", numbered(100, 330));
    const all = numbered(430);
    await until("all events", async () => {
      const texts = new Set([...(await storedTexts(wal)), ...(await storedTexts(other.wal))]);
      return texts.size === all.length;
    });
  });

  it("is read once by a process that is killed again and again", async () => {
    const folder = await mkdtemp(join(tmpdir(), "yagura-kafka-kill-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const ROUNDS = 3;
    const lines = numbered(10_000).map((text) => `${text} ${"y".repeat(200)}`);
    await broker.produce("kill", lines);
    for (let round = 0; round < ROUNDS; round += 1) {
      const reader = startReader(folder, broker.plain);
      const wanted = 500 + 500 * round;
      await fetched(reader, wanted);
      reader.kill("SIGKILL");
      await once(reader, "exit");
    }
    const reader = startReader(folder, broker.plain);
    const wal = async <T>(use: (wal: Wal) => Promise<T>): Promise<T> => {
      const opened = await openWal({ directory: join(folder, "wal") });
      return use(opened).finally(() => opened.close());
    };
    await idle(reader);
    reader.kill("SIGKILL");
    await once(reader, "exit");
    expect(sorted(await wal(storedTexts))).toEqual(sorted(lines));
  });
});

const READER = new URL("../../src/monitor/collect/testing/kafka-reader.ts", import.meta.url).pathname;

function startReader(folder: string, broker: string): ChildProcess {
  return spawn(process.execPath, [READER, folder, broker, "g-kill", "kill"], { stdio: ["ignore", "pipe", "inherit"] });
}

type Progress = { readonly connected: number; readonly records: number };

/** Waits until what a reader says of itself holds. */
async function said(reader: ChildProcess, isEnough: (progress: Progress) => boolean): Promise<void> {
  for await (const chunk of reader.stdout ?? []) {
    const [connected, records] = (String(chunk).trim().split("\n").at(-1) ?? "").split(" ").map(Number);
    if (isEnough({ connected: connected ?? 0, records: records ?? 0 })) return;
  }
}

const fetched = (reader: ChildProcess, wanted: number): Promise<void> =>
  said(reader, ({ records }) => records >= wanted);

/** Waits until a reader that has joined its group fetches nothing more for four seconds. */
function idle(reader: ChildProcess): Promise<void> {
  let last = -1;
  let since = Date.now();
  return said(reader, ({ connected, records }) => {
    if (records !== last || connected === 0) since = Date.now();
    last = records;
    return Date.now() - since > 4_000;
  });
}
