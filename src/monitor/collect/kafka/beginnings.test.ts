import { describe, expect, it, test } from "vitest";
import { beginningsOf, Positions } from "./beginnings.ts";

describe("A partition that was assigned begins", () => {
  test.each([
    ["at the log's place, when the brokers have forgotten the group's offset", { committed: -1, place: 1_000 }, 1_000],
    ["there too when the settings say to begin at the end", { committed: -1, place: 1_000, end: 9_000 }, 1_000],
    ["at the log's place, when the group's offset is behind", { committed: 900, place: 1_000 }, 1_000],
    ["at the group's offset, when others have read on", { committed: 2_000, place: 1_000, end: 9_000 }, 2_000],
    ["at an offset of 0 that was committed", { committed: 0, place: 0, end: 9_000 }, 0],
    ["at the end, when nothing is known and the settings say so", { committed: -1, place: 0, end: 9_000 }, 9_000],
    ["at the oldest record, when nothing is known", { committed: -1, place: 0 }, -1],
  ])("%s", (_, { committed, place, ...known }, offset) => {
    const ends = "end" in known ? new Map([["logs", [undefined, undefined, BigInt(known.end)]]]) : new Map();
    const beginnings = beginningsOf([{ topic: "logs", partitions: [2] }], {
      commits: new Map([["logs", [undefined, undefined, BigInt(committed)]]]),
      placeOf: (topic, partition) => (topic === "logs" && partition === 2 ? place : 77),
      ends,
    });
    expect(beginnings.get("logs")?.[2]).toBe(BigInt(offset));
  });

  it("alone: of others nothing is said", () => {
    const commits = new Map([["a", [5n]]]);
    const assigned = [
      { topic: "a", partitions: [0] },
      { topic: "b", partitions: [1] },
    ];
    expect([...beginningsOf(assigned, { commits, placeOf: () => 0, ends: new Map() })]).toEqual([
      ["a", [5n]],
      // biome-ignore lint/suspicious/noSparseArray: an unassigned partition has no offset
      ["b", [, -1n]],
    ]);
  });
});

describe("Records that are gone", () => {
  const at = (offset: bigint): Map<string, bigint> => new Map([["logs:0", offset]]);

  it("are those between where reading stood and where the client went on", () => {
    const positions = new Positions();
    positions.begin("logs:0", 1_000n);
    expect(positions.gaps(at(5_000n))).toEqual([{ key: "logs:0", from: 1_000n, to: 5_000n }]);
  });

  it("are none when records were fetched, when a partition came back read by others, or begins at its oldest record", () => {
    const positions = new Positions();
    positions.note(at(10n));
    positions.note(at(500n));
    expect(positions.gaps(at(500n))).toEqual([]);
    positions.begin("logs:0", 900n);
    expect(positions.gaps(at(900n))).toEqual([]);
    positions.begin("logs:0", undefined);
    expect(positions.gaps(at(2_000n))).toEqual([]);
  });

  it("are none when the client went back", () => {
    const positions = new Positions();
    positions.note(at(1_000n));
    expect(positions.gaps(at(0n))).toEqual([]);
  });
});
