import { type ClientRequest, request as httpRequest } from "node:http";
import { deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, it, onTestFinished, test } from "vitest";
import { createAttemptLimiter } from "../../../platform/http/index.ts";
import { openTestState } from "../../../platform/state/testing.ts";
import { listenHttp } from "../http/server.ts";
import type { CollectLimits } from "../limits.ts";
import { authenticateTestToken, openTestIntake, storedRecords, storedTexts, TEST_TOKEN } from "../testing/fixtures.ts";
import { installTestGuard, listen } from "../testing/http.ts";
import { bulkRoutes } from "./routes.ts";

type Options = { maxBytes?: number; limits?: Partial<CollectLimits>; isOwnServer?: boolean };
const AUTHORIZATION = `ApiKey ${Buffer.from(`yagura:${TEST_TOKEN}`).toString("base64")}`;

/** As the guard counts, with a smaller number. */
const WRONG_TOKENS = 3;
function countWrongTokens(): (ip: string) => void {
  const limiter = createAttemptLimiter({ maxAttempts: WRONG_TOKENS, windowMs: 600_000 });
  return (ip) => {
    limiter.check(ip);
    limiter.count(ip);
  };
}

async function openServer({ isOwnServer = false, ...options }: Options = {}) {
  const { intake, wal } = await openTestIntake(options);
  const bugs: unknown[] = [];
  const deps = {
    intake,
    authenticateToken: authenticateTestToken,
    countWrongToken: countWrongTokens(),
    onBug: (error: unknown) => {
      bugs.push(error);
    },
  };
  const base = isOwnServer ? await ownServer(deps) : await withPrefix(deps);
  /** One request as a shipper writes it, such as `POST /_bulk`. */
  const ask = async (line: string, body?: string | Uint8Array, headers: Record<string, string> = {}) => {
    const [method = "", path = ""] = line.split(" ");
    const response = await fetch(base + path, {
      method,
      headers: { authorization: AUTHORIZATION, ...headers },
      ...(body !== undefined && { body }),
    });
    const text = await response.text();
    return {
      status: response.status,
      product: response.headers.get("x-elastic-product"),
      headers: response.headers,
      json: (text.startsWith("{") ? JSON.parse(text) : text) as Record<string, unknown>,
    };
  };
  return { intake, wal, ask, bugs, base };
}

type Deps = Parameters<typeof bulkRoutes>[0];
const withPrefix = async (deps: Deps): Promise<string> =>
  `${await listen((app) => app.register(bulkRoutes(deps), { prefix: "/elastic" }))}/elastic`;
async function ownServer(deps: Deps): Promise<string> {
  const server = await listenHttp({ host: "127.0.0.1", port: 0, onBug: deps.onBug, routes: bulkRoutes(deps) });
  onTestFinished(async () => server.close());
  return `http://127.0.0.1:${server.port}`;
}

const bulk = (...documents: string[]): string =>
  documents.map((document) => `{"create":{"_index":"logs"}}\n${document}\n`).join("");

/** What each shipper asks from its start to its first batch, in its order, with its own headers. */
const CONVERSATIONS = {
  "Filebeat 8": {
    headers: {
      "user-agent": "Elastic-Filebeat/8.15.1 (linux; amd64; 88cc526a; 2024-09-02)",
      accept: "application/json",
    },
    before: [
      ["GET /", { version: { number: "8.15.1", build_flavor: "default" }, tagline: "You Know, for Search" }],
      ["GET /_license?human=false", { license: { type: "basic", status: "active" } }],
      ["GET /_ilm/policy/filebeat", {}],
      ["HEAD /_index_template/filebeat-8.15.1", undefined],
      ["GET /_data_stream/filebeat-8.15.1", {}],
      ["PUT /_ilm/policy/filebeat", { acknowledged: true }],
      ["PUT /_index_template/filebeat-8.15.1", { acknowledged: true }],
    ],
    bulk: "POST /_bulk?filter_path=errors%2Citems.%2A.error%2Citems.%2A.status",
    answer: { errors: false, items: [{ create: { status: 201 } }, { create: { status: 201 } }] },
  },
  "Winlogbeat 7": {
    headers: { "user-agent": "Elastic-winlogbeat/7.17.22 (windows; amd64)" },
    before: [
      ["GET /", { version: { number: "7.17.22" } }],
      ["GET /_xpack", { license: { status: "active" } }],
      ["GET /_cat/templates/winlogbeat-7.17.22", ""],
      ["PUT /_template/winlogbeat-7.17.22", { acknowledged: true }],
    ],
    bulk: "POST /_bulk",
    answer: { errors: false, items: [{ create: { _index: "logs", status: 201 } }, { create: { status: 201 } }] },
  },
  Logstash: {
    headers: { "user-agent": "Logstash/8.12.0 (OS=Linux; JVM=Java) logstash-output-elasticsearch/11.22.3" },
    before: [
      ["HEAD /", undefined],
      ["GET /_license", { license: { status: "active" } }],
      ["GET /", { version: { number: "8.12.0" } }],
      ["HEAD /_index_template/ecs-logstash", undefined],
      ["HEAD /logstash", undefined],
      ["GET /_nodes/http", {}],
      ["GET /_logstash/pipeline", {}],
    ],
    bulk: "POST /_bulk?filter_path=errors,items.*.error,items.*.status",
    answer: { errors: false, items: [{ create: { status: 201 } }, { create: { status: 201 } }] },
  },
  Vector: {
    headers: { "user-agent": "Vector/0.39.0 (x86_64-unknown-linux-gnu)" },
    before: [
      ["GET /_cluster/health", { status: "green" }],
      ["GET /", { version: { number: "8.19.0" } }],
    ],
    bulk: "POST /_bulk?timeout=60s",
    answer: { errors: false },
  },
  "Fluent Bit": {
    headers: { "user-agent": "Fluent-Bit", "content-type": "application/x-ndjson" },
    before: [],
    bulk: "POST /_bulk",
    answer: { errors: false },
  },
} as const;

