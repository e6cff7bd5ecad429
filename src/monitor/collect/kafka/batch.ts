import type { ReadPlace } from "../receipt.ts";

/** A record as Kafka has it. `value` undefined = null, a tombstone. */
export type KafkaMessage = {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly value: Buffer | undefined;
};

/** Of one partition: events that go into the log as one record, and how far the partition is read with them. */
export type PartitionBatch = {
  readonly topic: string;
  readonly partition: number;
  readonly frames: readonly Buffer[];
  /** Values that were null or empty. */
  readonly withoutValue: number;
  readonly place: ReadPlace;
  /** The offset behind the first of the frames; 0 when there is none. */
  readonly firstNext: number;
};

const LENGTH_BYTES = 4;
const LF = 0x0a;
const CR = 0x0d;

export type Taken = { readonly batches: readonly PartitionBatch[]; readonly repeated: number };

/**
 * Sorts messages by partition into batches of one record each, in order. What stands before a partition's place is left out and counted:
 * it is in the log already. A value's last line end is no part of the event.
 */
export function batchesOf(
  messages: readonly KafkaMessage[],
  {
    keyOf,
    nextOf,
    recordBytes,
  }: {
    readonly keyOf: (message: Pick<KafkaMessage, "topic" | "partition">) => string;
    readonly nextOf: (key: string) => number;
    readonly recordBytes: number;
  },
): Taken {
  const batches: PartitionBatch[] = [];
  const open = new Map<string, Open>();
  let repeated = 0;
  for (const message of messages) {
    const key = keyOf(message);
    const offset = Number(message.offset);
    const known = open.get(key);
    if (offset < (known?.next ?? nextOf(key))) {
      repeated += 1;
      continue;
    }
    const frame = withoutLineEnd(message.value);
    const size = frame.length === 0 ? 0 : LENGTH_BYTES + frame.length;
    let batch = known ?? newBatch(message, key);
    if (batch.bytes > 0 && batch.bytes + size > recordBytes) {
      batches.push(closed(batch));
      batch = newBatch(message, key);
    }
    open.set(key, batch);
    if (size === 0) batch.withoutValue += 1;
    else {
      if (batch.frames.length === 0) batch.firstNext = offset + 1;
      batch.frames.push(frame);
    }
    batch.bytes += size;
    batch.next = offset + 1;
  }
  for (const batch of open.values()) batches.push(closed(batch));
  return { batches, repeated };
}

type Open = {
  readonly topic: string;
  readonly partition: number;
  readonly key: string;
  readonly frames: Buffer[];
  bytes: number;
  withoutValue: number;
  next: number;
  firstNext: number;
};

const newBatch = ({ topic, partition }: KafkaMessage, key: string): Open => ({
  ...{ topic, partition, key },
  frames: [],
  bytes: 0,
  withoutValue: 0,
  next: 0,
  firstNext: 0,
});

const closed = ({ topic, partition, key, frames, withoutValue, next, firstNext }: Open): PartitionBatch => ({
  ...{ topic, partition, frames, withoutValue, firstNext },
  place: { key, next },
});

function withoutLineEnd(value: Buffer = Buffer.alloc(0)): Buffer {
  if (value.at(-1) !== LF) return value;
  return value.subarray(0, value.at(-2) === CR ? -2 : -1);
}
