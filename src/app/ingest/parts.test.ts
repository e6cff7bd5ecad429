import { createReadStream } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, test } from "vitest";
import { encodeText } from "../../kernel/encoding/testing.ts";
import type { IngestAnswer } from "../../monitor/collect/contract.ts";
import { createBatches, DEFAULT_LIMITS, ingestRoutes } from "../../monitor/collect/index.ts";
import { openTestIntake, storedTexts, TEST_TOKEN } from "../../monitor/collect/testing/fixtures.ts";
import { installTestGuard, listen } from "../../monitor/collect/testing/http.ts";
import { sysmonLog } from "../../monitor/parse/evtx/testing/events.ts";
import { tarOf } from "../../platform/archive/testing/tar.ts";
import { type ZipEntry, zipOf } from "../../platform/archive/testing/zip.ts";
import type { State } from "../../platform/state/index.ts";
import { openTestState } from "../../platform/state/testing.ts";
import { fileOpener, openParts, partLimits } from "./parts.ts";
import { createSpool, type Spool } from "./spool.ts";

let state: State;
let spool: string;
beforeAll(async () => {
  state = await openTestState();
  spool = await mkdtemp(join(tmpdir(), "yagura-spool-"));
});
afterAll(async () => {
  await state?.close();
  await rm(spool, { recursive: true });
});

type Answer = { readonly status: number; readonly body: IngestAnswer & { code?: string; facts?: IngestAnswer } };

/** A real collector, and a browser that uploads a file to it. */
async function openYagura(options: Parameters<typeof openTestIntake>[0] = {}) {
  const { intake, wal } = await openTestIntake(options);
  const openFile = fileOpener({ ...partLimits(intake.limits), spool: createSpool(spool) });
  const url = await listen((app) => {
    installTestGuard(app, { state });
    app.register(ingestRoutes({ intake, batches: createBatches(Date.now), openFile }));
  });
  const upload = async (file: string, bytes: Buffer, more = {}): Promise<Answer> => {
    const answer = await fetch(`${url}/api/v1/ingest?${new URLSearchParams({ file, transport: "file" })}`, {
      method: "POST",
      headers: { authorization: `Bearer ${TEST_TOKEN}`, "content-type": "application/octet-stream", ...more },
      body: new Uint8Array(bytes),
    });
    return { status: answer.status, body: (await answer.json()) as Answer["body"] };
  };
  return { wal, upload };
}

const EVENTS = sysmonLog(["whoami /all", "net user"]);
const XML = Buffer.from(
  "<?xml version='1.0'?><Events><Event xmlns='x'>\n<System/>\n</Event><Event xmlns='x'/></Events>",
);
const UTF16 = encodeText("\ufeffone 表\r\ntwo 一覧\r\n", "utf-16le");

