import { describe, expect, it } from "vitest";
import { type Chunk, chunksOf } from "./chunks.ts";
import { placesOf } from "./filter.ts";

type Row = { readonly seq: number; readonly timeMs: number; readonly dataset: string; readonly raw: string };

/** As the engine writes them: RowBinary of (UInt64, Int64, String, String). */
function rowBinary(rows: readonly Row[]): Uint8Array {
  return Buffer.concat(
    rows.flatMap(({ seq, timeMs, dataset, raw }) => {
      const head = Buffer.alloc(16);
      head.writeBigUInt64LE(BigInt(seq), 0);
      head.writeBigInt64LE(BigInt(timeMs), 8);
      const texts = [dataset, raw].map((text) => Buffer.from(text));
      return [head, ...texts.flatMap((text) => [Buffer.from([text.length]), text])];
    }),
  );
}

const HOUR = 3_600_000;
const at = (rows: readonly Partial<Row>[]): Chunk[] => [
  ...chunksOf(rowBinary(rows.map((row, seq) => ({ seq, timeMs: 0, dataset: "a", raw: "text", ...row })))),
];
const many = (count: number, row: Partial<Row>) => Array.from({ length: count }, () => row);

describe("Chunks of events as they stand in the table", () => {
  it("hold several datasets, and name the first and the last by their bytes", () => {
    const [chunk, ...others] = at(["m", "b", "m", "é", "z", "B"].map((dataset) => ({ dataset })));
    expect(others).toEqual([]);
    expect(chunk).toMatchObject({ datasetFrom: "B", datasetTo: "é", events: 6, seqFrom: 0n, seqTo: 5n });
  });

  it("end with the hour, also one before 1970", () => {
    const chunks = at([-HOUR - 1, -HOUR, -1, 0, HOUR - 1, HOUR].map((timeMs) => ({ timeMs })));
    expect(chunks.map(({ fromMs, toMs }) => [fromMs, toMs])).toEqual([
      [-HOUR - 1, -HOUR - 1],
      [-HOUR, -1],
      [0, HOUR - 1],
      [HOUR, HOUR],
    ]);
  });

  it("go on over datasets that take turns", () => {
    const chunks = at(Array.from({ length: 10_000 }, (_, i) => ({ dataset: i % 2 ? "a" : "b" })));
    expect(chunks.map(({ events }) => events)).toEqual([8_192, 1_808]);
  });

  it("end with their dataset when it has thousands of events, and at 8,192 events", () => {
    const chunks = at([
      ...many(9_000, { dataset: "a" }),
      ...many(5_000, { dataset: "b" }),
      ...many(10, { dataset: "c" }),
    ]);
    expect(chunks.map(({ datasetFrom, datasetTo, events }) => [datasetFrom, datasetTo, events])).toEqual([
      ["a", "a", 8_192],
      ["a", "b", 5_808],
      ["c", "c", 10],
    ]);
  });

  it("keep the span of numbers and times of rows that do not come by them", () => {
    const [chunk] = at([
      { seq: 7, timeMs: 500 },
      { seq: 3, timeMs: 900 },
      { seq: 5, timeMs: 100 },
    ]);
    expect(chunk).toMatchObject({ seqFrom: 3n, seqTo: 7n, fromMs: 100, toMs: 900, events: 3 });
  });

  it("have the grams of their own texts only", () => {
    const chunks = at([
      { raw: "mimikatz", timeMs: 0 },
      { raw: "nothing", timeMs: HOUR },
    ]);
    const has = ({ six }: Chunk, word: string): boolean =>
      placesOf(Buffer.from(word)).six.every((place) => {
        const byte = (place >> 3) % six.length;
        return ((six[byte] as number) & (1 << (place & 7))) !== 0;
      });
    expect(chunks.map((chunk) => [has(chunk, "MimiKatz"), has(chunk, "nothing")])).toEqual([
      [true, false],
      [false, true],
    ]);
  });

  it("of a row that is not whole are a bug", () => {
    const rows = rowBinary([{ seq: 1, timeMs: 0, dataset: "a", raw: "text" }]);
    expect(() => [...chunksOf(rows.subarray(0, rows.length - 1))]).toThrowError("ends within a row");
    expect([...chunksOf(new Uint8Array())]).toEqual([]);
  });
});
