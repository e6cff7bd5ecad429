import { connect } from "node:http2";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { OTLPLogExporter as GrpcExporter } from "@opentelemetry/exporter-logs-otlp-grpc";
import { OTLPLogExporter as JsonExporter } from "@opentelemetry/exporter-logs-otlp-http";
import { OTLPLogExporter as ProtobufExporter } from "@opentelemetry/exporter-logs-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchLogRecordProcessor, LoggerProvider, type LogRecordExporter } from "@opentelemetry/sdk-logs";
import fc from "fast-check";
import { describe, expect, it, onTestFinished, test, vi } from "vitest";
import { AppError } from "../../../kernel/errors.ts";
import type { CollectLimits } from "../limits.ts";
import { openTestIntake, storedTexts, TEST_TOKEN } from "../testing/fixtures.ts";
import { listen, receiverDeps } from "../testing/http.ts";
import { listenOtlpGrpc } from "./grpc.ts";
import { readJsonRequest } from "./json.ts";
import { quoteLongIntegers } from "./json-bytes.ts";
import { readProtobuf } from "./protobuf.ts";
import { receiveLogs } from "./receive.ts";
import { MAX_VALUE_DEPTH } from "./record.ts";
import { otlpRoutes } from "./routes.ts";

const AUTHORIZATION = `Bearer ${TEST_TOKEN}`;
const EXPORT = "/opentelemetry.proto.collector.logs.v1.LogsService/Export";

async function openReceivers(options: { maxBytes?: number; limits?: Partial<CollectLimits> } = {}) {
  const { intake, wal } = await openTestIntake(options);
  const deps = receiverDeps(intake);
  const http = await listen((app) => app.register(otlpRoutes(deps)));
  const grpc = await listenOtlpGrpc(deps, { host: "127.0.0.1", port: 0 });
  onTestFinished(async () => grpc.close());
  const post = async (body: string | Uint8Array, headers: Record<string, string>) => {
    const response = await fetch(`${http}/v1/logs`, {
      method: "POST",
      headers: { authorization: AUTHORIZATION, ...headers },
      body,
    });
    return { status: response.status, headers: response.headers, body: Buffer.from(await response.arrayBuffer()) };
  };
  return { intake, wal, deps, post, http, grpc: `http://127.0.0.1:${grpc.port}` };
}

const JSON_TYPE = { "content-type": "application/json" };
const PROTOBUF_TYPE = { "content-type": "application/x-protobuf" };
const stored = async (wal: Parameters<typeof storedTexts>[0]) =>
  (await storedTexts(wal)).map((line): unknown => JSON.parse(line));

/** One gRPC call as the wire has it. */
async function call(base: string, body: Buffer, headers: Record<string, string> = {}) {
  const session = connect(base);
  session.on("error", () => undefined);
  const stream = session.request({
    ":method": "POST",
    ":path": EXPORT,
    "content-type": "application/grpc",
    authorization: AUTHORIZATION,
    ...headers,
  });
  const answer: Record<string, unknown> = {};
  const settled = new Promise<void>((resolve) => {
    stream.on("response", (head) => Object.assign(answer, head));
    stream.on("trailers", (trailers) => Object.assign(answer, trailers));
    stream.on("close", () => resolve());
    stream.on("error", () => resolve());
  });
  stream.end(body);
  stream.resume();
  await settled;
  session.destroy();
  return answer;
}
const framed = (message: Uint8Array, flag = 0): Buffer => {
  const head = Buffer.alloc(5);
  head[0] = flag;
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
};

const message = (field: number, ...parts: readonly Uint8Array[]): Uint8Array => {
  const writer = new BinaryWriter();
  return writer.tag(field, WireType.LengthDelimited).bytes(Buffer.concat(parts)).finish();
};
const textField = (field: number, value: string): Uint8Array => message(field, Buffer.from(value));
/** A request of one scope, from finished LogRecords. */
const requestOf = (...records: readonly Uint8Array[]): Uint8Array =>
  message(1, message(2, ...records.map((record) => message(2, record))));
const nested = (depth: number): Uint8Array =>
  depth === 0 ? textField(1, "deep") : message(5, message(1, nested(depth - 1)));