describe.each([
  ["under a path of the main server", false],
  ["on a port of its own", true],
])("%s", (_, isOwnServer) => {
  test.each(Object.entries(CONVERSATIONS))(
    "%s gets from its first question to its first batch",
    async (_name, script) => {
      const { ask, wal, intake } = await openServer({ isOwnServer });
      for (const [line, expected] of script.before) {
        const isWriting = line.startsWith("PUT");
        const answer = await ask(line, isWriting ? '{"settings":{}}' : undefined, script.headers);
        expect([line, answer.status, answer.product]).toEqual([line, 200, "Elasticsearch"]);
        if (expected !== undefined && expected !== "") expect(answer.json).toMatchObject(expected);
      }
      const documents = ['{"@timestamp":"2026-01-02T03:04:05Z","message":"ログイン"}', '{ "message" : "two" }'];
      const answer = await ask(script.bulk, gzipSync(bulk(...documents)), {
        ...script.headers,
        "content-encoding": "gzip",
      });
      expect(answer.status).toBe(200);
      expect(answer.json).toMatchObject(script.answer);
      expect(await storedTexts(wal)).toEqual(documents);
      expect(intake.snapshot()).toMatchObject({ inFlightBytes: 0, sources: [{ acceptedEvents: 2 }] });
    },
  );
});

it("stands behind the access guard of the main server and still answers as Elasticsearch does", async () => {
  const { intake, wal } = await openTestIntake();
  const state = await openTestState();
  onTestFinished(async () => state.close());
  const url = await listen((app) => {
    installTestGuard(app, { state });
    app.register(
      bulkRoutes({ intake, authenticateToken: authenticateTestToken, countWrongToken: () => {}, onBug: () => {} }),
      {
        prefix: "/elastic",
      },
    );
  });
  const wrong = await fetch(`${url}/elastic/_bulk`, {
    method: "POST",
    headers: { authorization: "Bearer no" },
    body: "{}",
  });
  expect([wrong.status, wrong.headers.get("x-elastic-product")]).toEqual([401, "Elasticsearch"]);
  const headers = { authorization: AUTHORIZATION };
  expect((await fetch(`${url}/elastic`, { headers })).status).toBe(200);
  const right = await fetch(`${url}/elastic/_bulk`, { method: "POST", headers, body: bulk("{}") });
  expect(await right.json()).toMatchObject({ errors: false });
  expect(await storedTexts(wal)).toEqual(["{}"]);
});

