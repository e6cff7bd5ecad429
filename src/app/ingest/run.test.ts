import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, test } from "vitest";
import { encodeText } from "../../kernel/encoding/testing.ts";
import { createBatches, ingestRoutes } from "../../monitor/collect/index.ts";
import { openTestIntake, storedRecords, storedTexts, TEST_TOKEN } from "../../monitor/collect/testing/fixtures.ts";
import { installTestGuard, listen } from "../../monitor/collect/testing/http.ts";
import { sysmonLog } from "../../monitor/parse/evtx/testing/events.ts";
import { createParser } from "../../monitor/parse/index.ts";
import { zipOf } from "../../platform/archive/testing/zip.ts";
import type { State } from "../../platform/state/index.ts";
import { openTestState } from "../../platform/state/testing.ts";
import { EXIT_FAILED, EXIT_OK, EXIT_REJECTED, type IngestOptions, runIngest } from "./run.ts";

let state: State;
let folder: string;
beforeAll(async () => {
  state = await openTestState();
  folder = await mkdtemp(join(tmpdir(), "yagura-ingest-"));
});
afterAll(async () => {
  await state?.close();
  await rm(folder, { recursive: true });
});

/** A real collector, the import command pointed at it, and what it printed. */
async function openYagura(options: Parameters<typeof openTestIntake>[0] = {}) {
  const { intake, wal } = await openTestIntake(options);
  const url = await listen((app) => {
    installTestGuard(app, { state });
    app.register(ingestRoutes({ intake, batches: createBatches(Date.now) }));
  });
  return { wal, intake, url, ingest: ingester(url) };
}

const ingester =
  (url: string) =>
  async (paths: readonly string[], more: Partial<IngestOptions> = {}, stdin = "", signal?: AbortSignal) => {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const options = { url, token: TEST_TOKEN, paths, firstPauseMs: 5, patienceMs: 10_000, ...more };
    const code = await runIngest(options, {
      stdin: Readable.from([Buffer.from(stdin)]),
      stdout,
      stderr,
      ...(signal && { signal }),
    });
    const text = (stream: PassThrough): string => stream.read()?.toString() ?? "";
    return { code, out: text(stdout), err: text(stderr) };
  };

async function file(name: string, content: string | Buffer): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