describe.each([
  ["protobuf over HTTP", (at: Addresses) => new ProtobufExporter({ url: `${at.http}/v1/logs` })],
  ["JSON over HTTP", (at: Addresses) => new JsonExporter({ url: `${at.http}/v1/logs` })],
  ["gRPC", (at: Addresses) => new GrpcExporter({ url: at.grpc })],
])("OpenTelemetry's own exporter, %s", (_, createExporter) => {
  it("is understood, gzipped: body, attributes, resource, scope, severity and time", async () => {
    const at = await openReceivers();
    vi.stubEnv("OTEL_EXPORTER_OTLP_HEADERS", `authorization=${encodeURIComponent(AUTHORIZATION)}`);
    vi.stubEnv("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip");
    onTestFinished(() => void vi.unstubAllEnvs());
    const exporter: LogRecordExporter = createExporter(at);
    const provider = new LoggerProvider({
      resource: resourceFromAttributes({ "service.name": "checkout", "host.name": "web01" }),
      processors: [new BatchLogRecordProcessor({ exporter })],
    });
    const logger = provider.getLogger("shop", "1.2.3");
    const attributes = {
      "client.address": "203.0.113.9",
      n: 42,
      ratio: 0.5,
      ok: true,
      list: ["a", "b"],
      map: { in: 1 },
    };
    logger.emit({
      body: "ログイン failed",
      severityNumber: 17,
      severityText: "ERROR",
      timestamp: 1_700_000_000_123,
      attributes,
    });
    logger.emit({ body: { what: "object" } });
    await provider.forceFlush();
    await provider.shutdown();
    expect(await stored(at.wal)).toMatchObject([
      {
        body: "ログイン failed",
        severityNumber: 17,
        severityText: "ERROR",
        timeUnixNano: expect.stringMatching(/^1700000000123/),
        attributes,
        resource: { "service.name": "checkout", "host.name": "web01" },
        scope: { name: "shop", version: "1.2.3" },
      },
      { body: { what: "object" } },
    ]);
    expect(at.deps.bugs).toEqual([]);
    expect(at.intake.snapshot().inFlightBytes).toBe(0);
  });
});

type Addresses = { readonly http: string; readonly grpc: string };

