import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, it, test } from "vitest";
import { openEmbeddedEvents } from "../../src/platform/events/index.ts";
import {
  type Installation,
  metric,
  newInstallation,
  settled,
  until,
  type YaguraProcess,
} from "../support/yagura-process.ts";

const MIB = 1024 * 1024;
/** The longest event there may be. */
const MAX_EVENT_BYTES = 64 * MIB;

let installation: Installation;
let yagura: YaguraProcess;
let rules: string;
let tokens: { readonly ingest: string; readonly api: string };
/** What the answers said was kept, over the whole file: it must be what is stored at the end. */
let keptSoFar = 0;
let hasEnded = false;

const RULE = (id: string, detection: string): string => `title: Test rule ${id.slice(0, 4)}
id: ${id}
status: test
logsource: { product: windows, service: security }
detection:
  selection: ${detection}
  condition: selection
level: low
`;
const GOOD_RULE = "0f6c5b1e-6a53-4c1a-9a3b-1d5a2f3c4d01";

beforeAll(async () => {
  installation = await newInstallation();
  rules = await mkdtemp(join(tmpdir(), "yagura-rules-"));
  await mkdir(join(rules, "deep"));
  await writeFile(join(rules, "a-broken.yml"), "title: [never closed\n  detection: {");
  await writeFile(join(rules, "b-binary.yml"), Buffer.from([0, 1, 2, 0xff, 0xfe, 0]));
  await writeFile(join(rules, "c-modifier.yml"), RULE("0f6c5b1e-6a53-4c1a-9a3b-1d5a2f3c4d02", "{ A|teleports: x }"));
  await writeFile(join(rules, "d-bomb.yml"), yamlBomb());
  await writeFile(
    join(rules, "e-condition.yml"),
    RULE("0f6c5b1e-6a53-4c1a-9a3b-1d5a2f3c4d03", "{ A: x }").replace(/condition: .*/, "condition: selection and ("),
  );
  await writeFile(join(rules, "deep/z-good.yml"), RULE(GOOD_RULE, "{ EventID: 4799, CallerProcessName: bad-input }"));
  yagura = await installation.start({ YAGURA_RULES: rules });
  tokens = { ingest: await installation.token("hostile"), api: await installation.token("reader", "api") };
});
afterAll(async () => {
  await installation?.remove();
  await rm(rules, { recursive: true, force: true });
});

/** Aliases that would unfold to a billion values. */
function yamlBomb(): string {
  const lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"];
  for (let i = 1; i < 10; i += 1) {
    const former = `*${String.fromCharCode(96 + i)}`;
    const name = String.fromCharCode(97 + i);
    lines.push(`${name}: &${name} [${Array.from({ length: 10 }, () => former).join(", ")}]`);
  }
  return lines.join("\n");
}

type Answer = { readonly status: number; readonly type: string; readonly body: Record<string, unknown> };
const TEXT = { "content-type": "text/plain" };
const NDJSON = { "content-type": "application/x-ndjson" };

async function post(path: string, body: string | Buffer, headers: Record<string, string> = NDJSON): Promise<Answer> {
  const answer = await fetch(yagura.url + path, {
    method: "POST",
    headers: { authorization: `Bearer ${tokens.ingest}`, ...headers },
    body: typeof body === "string" ? body : new Uint8Array(body),
  });
  const json = (await answer.json()) as Record<string, unknown>;
  const facts = (json.facts ?? json) as { accepted?: number };
  keptSoFar += facts.accepted ?? bulkItems(json).filter(({ status }) => status === 201).length;
  return { status: answer.status, type: answer.headers.get("content-type") ?? "", body: json };
}

type BulkItem = { readonly status: number; readonly error?: { readonly type: string; readonly reason: string } };
const bulkItems = (body: Record<string, unknown>): readonly BulkItem[] =>
  ((body.items ?? []) as readonly Record<string, BulkItem>[]).flatMap((item) => Object.values(item));
const bulk = (...documents: string[]): string => documents.map((text) => `{"create":{}}\n${text}\n`).join("");

type Found = { readonly id: string; readonly time: string; readonly received: string };

/** What a person finds who looks at the last day. */
async function search(q: string, range = { from: "now-24h", to: "now" }): Promise<readonly Found[]> {
  const query = new URLSearchParams({ q, ...range, limit: "500" });
  const answer = await fetch(`${yagura.url}/api/v1/search/events?${query}`, {
    headers: { authorization: `Bearer ${tokens.api}` },
  });
  const body = (await answer.json()) as { items: Found[] };
  expect(answer.status, JSON.stringify(body)).toBe(200);
  return body.items;
}

