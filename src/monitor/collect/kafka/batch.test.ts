import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { batchesOf, type KafkaMessage } from "./batch.ts";

const message = (offset: number, value: string | undefined, partition = 0): KafkaMessage => ({
  topic: "logs",
  partition,
  offset: BigInt(offset),
  value: value === undefined ? undefined : Buffer.from(value),
});
const take = (messages: readonly KafkaMessage[], next: Readonly<Record<string, number>> = {}, recordBytes = 1_000) =>
  batchesOf(messages, {
    keyOf: ({ topic, partition }) => `${topic}/${partition}`,
    nextOf: (key) => next[key] ?? 0,
    recordBytes,
  });
const texts = (messages: readonly KafkaMessage[], next = {}) =>
  take(messages, next).batches.map(({ frames }) => frames.map(String));

describe("Messages of a topic", () => {
  it("become one record a partition, with the offset behind the last one", () => {
    const { batches } = take([message(0, "a"), message(7, "x", 1), message(1, "b")]);
    expect(batches.map(({ frames, place }) => [frames.map(String), place])).toEqual([
      [["a", "b"], { key: "logs/0", next: 2 }],
      [["x"], { key: "logs/1", next: 8 }],
    ]);
  });

  it("that are in the log already are left out and counted, also those that came twice in one turn", () => {
    const { batches, repeated } = take([message(3, "old"), message(4, "new"), message(4, "new")], { "logs/0": 4 });
    expect([batches.map(({ frames }) => frames.map(String)), repeated]).toEqual([[["new"]], 2]);
  });

  it("may have gaps between their offsets, as compacted topics and transactions leave them", () => {
    expect(texts([message(3, "a"), message(90, "b")])).toEqual([["a", "b"]]);
  });

  it("without a value are counted, and the partition is read past them", () => {
    const { batches } = take([message(0, undefined), message(1, ""), message(2, "\n")]);
    expect(batches).toMatchObject([{ frames: [], withoutValue: 3, place: { next: 3 } }]);
  });

  test.each([
    ["one\n", "one"],
    ["one\r\n", "one"],
    ["one\n\n", "one\n"],
    ["two\nlines", "two\nlines"],
  ])("%j is the event %j", (value, text) => {
    expect(texts([message(0, value)])).toEqual([[text]]);
  });

  it("fill records of the log's size and no more; a larger one stands alone", () => {
    const { batches } = take(
      [message(0, "a".repeat(50)), message(1, "b".repeat(50)), message(2, "c".repeat(500))],
      {},
      110,
    );
    expect(batches.map(({ frames, place }) => [frames.length, place.next])).toEqual([
      [2, 2],
      [1, 3],
    ]);
  });

  it("lose nothing and bring nothing twice, however they come again", () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(lengths, fc.nat(40), fc.nat(40), (sizes, from, again) => {
        const all = sizes.map((size, offset) => message(offset, `${offset}:${"x".repeat(size)}`));
        const { batches } = take([...all, ...all.slice(again)], { "logs/0": from }, 100);
        const stored = batches.flatMap(({ frames }) => frames.map(String));
        expect(stored).toEqual(all.slice(from).map(({ value }) => String(value)));
        const nexts = batches.map(({ place }) => place.next);
        expect(nexts).toEqual([...nexts].sort((a, b) => a - b));
      }),
    );
  });
});
