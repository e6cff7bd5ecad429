import { Readable } from "node:stream";
import { deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { encodeText } from "../../../kernel/encoding/testing.ts";
import type { Actor } from "../../../organization/access/index.ts";
import type { State } from "../../../platform/state/index.ts";
import { openTestState } from "../../../platform/state/testing.ts";
import type { CollectLimits } from "../limits.ts";
import { openTestIntake, storedRecords, storedTexts, TEST_TOKEN, type TestIntake } from "../testing/fixtures.ts";
import { installTestGuard, listen } from "../testing/http.ts";
import { type Batches, createBatches } from "./batches.ts";
import { ingestRoutes } from "./routes.ts";

type Answer = { status: number; headers: Headers; body: Record<string, unknown> & { facts?: Record<string, unknown> } };

let state: State;
beforeAll(async () => {
  state = await openTestState();
});
afterAll(async () => state?.close());

type Options = { maxBytes?: number; limits?: Partial<CollectLimits>; actor?: Partial<Actor> };

async function openServer({ actor = {}, ...options }: Options = {}) {
  const collected = await openTestIntake(options);
  const url = await serve(collected, { actor });
  return { ...collected, post: poster(url) };
}

type Serving = { batches?: Batches; actor?: Partial<Actor> };
async function serve({ intake }: TestIntake, { batches, actor = {} }: Serving = {}): Promise<string> {
  return listen((app) => {
    installTestGuard(app, { state, actor });
    app.register(ingestRoutes({ intake, batches: batches ?? createBatches(() => 0), formats: new Set(["cef"]) }));
  });
}

const poster =
  (url: string) =>
  async (body: string | Uint8Array | Readable, headers: Record<string, string> = {}, query = ""): Promise<Answer> => {
    const response = await fetch(`${url}/api/v1/ingest${query}`, {
      method: "POST",
      headers: { authorization: `Bearer ${TEST_TOKEN}`, ...headers },
      ...(body instanceof Readable ? { body: Readable.toWeb(body) as ReadableStream, duplex: "half" } : { body }),
    } as RequestInit);
    return { status: response.status, headers: response.headers, body: (await response.json()) as Answer["body"] };
  };

const NDJSON = { "content-type": "application/x-ndjson" };
const TEXT = { "content-type": "text/plain" };
const JSON_BODY = { "content-type": "application/json" };
const clean = (accepted: number) => ({ accepted, repeated: 0, rejectedCount: 0, rejected: [] });

describe("Events posted over HTTP", () => {
  test.each([
    ["text lines", TEXT, "<13>one\r\ntwo", ["<13>one", "two"]],
    ["NDJSON", NDJSON, '{"a": 1}\n\n{"b":2}\n', ['{"a": 1}', '{"b":2}']],
    ["one JSON object", JSON_BODY, '{\n "a": 1\n}', ['{\n "a": 1\n}']],
    ["a JSON array", JSON_BODY, '[{"a":1}, {"b":2}]', ['{"a":1}', '{"b":2}']],
  ])("as %s are stored one by one, byte for byte", async (_, headers, body, texts) => {
    const { wal, post } = await openServer();
    expect(await post(body, headers)).toMatchObject({ status: 200, body: clean(texts.length) });
    expect(await storedTexts(wal)).toEqual(texts);
  });

  test.each([
    ["gzip", gzipSync],
    ["deflate", deflateSync],
    ["zstd", zstdCompressSync],
  ] as const)("compressed with %s are stored as they were before", async (encoding, compress) => {
    const { wal, post } = await openServer();
    const answer = await post(compress(Buffer.from("one\ntwo\n")), { ...TEXT, "content-encoding": encoding });
    expect(answer).toMatchObject({ status: 200, body: clean(2) });
    expect(await storedTexts(wal)).toEqual(["one", "two"]);
  });

  test.each([
    ["its byte order mark", "\ufeff", TEXT, ""],
    ["the look of its bytes", "", TEXT, ""],
    ["the query", "", TEXT, "?encoding=utf-16be"],
    ["the Content-Type", "", { "content-type": "text/plain; charset=utf-16be" }, ""],
  ])("in UTF-16 are cut at its line ends and kept as they are, told by %s", async (_, mark, headers, query) => {
    const { wal, post } = await openServer();
    const lines = ["日時 2026-11-27 上覧 一", "《引用》 「上下」 1 行"];
    const body = encodeText(`${mark}${lines.join("\r\n")}\r\n`, "utf-16be");
    expect(await post(body, headers, query)).toMatchObject({ status: 200, body: clean(2) });
    const records = await storedRecords(wal);
    expect(records).toMatchObject([{ encoding: "utf-16be" }]);
    expect(records.flatMap(({ frames }) => frames)).toEqual(lines.map((line) => encodeText(line, "utf-16be")));
  });

  it("as JSON in Shift_JIS are cut where its objects end, although 表 ends with the byte of a backslash", async () => {
    const { wal, post } = await openServer();
    const objects = ['{"a":"表"}', '{"b":"{能"}'];
    const body = encodeText(`[${objects.join(",")}]`, "shift_jis");
    expect(await post(body, JSON_BODY, "?encoding=Windows-31J")).toMatchObject({ status: 200, body: clean(2) });
    const records = await storedRecords(wal);
    expect(records.flatMap(({ frames }) => frames)).toEqual(objects.map((one) => encodeText(one, "shift_jis")));
  });

  it("as lines of JSON in Shift_JIS are taken although nobody said so", async () => {
    const { wal, post } = await openServer();
    const body = encodeText('{"a":"一覧表"}\n{"a":"見積}\n', "shift_jis");
    expect(await post(body, { "content-type": "application/x-ndjson" })).toMatchObject({
      status: 200,
      body: { accepted: 1, rejected: [{ line: 2, reason: "malformed_json" }] },
    });
    expect((await storedRecords(wal)).flatMap(({ frames }) => frames)).toEqual([
      encodeText('{"a":"一覧表"}', "shift_jis"),
    ]);
  });

  it("are refused in an encoding that is not read", async () => {
    const { post } = await openServer();
    expect((await post("x", TEXT, "?encoding=koi8-r")).status).toBe(400);
  });

  it("carry their sender, the format and the source name they ask for", async () => {
    const { wal, post } = await openServer();
    await post("CEF:0|", TEXT, "?format=cef&source=fw-osaka&transport=file");
    expect(await storedRecords(wal)).toMatchObject([
      { transport: "file", format: "cef", sourceId: "source_fw-osaka", peer: "127.0.0.1", unitId: "unit_1" },
    ]);
  });

  it("keep invalid UTF-8, NULs and a lone surrogate as they are", async () => {
    const { wal, post } = await openServer();
    const body = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff, 0xfe, 0xed, 0xa0, 0x80]), Buffer.from('"}')]);
    expect((await post(body, NDJSON)).body).toMatchObject(clean(1));
    expect((await post(Buffer.from("a\0b\xff", "latin1"), TEXT)).body).toMatchObject(clean(1));
    const frames = (await storedRecords(wal)).flatMap((record) => record.frames);
    expect(frames).toEqual([body, Buffer.from("a\0b\xff", "latin1")]);
  });

  it("carry the lines that name their columns into every record", async () => {
    const { post, wal } = await openServer({ limits: { recordBytes: 64 } });
    await post(["#separator \\x09", "#fields\ta\tb", ...Array(9).fill("1\t2 and some more text")].join("\n"), {
      "content-type": "text/plain",
    });
    const heads = (await storedRecords(wal)).map(({ head }) => head);
    expect(heads.length).toBeGreaterThan(3);
    expect(heads.at(-1)).toBe("\n#separator \\x09\n#fields\ta\tb");
  });

  it("stream through in many records, far beyond what is held at once", async () => {
    const { wal, intake, post } = await openServer({ limits: { inFlightBytes: 4 * 1024 * 1024 } });
    const line = Buffer.from(`${"x".repeat(999)}\n`);
    const lines = Readable.from(
      Array.from({ length: 200 }, () => Buffer.concat(Array.from({ length: 100 }, () => line))),
    );
    expect(await post(lines, TEXT)).toMatchObject({ status: 200, body: clean(20_000) });
    const records = await storedRecords(wal);
    expect(records.reduce((sum, { frames }) => sum + frames.length, 0)).toBe(20_000);
    expect(records.length).toBeGreaterThan(15);
    expect(intake.snapshot()).toMatchObject({ inFlightBytes: 0, sources: [{ acceptedEvents: 20_000 }] });
  });
});