const refused = (reason: string): Promise<number> =>
  metric(yagura.url, "yagura_intake_rejected_total", `reason="${reason}"`);

afterEach(async () => {
  if (hasEnded) return;
  const alive = await fetch(`${yagura.url}/readyz`);
  expect(alive.status, await alive.text()).toBe(200);
});

describe("Rules that are broken", () => {
  it("are listed one by one with file and reason, and the rule beside them works", async () => {
    const answer = await fetch(`${yagura.url}/api/v1/rules/rejected`, {
      headers: { authorization: `Bearer ${tokens.api}` },
    });
    const { items } = (await answer.json()) as { items: { origin: string; reason: string; id?: string }[] };
    const broken = ["a-broken.yml", "b-binary.yml", "c-modifier.yml", "d-bomb.yml", "e-condition.yml"];
    expect(items.map(({ origin }) => origin).sort()).toEqual(broken.map((name) => join(rules, name)));
    expect(items.filter(({ reason }) => reason.length < 10)).toEqual([]);
    expect(items.find(({ origin }) => origin.endsWith("c-modifier.yml"))?.reason).toContain("teleports");

    const event = { channel: "Security", event_id: "4799", event_data: { CallerProcessName: "bad-input" } };
    await post("/elastic/_bulk", bulk(JSON.stringify({ winlog: event, event: { code: "4799" }, probe: "good-rule" })));
    await settled(yagura.url);
    expect(await search(`rule.id:${GOOD_RULE} and fields.probe:good-rule`)).toHaveLength(1);
  });
});

describe("_bulk", () => {
  it("refuses what is no JSON item by item, and keeps the rest of the batch", async () => {
    const before = await refused("malformed_json");
    const body = bulk('{"probe":"first"}', '{"probe":', "not json", '{"n":NaN}', '{"n":01}', '{"probe":"last"}');
    const answer = await post("/elastic/_bulk", body);
    expect(answer.status).toBe(200);
    expect(answer.body.errors).toBe(true);
    expect(bulkItems(answer.body).map(({ status }) => status)).toEqual([201, 400, 400, 400, 400, 201]);
    expect(bulkItems(answer.body)[1]?.error?.type).toBe("document_parsing_exception");
    expect((await refused("malformed_json")) - before).toBe(4);
    await settled(yagura.url);
    expect(await search("fields.probe:first or fields.probe:last")).toHaveLength(2);
  });

  it("refuses updates and deletes, because what was logged is not changed", async () => {
    const before = await refused("unsupported_action");
    const body = '{"update":{"_id":"1"}}\n{"doc":{"a":1}}\n{"delete":{"_id":"1"}}\n{"create":{}}\n{"probe":"beside"}\n';
    const answer = await post("/elastic/_bulk", body);
    expect(bulkItems(answer.body).map(({ status }) => status)).toEqual([400, 400, 201]);
    expect((await refused("unsupported_action")) - before).toBe(2);
  });

  it("refuses truncated gzip as a whole", async () => {
    const packed = gzipSync(bulk('{"probe":"cut"}'.repeat(1)).repeat(5000));
    const answer = await post("/elastic/_bulk", packed.subarray(0, packed.length - 20), {
      ...NDJSON,
      "content-encoding": "gzip",
    });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ status: 400, error: { type: "parse_exception" } });
    await settled(yagura.url);
    expect(await search("fields.probe:cut")).toEqual([]);
  });

  test.each([
    ["a gzip bomb", () => gzipSync(Buffer.alloc(400 * MIB))],
    ["gzip within gzip, when only one was named", () => gzipSync(gzipSync(bulk('{"a":1}')))],
  ])("gives up %s with an answer", async (_, body) => {
    const answer = await post("/elastic/_bulk", body(), { ...NDJSON, "content-encoding": "gzip" });
    expect(answer.body.errors === true || answer.status >= 400).toBe(true);
    expect(answer.status).toBeLessThan(500);
  });

  it("keeps documents of any depth, with any key, and they can be opened", async () => {
    const depth = 5_000;
    const documents = [
      `{"probe":"deep","x":${'{"a":'.repeat(depth)}1${"}".repeat(depth)}}`,
      `{"probe":"list","x":${"[".repeat(depth)}${"]".repeat(depth)}}`,
      '{"probe":"proto","__proto__":{"polluted":"yes"},"constructor":{"prototype":{"polluted":"yes"}}}',
      `{"probe":"wide",${Array.from({ length: 20_000 }, (_, i) => `"k${i}":${i}`).join(",")}}`,
      '{"probe":"twice","a":1,"a":2}',
      '{"probe":"empty","":"","\\u0000":"\\u0000","\\ud800":"\\udfff"}',
    ];
    const answer = await post("/elastic/_bulk", bulk(...documents));
    expect(bulkItems(answer.body).map(({ status }) => status)).toEqual(documents.map(() => 201));
    await settled(yagura.url);
    for (const probe of ["deep", "list", "proto", "wide", "twice", "empty"]) {
      const [found] = await search(`"\\"probe\\":\\"${probe}\\""`);
      expect(found, probe).toBeDefined();
      const opened = await fetch(`${yagura.url}/api/v1/events/${found?.id}`, {
        headers: { authorization: `Bearer ${tokens.api}` },
      });
      expect(opened.status, probe).toBe(200);
    }
  });
});