describe("A request over HTTP", () => {
  const body = textField(3, "INFO");
  test.each([
    ["of another content type", "x", { "content-type": "text/plain" }, 415],
    ["without a token", requestOf(body), { ...PROTOBUF_TYPE, authorization: "" }, 401],
    ["with a wrong token", requestOf(body), { ...PROTOBUF_TYPE, authorization: "Bearer wrong" }, 401],
    ["that is cut", requestOf(body).subarray(0, -1), PROTOBUF_TYPE, 400],
    ["with a varint without end", Buffer.alloc(64, 0xff), PROTOBUF_TYPE, 400],
    ["with a length of 4 GiB", Buffer.from([0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f]), PROTOBUF_TYPE, 400],
    ["of nested groups", Buffer.alloc(100_000, 0x0b), PROTOBUF_TYPE, 400],
    ["of broken JSON", '{"resourceLogs":[', JSON_TYPE, 400],
    ["of JSON that is no request", '{"resourceLogs":{}}', JSON_TYPE, 400],
    ["of JSON nested without end", `${'{"resourceLogs":['.repeat(50_000)}`, JSON_TYPE, 400],
    ["that is a bomb", gzipSync(Buffer.alloc(50_000_000)), { ...PROTOBUF_TYPE, "content-encoding": "gzip" }, 413],
    ["that is no gzip", "nope", { ...PROTOBUF_TYPE, "content-encoding": "gzip" }, 400],
  ])("%s is refused whole, in its own encoding", async (_, sent, headers, status) => {
    const { post, wal, deps, intake } = await openReceivers();
    const answer = await post(sent, headers);
    expect(answer.status).toBe(status);
    const isProtobuf = headers["content-type"] === "application/x-protobuf";
    expect(answer.headers.get("content-type")).toBe(isProtobuf ? "application/x-protobuf" : "application/json");
    expect([await storedTexts(wal), deps.bugs, intake.snapshot().inFlightBytes]).toEqual([[], [], 0]);
  });

  it("with a record that is too deep keeps the others and tells of it as a partial success", async () => {
    const { post, wal } = await openReceivers();
    const deep = message(5, nested(MAX_VALUE_DEPTH + 1));
    const good = message(5, textField(1, "good"));
    const { status, body: answer } = await post(requestOf(deep, good), PROTOBUF_TYPE);
    expect(status).toBe(200);
    expect(await stored(wal)).toEqual([{ body: "good" }]);
    expect([...answer.subarray(0, 4)]).toEqual([0x0a, answer.length - 2, 0x08, 1]);
    expect(answer.toString()).toContain("nested deeper");
  });

  it("in JSON is answered in JSON, with the count as text", async () => {
    const { post, wal } = await openReceivers();
    let value: object = { stringValue: "x" };
    for (let i = 0; i <= MAX_VALUE_DEPTH; i += 1) value = { arrayValue: { values: [value] } };
    const logRecords = [
      { body: value },
      { timeUnixNano: "1700000000000000000", body: { intValue: "9223372036854775807" } },
    ];
    const { body } = await post(JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] }), JSON_TYPE);
    expect(JSON.parse(String(body))).toMatchObject({ partialSuccess: { rejectedLogRecords: "1" } });
    expect(await stored(wal)).toEqual([{ timeUnixNano: "1700000000000000000", body: "9223372036854775807" }]);
  });

  it("in JSON with 64-bit numbers that are no texts keeps every digit", async () => {
    const { post, wal } = await openReceivers();
    const value = (kind: string) => `{"body":{"${kind}":9007199254740993}}`;
    const logRecords = `[{"timeUnixNano":1700000000123456789,"body":{"intValue":-9223372036854775808}},${value("intValue")},
      {"body":{"doubleValue":1e999}},{"body":{"doubleValue":"NaN"}},{"body":{"doubleValue":"1.5"}},{"body":{"stringValue":"12345678901234567890"}}]`;
    const { status } = await post(`{"resourceLogs":[{"scopeLogs":[{"logRecords":${logRecords}}]}]}`, JSON_TYPE);
    expect(status).toBe(200);
    expect(await stored(wal)).toEqual([
      { timeUnixNano: "1700000000123456789", body: "-9223372036854775808" },
      { body: "9007199254740993" },
      { body: "Infinity" },
      { body: "NaN" },
      { body: 1.5 },
      { body: "12345678901234567890" },
    ]);
  });

  const emptyMessages = (field: number, count: number) => Buffer.alloc(2 * count, Buffer.from([8 * field + 2, 0]));
  test.each([
    ["a million scopes in protobuf", message(1, emptyMessages(2, 1_000_000)), PROTOBUF_TYPE, 413],
    ["a million resources in protobuf", emptyMessages(1, 1_000_000), PROTOBUF_TYPE, 413],
    ["a million records in protobuf", message(1, message(2, emptyMessages(2, 1_000_000))), PROTOBUF_TYPE, 413],
    ["a million resources in JSON", `{"resourceLogs":[{}${",{}".repeat(1_000_000)}]}`, JSON_TYPE, 413],
    ["two million lists in JSON", `{"x":[[]${",[]".repeat(2_000_000)}]}`, JSON_TYPE, 413],
    ["more than 20 MiB", Buffer.alloc(21 * 1024 * 1024), PROTOBUF_TYPE, 413],
  ])("with %s is refused, and nothing of it is kept", async (_, sent, headers, status) => {
    const { post, wal, intake, deps } = await openReceivers();
    expect((await post(sent, headers)).status).toBe(status);
    expect([await storedTexts(wal), intake.snapshot().inFlightBytes, deps.bugs]).toEqual([[], 0, []]);
  });

  it("with a record of a million values rejects that record alone", async () => {
    const { post, wal, intake } = await openReceivers();
    const vast = message(5, message(5, emptyMessages(1, 1_000_000)));
    const { status, body: answer } = await post(requestOf(vast, message(5, textField(1, "good"))), PROTOBUF_TYPE);
    expect([status, answer.toString()]).toEqual([200, expect.stringContaining("values")]);
    expect(await stored(wal)).toEqual([{ body: "good" }]);
    expect(intake.snapshot().sources).toMatchObject([{ acceptedEvents: 1, rejected: { not_an_object: 1 } }]);
  });

  it("whose small records share a huge resource is refused before memory is", async () => {
    const { post, wal, intake } = await openReceivers({ limits: { bulkBodyBytes: 2_000_000 } });
    const resource = message(1, message(1, textField(1, "k"), message(2, textField(1, "x".repeat(100_000)))));
    const scope = message(2, ...Array.from({ length: 1_000 }, () => message(2, textField(3, "I"))));
    expect((await post(message(1, resource, scope), PROTOBUF_TYPE)).status).toBe(413);
    expect([await storedTexts(wal), intake.snapshot().inFlightBytes]).toEqual([[], 0]);
  });

  it("keeps names that objects inherit, NULs and bytes that are no UTF-8 as values", async () => {
    const { post, wal } = await openReceivers();
    const polluting = message(6, textField(1, "__proto__"), message(2, textField(1, "a\0b")));
    const broken = message(5, message(1, Buffer.from([0x61, 0xff])));
    expect((await post(requestOf(Buffer.concat([polluting, broken])), PROTOBUF_TYPE)).status).toBe(200);
    expect(await storedTexts(wal)).toEqual(['{"body":"a\ufffd","attributes":{"__proto__":"a\\u0000b"}}']);
  });

  test.each([
    [
      "protobuf",
      requestOf(...Array.from({ length: 40 }, () => body), message(5, nested(40)), message(5, nested(40))),
      PROTOBUF_TYPE,
      42,
    ],
    ["JSON, which is not even parsed and counts as one", '{"resourceLogs":[]}'.padEnd(800), JSON_TYPE, 1],
  ])("that finds no room is counted whole, with that reason: %s", async (_, bytes, type, expected) => {
    const { post, wal, intake } = await openReceivers({ limits: { inFlightBytes: 3_000 } });
    intake.budget.take(typeof bytes === "string" ? 500 : 3_000 - bytes.length - 300);
    expect((await post(bytes, type)).status).toBe(429);
    expect(intake.snapshot().sources).toMatchObject([{ acceptedEvents: 0, rejected: { over_limit: expected } }]);
    expect(await storedTexts(wal)).toEqual([]);
  });

  it("is 429 with Retry-After while there is no room", async () => {
    const { post, intake } = await openReceivers({ limits: { inFlightBytes: 1_000 } });
    expect(intake.budget.take(999)).toBe(true);
    const answer = await post(requestOf(body), PROTOBUF_TYPE);
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([429, "1"]);
    intake.budget.give(999);
  });
});