describe("Bad input over HTTP", () => {
  it("costs only the bad lines: each is named with its reason and counted", async () => {
    const { wal, intake, post } = await openServer({ limits: { frameBytes: 50 } });
    const body = `{"a":1}\n{"b":\n[1]\n{"c":"${"x".repeat(100)}"}\n{"d":4}`;
    expect((await post(body, NDJSON)).body).toEqual({
      accepted: 2,
      repeated: 0,
      rejectedCount: 3,
      rejected: [
        { line: 2, reason: "malformed_json" },
        { line: 3, reason: "not_an_object" },
        { line: 4, reason: "too_large" },
      ],
    });
    expect(await storedTexts(wal)).toEqual(['{"a":1}', '{"d":4}']);
    const rejected = intake.snapshot().sources.flatMap((source) => Object.entries(source.rejected));
    expect(Object.fromEntries(rejected)).toEqual({ malformed_json: 1, not_an_object: 1, too_large: 1 });
  });

  it("is named at most 100 times, but counted whole", async () => {
    const { post } = await openServer();
    const { body } = await post("x\n".repeat(1_000), NDJSON);
    expect(body).toMatchObject({ accepted: 0, rejectedCount: 1_000 });
    expect(body.rejected).toHaveLength(100);
  });

  it("of 64 MiB in one line is taken; one byte more is refused by its line, the rest kept", async () => {
    const { wal, post } = await openServer();
    const size = 64 * 1024 * 1024;
    const body = Buffer.concat([
      Buffer.alloc(size, "a"),
      Buffer.from("\n"),
      Buffer.alloc(size + 1, "b"),
      Buffer.from("\nc"),
    ]);
    expect((await post(body, TEXT)).body).toMatchObject({ accepted: 2, rejected: [{ line: 2, reason: "too_large" }] });
    const records = await storedRecords(wal);
    expect(records.map(({ frames }) => frames.map((frame) => frame.length))).toEqual([[size], [1]]);
  });

  it("that stops in the middle of gzip keeps the whole lines before it and says how many", async () => {
    const { wal, post } = await openServer();
    const text = Array.from({ length: 20_000 }, (_, i) => `line ${i} ${(i * 7919) % 10_007}`).join("\n");
    const gzip = gzipSync(text);
    const answer = await post(gzip.subarray(0, gzip.length / 2), { ...TEXT, "content-encoding": "gzip" });
    expect(answer).toMatchObject({ status: 400, body: { code: "invalid" } });
    const stored = await storedTexts(wal);
    expect(answer.body.facts?.accepted).toBe(stored.length);
    expect(stored.length).toBeGreaterThan(1_000);
    expect(text.startsWith(`${stored.join("\n")}\n`)).toBe(true);
  });

  it("that is a bomb is given up early, with an answer", async () => {
    const { intake, post } = await openServer();
    const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024));
    const answer = await post(bomb, { ...TEXT, "content-encoding": "gzip" });
    expect(answer).toMatchObject({ status: 413, body: { code: "too_large" } });
    expect(intake.snapshot().inFlightBytes).toBe(0);
  });

  test.each([
    ["a wrong token", { authorization: "Bearer wrong", ...TEXT }, "", 401],
    ["an unknown content type", { "content-type": "image/png" }, "", 415],
    ["an unknown encoding", { ...TEXT, "content-encoding": "rot13" }, "", 415],
    ["an encoding named like a property of every object", { ...TEXT, "content-encoding": "constructor" }, "", 415],
    ["bytes that are not what the encoding says", { ...TEXT, "content-encoding": "gzip" }, "", 400],
    ["an unknown format", TEXT, "?format=klingon", 400],
    ["an absurdly long Idempotency-Key", { ...TEXT, "idempotency-key": "k".repeat(500) }, "", 400],
  ] as const)("is refused with a status that says so: %s", async (_, headers, query, status) => {
    const { wal, post } = await openServer();
    expect((await post("a line", headers, query)).status).toBe(status);
    expect(await storedTexts(wal)).toEqual([]);
  });
});