describe("Times that cannot be", () => {
  test.each([
    ["the start of Windows time", "1601-01-01T00:00:00.000Z"],
    ["the end of the calendar", "9999-12-31T23:59:59.999Z"],
    ["a number that is zero", 0],
    ["a text that is no time", "NaN"],
    ["nothing", null],
    ["the thirteenth month", "2026-13-45T99:99:99Z"],
    ["a number beyond all clocks", 1e308],
    ["a number below zero", -1],
    ["an object", { $date: "yesterday" }],
    ["an empty text", ""],
  ])("put the event at its receipt, where it is found: %s", async (name, time) => {
    const answer = await post("/elastic/_bulk", bulk(JSON.stringify({ "@timestamp": time, probe: name })));
    expect(answer.body.errors).toBe(false);
    await settled(yagura.url);
    const [found] = await search(`fields.probe:"${name}"`);
    expect(found?.time, JSON.stringify(found)).toBe(found?.received);
  });

  it("do not include the first of 1970, which a clock without battery shows: it is kept and found there", async () => {
    await post("/elastic/_bulk", bulk('{"@timestamp":"1970-01-01T00:00:00.000Z","probe":"no battery"}'));
    await settled(yagura.url);
    const range = { from: "1970-01-01T00:00:00Z", to: "1970-01-02T00:00:00Z" };
    expect(await search('fields.probe:"no battery"', range)).toMatchObject([{ time: "1970-01-01T00:00:00.000Z" }]);
  });
});

describe("/api/v1/ingest", () => {
  it("says of each refused line where it is and why, and keeps the others", async () => {
    const { status, body } = await post("/api/v1/ingest", '{"probe":"l1"}\n{"b":\n[1]\n"text"\n{"probe":"l5"}\n');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      accepted: 2,
      rejectedCount: 3,
      rejected: [
        { line: 2, reason: "malformed_json" },
        { line: 3, reason: "not_an_object" },
        { line: 4, reason: "not_an_object" },
      ],
    });
  });

  it("keeps bytes that are no text, NULs and control characters, exactly as they came", async () => {
    const line = Buffer.concat([
      Buffer.from("probe-bytes "),
      Buffer.from([0, 0xff, 0xfe, 0xc0, 0xaf, 0xed, 0xa0, 0x80, 27, 7]),
    ]);
    expect((await post("/api/v1/ingest", line, TEXT)).body).toMatchObject({ accepted: 1 });
    await settled(yagura.url);
    const [found] = await search("probe-bytes");
    const opened = await fetch(`${yagura.url}/api/v1/events/${found?.id}`, {
      headers: { authorization: `Bearer ${tokens.api}` },
    });
    const { raw } = (await opened.json()) as { raw: { base64: string } };
    expect(Buffer.from(raw.base64, "base64")).toEqual(line);
  });

  it("takes a line of 64 MiB, refuses a longer one alone, and says so", async () => {
    const before = await refused("too_large");
    const longest = Buffer.alloc(MAX_EVENT_BYTES, "a");
    longest.write("probe-longest ");
    const body = Buffer.concat([
      longest,
      Buffer.from("\n"),
      Buffer.alloc(MAX_EVENT_BYTES + 1, "b"),
      Buffer.from("\nprobe-after-longest\n"),
    ]);
    const answer = await post("/api/v1/ingest", body, TEXT);
    expect(answer.body).toMatchObject({ accepted: 2, rejectedCount: 1, rejected: [{ line: 2, reason: "too_large" }] });
    expect((await refused("too_large")) - before).toBe(1);
    await settled(yagura.url);
    expect(await search("probe-after-longest")).toHaveLength(1);
  });

  it("keeps the whole lines before the place where gzip breaks off, and says how many", async () => {
    const text = Array.from({ length: 20_000 }, (_, i) => `probe-half line ${i} ${(i * 7919) % 10_007}`).join("\n");
    const packed = gzipSync(text);
    const answer = await post("/api/v1/ingest", packed.subarray(0, packed.length / 2), {
      ...TEXT,
      "content-encoding": "gzip",
    });
    expect(answer.status).toBe(400);
    expect(answer.type).toContain("application/problem+json");
    expect((answer.body.facts as { accepted: number }).accepted).toBeGreaterThan(0);
  });

  it("gives up a gzip bomb", async () => {
    const answer = await post("/api/v1/ingest", gzipSync(Buffer.alloc(400 * MIB)), {
      ...TEXT,
      "content-encoding": "gzip",
    });
    expect(answer.status).toBe(413);
  });

  test.each([
    ["a wrong token", { authorization: "Bearer ygr_wrong", ...TEXT }, 401, "unauthenticated"],
    ["no token", { authorization: "", ...TEXT }, 401, "unauthenticated"],
    ["an unknown content type", { "content-type": "image/png" }, 415, "unsupported"],
    ["an unknown encoding", { ...TEXT, "content-encoding": "rot13" }, 415, "unsupported"],
  ])("answers %s with a problem document", async (_, headers, status, code) => {
    const answer = await post("/api/v1/ingest", "a line", headers);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.type).toContain("application/problem+json");
  });
});