describe("yagura ingest", () => {
  it("sends NDJSON, text, gzip and stdin, event for event and byte for byte", async () => {
    const { ingest, wal } = await openYagura();
    const paths = [
      await file("a.jsonl", '{"a": 1}\n{"b": 2}\n'),
      await file("b.log", "<13>one\r\n<14>two"),
      await file("c.anything", gzipSync('[\n {"c": 3},\n {"d":\n 4}\n]')),
      "-",
    ];
    const { code, out, err } = await ingest(paths, {}, "from stdin\n");
    expect([code, err]).toEqual([EXIT_OK, ""]);
    expect(out).toMatch(/^7 events accepted from 4 files/);
    expect(await storedTexts(wal)).toEqual([
      '{"a": 1}',
      '{"b": 2}',
      "<13>one",
      "<14>two",
      '{"c": 3}',
      '{"d":\n 4}',
      "from stdin",
    ]);
    expect(await storedRecords(wal)).toMatchObject([{ transport: "file" }, {}, {}, {}]);
  });

  it("brings nothing twice when it is run again over the same file, but all that comes through a pipe", async () => {
    const { ingest, wal } = await openYagura();
    const path = await file("again.log", "same\nsame\n");
    const options = { chunkBytes: 5 };
    await ingest([path, "-"], options, "piped\n");
    const { code, out } = await ingest([path, "-"], options, "piped\n");
    expect([code, out]).toEqual([EXIT_OK, expect.stringMatching(/^3 events accepted \(2 were there already\) from/)]);
    expect((await storedTexts(wal)).sort()).toEqual(["piped", "piped", "same", "same"]);
  });

  it("writes no terminal codes of names in an archive", async () => {
    const { ingest } = await openYagura();
    const name = "a\u001b]0;title\u0007\r\u202eb.log";
    const { code, err } = await ingest([await file("names.zip", zipOf([{ name, text: "x", isEncrypted: true }]))]);
    expect([code, err]).toEqual([
      EXIT_FAILED,
      expect.stringMatching(/^error: .*names\.zip\/a\?\]0;title\?b\.log: is encrypted\n$/),
    ]);
  });

  test.each(["utf-16le", "utf-16be", "shift_jis"] as const)(
    "sends a file in %s line by line, its bytes unchanged",
    async (encoding) => {
      const { ingest, wal } = await openYagura();
      const lines = ["2026-11-27 09:00:01 一覧表示 能登", "2026-11-27 09:00:02 失敗"];
      const mark = encoding === "shift_jis" ? "" : "\ufeff";
      const path = await file(`${encoding}.log`, encodeText(`${mark}${lines.join("\r\n")}\r\n`, encoding));
      expect((await ingest([path], encoding === "shift_jis" ? { encoding } : {})).code).toBe(EXIT_OK);
      const records = await storedRecords(wal);
      expect(records).toMatchObject([{ encoding }]);
      expect(records.flatMap(({ frames }) => frames)).toEqual(lines.map((line) => encodeText(line, encoding)));
    },
  );

  it("sends the records of an event log as JSON, which the server reads as the log's own", async () => {
    const { ingest, wal } = await openYagura();
    const log = sysmonLog(["whoami /all", "dir 表"], 1);
    const { code, err } = await ingest([await file("sysmon.evtx", log), await file("again", gzipSync(log))]);
    expect([code, err]).toEqual([EXIT_OK, ""]);
    const frames = (await storedRecords(wal)).flatMap((record) => record.frames);
    const hints = { format: "auto", transport: "file", peer: "", receivedAtMs: 0 };
    const read = frames.map((bytes) => createParser().parse(Buffer.from(bytes), hints));
    expect(read.map(({ fields, problem }) => [fields.CommandLine, problem])).toEqual([
      ["whoami /all", ""],
      ["dir 表", ""],
      ["whoami /all", ""],
      ["dir 表", ""],
    ]);
    expect(new Set(read.map(({ logsource }) => logsource.product))).toEqual(new Set(["windows"]));
  });

  it("sends what is whole of a damaged event log, and says what is lost", async () => {
    const { ingest, wal } = await openYagura();
    const log = sysmonLog(["whoami", "dir"], 1);
    const { code, err } = await ingest([await file("cut.evtx", log.subarray(0, -60_000))]);
    expect(code).toBe(EXIT_FAILED);
    expect(err).toContain("cut.evtx");
    expect((await storedTexts(wal))[0]).toContain("whoami");
  });

  test.each(["utf-8", "shift_jis", "utf-16le"] as const)(
    "sends the rows of a CSV file in %s as JSON",
    async (encoding) => {
      const { ingest, wal } = await openYagura();
      const text = `${encoding === "utf-16le" ? "\ufeff" : ""}日時,氏名,備考\r\n2026-11-27 09:00,佐藤 花子,"表、\n""可"""\r\n2026-11-27 09:01,髙橋,\r\n`;
      expect((await ingest([await file(`${encoding}.csv`, encodeText(text, encoding))])).code).toBe(EXIT_OK);
      expect((await storedTexts(wal)).map((row) => JSON.parse(row))).toEqual([
        { 日時: "2026-11-27 09:00", 氏名: "佐藤 花子", 備考: '表、\n"可"' },
        { 日時: "2026-11-27 09:01", 氏名: "髙橋" },
      ]);
    },
  );

  it("passes on the format and the source's name", async () => {
    const { ingest, wal } = await openYagura();
    await ingest([await file("fw.log", "CEF:0|")], { format: "cef", source: "fw-osaka" });
    expect(await storedRecords(wal)).toMatchObject([{ format: "cef", sourceId: "source_fw-osaka" }]);
  });

  it("searches folders in the order of names, without hidden files and links", async () => {
    const { ingest, wal } = await openYagura();
    const root = join(folder, "tree");
    await mkdir(join(root, "b", "c"), { recursive: true });
    await writeFile(join(root, "z.log"), "last");
    await writeFile(join(root, "a.log"), "first");
    await writeFile(join(root, "b", "c", "d.log"), "deep");
    await writeFile(join(root, ".hidden"), "hidden");
    await symlink(root, join(root, "b", "loop"));
    expect((await ingest([root])).code).toBe(EXIT_OK);
    expect(await storedTexts(wal)).toEqual(["first", "deep", "last"]);
  });

  it("sends a file in many chunks, and every event once", async () => {
    const { ingest, wal } = await openYagura();
    const lines = Array.from({ length: 5_000 }, (_, i) => `{"n":${i}}`);
    const { code, out } = await ingest([await file("many.jsonl", lines.join("\n"))], { chunkBytes: 4_000 });
    expect([code, out.split(" ", 1)]).toEqual([EXIT_OK, ["5,000"]]);
    const stored = await storedTexts(wal);
    expect(stored.length).toBe(5_000);
    expect(new Set(stored)).toEqual(new Set(lines));
  });

  it("says which lines of which file were refused, keeps the rest, and exits with 1", async () => {
    const { ingest, wal } = await openYagura();
    const lines = Array.from({ length: 100 }, (_, i) => (i % 40 === 39 ? `{"broken":${i}` : `{"n":${i}}`));
    const path = await file("partly.jsonl", `\n${lines.join("\n")}`);
    const { code, out, err } = await ingest([path], { chunkBytes: 200 });
    expect([code, out.includes("98 events accepted, 2 rejected")]).toEqual([EXIT_REJECTED, true]);
    expect(err.split("\n").slice(0, 2).sort()).toEqual([
      `rejected ${path}:41: malformed_json`,
      `rejected ${path}:81: malformed_json`,
    ]);
    expect(await storedTexts(wal)).toHaveLength(98);
  });

  it("keeps the events before the place where a gzip file is cut, and goes on with the next file", async () => {
    const { ingest, wal } = await openYagura();
    const gzip = gzipSync(Array.from({ length: 5_000 }, (_, i) => `line ${i} ${(i * 7919) % 10_007}`).join("\n"));
    const paths = [await file("cut.gz", gzip.subarray(0, gzip.length - 100)), await file("next.log", "next")];
    const { code, err } = await ingest(paths);
    expect(code).toBe(EXIT_FAILED);
    expect(err).toContain("cut.gz: The file is cut or corrupt: unexpected end of file.");
    const stored = await storedTexts(wal);
    expect(stored.length).toBeGreaterThan(1_000);
    expect(stored.at(-1)).toBe("next");
  });

  test.each([
    ["a file that is not there", "nowhere.log", "no such file"],
    ["a folder's socket or the like", "/dev/null", "neither a file nor a folder"],
  ])("names %s, and exits with 2", async (_, path, message) => {
    const { ingest } = await openYagura();
    const { code, err } = await ingest([path]);
    expect(code).toBe(EXIT_FAILED);
    expect(err).toContain(message);
  });

  it("stops at once when the token is wrong, and says what to do", async () => {
    const { ingest, wal } = await openYagura();
    const { code, err } = await ingest([await file("x.log", "x")], { token: "ygr_wrong" });
    expect([code, err.includes("yagura token create")]).toEqual([EXIT_FAILED, true]);
    expect(await storedTexts(wal)).toEqual([]);
  });
});

