import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { encodeMeta } from "../record.ts";
import { type BatchLog, Ledger } from "./ledger.ts";
import type { Item } from "./shelf.ts";

const item = (key: string, version = "1"): Item => ({ key, version, sizeBytes: 1, name: key, address: key });

/** Records of a log, as far as a ledger looks at them: the first has the number `firstSeq`. */
const logOf = (firstSeq: number, batches: readonly { key: string; from: number; to: number }[]): BatchLog => ({
  stats: () => ({ firstSeq, lastSeq: firstSeq + batches.length - 1 }),
  read: async (fromSeq, { maxRecords }) =>
    batches
      .map((batch, index) => {
        const meta = { sourceId: "s", unitId: "u", transport: "file" as const, peer: "", format: "auto", batch };
        return { seq: firstSeq + index, meta: encodeMeta(meta) };
      })
      .filter(({ seq }) => seq >= fromSeq)
      .slice(0, maxRecords),
});

let path: string;
beforeEach(async () => {
  const directory = await mkdtemp(join(tmpdir(), "yagura-ledger-"));
  path = join(directory, "place.jsonl");
  onTestFinished(() => rm(directory, { recursive: true }));
});

const open = (options: Partial<Parameters<typeof Ledger.open>[0]> = {}): Promise<Ledger> =>
  Ledger.open({ path, placeId: "place", log: logOf(1, []), isSorted: false, ...options });

describe("What was taken", () => {
  it("is known by key and version over a restart", async () => {
    const before = await open();
    await before.finish(item("a"), false);
    await before.finish(item("b"), true);
    await before.close();
    const after = await open();
    const states = [item("a"), item("a", "2"), item("b"), item("c")].map((one) => after.stateOf(one));
    expect(states).toEqual(["done", "new", "aside", "new"]);
    await after.close();
  });

  it("is forgotten when it is not there any more", async () => {
    const ledger = await open();
    for (const key of ["a", "b"]) await ledger.finish(item(key), false);
    const gone = ledger.prunable();
    gone.delete("b");
    await ledger.forget([...gone]);
    expect([ledger.stateOf(item("a")), ledger.stateOf(item("b"))]).toEqual(["new", "done"]);
    await ledger.close();
  });

  it("is bounded: where keys do not sort nothing more is taken, where they do the listing starts later", async () => {
    const plain = await open({ maxDone: 2 });
    for (const key of ["a", "b"]) await plain.finish(item(key), false);
    expect(plain.isFull).toBe(true);
    await plain.close();
    await rm(path);

    const sorted = await open({ maxDone: 4, isSorted: true });
    for (const key of ["2026/01", "2026/02", "2026/03", "2026/04"]) await sorted.finish(item(key), false);
    await sorted.advance("2026/02");
    expect(sorted.startAfter).toBe("2026/01");
    await sorted.close();
    const again = await open({ maxDone: 4, isSorted: true });
    expect([again.startAfter, again.isFull]).toEqual(["2026/01", false]);
    await again.close();
  });

  it("survives a line that a kill cut, and refuses damage in the middle", async () => {
    const before = await open();
    await before.finish(item("a"), false);
    await before.close();
    await appendFile(path, '{"is":"done","key":"b","ver');
    const after = await open();
    expect([after.stateOf(item("a")), after.stateOf(item("b"))]).toEqual(["done", "new"]);
    await after.close();
    await writeFile(path, `nonsense\n${await readFile(path, "utf8")}`);
    await expect(open()).rejects.toMatchObject({ code: "conflict" });
  });
});

describe("After a kill in the middle of an object", () => {
  it("its events are left out that the log's records have, and no others", async () => {
    const killed = await open({ log: logOf(5, []) });
    const { key } = await killed.begin(item("a"));
    await killed.close();
    const records = [
      { key, from: 0, to: 100 },
      { key: "another", from: 0, to: 900 },
      { key, from: 100, to: 150 },
    ];
    const ledger = await open({ log: logOf(5, records) });
    const batch = await ledger.begin(item("a"));
    expect([0, 99, 100, 149, 150].map((position) => batch.has(position))).toEqual([true, true, true, true, false]);
    expect(ledger.unseenRecords).toBe(0);
    expect((await ledger.begin(item("a", "2"))).has(0)).toBe(false);
    await ledger.close();
  });

  it("says when records are gone that nobody looked at", async () => {
    const killed = await open({ log: logOf(5, []) });
    await killed.begin(item("a"));
    await killed.close();
    const ledger = await open({ log: logOf(8, []) });
    expect(ledger.unseenRecords).toBe(3);
    await ledger.close();
  });
});
