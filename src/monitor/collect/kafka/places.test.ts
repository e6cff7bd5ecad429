import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { openTestIntake } from "../testing/fixtures.ts";
import { Places } from "./places.ts";

async function openBench() {
  const folder = await mkdtemp(join(tmpdir(), "yagura-kafka-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const { intake, wal } = await openTestIntake();
  const path = join(folder, "kafka", "places.json");
  const store = async (places: Places, key: string, next: number): Promise<boolean> =>
    places.advance({ key, next }, async () => {
      const origin = { transport: "kafka", peer: key, sourceName: key } as const;
      const { refusals } = await intake.accept(origin, [Buffer.from(`${key} ${next}`)], { place: { key, next } });
      return refusals.length === 0;
    });
  return { path, wal, store };
}

it("What no file was told of before a kill is found in the log's own records", async () => {
  const { path, wal, store } = await openBench();
  const places = await Places.open(path, wal);
  await store(places, "a", 5);
  await places.save();
  await store(places, "a", 9);
  await store(places, "b", 3);
  const after = await Places.open(path, wal);
  expect([after.nextOf("a"), after.nextOf("b"), after.nextOf("c"), after.unseenRecords]).toEqual([9, 3, 0, 0]);
});

it("A place does not move when the log refused the events, and never backwards", async () => {
  const { path, wal, store } = await openBench();
  const places = await Places.open(path, wal);
  expect(await places.advance({ key: "a", next: 7 }, async () => false)).toBe(false);
  expect(places.nextOf("a")).toBe(0);
  await store(places, "a", 7);
  await store(places, "a", 4);
  expect(places.nextOf("a")).toBe(7);
});

it("A save while an append is on its way does not claim to know that record", async () => {
  const { path, wal, store } = await openBench();
  const places = await Places.open(path, wal);
  await store(places, "a", 1);
  const { promise: isSaved, resolve: saved } = Promise.withResolvers<void>();
  const other = places.advance({ key: "b", next: 8 }, async () => {
    await store(places, "a", 2);
    await isSaved;
    return true;
  });
  await new Promise((resolve) => setTimeout(resolve, 50));
  await places.save();
  expect(JSON.parse(await readFile(path, "utf8"))).toMatchObject({ throughSeq: 1 });
  saved();
  await other;
});

it("Saves that are asked for at the same time are done one after the other", async () => {
  const { path, wal } = await openBench();
  const places = await Places.open(path, wal);
  const saves: Promise<void>[] = [];
  for (let next = 1; next <= 20; next += 1) {
    await places.advance({ key: "a".repeat(next), next }, async () => true);
    saves.push(places.save());
  }
  await Promise.all(saves);
  expect(Object.keys(JSON.parse(await readFile(path, "utf8")).places)).toHaveLength(20);
  expect((await Places.open(path, wal)).nextOf("a".repeat(20))).toBe(20);
});

it("Records that were freed unseen are told of", async () => {
  const { path, wal, store } = await openBench();
  const places = await Places.open(path, wal);
  await store(places, "a", 1);
  await places.save();
  const ahead = { stats: () => ({ firstSeq: 40, lastSeq: 39 }), read: async () => [] };
  expect((await Places.open(path, ahead)).unseenRecords).toBe(38);
});

it("A damaged file stops the start instead of reading everything again", async () => {
  const { path, wal, store } = await openBench();
  const places = await Places.open(path, wal);
  await store(places, "a", 1);
  await places.save();
  await writeFile(path, "{");
  await expect(Places.open(path, wal)).rejects.toThrow("damaged or of another version");
});