describe("_bulk", () => {
  it("answers only with what filter_path names", async () => {
    const { ask } = await openServer();
    const path = "POST /_bulk?filter_path=errors,items.*.error,items.*.status";
    const { json } = await ask(path, bulk('{"a":1}', "{broken"));
    expect(json).toEqual({
      errors: true,
      items: [
        { create: { status: 201 } },
        {
          create: {
            status: 400,
            error: { type: "document_parsing_exception", reason: "failed to parse: the document is not valid JSON" },
          },
        },
      ],
    });
  });

  it("has one item per action in order, keeps the good ones and counts the others", async () => {
    const { ask, wal, intake } = await openServer();
    const body = `${bulk('{"a":1}', "nope", "[1]", '{"b":2}')}{"delete":{"_id":"9"}}\n{"update":{"_id":"9"}}\n{}\n`;
    const { status, json } = await ask("PUT /my-index/_bulk?refresh=true&pipeline=x&require_alias=false", body);
    expect(status).toBe(200);
    const items = json.items as Record<string, { status: number; _index: string }>[];
    expect(items.flatMap((item) => Object.entries(item).map(([op, { status: code }]) => `${op} ${code}`))).toEqual([
      "create 201",
      "create 400",
      "create 400",
      "create 201",
      "delete 400",
      "update 400",
    ]);
    expect(items[4]?.delete?._index).toBe("my-index");
    expect(await storedTexts(wal)).toEqual(['{"a":1}', '{"b":2}']);
    expect(intake.snapshot().sources.flatMap((source) => Object.entries(source.rejected))).toEqual([
      ["malformed_json", 2],
      ["unsupported_action", 2],
    ]);
  });

  test.each([
    ["deflate", deflateSync],
    ["zstd", zstdCompressSync],
    ["gzip", gzipSync],
  ] as const)("understands %s", async (encoding, compress) => {
    const { ask, wal } = await openServer();
    expect((await ask("POST /_bulk", compress(Buffer.from(bulk("{}"))), { "content-encoding": encoding })).status).toBe(
      200,
    );
    expect(await storedTexts(wal)).toEqual(["{}"]);
  });

  it("stores which token, unit and address the events came from", async () => {
    const { ask, wal } = await openServer();
    await ask("POST /_bulk", bulk("{}"));
    expect(await storedRecords(wal)).toMatchObject([{ transport: "bulk", unitId: "unit_1", peer: "127.0.0.1" }]);
  });

  test.each([
    ["Basic, as the password", `Basic ${Buffer.from(`elastic:${TEST_TOKEN}`).toString("base64")}`, 200],
    ["Bearer", `Bearer ${TEST_TOKEN}`, 200],
    ["ApiKey, as it is", `ApiKey ${TEST_TOKEN}`, 200],
    ["a wrong token", "Bearer wrong", 401],
    ["no header", "", 401],
  ])("with its token in %s", async (_, authorization, expected) => {
    const { ask, wal, intake } = await openServer();
    const { status, json, product } = await ask("POST /_bulk", bulk("{}"), { authorization });
    expect([status, product]).toEqual([expected, "Elasticsearch"]);
    expect(await storedTexts(wal)).toHaveLength(expected === 200 ? 1 : 0);
    if (expected === 200) return;
    expect(json).toMatchObject({ status: 401, error: { type: "security_exception", root_cause: [{}] } });
    expect(intake.snapshot().authFailures).toEqual({ bulk: 1 });
  });

  test.each([
    ["on the main port", false],
    ["on a port of its own", true],
  ])("slows wrong tokens from one address %s, and never a good one behind the same address", async (_, isOwnServer) => {
    const { ask } = await openServer({ isOwnServer });
    const guess = (authorization: string) => ask("POST /_bulk", bulk("{}"), { authorization });
    // Two places of one header are one attempt, and no header is none.
    const basic = `Basic ${Buffer.from("elastic:changeme").toString("base64")}`;
    for (let i = 0; i < WRONG_TOKENS; i += 1) {
      expect((await guess("")).status).toBe(401);
      expect((await guess(basic)).status).toBe(401);
    }
    const slowed = await guess(basic);
    expect([slowed.status, slowed.json.error]).toMatchObject([429, { type: "es_rejected_execution_exception" }]);
    expect(Number(slowed.headers.get("retry-after"))).toBeGreaterThan(1);
    expect((await guess("")).status).toBe(401);
    expect((await guess(AUTHORIZATION)).status).toBe(200);
  });
});

