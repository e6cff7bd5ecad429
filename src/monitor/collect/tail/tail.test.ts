import { execFile } from "node:child_process";
import { appendFile, link, mkdir, symlink, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { describe, expect, it, test, vi } from "vitest";
import { AppError } from "../../../kernel/errors.ts";
import type { IntakeDeps } from "../intake.ts";
import { storedRecords, storedTexts } from "../testing/fixtures.ts";
import { openBench, pinned, seenBy } from "./testing.ts";

describe("A followed file", () => {
  it("is read from its start, then as it grows, bytes as they are, with its path as the sender", async () => {
    const { at, start, holds, wal } = await openBench();
    await writeFile(at("a.log"), Buffer.from("one\r\n\n\xfftwo\nthr", "latin1"));
    await start();
    await vi.waitFor(async () => expect(await storedTexts(wal)).toHaveLength(2));
    await appendFile(at("a.log"), "ee\n");
    await holds("one", "\ufffdtwo", "three");
    const [record] = await storedRecords(wal);
    expect(record).toMatchObject({ transport: "file", peer: at("a.log"), sourceId: `source_${at("a.log")}` });
    expect(record?.frames[1]).toEqual(Buffer.from("\xfftwo", "latin1"));
  });

  it("begins after its byte order mark", async () => {
    const { at, start, holds } = await openBench();
    await writeFile(at("a.log"), "\uFEFFone\n\uFEFFtwo\n");
    await writeFile(at("b.log"), "\uFEFF\nthree\n");
    await start();
    await holds("one", "\uFEFFtwo", "three");
  });

  it("that was there first is read from its end when asked so; later ones from their start", async () => {
    const { at, start, holds } = await openBench();
    await writeFile(at("a.log"), "old\n");
    const tail = await start({ from: "end", name: "web" });
    await seenBy(tail, { files: 1 });
    await appendFile(at("a.log"), "new\n");
    await holds("new");
    await writeFile(at("b.log"), "first\n");
    await holds("new", "first");
  });

  it("has one reader, whatever names lead to it", async () => {
    const { at, start, holds } = await openBench();
    await writeFile(at("a.log"), "one\n");
    await symlink(at("a.log"), at("b.log"));
    await link(at("a.log"), at("c.log"));
    const tail = await start();
    await holds("one");
    await appendFile(at("a.log"), "two\n");
    await holds("one", "two");
    expect(tail.stats()).toMatchObject({ files: 1, rotations: 0 });
  });

  it("costs no more than its too long line, which is counted", async () => {
    const { at, start, holds, intake } = await openBench();
    await writeFile(at("a.log"), `before\n${"x".repeat(3_000_000)}\nafter\n`);
    const tail = await start();
    await holds("before", "after");
    expect(tail.stats().longLines).toBe(1);
    expect(intake.snapshot().sources[0]?.rejected).toEqual({ too_large: 1 });
  });

  test.skipIf(process.platform === "win32")(
    "that is a pipe or a directory is told once and hinders no other",
    async () => {
      const { at, start, holds, warnings } = await openBench();
      await promisify(execFile)("mkfifo", [at("a.log")]);
      await mkdir(at("b.log"));
      await writeFile(at("c.log"), "one\n");
      const tail = await start();
      await holds("one");
      await appendFile(at("c.log"), "two\n");
      await holds("one", "two");
      expect(warnings).toHaveLength(2);
      expect(tail.stats()).toMatchObject({ files: 1, errors: 2 });
    },
  );
});

describe("A followed file's source", () => {
  it("that is switched off makes the file wait, told once; switched on again, nothing is missing", async () => {
    let isOff = false;
    const resolveSource: IntakeDeps["resolveSource"] = async (origin) => {
      if (isOff) throw new AppError("forbidden", "switched off");
      return pinned({})(origin);
    };
    const clock = { ms: 1_000 };
    const { at, start, holds, warnings } = await openBench({ resolveSource, now: () => clock.ms });
    await writeFile(at("a.log"), "one\n");
    const tail = await start();
    await holds("one");
    isOff = true;
    clock.ms += 10_000;
    await appendFile(at("a.log"), "two\n");
    await seenBy(tail, { errors: 1, bytesBehind: 4 });
    await appendFile(at("a.log"), "three\n");
    await seenBy(tail, { errors: 1, bytesBehind: 10 });
    expect(warnings).toMatchObject([{ path: at("a.log"), reason: expect.stringContaining("switched off") }]);
    isOff = false;
    await holds("one", "two", "three");
  });

  it("that is pinned to UTF-16 is told, and so is a file with UTF-16's mark; nothing of them is cut to pieces", async () => {
    const bench = await openBench({ resolveSource: pinned({ encoding: "utf-16le" }) });
    await writeFile(bench.at("a.log"), Buffer.from("one\n", "utf16le"));
    const tail = await bench.start();
    await seenBy(tail, { errors: 1, bytesBehind: 8 });
    const marked = await openBench();
    await writeFile(marked.at("a.log"), Buffer.from("\uFEFFone\n", "utf16le"));
    await seenBy(await marked.start(), { errors: 1, bytesBehind: 10 });
    expect([await storedTexts(bench.wal), await storedTexts(marked.wal)]).toEqual([[], []]);
  });
});

describe("Settings of followed files", () => {
  it("give the events to a unit, or to the whole group", async () => {
    const { at, start, holds, wal } = await openBench();
    await writeFile(at("a.log"), "one\n");
    const tail = await start({ unit: "unit_osaka" });
    await holds("one");
    await tail.close();
    await appendFile(at("a.log"), "two\n");
    await start();
    await holds("one", "two");
    expect((await storedRecords(wal)).map(({ unitId }) => unitId)).toEqual(["unit_osaka", "unit_root"]);
  });

  it("leave out names and paths, and go into any directory", async () => {
    const { at, start, holds } = await openBench();
    await mkdir(at("x/y"), { recursive: true });
    await mkdir(at("private"));
    for (const name of ["a.log", "debug.log", "x/y/b.log", "private/c.log"]) await writeFile(at(name), `${name}\n`);
    const tail = await start({ exclude: ["debug*", at("private/**")] }, "**/*.log");
    await holds("a.log", "x/y/b.log");
    expect(tail.stats().files).toBe(2);
  });

  it("make one event of many lines, the last one after its wait, and lose none of it when stopped before", async () => {
    const multiline = { continuation: "indent", maxLines: 500, maxBytes: 262_144, waitSeconds: 5 } as const;
    const { at, start, holds, passTime } = await openBench();
    await writeFile(at("a.log"), "java.lang.Error\n\tat a\n\tat b\nnext\n\tat c\n");
    const tail = await start({ multiline });
    await holds("java.lang.Error\n\tat a\n\tat b");
    await tail.close();
    await appendFile(at("a.log"), "\tat d\n");
    const again = await start({ multiline });
    await seenBy(again, { files: 1 });
    passTime(5_000);
    await holds("java.lang.Error\n\tat a\n\tat b", "next\n\tat c\n\tat d");
  });
});