describe("A request that is 20 MB of work for nothing", () => {
  const filled = (bytes: number, piece: Uint8Array): Uint8Array => Buffer.alloc(bytes, piece);
  const SIZE = 20 * 1024 * 1024 - 64;
  const fields = Buffer.from([0xf8, 0x7f, 0]);

  test.each([
    ["a resource repeated ten million times", message(1, filled(SIZE, Buffer.from([0x0a, 0]))), "too_large"],
    ["a scope repeated ten million times", message(1, message(2, filled(SIZE, Buffer.from([0x0a, 0])))), "too_large"],
    ["ten million empty lists", filled(SIZE, Buffer.from([0x0a, 0])), "too_large"],
    [
      "records of fields that nobody knows",
      requestOf(...Array.from({ length: 100 }, () => filled(SIZE / 200, fields).subarray(0, 99_999))),
      undefined,
    ],
    ["JSON of empty resources", Buffer.from(`{"resourceLogs":[${"{},".repeat(150_000)}{}]}`), undefined],
  ])("leaves turns to others all the while: %s", async (_, body, code) => {
    const { intake } = await openTestIntake();
    const origin = { transport: "otlp", peer: "192.0.2.1" } as const;
    let turns = 0;
    let next = setImmediate(function count() {
      turns += 1;
      next = setImmediate(count);
    });
    onTestFinished(() => clearImmediate(next));
    const encoding = body[0] === 0x7b ? "json" : "protobuf";
    const outcome = await receiveLogs(Buffer.from(body), { intake, origin, encoding }).catch((error: unknown) => error);
    expect(outcome instanceof AppError ? outcome.code : undefined).toBe(code);
    expect(turns).toBeGreaterThan(code === undefined ? 30 : 5);
    expect(intake.snapshot().inFlightBytes).toBe(0);
  });

  it("is told off for a record with a flood of fields, wherever in it they are", async () => {
    const { intake } = await openTestIntake();
    const flood = filled(900_000, fields);
    const hidden = message(5, ...Array.from({ length: 2 }, () => message(5, message(1, flood))));
    const origin = { transport: "otlp", peer: "192.0.2.1" } as const;
    const partial = await receiveLogs(Buffer.from(requestOf(hidden)), { intake, origin, encoding: "protobuf" });
    expect(partial).toMatchObject({ rejectedLogRecords: 1, errorMessage: expect.stringContaining("fields") });
  });
});

