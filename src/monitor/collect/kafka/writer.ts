import { setTimeout as sleep } from "node:timers/promises";
import type { Intake } from "../intake.ts";
import type { Origin } from "../origin.ts";
import { isTemporary } from "../receipt.ts";
import type { PartitionBatch } from "./batch.ts";
import type { Places } from "./places.ts";
import type { KafkaTopic } from "./settings.ts";

type WriterDeps = {
  readonly intake: Intake;
  readonly places: Places;
  readonly topics: readonly KafkaTopic[];
  readonly counts: { withoutValue: number };
  /** The batch is in the log. */
  readonly onStored: (batch: PartitionBatch) => void;
  /** Told once of a topic. */
  readonly onHeld: (topic: string) => void;
  readonly signal: AbortSignal;
};

const NO_ROOM_PAUSE_MS = 250;

/** Writes the batches of one connection into the log; waits for room, and leaves with the brokers what a switched-off source has. */
export class Writer {
  readonly #deps: WriterDeps;
  readonly #topics: ReadonlyMap<string, KafkaTopic>;
  /** Topics whose source is switched off, with one event of each to ask with. Their places stand still as long as this writer lives. */
  readonly #held = new Map<string, PartitionBatch>();
  #isWaiting = false;
  #isAsked = false;

  constructor(deps: WriterDeps) {
    this.#deps = deps;
    this.#topics = new Map(deps.topics.map((topic) => [topic.name, topic]));
  }

  get isPaused(): boolean {
    return this.#isWaiting || this.#held.size > 0;
  }

  async write(batches: readonly PartitionBatch[]): Promise<void> {
    const byPartition = Map.groupBy(batches, ({ place }) => place.key);
    // A partition's records go one after the other: one that was refused must not be overtaken.
    await Promise.all(
      [...byPartition.values()].map(async (one) => {
        for (const batch of one) if (!(await this.#writeBatch(batch))) return;
      }),
    );
  }

  /** True when a source is switched on again: then its topic must be read again from its places, by another writer. */
  async isAnySwitchedOn(): Promise<boolean> {
    // An event to ask with that was taken must not be given again, nor one that is on its way.
    if (this.#isAsked) return false;
    this.#isAsked = true;
    let isOn = false;
    try {
      for (const batch of this.#held.values()) isOn ||= (await this.#hand(batch)) === "stored";
    } finally {
      this.#isAsked = isOn;
    }
    return isOn;
  }

  /** Waits for room in the log as long as it takes; meanwhile nothing is fetched. False: it is not in the log, and nothing behind it may be. */
  async #writeBatch(batch: PartitionBatch): Promise<boolean> {
    const { topic } = batch;
    for (;;) {
      // Records buffered behind one that was given up must not pass it.
      if (this.#held.has(topic) || this.#deps.signal.aborted) return false;
      const outcome = await this.#hand(batch);
      if (outcome === "stored") break;
      if (outcome === "off") {
        this.#hold(batch);
        return false;
      }
      this.#isWaiting = true;
      await sleep(NO_ROOM_PAUSE_MS, undefined, { signal: this.#deps.signal }).catch(() => undefined);
      if (this.#deps.signal.aborted) return false;
    }
    this.#isWaiting = false;
    return true;
  }

  async #hand(batch: PartitionBatch): Promise<"stored" | "wait" | "off"> {
    const { intake, places, counts, onStored } = this.#deps;
    const { topic, partition, frames, place, withoutValue } = batch;
    const origin = originOf(this.#topics.get(topic) ?? { name: topic }, partition);
    let outcome: "stored" | "wait" | "off" = "stored";
    await places.advance(place, async () => {
      if (frames.length === 0) return true;
      const { refusals } = await intake.accept(origin, frames, { place });
      if (refusals.some(({ reason }) => reason === "unknown_source")) outcome = "off";
      else if (refusals.some(({ reason }) => isTemporary(reason))) outcome = "wait";
      return outcome === "stored";
    });
    if (outcome !== "stored") return outcome;
    counts.withoutValue += withoutValue;
    if (withoutValue > 0) intake.reject(origin, "not_an_object", withoutValue);
    onStored(batch);
    return outcome;
  }

  #hold(batch: PartitionBatch): void {
    if (this.#held.has(batch.topic)) return;
    const { key } = batch.place;
    const first = { frames: batch.frames.slice(0, 1), withoutValue: 0, place: { key, next: batch.firstNext } };
    this.#held.set(batch.topic, { ...batch, ...first });
    this.#deps.onHeld(batch.topic);
  }
}

const originOf = ({ name, source, unit, format }: KafkaTopic, partition: number): Origin => ({
  transport: "kafka",
  peer: `${name}/${partition}`,
  sourceName: source ?? `kafka: ${name}`,
  ...(unit !== undefined && { unitId: unit }),
  ...(format !== undefined && { format }),
});
