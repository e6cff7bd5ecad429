import type { MessagesStream } from "@platformatic/kafka";
import type { Intake } from "../intake.ts";
import { batchesOf, type KafkaMessage } from "./batch.ts";
import { Positions } from "./beginnings.ts";
import type { PlacedConsumer } from "./placed-consumer.ts";
import { type Places, placeKeyOf } from "./places.ts";
import type { KafkaSetting } from "./settings.ts";
import { Writer } from "./writer.ts";

type Deps = {
  readonly intake: Intake;
  readonly places: Places;
  readonly setting: KafkaSetting;
  readonly consumer: PlacedConsumer;
  readonly stream: MessagesStream<Buffer, Buffer, Buffer, Buffer>;
  readonly counts: { records: number; repeated: number; withoutValue: number; skipped: number };
  readonly onBug: (error: unknown) => void;
  readonly warn: (facts: object, message: string) => void;
  readonly signal: AbortSignal;
};

const COMMIT_EVERY_MS = 1_000;
/** So often is asked whether a source that was switched off is on again. */
const ASK_EVERY_MS = 5_000;
/** Of what is taken out of the stream at once. */
const TURN_BYTES = 4 * 1024 * 1024;
const TURN_RECORDS = 4_096;

/** One connection's reading: from the stream into the log, then the offsets back to the brokers. */
export class Reading {
  readonly #deps: Deps;
  readonly #topics: string[];
  readonly #writer: Writer;
  /** Partitions whose beginning the brokers were told of. */
  readonly #begun = new Set<string>();
  readonly #positions = new Positions();
  #toCommit = new Map<string, { topic: string; partition: number; offset: bigint }>();
  #committedAtMs = 0;
  #lag = 0;

  constructor(deps: Deps) {
    this.#deps = deps;
    const { topics } = deps.setting;
    this.#topics = topics.map(({ name }) => name);
    this.#writer = new Writer({
      ...deps,
      topics,
      onStored: ({ topic, partition, place }) =>
        this.#toCommit.set(place.key, { topic, partition, offset: BigInt(place.next) }),
      onHeld: (topic) =>
        deps.warn({ topic }, "the source of a Kafka topic is switched off: its records wait with the brokers"),
    });
  }

  state(): { partitions: number; lag: number; paused: number } {
    const partitions = (this.#deps.consumer.assignments ?? []).reduce((sum, one) => sum + one.partitions.length, 0);
    return { partitions, lag: this.#lag, paused: this.#writer.isPaused ? 1 : 0 };
  }

  /** Until the stream ends. Rejects with its failure. */
  async run(): Promise<void> {
    const { stream, consumer, onBug } = this.#deps;
    consumer.on("consumer:lag", (lag) => {
      this.#lag = [...lag.values()].flat().reduce((sum, one) => sum + Math.max(0, Number(one)), 0);
    });
    const note = (): void => this.#positions.note(stream.offsetsToFetch);
    note();
    // Told before what came is looked at, which is done in the same turn.
    stream.on("fetch", () => {
      note();
      queueMicrotask(note);
    });
    stream.on("offsets", () => {
      this.#tellGaps();
      void this.#commitBeginnings().catch(() => undefined);
    });
    const committing = setInterval(() => void this.#commit().catch(() => undefined), COMMIT_EVERY_MS);
    const asking = setInterval(() => void this.#endIfSwitchedOn().catch(onBug), ASK_EVERY_MS);
    let turn: KafkaMessage[] = [];
    let bytes = 0;
    try {
      await this.#commitBeginnings().catch(() => undefined);
      for await (const { topic, partition, offset, value } of stream) {
        turn.push({ topic, partition, offset, value });
        bytes += value?.length ?? 0;
        if (stream.readableLength > 0 && bytes < TURN_BYTES && turn.length < TURN_RECORDS) continue;
        await this.#store(turn);
        turn = [];
        bytes = 0;
      }
    } finally {
      clearInterval(committing);
      clearInterval(asking);
      await this.#commit().catch(() => undefined);
      await this.#deps.places.save().catch(onBug);
    }
  }

  async #store(messages: readonly KafkaMessage[]): Promise<void> {
    const { intake, places, counts, consumer, setting } = this.#deps;
    const { id: cluster, topics } = await consumer.metadata({ topics: this.#topics });
    const { batches, repeated } = batchesOf(messages, {
      keyOf: ({ topic, partition }) =>
        placeKeyOf({ cluster, group: setting.group, topic, topicId: topics.get(topic)?.id, partition }),
      nextOf: (key) => places.nextOf(key),
      recordBytes: intake.limits.recordBytes,
    });
    counts.repeated += repeated;
    counts.records += messages.length;
    await this.#writer.write(batches);
  }

  /** Out of range, the client goes on at the oldest record that is left. */
  #tellGaps(): void {
    const { consumer, stream, counts, warn } = this.#deps;
    for (const [key, offset] of consumer.begun) this.#positions.begin(key, offset);
    consumer.begun.clear();
    for (const { key, from, to } of this.#positions.gaps(stream.offsetsToFetch)) {
      counts.skipped += Number(to - from);
      warn(
        { partition: key, from: Number(from), to: Number(to) },
        "records of a Kafka partition were deleted by the brokers before they were read",
      );
    }
    this.#positions.note(stream.offsetsToFetch);
  }

  /** The next connection begins at the places, where what was held up is. */
  async #endIfSwitchedOn(): Promise<void> {
    if (await this.#writer.isAnySwitchedOn()) await this.#deps.stream.close();
  }

  /** Offsets are a courtesy to whoever watches the group: what counts after a kill is the log. */
  async #commit(): Promise<void> {
    const nowMs = performance.now();
    if (this.#toCommit.size === 0 || (nowMs - this.#committedAtMs < COMMIT_EVERY_MS && !this.#deps.signal.aborted))
      return;
    this.#committedAtMs = nowMs;
    const offsets = [...this.#toCommit.values()].map((one) => ({ ...one, leaderEpoch: -1 }));
    this.#toCommit = new Map();
    await this.#deps.places.save();
    await this.#deps.consumer.commit({ offsets });
  }

  /** Who begins at a topic's end, is stopped before the first record and started again must not begin at its new end. */
  async #commitBeginnings(): Promise<void> {
    const { consumer, stream } = this.#deps;
    const offsets = (consumer.assignments ?? []).flatMap(({ topic, partitions }) =>
      partitions.flatMap((partition) => {
        const key = `${topic}:${partition}`;
        const offset = stream.offsetsToFetch.get(key);
        if (offset === undefined || this.#begun.has(key)) return [];
        this.#begun.add(key);
        return [{ topic, partition, offset, leaderEpoch: -1 }];
      }),
    );
    if (offsets.length > 0) await consumer.commit({ offsets });
  }
}
