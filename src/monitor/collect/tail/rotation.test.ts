import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { appendFile, copyFile, rename, rm, truncate, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { describe, expect, it, vi } from "vitest";
import { storedTexts } from "../testing/fixtures.ts";
import { ENDED_AFTER_MS } from "./read-on.ts";
import { openBench, seenBy } from "./testing.ts";

describe("Rotation", () => {
  it("by rename reads the old file to its end, its last line too, and then the new one", async () => {
    const { at, start, holds, passTime } = await openBench();
    await writeFile(at("a.log"), "one\n");
    const tail = await start();
    await holds("one");
    await rename(at("a.log"), at("a.log.1"));
    await appendFile(at("a.log.1"), "two\nlast");
    await seenBy(tail, { rotations: 1 });
    await holds("one", "two");
    passTime(ENDED_AFTER_MS);
    await holds("one", "two", "last");
    await writeFile(at("a.log"), "three\n");
    await holds("one", "two", "last", "three");
  });

  it("under a pattern that the old name matches too reads nothing twice, compressed copies included", async () => {
    const { at, start, holds } = await openBench();
    await writeFile(at("a.log"), "one\n");
    const tail = await start({}, "a.log*");
    await holds("one");
    await rename(at("a.log"), at("a.log.1"));
    await writeFile(at("a.log.2.gz"), "one\n");
    await writeFile(at("a.log"), "two\n");
    await holds("one", "two");
    expect(tail.stats().files).toBe(2);
  });

  it.each([
    ["shorter", "two\n"],
    ["longer", "two\nand three, four, five\n"],
  ])("by copy and truncate begins again at the start, when the new content is %s", async (_, text) => {
    const { at, start, wal } = await openBench();
    await writeFile(at("a.log"), "one, one\n");
    const tail = await start();
    await vi.waitFor(async () => expect(await storedTexts(wal)).toHaveLength(1));
    await copyFile(at("a.log"), at("a.log.1"));
    await truncate(at("a.log"));
    await appendFile(at("a.log"), text);
    await vi.waitFor(async () => expect(await storedTexts(wal)).toEqual(["one, one", ...text.trim().split("\n")]));
    expect(tail.stats().truncations).toBe(1);
  });

  it("by copy and truncate reads the copy on where the original was read, whoever is seen first", async () => {
    const { at, start, holds } = await openBench();
    const lines = Array.from({ length: 100 }, (_, index) => `line ${index} ${"x".repeat(20)}`);
    await writeFile(at("a.log"), `${lines.join("\n")}\n`);
    const tail = await start({}, "a.log*");
    await holds(...lines);
    await copyFile(at("a.log"), at("b"));
    await appendFile(at("b"), "late\n");
    await truncate(at("a.log"));
    await seenBy(tail, { truncations: 1 });
    await rename(at("b"), at("a.log.1"));
    await holds(...lines, "late");
    await writeFile(at("a.log"), "new\n");
    await holds(...lines, "late", "new");
  });

  it("by a copy that takes its time reads it once, and a file that only begins alike from its start", async () => {
    const { at, start, holds } = await openBench();
    await writeFile(at("a.log"), "one\ntwo\n");
    const tail = await start({}, "a.log*");
    await holds("one", "two");
    await writeFile(at("a.log.1"), "one\n");
    await writeFile(at("a.log.2"), "one\n");
    await writeFile(at("a.log.3"), "other\n");
    await holds("one", "two", "other");
    expect(tail.stats().files).toBe(2);
    await appendFile(at("a.log.1"), "two\n");
    await seenBy(tail, { files: 3 });
    await appendFile(at("a.log.2"), "2 and more\n");
    await holds("one", "two", "other", "one", "2 and more");
  });

  it("by removal reads what was written before the file was closed", async () => {
    const { at, start, holds, passTime } = await openBench();
    await writeFile(at("a.log"), "one\ntwo");
    const tail = await start();
    await holds("one");
    await rm(at("a.log"));
    await seenBy(tail, { rotations: 1 });
    passTime(ENDED_AFTER_MS);
    await holds("one", "two");
    await seenBy(tail, { files: 0 });
  });

  it.skipIf(!existsSync("/usr/sbin/logrotate"))(
    "by logrotate itself, both ways, loses and repeats nothing",
    async () => {
      const { at, start, holds } = await openBench();
      await writeFile(at("a.log"), "1\n");
      await start();
      await holds("1");
      const expected = ["1"];
      for (const way of ["create", "copytruncate"]) {
        await writeFile(at("conf"), `${at("a.log")} {\n rotate 5\n ${way}\n}\n`, { mode: 0o600 });
        await promisify(execFile)("/usr/sbin/logrotate", ["-f", "-s", at("state"), at("conf")]);
        await appendFile(at("a.log"), `${way}\n`);
        expected.push(way);
        await holds(...expected);
      }
    },
  );
});
