import { mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { COLD_POLICY, COLD_VOLUME } from "./cold-disk.ts";
import type { EventsDb } from "./contract.ts";
import { migrateEvents } from "./migrate.ts";
import { openEmbeddedEvents } from "./open.ts";
import { applyTiers, type Tiers } from "./tiers.ts";

const NONE: Tiers = {
  recompressAfterDays: undefined,
  coldAfterDays: undefined,
  storagePolicy: undefined,
  coldVolume: COLD_VOLUME,
};

describe("Older events on the embedded engine", () => {
  const root = mkdtempSync(join(tmpdir(), "yagura-tiers-"));
  let events: EventsDb;
  beforeAll(async () => {
    events = openEmbeddedEvents(join(root, "data", "events"), join(root, "cold & <deep>"));
    await migrateEvents(events);
    for (const days of [0, 3, 20])
      await events.command(
        `INSERT INTO events (time, received, stream, seq, message, raw)
         SELECT now() - toIntervalDay({days:UInt32}), now() - toIntervalDay({days:UInt32}), 1, number, concat('m', toString(number)), repeat('x', 99)
         FROM numbers(1000)`,
        { days },
      );
  });
  afterAll(async () => {
    await events?.close();
    rmSync(root, { recursive: true, force: true });
  });
  const ttl = async (): Promise<string> => {
    const [row] = await events.select<{ sql: string }>(
      "SELECT create_table_query AS sql FROM system.tables WHERE name = 'events'",
    );
    return /TTL .*? SETTINGS/s.exec(row?.sql ?? "")?.[0] ?? "";
  };
  const parts = () =>
    events.select(
      `SELECT toUInt32(dateDiff('day', toDate(parseDateTimeBestEffort(partition)), today())) AS days, any(disk_name) AS disk, any(default_compression_codec) AS codec
       FROM system.parts WHERE active AND table = 'events' AND rows > 0 GROUP BY partition ORDER BY days`,
    );

  it("are compressed harder, then moved to the cold disk, by the engine itself; none is deleted", async () => {
    const tiers = { ...NONE, recompressAfterDays: 2, coldAfterDays: 10, storagePolicy: COLD_POLICY };
    await applyTiers(events, tiers);
    await expect.poll(parts, { timeout: 120_000, interval: 500 }).toEqual([
      { days: 0, disk: "default", codec: "ZSTD(1)" },
      { days: 3, disk: "default", codec: "ZSTD(6)" },
      { days: 20, disk: "cold", codec: "ZSTD(6)" },
    ]);
    expect(await events.select("SELECT count() AS events FROM events")).toEqual([{ events: "3000" }]);
  });

  it("are left alone by a second start with the same settings, and by tiers that are switched off", async () => {
    const before = await ttl();
    expect(before).toContain("RECOMPRESS");
    const altered = () => events.select("SELECT count() AS n FROM system.mutations");
    const mutations = await altered();
    await applyTiers(events, { ...NONE, recompressAfterDays: 2, coldAfterDays: 10, storagePolicy: COLD_POLICY });
    expect([await ttl(), await altered()]).toEqual([before, mutations]);
    await applyTiers(events, NONE);
    expect(await ttl()).toBe("");
    await applyTiers(events, NONE);
  });

  it("can be brought to their codec twice, as after a crash in between", async () => {
    const path = new URL("migrations/0011_codec.sql", import.meta.url);
    const text = (await readFile(path, "utf8")).replace(/^--.*$/gm, "");
    for (const statement of text.split(";").filter((one) => one.trim() !== "")) await events.command(statement);
    const codecs = await events.select(
      `SELECT name, compression_codec AS codec FROM system.columns
       WHERE database = currentDatabase() AND table = 'events' AND name IN ('raw', 'fields', 'added') ORDER BY name`,
    );
    const codec = "CODEC(Default)";
    expect(codecs).toEqual(["added", "fields", "raw"].map((name) => ({ name, codec })));
  });

  it("refuses a name that is none, whatever the settings let through", async () => {
    await expect(applyTiers(events, { ...NONE, storagePolicy: "x'; DROP TABLE events" })).rejects.toThrow(/no name/);
    await expect(applyTiers(events, { ...NONE, coldAfterDays: 1, coldVolume: "nowhere" })).rejects.toMatchObject({
      code: "invalid",
    });
  });
});