describe("A file that is uploaded", () => {
  test.each<[string, string, Buffer, number]>([
    ["text", "auth.log", Buffer.from("one\ntwo\n"), 2],
    ["NDJSON", "a.jsonl", Buffer.from('{"a":1}\n{"b":2}\n'), 2],
    ["JSON over several lines", "a.json", Buffer.from('[{"a":\n1},\n{"b":2}]'), 2],
    ["gzip, whatever its name", "a.log", gzipSync("one\ntwo\nthree"), 3],
    ["zstd", "a.zst", zstdCompressSync(Buffer.from("one\ntwo")), 2],
    ["a table", "door.csv", Buffer.from("Time,User\n2026-11-27T09:00:00Z,佐藤\n2026-11-27T09:01:00Z,鈴木\n"), 2],
    ["UTF-16", "event.txt", UTF16, 2],
    ["a Windows event log", "Sysmon.evtx", EVENTS, 2],
    ["CloudTrail's list on one line", "x.json.gz", gzipSync('{"Records":[{"a":1},{"b":2}]}'), 2],
    ["events saved as XML", "Security.xml", XML, 2],
    ["events saved as XML in UTF-16", "Security.xml", encodeText(`\ufeff${XML}`, "utf-16le"), 2],
    ["a packed Windows event log", "Sysmon.evtx.gz", gzipSync(EVENTS), 2],
    ["nothing at all", "empty.log", Buffer.alloc(0), 0],
  ])("is told by its bytes: %s", async (_, name, bytes, count) => {
    const { wal, upload } = await openYagura();
    expect(await upload(name, bytes)).toMatchObject({
      status: 200,
      body: { accepted: count, rejectedCount: 0, problemCount: 0 },
    });
    expect(await storedTexts(wal)).toHaveLength(count);
  });

  const FILES: readonly ZipEntry[] = [
    { name: "logs/", text: "" },
    { name: "logs/Security.evtx", text: EVENTS },
    { name: "logs/web/access.log", text: "a\nb\nc\n" },
    { name: "logs/old.log.gz", text: gzipSync("d\ne\n") },
    { name: "logs/door.csv", text: "Time,User\n2026-11-27T09:00:00Z,佐藤\n" },
    { name: "__MACOSX/logs/._access.log", text: "no log" },
    { name: "logs/.hidden", text: "no log" },
  ];

  test.each<[string, Buffer]>([
    ["ZIP", zipOf(FILES)],
    [
      "tar",
      tarOf(
        FILES.filter(({ name }) => !String(name).endsWith("/")).map((file) => ({
          name: String(file.name),
          text: file.text ?? "",
        })),
      ),
    ],
    ["tar.gz", gzipSync(tarOf([{ name: "a.log", text: "1\n2\n3\n4\n5\n6\n7\n8" }]))],
  ])("may be an archive of logs: %s", async (kind, bytes) => {
    const { wal, upload } = await openYagura();
    expect(await upload(`logs.${kind}`, bytes)).toMatchObject({ status: 200, body: { accepted: 8, problemCount: 0 } });
    expect(await storedTexts(wal)).toHaveLength(8);
    expect(await readdir(spool)).toEqual([]);
  });

  test.each<[string, ZipEntry, string]>([
    ["is encrypted", { name: "x.log", text: "secret", isEncrypted: true }, "encrypted"],
    ["is a link", { name: "x.log", text: "/etc/passwd", mode: 0o120777 }, "link"],
    ["is an archive again", { name: "x.zip", text: zipOf([{ name: "y.log", text: "y" }]) }, "archive"],
    [
      "is a picture",
      { name: "x.png", text: Buffer.from(Array.from({ length: 4_000 }, (_, i) => (i * 7) % 256)) },
      "binary",
    ],
    ["is packed with xz", { name: "x.log.xz", text: Buffer.from("fd377a585a000004e6d6b446", "hex") }, "archive"],
    ["is packed with bzip2", { name: "x.log.bz2", text: Buffer.from("BZh91AY&SY\u0001", "latin1") }, "archive"],
    ["is packed with 7-Zip", { name: "x.7z", text: Buffer.from("377abcaf271c0004", "hex") }, "archive"],
    ["is a packet capture in nanoseconds", { name: "x.pcap", text: Buffer.from("4d3cb2a102000400", "hex") }, "capture"],
    ["is a packet capture", { name: "x.pcap", text: Buffer.from("d4c3b2a1020004000000", "hex") }, "capture"],
    ["has a wrong checksum", { name: "x.log", text: "x", hasWrongChecksum: true }, "damaged"],
    ["unpacks to more than it says", { name: "x.log", text: "x".repeat(5_000), saidBytes: 10 }, "damaged"],
    ["is a cut gzip file", { name: "x.gz", text: gzipSync("line\n".repeat(5_000)).subarray(0, 40) }, "damaged"],
  ])("costs a file of an archive that %s, and keeps the others", async (_, entry, code) => {
    const { wal, upload } = await openYagura();
    const answer = await upload(
      "logs.zip",
      zipOf([{ name: "a.log", text: "first" }, entry, { name: "b.log", text: "last" }]),
    );
    expect(answer).toMatchObject({
      status: 200,
      body: { problemCount: 1, problems: [{ file: String(entry.name), code }] },
    });
    const texts = await storedTexts(wal);
    expect([texts[0], texts.at(-1)]).toEqual(["first", "last"]);
    expect(texts).toHaveLength(answer.body.accepted);
  });

  it("is answered with what was refused for want of room, though the file that it stood in is damaged as well", async () => {
    const { wal, upload } = await openYagura({ limits: { inFlightBytes: 4_000 } });
    const zip = zipOf([
      { name: "a.log", text: "first" },
      { name: "b.log", text: `${"b".repeat(5_000)}\n`.repeat(60), hasWrongChecksum: true },
      { name: "c.log", text: "last" },
    ]);
    const answer = await upload("logs.zip", zip);
    expect(answer).toMatchObject({ status: 429, body: { code: "over_limit", facts: { accepted: 1 } } });
    expect(await storedTexts(wal)).toEqual(["first"]);
  });

  it("may be an archive of a computer in Japan, whose names are in Shift_JIS, and names the refused line", async () => {
    const { upload } = await openYagura();
    const name = encodeText("入退室/２階表示.jsonl", "shift_jis");
    const { body } = await upload("logs.zip", zipOf([{ name, text: '{"a":1}\n{"b":' }]));
    expect(body).toMatchObject({
      accepted: 1,
      rejectedCount: 1,
      rejected: [{ file: "入退室/２階表示.jsonl", line: 2, reason: "malformed_json" }],
    });
  });

  test.each<[string, Buffer, number, string]>([
    ["a bomb", gzipSync(Buffer.alloc(64 << 20, "line\n")), 413, "too_large"],
    ["a bomb in an archive", zipOf([{ name: "a.log", text: Buffer.alloc(64 << 20, "line\n") }]), 413, "too_large"],
    [
      "a bomb that hides in an archive",
      gzipSync(
        tarOf([
          { name: ".x", text: Buffer.alloc(64 << 20) },
          { name: "a.log", text: "a" },
        ]),
      ),
      413,
      "too_large",
    ],
    [
      "a bomb of which nothing becomes an event",
      zipOf([{ name: "a.csv.gz", text: gzipSync(Buffer.alloc(64 << 20, "\n")) }]),
      413,
      "too_large",
    ],
    ["a cut ZIP archive", zipOf([{ name: "a.log", text: "a" }]).subarray(0, 60), 400, "invalid"],
    ["a cut gzip file", gzipSync("line\n".repeat(5_000)).subarray(0, 40), 400, "invalid"],
  ])("is refused when it is %s, and what it took on the disk is gone", async (_, bytes, status, code) => {
    const { wal, upload } = await openYagura();
    const answer = await upload("bad", bytes);
    expect(answer).toMatchObject({ status, body: { code } });
    expect(await storedTexts(wal)).toHaveLength(answer.body.facts?.accepted ?? 0);
    expect(await readdir(spool)).toEqual([]);
  });

  it("brings only what is missing when it is sent again with the same key", async () => {
    const { wal, upload } = await openYagura();
    const key = { "idempotency-key": "one" };
    const first = await upload("logs.zip", zipOf(FILES), key);
    expect(await upload("logs.zip", zipOf(FILES), key)).toEqual({
      status: 200,
      body: { ...first.body, repeated: first.body.accepted },
    });
    expect(await storedTexts(wal)).toHaveLength(first.body.accepted);
  });
});

