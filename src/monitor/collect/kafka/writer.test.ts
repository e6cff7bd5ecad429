import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { AppError } from "../../../kernel/errors.ts";
import { openTestIntake, storedTexts } from "../testing/fixtures.ts";
import { batchesOf, type PartitionBatch } from "./batch.ts";
import { Places } from "./places.ts";
import { Writer } from "./writer.ts";

/** A log, places, and topics of which some have a source that is switched off. */
async function openBench() {
  const folder = await mkdtemp(join(tmpdir(), "yagura-kafka-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const off = new Set<string>();
  const clock = { nowMs: 0 };
  const { intake, wal } = await openTestIntake({
    now: () => clock.nowMs,
    async resolveSource({ sourceName = "" }) {
      if (off.has(sourceName)) throw new AppError("forbidden", "The source is switched off.");
      return { sourceId: `source_${sourceName}`, unitId: "unit_1", format: "auto" };
    },
  });
  const places = await Places.open(join(folder, "places.json"), wal);
  const held: string[] = [];
  const stored: number[] = [];
  const newWriter = (): Writer =>
    new Writer({
      ...{ intake, places, topics: [{ name: "a" }, { name: "b" }], counts: { withoutValue: 0 } },
      onStored: ({ place }) => stored.push(place.next),
      onHeld: (topic) => held.push(topic),
      signal: new AbortController().signal,
    });
  /** Records `a0`, `a1` … as the brokers have them, from the partition's place on. */
  const batches = (topic: string, from: number, to: number, recordBytes = 1_000): readonly PartitionBatch[] =>
    batchesOf(
      Array.from({ length: to - from }, (_, index) => ({
        ...{ topic, partition: 0, offset: BigInt(from + index) },
        value: Buffer.from(`${topic}${from + index}`),
      })),
      { keyOf: () => topic, nextOf: (key) => places.nextOf(key), recordBytes },
    ).batches;
  return { off, clock, held, stored, places, newWriter, batches, texts: () => storedTexts(wal) };
}

it("A topic whose source is switched off waits at its place, is told once, and keeps no other topic waiting", async () => {
  const { off, held, stored, places, newWriter, batches, texts } = await openBench();
  off.add("kafka: a");
  const writer = newWriter();
  await writer.write([...batches("a", 0, 6, 10), ...batches("b", 0, 2)]);
  await writer.write([...batches("a", 6, 8), ...batches("b", 2, 3)]);
  expect(await texts()).toEqual(["b0", "b1", "b2"]);
  expect([places.nextOf("a"), places.nextOf("b"), held, stored]).toEqual([0, 3, ["a"], [2, 3]]);
  expect([writer.isPaused, await writer.isAnySwitchedOn()]).toEqual([true, false]);
});

it("Switched on again it is read on from its place: nothing is lost, nothing comes twice", async () => {
  const { off, clock, places, newWriter, batches, texts } = await openBench();
  await newWriter().write(batches("a", 0, 2));
  const writer = newWriter();
  off.add("kafka: a");
  clock.nowMs += 60_000;
  await writer.write(batches("a", 2, 5));
  expect(writer.isPaused).toBe(true);
  off.clear();
  expect(await Promise.all([writer.isAnySwitchedOn(), writer.isAnySwitchedOn()])).toEqual([true, false]);
  expect(await writer.isAnySwitchedOn()).toBe(false);
  // What comes before the connection has ended would leave a gap.
  await writer.write(batches("a", 7, 9));
  const next = newWriter();
  await next.write(batches("a", places.nextOf("a"), 9));
  expect(await texts()).toEqual(["a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8"]);
  expect([next.isPaused, places.nextOf("a")]).toEqual([false, 9]);
});