describe("The unit that events belong to", () => {
  const grantedIn = (...units: string[]) => ({
    grants: units.map((unitId) => ({ role: "integration" as const, unitId })),
  });
  test.each([
    ["the only one of the sender", grantedIn("unit_2"), "", 200, "unit_2"],
    ["the one asked for, below the sender's", grantedIn("unit_root"), "?unit=unit_1", 200, "unit_1"],
    ["asked for, when there are several", grantedIn("unit_1", "unit_2"), "", 400, undefined],
    ["never one where the sender has no role", grantedIn("unit_1"), "?unit=unit_2", 403, undefined],
    ["never one that does not exist", grantedIn("unit_root"), "?unit=unit_9", 403, undefined],
  ])("is %s", async (_, actor, query, status, unitId) => {
    const resolved: (string | undefined)[] = [];
    const { post, intake } = await openServer({ actor });
    const answer = await post("a line", TEXT, query);
    expect(answer.status).toBe(status);
    for (const source of intake.snapshot().sources) if (source.acceptedEvents > 0) resolved.push(source.sourceId);
    expect(resolved).toEqual(unitId === undefined ? [] : [`source_${unitId}`]);
  });
});

describe("A full log", () => {
  it("answers 429 with how many events are durable; they are exactly the first ones", async () => {
    const { wal, post } = await openServer({ maxBytes: 8 * 1024 * 1024 });
    const lines = Array.from({ length: 20_000 }, (_, i) => `${i} ${"x".repeat(990)}`);
    const answer = await post(lines.join("\n"), TEXT);
    expect(answer).toMatchObject({ status: 429, body: { code: "over_limit" } });
    expect(answer.headers.get("retry-after")).toBe("1");
    const stored = await storedTexts(wal);
    expect(stored.length).toBeGreaterThan(0);
    expect(answer.body.facts?.accepted).toBe(stored.length);
    expect(stored).toEqual(lines.slice(0, stored.length));
  });

  it("takes the rest, and only the rest, when the same upload is tried again", async () => {
    const { wal, post } = await openServer({ maxBytes: 8 * 1024 * 1024 });
    const lines = Array.from({ length: 12_000 }, (_, i) => `${i} ${"x".repeat(990)}`);
    const headers = { ...TEXT, "idempotency-key": "upload-1" };
    const first = await post(lines.join("\n"), headers);
    const kept = await storedTexts(wal);
    expect(first).toMatchObject({ status: 429, body: { facts: { accepted: kept.length } } });
    await wal.checkpoint(wal.stats().lastSeq);
    const before = wal.stats().lastSeq;
    expect(await post(lines.join("\n"), headers)).toMatchObject({
      status: 200,
      body: { accepted: lines.length, repeated: kept.length },
    });
    expect(await storedTexts(wal, before + 1)).toEqual(lines.slice(kept.length));
  });
});

