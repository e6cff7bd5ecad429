import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { AppError } from "../../kernel/errors.ts";
import type { Origin } from "./origin.ts";
import { planRecords } from "./plan.ts";
import { openTestIntake, storedRecords, storedTexts } from "./testing/fixtures.ts";

const ORIGIN: Origin = { transport: "syslog-tcp", peer: "10.0.0.9" };
const lines = (...texts: string[]): Buffer[] => texts.map((text) => Buffer.from(text));

describe("What the intake accepts", () => {
  it("is in the log, byte for byte and with its source, before the sender is told", async () => {
    const { intake, wal } = await openTestIntake();
    const receipt = await intake.accept({ ...ORIGIN, format: "cef" }, lines("one", "", "two\0\xff"));
    expect(receipt).toEqual({ accepted: 3, refusals: [] });
    expect(await storedRecords(wal)).toEqual([
      {
        sourceId: "source_default",
        unitId: "unit_root",
        transport: "syslog-tcp",
        peer: "10.0.0.9",
        format: "cef",
        frames: lines("one", "", "two\0\xff"),
      },
    ]);
  });

  it("is counted per source: events, bytes, and nothing left unacknowledged", async () => {
    const { intake } = await openTestIntake();
    await intake.accept(ORIGIN, lines("12345", "678"));
    expect(intake.snapshot().sources).toEqual([
      {
        sourceId: "source_default",
        acceptedEvents: 2,
        acceptedBytes: 8,
        unacknowledgedEvents: 0,
        lastAcceptedAtMs: 1_000,
        rejected: {},
      },
    ]);
    expect(intake.snapshot().inFlightBytes).toBe(0);
  });

  it("goes on when one event is too large: that one is refused by its position and counted", async () => {
    const { intake, wal } = await openTestIntake({ limits: { frameBytes: 10 } });
    const receipt = await intake.accept(ORIGIN, lines("a", "x".repeat(11), "b"));
    expect(receipt).toEqual({ accepted: 2, refusals: [{ from: 1, to: 2, reason: "too_large" }] });
    expect(await storedTexts(wal)).toEqual(["a", "b"]);
    expect(intake.snapshot().sources[0]?.rejected).toEqual({ too_large: 1 });
  });
});

describe("What the intake refuses", () => {
  it("more than fits in memory at once, without taking the rest down", async () => {
    const { intake } = await openTestIntake({ limits: { inFlightBytes: 1_000 } });
    const [first, second] = await Promise.all([
      intake.accept(ORIGIN, [Buffer.alloc(900)]),
      intake.accept(ORIGIN, [Buffer.alloc(900)]),
    ]);
    expect(first).toEqual({ accepted: 1, refusals: [] });
    expect(second).toEqual({ accepted: 0, refusals: [{ from: 0, to: 1, reason: "over_limit" }] });
    expect(await intake.accept(ORIGIN, [Buffer.alloc(900)])).toEqual({ accepted: 1, refusals: [] });
  });

  it("everything past the log's disk budget, and takes events again once there is room", async () => {
    const { intake, wal } = await openTestIntake({ maxBytes: 400_000 });
    let accepted = 0;
    let refused = 0;
    for (let i = 0; i < 10; i += 1) {
      const receipt = await intake.accept(ORIGIN, [Buffer.alloc(60_000, i)]);
      accepted += receipt.accepted;
      refused += receipt.refusals.filter(({ reason }) => reason === "over_limit").length;
    }
    expect(accepted).toBeGreaterThan(0);
    expect(refused).toBe(10 - accepted);
    expect((await storedRecords(wal)).length).toBe(accepted);
    await wal.checkpoint(wal.stats().lastSeq);
    expect((await intake.accept(ORIGIN, [Buffer.alloc(60_000)])).accepted).toBe(1);
  });

  test.each([
    ["forbidden", "unknown_source"],
    ["not_found", "unknown_source"],
    ["unavailable", "unavailable"],
  ] as const)("a sender whose source is %s, as %s", async (code, reason) => {
    const resolveSource = async () => Promise.reject(new AppError(code, "no"));
    const { intake } = await openTestIntake({ resolveSource });
    expect(await intake.accept(ORIGIN, lines("a", "b"))).toEqual({
      accepted: 0,
      refusals: [{ from: 0, to: 2, reason }],
    });
    expect(await intake.gather(ORIGIN, lines("a"))).toBe(reason);
    expect(intake.snapshot().sources).toMatchObject([{ sourceId: "(unknown)", rejected: { [reason]: 2 } }]);
  });
});

describe("An overload", () => {
  it("is counted to the source that the sender has already, so that others' silence keeps its meaning", async () => {
    const resolveSource = async () => Promise.reject(new AppError("unavailable", "no"));
    const knownSource = ({ peer }: Origin) => (peer === ORIGIN.peer ? "source_fw" : undefined);
    const { intake } = await openTestIntake({ resolveSource, knownSource });
    await intake.accept(ORIGIN, lines("a"));
    intake.reject(ORIGIN, "over_limit", 2);
    intake.reject(ORIGIN, "unknown_source", 1);
    intake.reject({ ...ORIGIN, peer: "10.0.0.10" }, "over_limit", 3);
    expect(intake.snapshot().sources).toMatchObject([
      { sourceId: "source_fw", rejected: { unavailable: 1, over_limit: 2 } },
      { sourceId: "(unknown)", rejected: { unknown_source: 1, over_limit: 3 } },
    ]);
  });
});

describe("Small messages", () => {
  it("that arrive together become one record per source", async () => {
    const { intake, wal } = await openTestIntake();
    const hosts = ["a", "b", "a", "a", "b"];
    const outcomes = await Promise.all(
      hosts.map((hostName, i) => intake.gather({ ...ORIGIN, hostName }, lines(`message ${i}`))),
    );
    expect(outcomes).toEqual([undefined, undefined, undefined, undefined, undefined]);
    const records = await storedRecords(wal);
    expect(records.map(({ sourceId, frames }) => [sourceId, frames.map(String)])).toEqual([
      ["source_a", ["message 0", "message 2", "message 3"]],
      ["source_b", ["message 1", "message 4"]],
    ]);
  });

  it("that gathered when the process stops are sent, not lost", async () => {
    const { intake, wal } = await openTestIntake({ limits: { gatherMs: 60_000 } });
    const waiting = intake.gather(ORIGIN, lines("last words"));
    await new Promise((resolve) => setImmediate(resolve));
    await intake.drain();
    expect(await waiting).toBeUndefined();
    expect(await storedTexts(wal)).toEqual(["last words"]);
  });
});

describe("Cutting events into records", () => {
  const limits = { recordBytes: 100, frameBytes: 300, framesPerRecord: 7 };
  it("puts every event into exactly one record or the list of refused ones, in order, within every bound", () =>
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 60 }), (sizes) => {
        const frames = sizes.map((size) => new Uint8Array(size));
        const { records, tooLarge } = planRecords(frames, limits);
        const covered = records.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i));
        expect([...covered, ...tooLarge].sort((a, b) => a - b)).toEqual(sizes.map((_, i) => i));
        expect(covered).toEqual([...covered].sort((a, b) => a - b));
        for (const { from, to, payloadBytes } of records) {
          expect(payloadBytes <= limits.recordBytes || to - from === 1).toBe(true);
          expect(to - from).toBeLessThanOrEqual(limits.framesPerRecord);
        }
      }),
    ));
});
