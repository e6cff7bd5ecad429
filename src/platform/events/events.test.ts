import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NativeBlock } from "../native/index.ts";
import type { EventsDb } from "./contract.ts";
import { migrateEvents, statementsOf } from "./migrate.ts";
import { openTestEvents } from "./testing.ts";

let events: EventsDb;
beforeAll(async () => {
  events = await openTestEvents();
  await events.command(`CREATE TABLE samples (id UInt64, at DateTime64(3, 'UTC'), word LowCardinality(String), words Array(LowCardinality(String)),
    text String, ip IPv6, port UInt16, pid UInt32, small UInt8, fields Map(LowCardinality(String), String))
    ENGINE = MergeTree ORDER BY id SETTINGS non_replicated_deduplication_window = 100`);
});
afterAll(() => events?.close());

type Sample = {
  at: number;
  word: string;
  words: string[];
  text: string;
  ip: string;
  port: number;
  pid: number;
  fields: [string, string][];
};

function blockOf(samples: readonly Sample[], firstId = 0): NativeBlock {
  const block = new NativeBlock();
  const id = block.uint("id", 8);
  const at = block.instant("at");
  const word = block.word("word");
  const words = block.words("words");
  const text = block.string("text");
  const ip = block.ip("ip");
  const port = block.uint("port", 2);
  const pid = block.uint("pid", 4);
  const small = block.uint("small", 1);
  const fields = block.map("fields");
  samples.forEach((sample, row) => {
    id.push(firstId + row);
    at.push(sample.at);
    word.push(sample.word);
    words.push(sample.words);
    text.push(sample.text);
    ip.push(sample.ip);
    port.push(sample.port);
    pid.push(sample.pid);
    small.push(row % 200);
    for (const [key, value] of sample.fields) fields.put(key, value);
    fields.endRow();
    block.endRow();
  });
  return block;
}

const text = fc.string({ unit: "binary", maxLength: 300 }).map((s) => s.toWellFormed());
const sample: fc.Arbitrary<Sample> = fc.record({
  at: fc.integer({ min: 0, max: 4_102_444_800_000 }),
  word: text,
  words: fc.array(text, { maxLength: 4 }),
  text,
  ip: fc.oneof(fc.ipV4(), fc.ipV6(), fc.constant("")),
  port: fc.nat(65_535),
  pid: fc.nat(4_294_967_295),
  fields: fc.uniqueArray(fc.tuple(text, text), { maxLength: 6, selector: ([key]) => key }),
});

describe("A Native block", () => {
  it("arrives in the engine as it was written, whatever the text", async () => {
    let firstId = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(sample, { minLength: 1, maxLength: 40 }), async (samples) => {
        const block = blockOf(samples, firstId);
        await events.insertNative("samples", block.columns, block.finish(), `property-${firstId}`);
        const rows = await events.select<Record<string, unknown>>(
          "SELECT id, toUnixTimestamp64Milli(at) AS at, word, words, text, if(ip = '::', '', toString(ip)) AS ip, port, pid, fields FROM samples WHERE id >= {first:UInt64} ORDER BY id",
          { first: firstId },
        );
        expect(rows.length).toBe(samples.length);
        rows.forEach((row, i) => {
          const { ip, fields, at, ...rest } = samples[i] as Sample;
          expect(row).toMatchObject({
            ...rest,
            id: String(firstId + i),
            at: String(at),
            fields: Object.fromEntries(fields),
          });
          expect(row.ip === "" || ip.includes(":") || row.ip === `::ffff:${ip}`).toBe(true);
        });
        firstId += samples.length;
      }),
      { numRuns: 30 },
    );
  });

  it("inserted twice with one token counts once", async () => {
    const row = { at: 1, word: "w", words: [], text: "t", ip: "", port: 1, pid: 1, fields: [] };
    const block = blockOf([row], 9_000_000);
    const bytes = block.finish();
    await events.insertNative("samples", block.columns, bytes, "twice");
    await events.insertNative("samples", block.columns, bytes, "twice");
    expect(await events.select("SELECT count() AS n FROM samples WHERE id = 9000000")).toEqual([{ n: "1" }]);
  });

  it("is empty after it is finished, and takes the next rows", async () => {
    const block = new NativeBlock();
    const id = block.uint("id", 8);
    const word = block.word("word");
    for (const [n, text] of [
      [9_200_000, "first"],
      [9_200_001, "second"],
    ] as const) {
      id.push(n);
      word.push(text);
      block.endRow();
      expect(block.rows).toBe(1);
      await events.insertNative("samples", block.columns, block.finish(), `again-${n}`);
    }
    expect(await events.select("SELECT word FROM samples WHERE id IN (9200000, 9200001) ORDER BY id")).toEqual([
      { word: "first" },
      { word: "second" },
    ]);
  });

  it("keeps bytes that are no UTF-8", async () => {
    const block = new NativeBlock();
    block.uint("id", 8).push(9_100_000);
    block.string("text").pushBytes(Uint8Array.from([0, 255, 10, 195]));
    block.endRow();
    await events.insertNative("samples", block.columns, block.finish(), "bytes");
    expect(await events.select("SELECT hex(text) AS h FROM samples WHERE id = 9100000")).toEqual([{ h: "00FF0AC3" }]);
  });
});

