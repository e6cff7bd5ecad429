import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { AppError } from "../../../kernel/errors.ts";
import { openEnvelope } from "../envelope.ts";
import type { CollectLimits } from "../limits.ts";
import type { ResolveSource } from "../origin.ts";
import { openTestIntake, storedRecords, TEST_TOKEN } from "../testing/fixtures.ts";
import { listen, receiverDeps } from "../testing/http.ts";
import { createChannels } from "./channels.ts";
import { readEvent } from "./event.ts";
import { memberBytes } from "./member.ts";
import { hecRoutes } from "./routes.ts";

const CHANNEL = "FE0ECFAD-13D5-401B-847D-77833BD77131";
const AUTHORIZATION = `Splunk ${TEST_TOKEN}`;

type Options = {
  maxBytes?: number;
  limits?: Partial<CollectLimits>;
  resolveSource?: ResolveSource;
  allowsQueryToken?: boolean;
};

async function openCollector({ allowsQueryToken = false, ...options }: Options = {}) {
  const { intake, wal } = await openTestIntake(options);
  const deps = receiverDeps(intake);
  const base = await listen((app) => {
    app.register(hecRoutes(deps, { allowsQueryToken }), { prefix: "/services/collector" });
  });
  const ask = async (path: string, body?: string | Uint8Array, headers: Record<string, string> = {}) => {
    const response = await fetch(`${base}/services/collector${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: { authorization: AUTHORIZATION, ...headers },
      ...(body !== undefined && { body }),
    });
    const json: unknown = await response.json();
    return { status: response.status, json, retryAfter: response.headers.get("retry-after") };
  };
  const stored = async () =>
    (await storedRecords(wal)).flatMap(({ frames }) =>
      frames.map((frame) => {
        const { event, envelope } = openEnvelope(frame, "hec");
        return [event.toString("latin1"), JSON.parse(String(envelope))] as const;
      }),
    );
  return { intake, wal, ask, stored, base, bugs: deps.bugs };
}

const SUCCESS = { status: 200, json: { text: "Success", code: 0 } };

describe("A HEC request", () => {
  test.each([
    [
      "one event",
      '{"event":"a line","host":"web01","time":1700000000.123}',
      [["a line", { host: "web01", time: 1700000000.123 }]],
    ],
    [
      "events one after the other, in no lines",
      '{"event":"one"}{"event":"two"} \r\n{"event":"three"}',
      [
        ["one", {}],
        ["two", {}],
        ["three", {}],
      ],
    ],
    [
      "an object, which is kept as it was written",
      '{"event": { "n" : 12345678901234567890, "f":1e400 } ,"sourcetype":"app","time":"1700000000"}',
      [['{ "n" : 12345678901234567890, "f":1e400 }', { sourcetype: "app", time: "1700000000" }]],
    ],
    ["a number", '{"event":42}', [["42", {}]]],
    [
      "indexed fields",
      '{"event":"x","fields":{"a":"b"},"index":"main"}',
      [["x", { fields: { a: "b" }, index: "main" }]],
    ],
    [
      "escapes, which stand for characters",
      '{"event":"\\u30ed\\n\\"C:\\\\x\\""}',
      [[Buffer.from('ロ\n"C:\\x"').toString("latin1"), {}]],
    ],
    [
      "bytes that are no UTF-8",
      Buffer.from('{"event":"a\xff\xfe\\u3042"}', "latin1"),
      [[`a\xff\xfe${Buffer.from("あ").toString("latin1")}`, {}]],
    ],
    ["a NUL", '{"event":"a\\u0000b"}', [["a\0b", {}]]],
    [
      "names that objects inherit",
      '{"event":"x","fields":{"__proto__":{"polluted":1}},"__proto__":{"host":"evil"}}',
      [["x", { fields: JSON.parse('{"__proto__":{"polluted":1}}') }]],
    ],
  ] as const)("with %s is success, and its bytes are kept", async (_, body, expected) => {
    const { ask, stored, intake } = await openCollector();
    expect(await ask("/event", body)).toMatchObject(SUCCESS);
    expect(await stored()).toEqual(expected);
    expect(intake.snapshot()).toMatchObject({ inFlightBytes: 0, sources: [{ acceptedEvents: expected.length }] });
    expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain("polluted");
  });

  test.each(["", "/event", "/event/1.0"])("is taken at /services/collector%s, gzipped too", async (path) => {
    const { ask, stored } = await openCollector();
    expect(await ask(path, gzipSync('{"event":"z"}'), { "content-encoding": "gzip" })).toMatchObject(SUCCESS);
    expect(await stored()).toEqual([["z", {}]]);
  });

  test.each([
    ["nothing", "", 400, 5, undefined, 0],
    ["no JSON", "hello", 400, 6, 0, 0],
    ["a cut object", '{"event":"a"}{"event":', 400, 6, 1, 1],
    ["an event without event", '{"event":"a"}{"host":"x"}{"event":"c"}', 400, 12, 1, 2],
    ["a blank event", '{"event":""}', 400, 13, 0, 0],
    ["fields that are no object", '{"event":"a","fields":[1]}', 400, 15, 0, 0],
    ["an event above the limit", `{"event":"${"x".repeat(2_000)}"}{"event":"b"}`, 413, 27, 0, 1],
  ])(
    "with %s is answered with Splunk's code, and the right events are kept",
    async (_, body, status, code, number, kept) => {
      const { ask, stored } = await openCollector({ limits: { frameBytes: 1_000 } });
      const answer = await ask("/event", body);
      expect(answer).toMatchObject({ status, json: { code } });
      if (number !== undefined) expect(answer.json).toMatchObject({ "invalid-event-number": number });
      expect(await stored()).toHaveLength(kept);
    },
  );

  test.each([
    ["a cut gzip body", gzipSync('{"event":"a"}').subarray(0, 15), 400, 6],
    ["a bomb", gzipSync(Buffer.alloc(50_000_000)), 413, 27],
  ])("that is %s keeps nothing", async (_, body, status, code) => {
    const { ask, stored, bugs } = await openCollector();
    expect(await ask("/event", body, { "content-encoding": "gzip" })).toMatchObject({ status, json: { code } });
    expect([await stored(), bugs]).toEqual([[], []]);
  });

  it("of any events keeps them whole and in order", () =>
    fc.assert(
      fc.property(fc.oneof(fc.string({ minLength: 1 }), fc.dictionary(fc.string(), fc.jsonValue())), (event) => {
        const read = readEvent(Buffer.from(JSON.stringify({ time: 1, event, host: "h" }, null, 2)), {});
        if (read.code !== undefined) throw new Error(`refused: ${read.code}`);
        const bytes = openEnvelope(read.frame, "hec").event;
        const text = bytes.toString();
        expect(typeof event === "string" ? text : JSON.parse(text)).toEqual(
          typeof event === "string" ? event.toWellFormed() : JSON.parse(JSON.stringify(event)),
        );
      }),
    ));

  it("refuses fields that are nested deeper than they can be written again, and keeps an event of any depth but not of any number of lists", () => {
    expect(readEvent(Buffer.from(`{"event":[[]${",[]".repeat(1_000_000)}]}`), {})).toEqual({ code: 27 });
    const deep = `${"[".repeat(500_000)}${"]".repeat(500_000)}`;
    expect(readEvent(Buffer.from(`{"event":"x","fields":{"a":${deep}}}`), {})).toEqual({ code: 15 });
    const read = readEvent(Buffer.from(`{"event":${deep}}`), {});
    expect(read.code === undefined && openEnvelope(read.frame, "hec").event.toString() === deep).toBe(true);
  });

  it("never throws on hostile bytes", () =>
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("{", "}", '"event"', ":", '"', "\\", "[", "]", "1", ",", "\0")),
        (pieces) => {
          readEvent(Buffer.from(pieces.join("")), {});
          memberBytes(Buffer.from(pieces.join("")), "event");
        },
      ),
    ));
});

describe("Raw lines", () => {
  it("are events, with what the query says of them", async () => {
    const { ask, stored } = await openCollector();
    expect(await ask("/raw?host=fw1&sourcetype=cisco%3Aasa&time=1700000000", "one\r\ntwo\n")).toMatchObject(SUCCESS);
    const envelope = { host: "fw1", sourcetype: "cisco:asa", time: "1700000000" };
    expect(await stored()).toEqual([
      ["one", envelope],
      ["two", envelope],
    ]);
    expect(await ask("/raw/1.0", "")).toMatchObject({ status: 400, json: { code: 5 } });
  });
});

describe("A HEC token", () => {
  const basic = `Basic ${Buffer.from(`x:${TEST_TOKEN}`).toString("base64")}`;
  test.each([
    ["as Splunk writes it", AUTHORIZATION, "", 200, 0],
    ["as Basic's password", basic, "", 200, 0],
    ["that is absent", "", "", 401, 2],
    ["in a scheme nobody knows", "Negotiate x", "", 401, 3],
    ["that is wrong", "Splunk wrong", "", 403, 4],
    ["in the query, which is off", "", `?token=${TEST_TOKEN}`, 400, 16],
  ])("%s", async (_, authorization, query, status, code) => {
    const { base, stored, intake } = await openCollector();
    const headers = authorization === "" ? {} : { authorization };
    const url = `${base}/services/collector/event${query}`;
    const response = await fetch(url, { method: "POST", headers, body: '{"event":"x"}' });
    expect([response.status, await response.json()]).toMatchObject([status, { code }]);
    expect(await stored()).toHaveLength(code === 0 ? 1 : 0);
    expect(intake.snapshot().authFailures).toEqual(code === 0 ? {} : { hec: 1 });
  });

  it("in the query is taken where that was asked for", async () => {
    const { base } = await openCollector({ allowsQueryToken: true });
    const url = `${base}/services/collector?token=${TEST_TOKEN}`;
    expect((await fetch(url, { method: "POST", body: '{"event":"x"}' })).status).toBe(200);
  });
});

describe("Acknowledgement", () => {
  it("counts per channel, and says true of what was given out and durable", async () => {
    const { ask } = await openCollector();
    const channel = { "x-splunk-request-channel": CHANNEL };
    expect((await ask("/event", '{"event":"a"}', channel)).json).toEqual({ text: "Success", code: 0, ackId: 0 });
    expect((await ask(`/raw?channel=${CHANNEL.toLowerCase()}`, "b")).json).toMatchObject({ ackId: 1 });
    expect(await ask("/ack", '{"acks":[0,1,2]}', channel)).toMatchObject({
      status: 200,
      json: { acks: { "0": true, "1": true, "2": false } },
    });
  });

  test.each([
    ["no channel", "/ack", '{"acks":[0]}', 10],
    ["a channel that is no GUID", "/ack?channel=mine", '{"acks":[0]}', 11],
    ["a broken question", `/ack?channel=${CHANNEL}`, '{"acks":["x"]}', 6],
    ["no question", `/ack?channel=${CHANNEL}`, "", 5],
  ])("with %s is refused", async (_, path, body, code) => {
    const { ask } = await openCollector();
    expect(await ask(path, body)).toMatchObject({ status: 400, json: { code } });
  });

  it("remembers a bounded number of channels, the idle ones least", () => {
    const channels = createChannels({ total: 2, perToken: 2 });
    for (const channel of ["a", "b", "a", "c"]) channels.nextAckId("t", channel);
    expect(["a", "b", "c"].map((channel) => channels.isAcknowledged("t", channel, 0))).toEqual([true, false, true]);
    expect(channels.isAcknowledged("another token", "a", 0)).toBe(false);
  });
});

it("lets no token make the others' channels forgotten while it has any of its own above its share", () => {
  const channels = createChannels({ total: 10, perToken: 3 });
  channels.nextAckId("quiet", "mine");
  for (let i = 0; i < 100; i += 1) channels.nextAckId("loud", `channel ${i}`);
  expect(channels.isAcknowledged("quiet", "mine", 0)).toBe(true);
  expect(channels.isAcknowledged("loud", "channel 99", 0)).toBe(true);
  expect(channels.isAcknowledged("loud", "channel 96", 0)).toBe(false);
});

it.each(["", "/event", "/event/1.0", "/raw"])(
  "answers OPTIONS at %s without a token, as Docker's driver asks",
  async (path) => {
    const { base, intake } = await openCollector();
    const response = await fetch(`${base}/services/collector${path}`, { method: "OPTIONS" });
    expect([response.status, response.headers.get("allow")]).toEqual([200, "OPTIONS, POST"]);
    expect(intake.snapshot().authFailures).toEqual({});
  },
);

it("says 'Token disabled' when the token's source is switched off", async () => {
  const resolveSource = async () => {
    throw new AppError("forbidden", "off");
  };
  const { ask } = await openCollector({ resolveSource });
  expect(await ask("/event", '{"event":"x"}')).toMatchObject({ status: 403, json: { code: 1 } });
});

it("stores a body of very many small events in bounded steps, each with what the query says", async () => {
  const { ask, stored, intake } = await openCollector({ limits: { inFlightBytes: 64 * 1024 * 1024 } });
  expect(await ask(`/raw?host=${"h".repeat(1_000)}`, "x\n".repeat(20_000))).toMatchObject(SUCCESS);
  const events = await stored();
  expect([events.length, events[19_999]]).toEqual([20_000, ["x", { host: "h".repeat(1_000) }]]);
  expect(intake.snapshot()).toMatchObject({ inFlightBytes: 0, sources: [{ acceptedEvents: 20_000 }] });
});

it("counts wrong events once, however often a full log has their request sent again", async () => {
  const { ask, intake, wal } = await openCollector({ maxBytes: 2 * 1024 * 1024 });
  const body = `{"wrong":1}{"event":"${"x".repeat(200_000)}"}`;
  const good = body.slice('{"wrong":1}'.length);
  for (let status = 200; status === 200; ) ({ status } = await ask("/event", good));
  expect(await ask("/event", body)).toMatchObject({ status: 503 });
  await wal.checkpoint(wal.stats().lastSeq);
  expect(await ask("/event", body)).toMatchObject({ status: 400, json: { code: 12, "invalid-event-number": 0 } });
  expect(intake.snapshot().sources.flatMap(({ rejected }) => rejected)).toMatchObject([{ malformed_json: 1 }]);
});

describe("What came is what was stored and what was refused, by reason", () => {
  const counted = (
    sources: readonly { acceptedEvents: number; rejected: Readonly<Record<string, number>> }[],
  ): Record<string, number> => {
    const reasons: Record<string, number> = {};
    for (const { rejected } of sources)
      for (const [reason, count] of Object.entries(rejected)) reasons[reason] = (reasons[reason] ?? 0) + count;
    return { stored: sources.reduce((sum, { acceptedEvents }) => sum + acceptedEvents, 0), ...reasons };
  };

  test.each([
    ["/event", '{"event":"x"}'.repeat(50) + '{"wrong":1}'.repeat(7), { stored: 0, over_limit: 57 }],
    ["/raw", "x\n".repeat(57), { stored: 0, over_limit: 57 }],
  ])("where memory is short, to %s", async (path, body, expected) => {
    const { ask, intake } = await openCollector({ limits: { inFlightBytes: 5_000 } });
    expect(await ask(path, body)).toMatchObject({ status: 503 });
    expect(counted(intake.snapshot().sources)).toEqual(expected);
    expect(intake.snapshot().inFlightBytes).toBe(0);
  });

  it("where not even the body finds room, which counts as one", async () => {
    const { ask, intake } = await openCollector({ limits: { inFlightBytes: 5_000 } });
    intake.budget.take(4_900);
    expect(await ask("/event", '{"event":"x"}')).toMatchObject({ status: 503 });
    expect(counted(intake.snapshot().sources)).toEqual({ stored: 0, over_limit: 1 });
  });

  it("where the log is full in the middle of a body", async () => {
    const { ask, intake, stored } = await openCollector({ maxBytes: 8 * 1024 * 1024 });
    const sent = 120;
    expect(await ask("/event", `{"event":"${"x".repeat(100_000)}"}`.repeat(sent))).toMatchObject({ status: 503 });
    const { stored: taken = 0, over_limit = 0, ...others } = counted(intake.snapshot().sources);
    expect([taken > 0, over_limit > 0, others]).toEqual([true, true, {}]);
    expect([taken, taken + over_limit]).toEqual([(await stored()).length, sent]);
  });

  it("where the envelopes blow a body up", async () => {
    const { ask, intake, stored } = await openCollector({ limits: { bulkBodyBytes: 10_000 } });
    expect(await ask(`/raw?host=${"h".repeat(1_000)}`, "x\n".repeat(60))).toMatchObject({ status: 413 });
    expect(counted(intake.snapshot().sources)).toEqual({ stored: 0, too_large: 60 });
    expect(await stored()).toEqual([]);
  });
});

describe("The state of the collector", () => {
  test.each(["/health", "/health/1.0"])("is told without a token at %s", async (path) => {
    const { base, intake } = await openCollector({ limits: { inFlightBytes: 1_000 } });
    const health = async () => {
      const response = await fetch(`${base}/services/collector${path}`);
      return [response.status, await response.json()];
    };
    expect(await health()).toEqual([200, { text: "HEC is healthy", code: 17 }]);
    expect(intake.budget.take(1_000)).toBe(true);
    expect(await health()).toEqual([503, { text: "HEC is unhealthy, queues are full", code: 18 }]);
    intake.budget.give(1_000);
  });

  it("of a full log is 'busy' with Retry-After, and over once there is room", async () => {
    const { ask, wal } = await openCollector({ maxBytes: 2 * 1024 * 1024 });
    const body = `{"event":"${"x".repeat(200_000)}"}`;
    let last = await ask("/event", body);
    for (let i = 0; i < 20 && last.status === 200; i += 1) last = await ask("/event", body);
    expect(last).toMatchObject({ status: 503, json: { text: "Server is busy", code: 9 }, retryAfter: "1" });
    await wal.checkpoint(wal.stats().lastSeq);
    expect(await ask("/event", body)).toMatchObject(SUCCESS);
  });
});

const HAS_CURL = spawnSync("curl", ["--version"]).status === 0;
it.skipIf(!HAS_CURL)("takes what curl sends as Splunk's own manual has it", async () => {
  const { base, stored } = await openCollector();
  const url = `${base}/services/collector/event`;
  const args = ["-s", url, "-H", `Authorization: ${AUTHORIZATION}`, "-d", '{"event":"hello","sourcetype":"manual"}'];
  const { stdout } = await promisify(execFile)("curl", args);
  expect(JSON.parse(stdout)).toEqual({ text: "Success", code: 0 });
  expect(await stored()).toEqual([["hello", { sourcetype: "manual" }]]);
});
