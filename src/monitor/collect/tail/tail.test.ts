import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { appendFile, copyFile, link, mkdir, mkdtemp, rename, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished, test, vi } from "vitest";
import { AppError } from "../../../kernel/errors.ts";
import type { IntakeDeps } from "../intake.ts";
import type { ResolvedSource } from "../origin.ts";
import { openTestIntake, storedRecords, storedTexts, type TestIntake } from "../testing/fixtures.ts";
import { ENDED_AFTER_MS } from "./read-on.ts";
import { followFiles, type Tail, type TailSetting } from "./tail.ts";

type Bench = TestIntake & {
  readonly at: (name: string) => string;
  start(setting?: Partial<TailSetting>, pattern?: string, maxFiles?: number): Promise<Tail>;
  /** Waits until the log holds exactly these lines, in this order. */
  holds(...lines: readonly string[]): Promise<void>;
  passTime(ms: number): void;
  readonly warnings: object[];
};

async function openBench(options: Parameters<typeof openTestIntake>[0] = {}): Promise<Bench> {
  const root = await mkdtemp(join(tmpdir(), "yagura-tail-"));
  const logs = join(root, "logs");
  await mkdir(logs);
  const opened = await openTestIntake(options);
  const running = new Set<Tail>();
  let nowMs = 1_000;
  const warnings: object[] = [];
  onTestFinished(async () => {
    for (const tail of running) await tail.close();
    await rm(root, { recursive: true });
  });
  return {
    ...opened,
    warnings,
    at: (name) => join(logs, name),
    passTime: (ms) => {
      nowMs += ms;
    },
    async start(setting = {}, pattern = "*.log", maxFiles = 1_000) {
      const tail = await followFiles({
        intake: opened.intake,
        files: [{ path: join(logs, pattern), from: "start", ...setting }],
        checkpointPath: join(root, "data", "places.json"),
        now: () => nowMs,
        warn: (facts) => warnings.push(facts),
        onBug: (error) => warnings.push({ bug: error }),
        pollMs: 5,
        maxFiles,
      });
      running.add(tail);
      return tail;
    },
    holds: (...lines) =>
      vi.waitFor(async () => expect(await storedTexts(opened.wal)).toEqual(lines), { timeout: 10_000, interval: 10 }),
  };
}

/** A source with what a person set for it. */
const pinned =
  (set: Partial<ResolvedSource>): IntakeDeps["resolveSource"] =>
  async () => ({ sourceId: "source_1", unitId: "unit_1", format: "auto", ...set });

const seenBy = (tail: Tail, facts: object) =>
  vi.waitFor(() => expect(tail.stats()).toMatchObject(facts), { timeout: 10_000, interval: 5 });

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
