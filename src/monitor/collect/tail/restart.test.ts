import { appendFile, copyFile, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { describe, expect, it, vi } from "vitest";
import { storedRecords, storedTexts } from "../testing/fixtures.ts";
import { openBench, pinned, seenBy } from "./testing.ts";

describe("After a stop", () => {
  it("reading goes on where it was, also in a file that was rotated meanwhile", async () => {
    const { at, start, holds } = await openBench();
    await writeFile(at("a.log"), "one\n");
    const tail = await start();
    await holds("one");
    await tail.close();
    await appendFile(at("a.log"), "two\n");
    await rename(at("a.log"), at("a.log.1"));
    await writeFile(at("a.log"), "three\n");
    await start();
    await holds("one", "two", "three");
  });

  it("files that no pattern names any more are left alone, and go on where they were when one does again", async () => {
    const { at, start, holds } = await openBench();
    await writeFile(at("a.log"), "one\n");
    await writeFile(at("b.txt"), "first\n");
    const both = await start({}, "*");
    await holds("one", "first");
    await both.close();
    await appendFile(at("b.txt"), "unwanted\n");
    await appendFile(at("a.log"), "two\n");
    const narrow = await start({}, "*.log");
    await holds("one", "first", "two");
    expect(narrow.stats()).toMatchObject({ files: 1, bytesBehind: 0 });
    await narrow.close();
    const again = await start({}, "*.txt");
    await holds("one", "first", "two", "unwanted");
    await again.close();
  });

  it("no more files are opened than allowed, rotated ones too", async () => {
    const { at, start, holds } = await openBench();
    for (const name of ["a", "b", "c"]) await writeFile(at(`${name}.log`), `${name}\n`);
    const tail = await start();
    await holds("a", "b", "c");
    await tail.close();
    for (const name of ["a", "b", "c"]) await rename(at(`${name}.log`), at(`${name}.log.1`));
    const few = await start({}, "*.log", 2);
    await seenBy(few, { files: 2, errors: 1 });
  });

  it("a file that was restored, under another inode, is read on", async () => {
    const { at, start, holds } = await openBench();
    const old = "x".repeat(2000);
    await writeFile(at("a.log"), `${old}\n`);
    const tail = await start();
    await holds(old);
    await tail.close();
    await copyFile(at("a.log"), at("restored"));
    await rm(at("a.log"));
    await rename(at("restored"), at("a.log"));
    await appendFile(at("a.log"), "new\n");
    await start();
    await holds(old, "new");
  });

  it("the rows of a table are still read by the head above them, the latest one", async () => {
    const { at, start, holds, wal } = await openBench({ resolveSource: pinned({ format: "csv" }) });
    const head = (names: string) => ["#Software: IIS", `#Fields: ${names}`];
    await writeFile(at("a.log"), "name,age\n");
    await writeFile(at("b.log"), `${head("date time").join("\n")}\n`);
    const tail = await start();
    await holds("name,age", ...head("date time"));
    await appendFile(at("a.log"), "ann,1\n");
    await holds("name,age", ...head("date time"), "ann,1");
    await appendFile(at("b.log"), `${"x".repeat(70_000)}\n${head("date cs-method").join("\n")}\n`);
    await seenBy(tail, { bytesBehind: 0 });
    await vi.waitFor(async () => expect(await storedTexts(wal)).toHaveLength(7));
    await tail.close();
    await appendFile(at("a.log"), "bob,2\n");
    await appendFile(at("b.log"), "2026 GET\n");
    await start();
    await vi.waitFor(async () => expect(await storedTexts(wal)).toHaveLength(9));
    const heads = new Map((await storedRecords(wal)).map((record) => [String(record.frames[0]), record.head]));
    expect(heads.get("ann,1")).toBe("name,age\n");
    expect(heads.get("bob,2")).toBe("name,age\n");
    expect(heads.get("2026 GET")).toBe(`\n${head("date cs-method").join("\n")}`);
  });

  it("a damaged record of places stops the start and says what to do", async () => {
    const { at, start } = await openBench();
    await mkdir(at("../data"));
    await writeFile(at("../data/places.json"), "{");
    await expect(start()).rejects.toMatchObject({ code: "conflict" });
  });

  it("nothing is lost when the log refuses between batches and the reader stops there", async () => {
    let appends = 0;
    const bench = await openBench();
    const { intake, at, start, wal } = bench;
    const { gather } = intake;
    Object.assign(intake, {
      gather: async (...call: Parameters<typeof gather>) => {
        appends += 1;
        return appends % 2 === 0 ? "unavailable" : gather(...call);
      },
    });
    const lines = Array.from({ length: 60_000 }, (_, index) => `line ${index} ${"x".repeat(20)}`);
    await writeFile(at("a.log"), `${lines.join("\n")}\n`);
    for (let done = false; !done; ) {
      const tail = await start();
      const before = appends;
      await vi.waitFor(() => expect(appends).toBeGreaterThan(before));
      await tail.close();
      done = tail.stats().files === 0 && (await storedTexts(wal)).length >= lines.length;
    }
    expect(await storedTexts(wal)).toEqual(lines);
  });
});