describe("A query", () => {
  it.each([["'; DROP TABLE samples; --"], ["back\\slash and 'quote'"], ["tab\tnewline\nend"], ["日本語 𠮷野家 髙橋"]])(
    "binds %j as a value",
    async (value) => {
      expect(
        await events.select("SELECT {v:String} AS v, {vs:Array(String)} AS vs", { v: value, vs: [value, "x"] }),
      ).toEqual([{ v: value, vs: [value, "x"] }]);
    },
  );

  it.each([
    ["SELECT nothing FROM nowhere", "invalid"],
    ["SELECT number FROM numbers(20000)", "over_limit"],
    ["SELECT sum(sleepEachRow(0.05)) FROM numbers(200) SETTINGS max_block_size = 1", "over_limit"],
  ])("%s fails as %s", async (sql, code) => {
    await expect(events.select(sql, {}, { maxSeconds: 1 })).rejects.toMatchObject({ code });
  });
});

describe("A long search", () => {
  it("holds up neither inserts nor another search", async () => {
    const order: string[] = [];
    const long = events.select("SELECT sleepEachRow(0.5) FROM numbers(6) SETTINGS max_block_size = 1");
    const done = long.then(() => order.push("long"));
    await events.command("INSERT INTO samples (id) VALUES (9400000)");
    order.push("insert");
    expect(await events.select("SELECT count() AS n FROM samples WHERE id = 9400000")).toEqual([{ n: "1" }]);
    order.push("search");
    await done;
    expect(order).toEqual(["insert", "search", "long"]);
  });
});

describe("A command after a search", () => {
  it("is not bound by what the search was limited to", async () => {
    await events.select("SELECT 1", {}, { maxRows: 1, maxSeconds: 1 });
    await events.command(
      "INSERT INTO samples (id, text) SELECT 9500000 + number, toString(sleepEachRow(0.3)) FROM numbers(5) SETTINGS max_block_size = 1",
    );
    expect(await events.select("SELECT count() AS n FROM samples WHERE id >= 9500000")).toEqual([{ n: "5" }]);
  });
});

describe("Migrations", () => {
  it("are applied once", async () => {
    await migrateEvents(events);
    const applied = await events.select<{ n: string }>("SELECT count() AS n FROM schema_migrations");
    expect(Number(applied[0]?.n)).toBeGreaterThanOrEqual(2);
  });

  it("can be run again by whoever was killed before they were noted, each statement of them", async () => {
    const columns = () =>
      events.select(
        "SELECT table, name, type FROM system.columns WHERE database = currentDatabase() ORDER BY table, position",
      );
    const before = await columns();
    await events.command("TRUNCATE TABLE schema_migrations");
    await migrateEvents(events);
    expect(await columns()).toEqual(before);
  });

  it("from a newer version are refused", async () => {
    await events.command("INSERT INTO schema_migrations (version, name, checksum) SELECT 9999, '9999_future.sql', 'x'");
    await expect(migrateEvents(events)).rejects.toMatchObject({ code: "conflict" });
  });

  it("split into statements at line ends only", () => {
    expect(statementsOf("-- a; b\nSELECT ';' AS x;\n\n-- only a comment;\n")).toEqual(["-- a; b\nSELECT ';' AS x"]);
  });
});