describe("A server that is busy or away", () => {
  it("is waited for: a full log costs time, not events, and no event comes twice", async () => {
    const { ingest, wal } = await openYagura({ maxBytes: 2 * 1024 * 1024 });
    const lines = Array.from({ length: 6_000 }, (_, i) => `${i} ${"x".repeat(990)}`);
    const seen: string[] = [];
    let checkpointSeq = 0;
    const drain = async (): Promise<void> => {
      const { lastSeq } = wal.stats();
      const fresh = await storedTexts(wal, checkpointSeq + 1);
      if (wal.stats().lastSeq !== lastSeq) return; // more came while we read
      seen.push(...fresh);
      checkpointSeq = lastSeq;
      await wal.checkpoint(lastSeq);
    };
    let isDone = false;
    const draining = (async () => {
      while (!isDone) {
        await drain();
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      await drain();
    })();
    const path = await file("large.log", lines.join("\n"));
    const { code, err } = await ingest([path], { chunkBytes: 500_000, patienceMs: 60_000 });
    isDone = true;
    await draining;
    expect([code, err.includes("waiting")]).toEqual([EXIT_OK, true]);
    expect(seen.length).toBe(lines.length);
    expect(new Set(seen)).toEqual(new Set(lines));
  });

  async function serverThat(answer: RequestListener): Promise<string> {
    const server = createServer(answer);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  it("gets the same Idempotency-Key with every try, so that a lost answer costs no duplicates", async () => {
    const keys: unknown[] = [];
    const url = await serverThat((request, response) => {
      keys.push(request.headers["idempotency-key"]);
      request.resume().on("end", () => {
        if (keys.length === 1) response.writeHead(503).end();
        else if (keys.length === 2) response.destroy();
        else response.end('{"accepted":1,"repeated":1,"rejectedCount":0,"rejected":[]}');
      });
    });
    const { code, err } = await ingester(url)([await file("y.log", "y")]);
    expect(code).toBe(EXIT_OK);
    expect(err.match(/waiting/g)).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
    expect(keys).toHaveLength(3);
  });

  it("is given up after a while", async () => {
    const { code, err } = await ingester("http://127.0.0.1:9")([await file("z.log", "z")], { patienceMs: 30 });
    expect(code).toBe(EXIT_FAILED);
    expect(err).toContain("cannot be reached");
  });

  it("is left when the person stops the command", async () => {
    const stop = new AbortController();
    const url = await serverThat((request, response) => {
      request.resume().on("end", () => response.writeHead(503).end(() => stop.abort()));
    });
    const { code, err } = await ingester(url)([await file("w.log", "w")], {}, "", stop.signal);
    expect([code, err.includes("error: stopped")]).toEqual([EXIT_FAILED, true]);
  });
});

it("draws a bar on a terminal, and still reports", async () => {
  const { url } = await openYagura();
  const screen = Object.assign(new PassThrough(), {
    isTTY: true,
    cursorTo: () => true,
    clearLine: () => true,
    columns: 120,
  });
  const stdout = new PassThrough();
  const path = await file("bar.log", "one\ntwo\n");
  const io = { stdin: Readable.from([]), stdout, stderr: screen };
  expect(await runIngest({ url, token: TEST_TOKEN, paths: [path] }, io)).toBe(EXIT_OK);
  expect(screen.read()?.toString()).toContain("8 B of 8 B");
  expect(stdout.read()?.toString()).toContain("2 events accepted");
});