describe("Places to read files", () => {
  const never = async function* (): AsyncGenerator<Buffer> {
    yield await new Promise<Buffer>(() => {});
  };
  const asked = (unitId: string) => ({ name: "a.log", unitId, pinned: undefined, onProblem: () => {} });

  it("are not all taken by the slow senders of one unit", async () => {
    const openFile = fileOpener({ ...partLimits(DEFAULT_LIMITS), spool: createSpool(spool) });
    const start = (unitId: string, bytes: AsyncIterable<Buffer>) =>
      openFile(bytes, asked(unitId))[Symbol.asyncIterator]().next();
    for (let slow = 0; slow < 3; slow += 1) void start("unit_slow", never());
    await expect(start("unit_slow", never())).rejects.toMatchObject({ code: "over_limit" });
    const { value } = await start("unit_other", one(Buffer.from("a\n")));
    expect(value).toMatchObject({ kind: "lines" });
  });
});

async function* one(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

it("A ZIP archive on this machine is read where it is: nothing of it is written", async () => {
  const path = join(spool, "here.zip");
  await writeFile(
    path,
    zipOf([
      { name: "a.log", text: "a" },
      { name: "b.log", text: "b" },
    ]),
  );
  onTestFinished(() => rm(path));
  const full: Spool = { keep: () => Promise.reject(new Error("no disk")) };
  const parts = openParts(createReadStream(path), {
    ...partLimits(DEFAULT_LIMITS),
    name: path,
    spool: full,
    local: { path, onRead: () => {} },
    onProblem: () => {},
  });
  const found: (string | undefined)[] = [];
  for await (const { member } of parts) found.push(member);
  expect(found).toEqual(["a.log", "b.log"]);
});
