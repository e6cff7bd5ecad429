import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { AppError } from "../../../kernel/errors.ts";
import { openTestIntake, storedTexts } from "../testing/fixtures.ts";
import { openDropFolders } from "./drop.ts";
import { Ledger } from "./ledger.ts";
import { Place } from "./place.ts";
import type { Item, Shelf } from "./shelf.ts";

const SETTING = {
  ...{ name: "Drop", after: "keep" as const, pollSeconds: 1 },
  place: { kind: "directory" as const, directory: "/nowhere", settleSeconds: 0 },
};
const itemOf = (key: string): Item => ({ key, version: "1", sizeBytes: 1, name: key, address: key });

/** A place whose objects hold their own keys, looked at by hand; the clock stands still until it is moved. */
async function openPlace({ isSorted = false, maxDone = 100 } = {}) {
  const folder = await mkdtemp(join(tmpdir(), "yagura-place-"));
  const { intake, wal } = await openTestIntake();
  const ledger = await Ledger.open({ path: join(folder, "a.jsonl"), placeId: "a", log: wal, isSorted, maxDone });
  onTestFinished(async () => {
    await ledger.close();
    await rm(folder, { recursive: true });
  });
  const keys: string[] = [];
  const locked = new Set<string>();
  const clock = { nowMs: 0 };
  const shelf: Shelf = {
    async *list(startAfter) {
      for (const key of keys.toSorted()) if (key > startAfter) yield itemOf(key);
    },
    async *open({ key }) {
      if (locked.has(key)) throw new Error("access denied");
      yield Buffer.from(`${key}\n`);
    },
    finish: undefined,
    close() {},
  };
  const place = new Place({
    ...{ setting: SETTING, shelf, ledger, intake, now: () => clock.nowMs },
    async *openFile(bytes) {
      yield { kind: "lines", bytes, encoding: undefined };
    },
    warn: () => {},
    onBug: (error) => {
      throw error;
    },
  });
  /** Looks so often, each time when every pause is over. */
  const look = async (times = 1): Promise<void> => {
    for (let time = 0; time < times; time += 1) {
      await place.look(new AbortController().signal);
      clock.nowMs += 3_600_000;
    }
  };
  return { keys, locked, look, place, ledger, texts: async () => (await storedTexts(wal)).sort() };
}

it("Where keys sort by date, an object that cannot be read for long is not passed over when older ones are forgotten", async () => {
  const { keys, locked, look, ledger, texts } = await openPlace({ isSorted: true, maxDone: 4 });
  keys.push("2026-01", "2026-02", "2026-03", "2026-04", "2026-05");
  locked.add("2026-02");
  await look();
  expect(ledger.isFull).toBe(true);
  await look();
  locked.clear();
  await look();
  expect(await texts()).toEqual(keys);
});

it("Objects that cannot be read do not keep out those behind them, however often they fail", async () => {
  const { keys, locked, look, texts } = await openPlace();
  for (let count = 0; count < 10; count += 1) locked.add(`a${count}`);
  keys.push(...locked, "b");
  await look(2);
  expect(await texts()).toEqual(["b"]);
  keys.push("c");
  await look();
  expect(await texts()).toEqual(["b", "c"]);
});

it("A look ends after ten objects that fail, for then the place is likely to; what waits is tried at the next ones", async () => {
  const { keys, locked, look, place, texts } = await openPlace();
  for (let count = 10; count < 40; count += 1) locked.add(`a${count}`);
  keys.push(...locked);
  await look();
  expect(place.stats().failures).toBe(10);
  locked.clear();
  await look(2);
  expect(await texts()).toEqual(keys);
});

it("Places read at the same time, each with an opener of its own, whatever the others' bounds are", async () => {
  const root = await mkdtemp(join(tmpdir(), "yagura-places-"));
  onTestFinished(() => rm(root, { recursive: true }));
  const { intake, wal } = await openTestIntake();
  const names = ["one", "two", "three", "four", "five"];
  for (const name of names) {
    await mkdir(join(root, name));
    await writeFile(join(root, name, "a.log"), `${name}\n`);
  }
  const { promise: areAllOpen, resolve } = Promise.withResolvers<void>();
  let open = 0;
  const folders = await openDropFolders({
    ...{
      intake,
      log: wal,
      directory: join(root, "data"),
      now: Date.now,
      warn: () => {},
      onBug: () => expect.unreachable(),
    },
    places: names.map((name) => ({
      ...{ ...SETTING, name },
      place: { kind: "directory", directory: join(root, name), settleSeconds: 0 },
    })),
    newOpener() {
      let isReading = false;
      return async function* (bytes) {
        if (isReading) throw new AppError("over_limit", "Other files are being read.");
        isReading = true;
        open += 1;
        if (open === names.length) resolve();
        await areAllOpen;
        yield { kind: "lines", bytes, encoding: undefined };
        isReading = false;
      };
    },
  });
  onTestFinished(() => folders.close());
  await vi.waitFor(async () => expect((await storedTexts(wal)).sort()).toEqual(names.toSorted()), 20_000);
  expect([...folders.stats().values()].map(({ failures }) => failures)).toEqual([0, 0, 0, 0, 0]);
});
