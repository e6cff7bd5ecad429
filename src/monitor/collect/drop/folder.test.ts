import { chmod, lstat, mkdir, readdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, test } from "vitest";
import { AppError } from "../../../kernel/errors.ts";
import type { OpenFile } from "../lines/receive-file.ts";
import { type DropBench, dropSees, openDropBench, statsOf } from "../testing/drop.ts";
import { storedRecords, storedTexts } from "../testing/fixtures.ts";
import type { After } from "./settings.ts";

/** Lines as they are; the reader of packed files is the app's. One that begins with BROKEN breaks off after its first chunk. */
const openLines: OpenFile = async function* (source) {
  async function* bytes(): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      yield chunk;
      if (chunk.toString().startsWith("BROKEN")) throw new AppError("invalid", "The file is cut or corrupt.");
    }
  }
  yield { kind: "lines", bytes: bytes(), encoding: undefined };
};

const at = ({ root }: DropBench, name: string | Buffer): Buffer =>
  Buffer.concat([Buffer.from(`${root}/in/`), Buffer.from(name)]);
const placeIn = ({ root }: DropBench, settleSeconds = 0) => ({
  kind: "directory" as const,
  directory: join(root, "in"),
  settleSeconds,
});

describe("A file in a drop folder", () => {
  it("is taken once, over restarts too, with its path as the sender", async () => {
    const bench = await openDropBench(openLines);
    await writeFile(at(bench, "a.log"), "one\ntwo\n");
    const first = await bench.start(placeIn(bench), { timeZone: "Asia/Tokyo", format: "cef", unit: "unit_2" });
    await dropSees(first, { objects: 1, events: 2 });
    await first.close();
    await writeFile(at(bench, "b.log"), "three\n");
    const second = await bench.start(placeIn(bench));
    await bench.holds("one", "two", "three");
    await dropSees(second, { objects: 1, repeated: 0 });
    const [record] = await storedRecords(bench.wal);
    const about = { transport: "file", peer: `${bench.root}/in/a.log`, sourceId: "source_Drop", unitId: "unit_2" };
    expect(record).toMatchObject({ ...about, timeZone: "Asia/Tokyo", format: "cef" });
  });

  it("with a name in Shift_JIS is read, and named in Unicode", async () => {
    const bench = await openDropBench(openLines);
    await writeFile(at(bench, Buffer.from([0x83, 0x8d, 0x83, 0x4f, 0x2e, 0x6c, 0x6f, 0x67])), "one\n");
    await bench.start(placeIn(bench), { after: { moveTo: "done" } });
    await bench.holds("one");
    expect((await storedRecords(bench.wal))[0]?.peer).toBe(`${bench.root}/in/ログ.log`);
  });

  it("is left alone until it is whole", async () => {
    const bench = await openDropBench(openLines);
    for (const name of ["a.tmp", "b.part", "c.filepart", "d.CRDOWNLOAD", ".e.log"])
      await writeFile(at(bench, name), "no\n");
    await writeFile(at(bench, "empty.log"), "");
    await mkdir(at(bench, "folder"));
    await writeFile(join(bench.root, "secret"), "no\n");
    await symlink(join(bench.root, "secret"), at(bench, "link.log"));
    await writeFile(at(bench, "z.log"), "yes\n");
    const drop = await bench.start(placeIn(bench));
    await bench.holds("yes");
    await rename(at(bench, "a.tmp"), at(bench, "a.log"));
    await bench.holds("yes", "no");
    await dropSees(drop, { objects: 2, waiting: 0, failures: 0 });
  });

  it("that is still written to is not taken before it has stood still", async () => {
    const bench = await openDropBench(openLines);
    let text = "";
    await bench.start(placeIn(bench, 1));
    for (let count = 0; count < 5; count++) {
      text += `${count}\n`;
      await writeFile(at(bench, "a.log"), text);
      await sleep(50);
    }
    await bench.holds("0", "1", "2", "3", "4");
  });

  test.each<[After, string[]]>([
    ["keep", ["a.log", "done"]],
    ["delete", ["done"]],
    [{ moveTo: "done" }, ["done"]],
  ])("is dealt with as asked: %j", async (after, left) => {
    const bench = await openDropBench(openLines);
    await mkdir(at(bench, "done"));
    await writeFile(at(bench, "done/a.log"), "an earlier one\n");
    await writeFile(at(bench, "a.log"), "one\n");
    const drop = await bench.start(placeIn(bench), { after });
    await bench.holds("one");
    await dropSees(drop, { objects: 1 });
    await drop.close();
    expect((await readdir(at(bench, ""))).map(String)).toEqual(left);
    const moved = typeof after === "object" ? ["a.log", "a.log.1"] : ["a.log"];
    expect((await readdir(at(bench, "done"))).map(String)).toEqual(moved);
  });

  it("is not moved through a link that somebody put where the folder should be", async () => {
    const bench = await openDropBench(openLines);
    await mkdir(join(bench.root, "elsewhere"));
    await symlink(join(bench.root, "elsewhere"), at(bench, "done"));
    await writeFile(at(bench, "a.log"), "one\n");
    const drop = await bench.start(placeIn(bench), { after: { moveTo: "done" } });
    await dropSees(drop, { failures: 1, objects: 1 });
    expect(await readdir(join(bench.root, "elsewhere"))).toEqual([]);
    await rm(at(bench, "done"));
    await expect
      .poll(
        () =>
          lstat(at(bench, "done/a.log")).then(
            () => true,
            () => false,
          ),
        { timeout: 20_000 },
      )
      .toBe(true);
    expect(await storedTexts(bench.wal)).toEqual(["one"]);
  });

  it("that cannot be read is told once and stays, and the rest go on", async () => {
    const bench = await openDropBench(openLines);
    await writeFile(at(bench, "a.log"), "BROKEN\n");
    await writeFile(at(bench, "b.log"), "one\n");
    const drop = await bench.start(placeIn(bench), { after: "delete" });
    await dropSees(drop, { aside: 1, objects: 1, waiting: 0 });
    expect(bench.warnings).toHaveLength(1);
    expect(bench.warnings[0]).toMatchObject({
      object: `${bench.root}/in/a.log`,
      reason: expect.stringContaining("corrupt"),
    });
    await expect.poll(async () => (await readdir(at(bench, ""))).map(String)).toEqual(["a.log"]);
  });

  it("waits for a directory that is not there yet", async () => {
    const bench = await openDropBench(openLines);
    await rm(at(bench, ""), { recursive: true });
    const drop = await bench.start(placeIn(bench));
    await dropSees(drop, { reachable: 0, failures: 1 });
    await mkdir(at(bench, ""));
    await writeFile(at(bench, "a.log"), "one\n");
    await bench.holds("one");
    await dropSees(drop, { reachable: 1 });
    await chmod(at(bench, ""), 0o700);
  });
});

describe("When the log refuses, or the process stops, in the middle of a file", () => {
  it("reading goes on after what the log has: nothing is lost and nothing comes twice", async () => {
    const bench = await openDropBench(openLines);
    const { accept } = bench.intake;
    let calls = 0;
    Object.assign(bench.intake, {
      accept: async (...call: Parameters<typeof accept>) => {
        calls += 1;
        const refusals = [{ from: 0, to: call[1].length, reason: "unavailable" as const }];
        return calls % 3 === 0 ? { accepted: 0, refusals } : accept(...call);
      },
    });
    const lines = Array.from({ length: 200_000 }, (_, index) => `line ${index} ${"x".repeat(20)}`);
    await writeFile(at(bench, "a.log"), `${lines.join("\n")}\n`);
    for (let done = false; !done; ) {
      const drop = await bench.start(placeIn(bench));
      await expect
        .poll(() => (statsOf(drop)?.failures ?? 0) + (statsOf(drop)?.objects ?? 0), { timeout: 20_000 })
        .toBeGreaterThan(0);
      done = statsOf(drop)?.objects === 1;
      await drop.close();
    }
    expect(calls).toBeGreaterThan(4);
    expect(await storedTexts(bench.wal)).toEqual(lines);
  });
});
