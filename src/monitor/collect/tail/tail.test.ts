import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { appendFile, copyFile, link, mkdir, mkdtemp, rename, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished, test, vi } from "vitest";
import { openTestIntake, storedRecords, storedTexts, type TestIntake } from "../testing/fixtures.ts";
import { ENDED_AFTER_MS } from "./read-on.ts";
import { followFiles, type Tail, type TailSetting } from "./tail.ts";

type Bench = TestIntake & {
  readonly at: (name: string) => string;
  start(setting?: Partial<TailSetting>, pattern?: string): Promise<Tail>;
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
    async start(setting = {}, pattern = "*.log") {
      const tail = await followFiles({
        intake: opened.intake,
        files: [{ path: join(logs, pattern), from: "start", ...setting }],
        checkpointPath: join(root, "data", "places.json"),
        now: () => nowMs,
        warn: (facts) => warnings.push(facts),
        onBug: (error) => warnings.push({ bug: error }),
        pollMs: 5,
      });
      running.add(tail);
      return tail;
    },
    holds: (...lines) =>
      vi.waitFor(async () => expect(await storedTexts(opened.wal)).toEqual(lines), { timeout: 10_000, interval: 10 }),
  };
}

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