describe("Bad input to _bulk", () => {
  const gzipped = gzipSync(bulk(...Array.from({ length: 1_000 }, (_, i) => `{"n":${i}}`)));
  test.each([
    ["a gzip body that is cut", gzipped.subarray(0, gzipped.length - 20), { "content-encoding": "gzip" }, 400],
    ["a gzip body that is corrupt", Buffer.from("not gzip at all"), { "content-encoding": "gzip" }, 400],
    ["an unknown encoding", "x", { "content-encoding": "br" }, 415],
    ["no body", "", {}, 400],
    ["a body above the limit", bulk(`{"a":"${"x".repeat(3_000_000)}"}`), {}, 413],
    ["a gzip bomb", gzipSync(Buffer.alloc(50_000_000)), { "content-encoding": "gzip" }, 413],
  ] as const)("is refused whole, with nothing kept: %s", async (_, body, headers, expected) => {
    const { ask, wal, intake, bugs } = await openServer({ limits: { bulkBodyBytes: 2_000_000 } });
    const { status, json, product } = await ask("POST /_bulk", body, headers);
    expect([status, product, json.status]).toEqual([expected, "Elasticsearch", expected]);
    expect(await storedTexts(wal)).toEqual([]);
    expect(intake.snapshot().inFlightBytes).toBe(0);
    expect(bugs).toEqual([]);
  });

  it("costs one item when one document is too large", async () => {
    const { ask, wal } = await openServer({ limits: { frameBytes: 100 } });
    const { json } = await ask(
      "POST /_bulk?filter_path=items.*.status",
      bulk("{}", `{"a":"${"x".repeat(200)}"}`, "{}"),
    );
    expect(json.items).toEqual([{ create: { status: 201 } }, { create: { status: 413 } }, { create: { status: 201 } }]);
    expect(await storedTexts(wal)).toEqual(["{}", "{}"]);
  });

  it("of 100,000 nested arrays and of lone surrogates is judged as JSON and kept byte for byte", async () => {
    const { ask, wal } = await openServer();
    const deep = `{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    const surrogate = '{"a":"\\ud800","\\u0000":1e400}';
    expect((await ask("POST /_bulk", bulk(deep, surrogate))).json.errors).toBe(false);
    expect(await storedTexts(wal)).toEqual([deep, surrogate]);
  });

  it("is answered as Elasticsearch answers, also where there is nothing", async () => {
    const { ask } = await openServer();
    expect(await ask("POST /_snapshot/x")).toMatchObject({
      status: 404,
      product: "Elasticsearch",
      json: { status: 404 },
    });
  });

  it("from a sender that goes away in the middle keeps nothing and frees its memory", async () => {
    const { base, wal, intake, ask } = await openServer();
    await new Promise<void>((resolve) => {
      const half: ClientRequest = httpRequest(`${base}/_bulk`, {
        method: "POST",
        headers: { authorization: AUTHORIZATION, "content-length": 1_000_000 },
      });
      half.on("error", () => resolve());
      half.write(bulk("{}"), () => setTimeout(() => half.destroy(), 50));
    });
    await ask("POST /_bulk", bulk('{"later":1}'));
    expect(await storedTexts(wal)).toEqual(['{"later":1}']);
    await expect.poll(() => intake.snapshot().inFlightBytes).toBe(0);
  });

  it("gets its answer even when the sender is still writing", async () => {
    const { base } = await openServer({ limits: { bulkBodyBytes: 1_000_000 } });
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const long = httpRequest(
        `${base}/_bulk`,
        { method: "POST", headers: { authorization: AUTHORIZATION } },
        (response) => resolve(response.statusCode),
      );
      long.on("error", reject);
      const piece = Buffer.alloc(1_000_000, "x");
      for (let i = 0; i < 20; i += 1) long.write(piece);
      long.end();
    });
    expect(status).toBe(413);
  });
});

describe("Back-pressure", () => {
  it("of a full log is 429 with Retry-After, and over once there is room", async () => {
    const { ask, wal } = await openServer({ maxBytes: 2 * 1024 * 1024 });
    const document = `{"a":"${"x".repeat(200_000)}"}`;
    let last = await ask("POST /_bulk", bulk(document));
    for (let i = 0; i < 20 && last.status === 200; i += 1) last = await ask("POST /_bulk", bulk(document));
    expect(last).toMatchObject({ status: 429, json: { error: { type: "es_rejected_execution_exception" } } });
    expect(last.headers.get("retry-after")).toBe("1");
    await wal.checkpoint(wal.stats().lastSeq);
    expect((await ask("POST /_bulk", bulk(document))).status).toBe(200);
  });

  it("marks just the items that found no room, so that a shipper sends only those again", async () => {
    const { ask, wal } = await openServer({ maxBytes: 4 * 1024 * 1024 });
    const document = `{"a":"${"x".repeat(600_000)}"}`;
    const { status, json } = await ask("POST /_bulk?filter_path=items.*.status", bulk(...Array(12).fill(document)));
    expect(status).toBe(200);
    const codes = (json.items as { create: { status: number } }[]).map((item) => item.create.status);
    expect(codes).toHaveLength(12);
    expect(new Set(codes)).toEqual(new Set([201, 429]));
    expect(await storedTexts(wal)).toHaveLength(codes.filter((code) => code === 201).length);
  });

  it("of too much in memory is 429 before the body is read to its end", async () => {
    const { ask, intake } = await openServer({ limits: { inFlightBytes: 1_000_000 } });
    expect(intake.budget.take(900_000)).toBe(true);
    expect((await ask("POST /_bulk", bulk(`{"a":"${"x".repeat(300_000)}"}`))).status).toBe(429);
    intake.budget.give(900_000);
    expect((await ask("POST /_bulk", bulk(`{"a":"${"x".repeat(300_000)}"}`))).status).toBe(200);
  });
});
