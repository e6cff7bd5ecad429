import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { ConsumerOptions, MessagesStream } from "@platformatic/kafka";
import type { Intake } from "../intake.ts";
import { failureText } from "./failure.ts";
import { PlacedConsumer } from "./placed-consumer.ts";
import { type PlaceLog, Places } from "./places.ts";
import { Reading } from "./reading.ts";
import type { KafkaSetting } from "./settings.ts";

export type KafkaOptions = {
  readonly intake: Intake;
  readonly clusters: readonly KafkaSetting[];
  readonly log: PlaceLog;
  /** Where the places are kept. */
  readonly placesPath: string;
  readonly warn: (facts: object, message: string) => void;
  readonly info: (facts: object, message: string) => void;
  readonly onBug: (error: unknown) => void;
};

export type KafkaStats = {
  /** Whether the group is joined now. */
  readonly connected: number;
  readonly partitions: number;
  /** Records that the brokers have and the log has not, as last heard. */
  readonly lag: number;
  /** Something is not read now, because the log has no room or a source is switched off. */
  readonly paused: number;
  readonly records: number;
  readonly repeated: number;
  readonly withoutValue: number;
  /** Deleted by the brokers before they were read. */
  readonly skipped: number;
  readonly failures: number;
};

export type KafkaConsumers = {
  /** By group and first broker, as in the settings. */
  stats(): ReadonlyMap<string, KafkaStats>;
  close(): Promise<void>;
};

const FIRST_PAUSE_MS = 500;
const LAST_PAUSE_MS = 30_000;
const LAG_EVERY_MS = 15_000;
const FETCH_BYTES = 8 * 1024 * 1024;
const PARTITION_BYTES = 1024 * 1024;
/** Records that wait in memory before no more are fetched. */
const WAITING_RECORDS = 512;

/** Reads clusters until it is closed, whether or not they can be reached now. Rejects when the saved places cannot be read. */
export async function consumeKafka(options: KafkaOptions): Promise<KafkaConsumers> {
  const places = await Places.open(options.placesPath, options.log);
  if (places.unseenRecords > 0)
    options.warn(
      { records: places.unseenRecords },
      "records of the log are gone that nobody read places from; some events may come twice",
    );
  const stop = new AbortController();
  const members = options.clusters.map((setting) => new Member(setting, options, places));
  const running = members.map((member) => member.run(stop.signal).catch(options.onBug));
  return {
    stats: () => new Map(members.map((member) => [member.name, member.stats()])),
    async close() {
      stop.abort();
      await Promise.all(running);
      await places.save();
    },
  };
}

const NOTHING = { records: 0, repeated: 0, withoutValue: 0, skipped: 0, failures: 0 };

/** One cluster. The connection comes and goes; the places stay. */
class Member {
  readonly name: string;
  readonly #setting: KafkaSetting;
  readonly #options: KafkaOptions;
  readonly #places: Places;
  readonly #counts = { ...NOTHING };
  #reading: Reading | undefined;
  #told = "";

  constructor(setting: KafkaSetting, options: KafkaOptions, places: Places) {
    this.name = `${setting.group}@${setting.brokers[0] ?? ""}`;
    this.#setting = setting;
    this.#options = options;
    this.#places = places;
  }

  stats(): KafkaStats {
    const { partitions = 0, lag = 0, paused = 0 } = this.#reading?.state() ?? {};
    return { connected: this.#reading === undefined ? 0 : 1, partitions, lag, paused, ...this.#counts };
  }

  async run(signal: AbortSignal): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    while (!signal.aborted) {
      const before = this.#counts.records;
      await this.#readUntilItFails(signal).catch((error: unknown) => this.#tell(error, signal));
      this.#reading = undefined;
      if (this.#counts.records > before) pauseMs = FIRST_PAUSE_MS;
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
      pauseMs = Math.min(2 * pauseMs, LAST_PAUSE_MS);
    }
  }

  async #readUntilItFails(signal: AbortSignal): Promise<void> {
    const consumer = new PlacedConsumer(await consumerOptions(this.#setting), {
      places: this.#places,
      setting: this.#setting,
    });
    let stream: MessagesStream<Buffer, Buffer, Buffer, Buffer> | undefined;
    // Closing is what ends a wait for records.
    const end = (): void => void stream?.close().catch(() => undefined);
    signal.addEventListener("abort", end);
    try {
      const topics = this.#setting.topics.map(({ name }) => name);
      const joining = consumer.consume({
        topics,
        mode: "committed",
        // Of who is out of range too. Where to begin otherwise is the consumer's.
        fallbackMode: "earliest",
        autocommit: false,
        highWaterMark: WAITING_RECORDS,
      });
      stream = await unlessAborted(joining, signal);
      if (stream === undefined) return;
      const { intake, onBug, info } = this.#options;
      const warn = (facts: object, message: string): void =>
        this.#options.warn({ kafka: this.name, ...facts }, message);
      const shared = {
        intake,
        onBug,
        warn,
        places: this.#places,
        counts: this.#counts,
        setting: this.#setting,
        signal,
      };
      this.#reading = new Reading({ ...shared, consumer, stream });
      consumer.startLagMonitoring({ topics }, LAG_EVERY_MS);
      info({ kafka: this.name, topics }, "a Kafka cluster is being read");
      this.#told = "";
      await this.#reading.run();
    } finally {
      signal.removeEventListener("abort", end);
      await stream?.close().catch(() => undefined);
      // Forced: it leaves the group, so that others need not wait for its session to end.
      await consumer.close(true).catch(() => undefined);
    }
  }

  /** The same failure is told once until the cluster is read again. */
  #tell(error: unknown, signal: AbortSignal): void {
    if (signal.aborted) return;
    this.#counts.failures += 1;
    const reason = failureText(error);
    if (reason === this.#told) return;
    this.#told = reason;
    this.#options.warn({ kafka: this.name, reason }, "a Kafka cluster cannot be read; it is tried again and again");
  }
}

/** What came of it, or undefined once it is to stop: who tries to reach a broker that is away would keep everybody waiting. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const stop = (): void => resolve(undefined);
  signal.addEventListener("abort", stop);
  work.catch(() => undefined);
  try {
    return signal.aborted ? undefined : await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** Read anew for each connection: certificates are renewed. */
async function consumerOptions({
  brokers,
  group,
  tls,
  sasl,
}: KafkaSetting): Promise<ConsumerOptions<Buffer, Buffer, Buffer, Buffer>> {
  const [ca, cert, key] = await Promise.all(
    [tls?.ca, tls?.certificate, tls?.key].map((path) => path && readFile(path)),
  );
  return {
    clientId: "yagura",
    groupId: group,
    bootstrapBrokers: [...brokers],
    // Few, because they multiply within the library; we try again ourselves.
    retries: 1,
    retryDelay: 300,
    // A topic that is made anew has another id; its offsets begin at 0 again.
    metadataMaxAge: 60_000,
    maxBytes: FETCH_BYTES,
    maxBytesPerPartition: PARTITION_BYTES,
    maxWaitTime: 1_000,
    // After a kill the brokers wait so long for the member that is gone, and a new one with them: its request must outlast that.
    sessionTimeout: 10_000,
    rebalanceTimeout: 20_000,
    requestTimeout: 60_000,
    ...(tls && { tls: { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) }, tlsServerName: true }),
    ...(sasl && { sasl: { ...sasl } }),
  };
}