describe("An upload that is repeated with its Idempotency-Key", () => {
  it("is stored once, also by a process that started after the first try", async () => {
    const { intake, wal } = await openTestIntake();
    const first = poster(await serve({ intake, wal }));
    const headers = { ...NDJSON, "idempotency-key": "upload-2" };
    await first('{"a":1}\nbroken\n{"b":2}', headers);
    const again = { accepted: 2, repeated: 2, rejectedCount: 1 };
    expect((await first('{"a":1}\nbroken\n{"b":2}', headers)).body).toMatchObject(again);

    const batches = createBatches(() => 0);
    await batches.recover(wal);
    const second = poster(await serve({ intake, wal }, { batches }));
    expect((await second('{"a":1}\nbroken\n{"b":2}', headers)).body).toMatchObject(again);
    expect(await storedTexts(wal)).toEqual(['{"a":1}', '{"b":2}']);
  });

  it("waits for the first try to end", () => {
    const batches = createBatches(() => 0);
    const batch = batches.open("token_1", "k");
    expect(() => batches.open("token_1", "k")).toThrow(/under way/);
    expect(batches.open("token_2", "k").key).not.toBe(batch.key);
    batch.close();
    expect(batches.open("token_1", "k").has(0)).toBe(false);
  });

  it("is forgotten after an hour, so that memory stays bounded", () => {
    let nowMs = 0;
    const batches = createBatches(() => nowMs);
    const batch = batches.open("t", "k");
    batch.add(0, 10);
    batch.close();
    nowMs = 59 * 60_000;
    const again = batches.open("t", "k");
    expect([again.has(9), again.has(10)]).toEqual([true, false]);
    again.close();
    nowMs += 61 * 60_000;
    batches.open("t", "other").close();
    expect(batches.open("t", "k").has(9)).toBe(false);
  });
});
