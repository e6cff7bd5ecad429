import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EventsDb } from "../../platform/events/index.ts";
import { openTestEvents } from "../../platform/events/testing.ts";
import { BUCKET_MS, DAY_MS, type VolumeRow, windowFor } from "./figures.ts";
import { createSourceStatistics } from "./statistics.ts";

const NOW = Date.parse("2026-11-22T12:00:00.000Z");
const HOUR = 3_600_000;

let events: EventsDb;
beforeAll(async () => {
  events = await openTestEvents();
  await fill({
    source: "s1",
    count: 600,
    receivedMs: NOW - 1000,
    timeMs: NOW - 3000,
    who: "taro",
    dataset: "linux.sshd",
  });
  await fill({
    source: "s1",
    count: 300,
    receivedMs: NOW - 2 * HOUR,
    timeMs: NOW - 2 * HOUR,
    answered: 1,
    dataset: "unknown",
  });
  await fill({
    source: "s1",
    count: 100,
    receivedMs: NOW - 23 * HOUR,
    problem: "no_time",
    answered: 0,
    raw: "bad \\xff line",
  });
  await fill({ source: "s2", count: 5, receivedMs: NOW - 3 * DAY_MS });
  await fill({ source: "s4", count: 2, receivedMs: NOW - HOUR, problem: "json_cut", unit: "unit_kyoto", raw: "{" });
});
afterAll(() => events?.close());

type Rows = {
  source: string;
  count: number;
  receivedMs: number;
  timeMs?: number;
  who?: string;
  dataset?: string;
  problem?: string;
  answered?: number;
  unit?: string;
  raw?: string;
};
/** `answered` defaults to what the columns and an own time make. */
async function fill(rows: Rows): Promise<void> {
  const {
    source,
    count,
    receivedMs,
    timeMs,
    who = "",
    dataset = "",
    problem = "",
    unit = "unit_root",
    raw = "",
  } = rows;
  await events.command(
    `INSERT INTO events (time, received, stream, seq, unit_id, source_id, problem, answered, dataset, who, raw)
     SELECT fromUnixTimestamp64Milli({timeMs:Int64}, 'UTC'), fromUnixTimestamp64Milli({receivedMs:Int64}, 'UTC'), 1, number,
       {unit:String}, {source:String}, {problem:String}, {answered:UInt8}, {dataset:String}, {who:String}, {raw:String}
     FROM numbers({count:UInt64})`,
    {
      timeMs: timeMs ?? receivedMs,
      receivedMs,
      unit,
      source,
      problem,
      answered: rows.answered ?? (timeMs === undefined ? 0 : 1) + (who === "" ? 0 : 1),
      dataset,
      who,
      raw,
      count,
    },
  );
}

describe("A source's figures", () => {
  it("say how much came, when, and how well it was understood", async () => {
    const figures = (await createSourceStatistics(events, () => NOW).figures(["s1"])).get("s1");
    expect(figures).toMatchObject({
      ratePerSecond: 2,
      events: 1000,
      parseFailures: 100,
      lastSeenAt: "2026-11-22T11:59:59.000Z",
      coverage: { when: 0.9, who: 0.6, what: 0, average: 1.5 },
      datasets: [
        { dataset: "linux.sshd", events: 600 },
        { dataset: "unknown", events: 300 },
        { dataset: "", events: 100 },
      ],
    });
    expect(figures?.lag?.medianMs).toBe(2000);
    expect(figures?.sparkline).toHaveLength(48);
    expect(figures?.sparkline.at(-1)).toBe(600);
    expect(figures?.sparkline.reduce((sum, n) => sum + n, 0)).toBe(1000);
  });

  it("remember when a silent source was last seen, and say never for one that sent nothing", async () => {
    const figures = await createSourceStatistics(events, () => NOW).figures(["s2", "s3"]);
    expect(figures.get("s2")).toMatchObject({ events: 0, lastSeenAt: "2026-11-19T12:00:00.000Z", coverage: null });
    expect(figures.get("s3")).toMatchObject({ events: 0, lastSeenAt: null });
  });

  it("fail as unavailable, and are asked for again, when the engine was away", async () => {
    let isAway = true;
    const flaky: EventsDb = {
      ...events,
      select: (...args) => (isAway ? Promise.reject(new Error("away")) : events.select(...args)),
    };
    const statistics = createSourceStatistics(flaky, () => NOW);
    await expect(statistics.figures(["s1"])).rejects.toThrow("away");
    isAway = false;
    expect((await statistics.figures(["s1"])).get("s1")?.events).toBe(1000);
  });
});

describe("Parse failures", () => {
  it("are listed by reason with a recent example, any bytes", async () => {
    const statistics = createSourceStatistics(events, () => NOW);
    const { items } = await statistics.failures({ sourceId: "s1", rawScope: { all: true }, limit: 10 });
    expect(items).toMatchObject([{ problem: "no_time", count: 100, sampleEventId: expect.stringMatching(/^1-\d+$/) }]);
    expect(items[0]?.sampleRaw).toContain("bad");
  });

  it("show no example to a person who may not read the unit's events", async () => {
    const statistics = createSourceStatistics(events, () => NOW);
    const ask = (ids: string[]) => statistics.failures({ sourceId: "s4", rawScope: { all: false, ids }, limit: 10 });
    expect((await ask(["unit_kyoto"])).items[0]).toMatchObject({ count: 2, sampleRaw: "{" });
    expect((await ask(["unit_osaka"])).items[0]).toMatchObject({ count: 2, sampleRaw: "", sampleEventId: "" });
    expect((await ask([])).items[0]).toMatchObject({ count: 2, sampleRaw: "" });
  });
});

describe("The window in which understanding is measured", () => {
  const volume = (counts: Record<number, number>): VolumeRow[] =>
    Object.entries(counts).map(([bucket, n]) => ({
      sourceId: "s",
      bucket: Number(bucket),
      events: n,
      failures: 0,
      recent: 0,
      lastMs: 0,
    }));
  it.each([
    ["a quiet day: all of it", { 0: 10, 47: 10 }, 0],
    ["a busy morning: only since it ended", { 3: 90, 40: 50, 47: 40 }, 4],
    ["one overfull bucket: that one", { 47: 1000 }, 47],
  ])("%s", (_, counts, bucket) => {
    expect(windowFor(volume(counts), { fromMs: 0, toMs: DAY_MS }, bucket === 47 ? 10 : 100)).toBe(bucket * BUCKET_MS);
  });
});