describe("Wrong tokens", () => {
  it("are answered by _bulk as Elasticsearch does, and counted", async () => {
    const before = await metric(yagura.url, "yagura_intake_auth_failures_total");
    const answer = await post("/elastic/_bulk", bulk("{}"), {
      ...NDJSON,
      authorization: "ApiKey bm9ib2R5Om5vdGhpbmc=",
    });
    expect(answer.status).toBe(401);
    expect(answer.body).toMatchObject({ status: 401, error: { type: "security_exception", root_cause: [{}] } });
    expect(await metric(yagura.url, "yagura_intake_auth_failures_total")).toBe(before + 1);
  });

  it("of senders cannot read", async () => {
    const answer = await fetch(`${yagura.url}/api/v1/search/events`, {
      headers: { authorization: `Bearer ${tokens.ingest}` },
    });
    expect(answer.status).toBe(403);
  });
});

describe("Syslog over TCP", () => {
  test.each([
    ["garbage", Buffer.from("\0\0\xff\xfe\n", "latin1")],
    ["frame", Buffer.from("500 <13>1 promises more than it brings")],
    ["priority", Buffer.from(`<${"9".repeat(5000)}>without end\n`)],
    ["length", Buffer.from(`${"9".repeat(5000)} without end\n`)],
  ])("of a broken %s costs that line at most", async (name, bytes) => {
    const before = await taken();
    await sendTcp(bytes);
    await sendTcp(Buffer.from(`<13>1 ${new Date().toISOString()} fw01 app - - - after-${name}\n`));
    await until("the good line after it", async () => (await search(`"after-${name}"`)).length > 0);
    const events = (await taken()) - before;
    keptSoFar += events;
    expect(events).toBeLessThanOrEqual(2);
  });
});

const taken = (): Promise<number> => metric(yagura.url, "yagura_intake_events_total");

/** Sends bytes and waits until the other side has read to the end. */
function sendTcp(bytes: Buffer): Promise<void> {
  return new Promise((done) => {
    const socket = connect(yagura.syslogTcpPort, "127.0.0.1", () => socket.end(bytes));
    socket.on("error", () => done());
    socket.on("close", () => done());
    socket.resume();
  });
}

/** The log's lines that speak of a fault of Yagura's own: hostile input is no such fault. */
const complaints = (output: string): string[] =>
  output.split("\n").filter((line) => /"level":"(error|fatal)"/.test(line));

describe("After all of it", () => {
  it("what was acknowledged is what was counted is what is stored, none of it twice", async () => {
    await settled(yagura.url);
    const [counted, stored] = [await taken(), await metric(yagura.url, "yagura_events_stored_total")];
    expect(counted).toBe(keptSoFar);
    expect(stored).toBe(keptSoFar);
    expect(complaints(yagura.output())).toEqual([]);
    hasEnded = true;
    await yagura.kill("SIGTERM");
    const events = openEmbeddedEvents(join(installation.data, "events"));
    const [rows] = await events.select<{ n: string; distinct: string }>(
      "SELECT count() AS n, uniqExact(stream, seq) AS distinct FROM events",
    );
    await events.close();
    expect(rows).toEqual({ n: String(keptSoFar), distinct: String(keptSoFar) });
  });
});