describe("A gRPC call", () => {
  const good = requestOf(message(5, textField(1, "good")));
  test.each([
    ["that is good", framed(good), {}, "0"],
    ["that is compressed", framed(gzipSync(good), 1), { "grpc-encoding": "gzip" }, "0"],
    ["that is compressed with zstd", framed(zstdCompressSync(good), 1), { "grpc-encoding": "zstd" }, "0"],
    ["without a token", framed(good), { authorization: "" }, "16"],
    [
      "of another method",
      framed(good),
      { ":path": "/opentelemetry.proto.collector.trace.v1.TraceService/Export" },
      "12",
    ],
    ["of another content type", framed(good), { "content-type": "application/json" }, "12"],
    ["compressed in a way nobody said", framed(gzipSync(good), 1), {}, "12"],
    ["that is cut", framed(good).subarray(0, -1), {}, "3"],
    ["of two messages", Buffer.concat([framed(good), framed(good)]), {}, "3"],
    ["of damaged protobuf", framed(good.subarray(0, -1)), {}, "3"],
    ["that is a bomb", framed(gzipSync(Buffer.alloc(50_000_000)), 1), { "grpc-encoding": "gzip" }, "8"],
  ])("%s ends with its status", async (_, body, headers, status) => {
    const { grpc, wal, deps, intake } = await openReceivers();
    const answer = await call(grpc, body, headers);
    expect([answer[":status"], answer["grpc-status"]]).toEqual([200, status]);
    expect(await stored(wal)).toEqual(status === "0" ? [{ body: "good" }] : []);
    expect([deps.bugs, intake.snapshot().inFlightBytes]).toEqual([[], 0]);
  });

  it("that finds no room says when to come again, without which OTLP would give up", async () => {
    const { grpc, intake } = await openReceivers({ limits: { inFlightBytes: 1_000 } });
    expect(intake.budget.take(999)).toBe(true);
    const answer = await call(grpc, framed(good));
    expect(answer["grpc-status"]).toBe("8");
    expect(Buffer.from(String(answer["grpc-status-details-bin"]), "base64").toString("latin1")).toContain("RetryInfo");
    intake.budget.give(999);
  });
});

describe("Hostile bytes", () => {
  const reads = (read: () => Iterable<unknown>): void => {
    try {
      for (const _ of read());
    } catch (error) {
      expect(error).toBeInstanceOf(AppError);
    }
  };
  it("as protobuf are refused as such or read, and nothing else", () =>
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => reads(() => readProtobuf(bytes)))));

  it("changed in one place of a good request too", () => {
    const good = Buffer.from(
      requestOf(Buffer.concat([message(5, nested(3)), message(6, textField(1, "k"), message(2, textField(1, "v")))])),
    );
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), (at, byte) => {
        const bytes = Buffer.from(good);
        bytes[at] = byte;
        reads(() => readProtobuf(bytes));
      }),
    );
  });

  it("as JSON mean the same once long integers are quoted", () => {
    const numbers = fc.oneof(fc.bigInt(), fc.double({ noDefaultInfinity: true, noNaN: true }), fc.string());
    const textOf = (value: unknown): string => (typeof value === "bigint" ? `${value}` : JSON.stringify(value));
    const expected = (value: unknown): unknown =>
      typeof value === "bigint" && `${value}`.replace("-", "").length < 16
        ? Number(value)
        : typeof value === "bigint"
          ? `${value}`
          : value;
    fc.assert(
      fc.property(fc.array(numbers), (values) => {
        const read: unknown[] = JSON.parse(
          quoteLongIntegers(Buffer.from(`[ ${values.map(textOf).join(" ,")}]`)).toString(),
        );
        const plain = read.map((value, i) => (typeof values[i] === "number" ? Number(value) : value));
        expect(plain.map(String)).toEqual(values.map(expected).map(String));
      }),
    );
  });

  it("that only look like JSON never make the quoting fail", () =>
    fc.assert(
      fc.property(fc.array(fc.constantFrom('"', "\\", "-", "1".repeat(16), ".", "e", "[", ",", "\0")), (pieces) => {
        quoteLongIntegers(Buffer.from(pieces.join("")));
      }),
    ));

  it("as JSON too", () =>
    fc.assert(
      fc.property(fc.jsonValue(), (value) =>
        reads(() =>
          readJsonRequest(
            JSON.stringify({
              resourceLogs: [
                {
                  resource: value,
                  scopeLogs: [{ scope: value, logRecords: [value, { body: value, attributes: [value] }] }],
                },
              ],
            }),
          ),
        ),
      ),
    ));
});

it("answers what is not logs in its own words", async () => {
  const { http } = await openReceivers();
  const response = await fetch(`${http}/v1/traces`, {
    method: "POST",
    headers: { authorization: AUTHORIZATION, ...JSON_TYPE },
    body: "{}",
  });
  expect([response.status, await response.text()]).toEqual([404, expect.stringContaining("Only logs")]);
});
