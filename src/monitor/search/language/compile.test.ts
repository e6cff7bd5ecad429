import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import type { EventsDb } from "../../../platform/events/index.ts";
import { openTestEvents } from "../../../platform/events/testing.ts";
import { type SampleEvent, storeDetections, storeEvents } from "../testing.ts";
import { combine, literal, type Pattern, type Query } from "./ast.ts";
import { compileQuery } from "./compile.ts";
import { parseQuery } from "./parse.ts";
import { printQuery } from "./print.ts";

const AT = Date.UTC(2026, 10, 22, 1, 0, 0);
const clock = { nowMs: AT + 3_600_000, timeZone: "Asia/Tokyo" };

const sample = (seq: number, event: Omit<SampleEvent, "timeMs" | "seq"> & { timeMs?: number }): SampleEvent => ({
  timeMs: AT + seq * 60_000,
  seq: BigInt(seq),
  ...event,
});

const EVENTS: readonly SampleEvent[] = [
  sample(1, {
    host_name: "DC1",
    user_name: "Alice",
    source_ip: "10.0.0.5",
    destination_port: 443,
    raw: "Logon SUCCESS for Alice",
  }),
  sample(2, {
    host_name: "web01",
    user_name: "bob",
    source_ip: "192.168.1.9",
    destination_port: 80,
    raw: "GET /a_b%20c HTTP/1.1",
  }),
  sample(3, {
    host_name: "web02",
    source_ip: "2001:db8::7",
    process_executable: "C:\\Windows\\System32\\cmd.exe",
    raw: '{"Image":"C:\\\\Windows\\\\System32\\\\cmd.exe"}',
  }),
  sample(4, { who: "田中", where_from: "10.1.2.3", did_what: "失敗", raw: "ログオンに失敗しました：ＡＢＣ" }),
  sample(5, {
    fields: {
      EventID: "4625",
      "User Name": "carol",
      list: '["Admins","Users, All"]',
      "a.b": "x",
      message: "vendor",
      empty: "",
    },
    message: "hot",
    raw: '{"msg":"\\u5931\\u6557"}',
  }),
  sample(6, {
    source_bytes: 1_500,
    event_severity: 7,
    http_response_status_code: 404,
    with_what: "curl",
    problem: "bad_json",
    sourceId: "source_web",
    unitId: "unit_osaka",
  }),
  sample(7, { ruleIds: ["5f1abf38-6cd5-4e4f-a3b5-9b7b6d2b7c11"], user_name: "Élodie" }),
  sample(8, { ruleIds: ["My-Rule"], user_name: "mallory", raw: new Uint8Array([0x41, 0xff, 0xfe, 0x00, 0x42]) }),
];

let events: EventsDb;
beforeAll(async () => {
  events = await openTestEvents();
  await storeEvents(events, EVENTS);
  await storeDetections(events, [
    {
      timeMs: AT + 7 * 60_000,
      seq: 7n,
      ruleId: "5f1abf38-6cd5-4e4f-a3b5-9b7b6d2b7c11",
      level: "high",
      title: "LSASS Access",
      tactics: ["credential-access"],
      techniques: ["T1003.001"],
      entity: "dc1",
    },
    { timeMs: AT + 8 * 60_000, seq: 8n, ruleId: "My-Rule", level: "low", title: "My rule" },
  ]);
});
afterAll(() => events?.close());

async function found(query: Query): Promise<number[]> {
  const compiled = compileQuery(query, clock);
  if (!compiled.ok) throw new Error(compiled.error.message);
  const rows = await events.select<{ seq: string }>(
    `SELECT seq FROM events WHERE time >= {from:DateTime64(3, 'UTC')} AND time < {to:DateTime64(3, 'UTC')} AND ${compiled.value.condition} ORDER BY seq`,
    {
      ...compiled.value.params,
      from: "2026-11-22 00:00:00.000",
      to: "2026-11-23 00:00:00.000",
      fromKey: "2026-11-22 00:00:00",
      toKey: "2026-11-23 00:00:00",
    },
  );
  return rows.map((row) => Number(row.seq));
}

function parsed(text: string): Query {
  const query = parseQuery(text);
  if (!query.ok) throw new Error(query.error.message);
  return query.value;
}

describe("A query finds", () => {
  test.each<[string, number[]]>([
    ["", [1, 2, 3, 4, 5, 6, 7, 8]],
    // Text columns: any case, wildcards over the whole value
    ["host.name:dc1", [1]],
    ["host_name:DC1", [1]],
    ["host.name:web*", [2, 3]],
    ["host.name:web0?", [2, 3]],
    ["host.name:we", []],
    ["host.name:*", [1, 2, 3]],
    ["not host.name:*", [4, 5, 6, 7, 8]],
    ['host.name:""', [4, 5, 6, 7, 8]],
    ["host.name:(dc1 or web02)", [1, 3]],
    ["host.name:/^web0[12]$/", [2, 3]],
    ["host.name:/DC/", [1]],
    ["host.name:/dc/", []],
    ["host.name:/(?i)dc/", [1]],
    ["host.name >= m", [2, 3]],
    ["user.name:élodie", [7]],
    ["user.name:ÉL*", [7]],
    ["process.executable:*\\\\cmd.exe", [3]],
    ['process.executable:"c:\\windows\\system32\\CMD.EXE"', [3]],
    // Full text
    ["success", [1]],
    ['"for alice"', [1]],
    ["log*alice", [1]],
    ["a_b%20c", [2]],
    ["axb%20c", []],
    ["C:\\Windows\\System32", [3]],
    ["失敗", [4, 5]],
    ["abc", []],
    ["ＡＢＣ", [4]],
    ["raw:logon*", [1]],
    ["raw:/L.gon/", [1]],
    // Addresses
    ["source.ip:10.0.0.5", [1]],
    ["source.ip:10.0.0.0/8", [1]],
    ["source.ip:10.*", [1]],
    ["source.ip:1*.5", [1]],
    ["source.ip:2001:db8::/32", [3]],
    ['source.ip:"2001:DB8:0::7"', [3]],
    ["source.ip:[10.0.0.0 TO 192.168.255.255]", [1, 2]],
    ["source.ip:0.0.0.0/0", [1, 2]],
    ["source.ip:::/0", [1, 2, 3]],
    ["source.ip:*", [1, 2, 3]],
    ["source.ip:/^10\\./", [1]],
    ["not source.ip:10.0.0.0/8 and host.name:*", [2, 3]],
    ["どこから:10.0.0.0/8", [4]],
    // Numbers
    ["destination.port:443", [1]],
    ["destination.port < 1024", [1, 2]],
    ["destination.port:{80 TO 443]", [1]],
    ["destination.port:(80 or 443)", [1, 2]],
    ["http.response.status_code:４０４", [6]],
    ["source.bytes >= 1500", [6]],
    ["event.severity:>6", [6]],
    ["answered >= 2 and with_what:curl", [6]],
    // Six questions
    ["誰が:田中", [4]],
    ["who:田*", [4]],
    ["did_what:失敗", [4]],
    // Vendor fields
    ["EventID:4625", [5]],
    ["EventID:46*", [5]],
    ["EventID > 4000", [5]],
    ["EventID:[4000 TO 4624]", []],
    ["EventID:/^4/", [5]],
    ['"User Name":CAROL', [5]],
    ["a.b:x", [5]],
    ["eventid:4625", []],
    ["fields.message:vendor", [5]],
    ["message:vendor", []],
    ["message:hot", [5]],
    ["list:admins", [5]],
    ['list:"users, all"', [5]],
    ["list:user", []],
    ["empty:*", [5]],
    ['empty:""', [5]],
    ['missing:""', []],
    ["missing:*", []],
    // Time
    ["time:2026-11-22", [1, 2, 3, 4, 5, 6, 7, 8]],
    ['time >= "2026-11-22 10:05" and time < "2026/11/22 10:07"', [5, 6]],
    ["time > 2026-11-22T10:06", [7, 8]],
    ["time:[2026-11-22T01:03:00Z TO 2026-11-22T01:04:00Z]", [3, 4]],
    ["time >= now-53m", [7, 8]],
    ["@timestamp:1795309260000", [1]],
    ["いつ:2026-11-21", []],
    // Own names
    ["source:source_web", [6]],
    ["unit:unit_osaka", [6]],
    ["problem:*", [6]],
    ["id:1-6", [6]],
    // Detections
    ["detected:true", [7, 8]],
    ["detected:false and time:*", [1, 2, 3, 4, 5, 6]],
    ["rule:5F1ABF38-6CD5-4E4F-A3B5-9B7B6D2B7C11", [7]],
    ["rule:My-Rule", [8]],
    ["rule:5f1abf38*", [7]],
    ["rule:*", [7, 8]],
    ["level:high", [7]],
    ["level >= medium", [7]],
    ["level:*", [7, 8]],
    ["not level:high and detected:true", [8]],
    ["technique:T1003*", [7]],
    ["tactic:credential-access", [7]],
    ["rule.title:*lsass*", [7]],
    ["entity:dc1", [7]],
    // Logic
    ["host.name:web* -host.name:web01", [3]],
    ["not (host.name:* or user.name:*) and time:*", [4, 5, 6]],
    ["host.name:dc1 or EventID:4625 and list:admins", [1, 5]],
  ])("%s", async (text, expected) => expect(await found(parsed(text))).toEqual(expected));
});

describe("A value that does not fit its field is answered with the place", () => {
  test.each([
    ["destination.port:http", "not_a_number", 0],
    ["x and destination.port > -1", "not_a_number", 6],
    ["source.bytes:99999999999999999999", "not_a_number", 0],
    ["destination.port:44*", "no_wildcard_here", 0],
    ["destination.port:/44/", "no_regex_here", 17],
    ["source.ip:10.0.0", "not_an_address", 0],
    ["source.ip:10.0.0.0/33", "not_an_address", 0],
    ["a or source.ip > dc1", "not_an_address", 5],
    ["time:yesterday", "not_a_time", 0],
    ["time:2026-02-30", "not_a_time", 0],
    ["level:severe", "not_a_level", 0],
    ["detected:maybe", "not_a_boolean", 0],
    ["id:abc", "not_an_id", 0],
    ["rule > a", "no_order", 0],
    ["host.name:/(/", "bad_regex", 10],
    ["host.name:/(?=x)/", "bad_regex", 10],
  ])("%s", (text, code, position) =>
    expect(compileQuery(parsed(text), clock)).toMatchObject({ ok: false, error: { code, position } }),
  );
});

describe("A hostile query", () => {
  test.each([
    "'; DROP TABLE events; --",
    "x' OR 1=1 --",
    "\\' OR 1=1 --",
    "{p0:String}",
    "x'}) UNION SELECT name FROM system.tables FORMAT Null --",
    "\0\u0001\u2028",
    "\ud800",
    "%%%___",
    "\t\n\r\\N",
    "`events`",
  ])("reaches the engine only as a value: %j", async (attack) => {
    for (const field of [undefined, "host.name", attack]) {
      const query: Query =
        field === undefined
          ? { kind: "text", pattern: literal(attack), at: 0 }
          : { kind: "match", field, pattern: literal(attack), at: 0 };
      const compiled = compileQuery(query, clock);
      const sql = compiled.ok ? compiled.value.condition.replaceAll(/\{p\d+:[\w()]+\}/g, "?") : attack;
      expect(sql).not.toContain(attack);
      expect(await found(query)).toEqual([]);
      expect(await found({ kind: "not", item: query })).toHaveLength(EVENTS.length);
    }
  });
});

// The same questions answered by an evaluator that knows nothing of SQL.
const fold = (text: string): string => text.toLowerCase();
const toRegex = (pattern: Pattern, normal: boolean): string =>
  pattern
    .map((part) => {
      if (part.kind !== "text") return part.kind === "one" ? "." : ".*";
      return fold(normal ? part.text.normalize("NFKC") : part.text).replaceAll(/[.*+?^${}()|[\]\\/]/g, "\\$&");
    })
    .join("");
const like = (text: string, pattern: Pattern): boolean =>
  [false, true].some((normal) => new RegExp(`^${toRegex(pattern, normal)}$`, "su").test(fold(text)));
const inRaw = (text: string, pattern: Pattern): boolean => {
  const many = { kind: "many" } as const;
  return like(text, [many, ...pattern, many]);
};

function holds(query: Query, event: SampleEvent): boolean {
  switch (query.kind) {
    case "all":
      return true;
    case "and":
      return query.items.every((item) => holds(item, event));
    case "or":
      return query.items.some((item) => holds(item, event));
    case "not":
      return !holds(query.item, event);
    case "text":
      return inRaw(String(event.raw), query.pattern);
    case "match":
      return matchHolds(query, event);
    case "exists":
      return query.field === "destination.port" ? event.destination_port !== 0 : textOf(query.field, event) !== "";
    case "compare":
    case "range":
    case "regex":
      return numberHolds(query, event);
  }
}

function textOf(field: string, event: SampleEvent): string {
  if (field === "host.name") return event.host_name ?? "";
  return field === "Vendor" ? (event.fields?.Vendor ?? "") : String(event.destination_port ?? 0);
}

function matchHolds(query: Extract<Query, { kind: "match" }>, event: SampleEvent): boolean {
  if (query.field === "Vendor" && event.fields?.Vendor === undefined) return false;
  return like(textOf(query.field, event), query.pattern);
}

function numberHolds(query: Query, event: SampleEvent): boolean {
  const port = event.destination_port ?? 0;
  if (port === 0) return false;
  if (query.kind === "compare") {
    const bound = Number(query.value);
    if (query.op === ">") return port > bound;
    if (query.op === ">=") return port >= bound;
    return query.op === "<" ? port < bound : port <= bound;
  }
  if (query.kind !== "range") throw new Error("only numbers are compared here");
  const { low, high } = query;
  const isAbove = low === null || (low.isInclusive ? port >= Number(low.value) : port > Number(low.value));
  return isAbove && (high === null || (high.isInclusive ? port <= Number(high.value) : port < Number(high.value)));
}

const chars = fc.constantFrom(..."abAB1 _%.田Ａａéアｱ");
const word = fc.string({ unit: chars, maxLength: 4 });
const port = fc.integer({ min: 0, max: 4 });
const rows = fc.array(
  fc.record({ host: word, vendor: fc.option(word), port, raw: fc.string({ unit: chars, maxLength: 8 }) }),
  {
    minLength: 8,
    maxLength: 8,
  },
);
const pattern: fc.Arbitrary<Pattern> = fc
  .array(
    fc.oneof(
      fc.string({ unit: chars, minLength: 1, maxLength: 3 }).map((text) => ({ kind: "text" as const, text })),
      fc.constant({ kind: "one" as const }),
      fc.constant({ kind: "many" as const }),
    ),
    { minLength: 1, maxLength: 3 },
  )
  .filter((parts) => !parts.every((part) => part.kind === "many"));
const number = fc.integer({ min: 0, max: 5 }).map(String);
const bound = fc.option(fc.record({ value: number, isInclusive: fc.boolean() }));
const leaf: fc.Arbitrary<Query> = fc.oneof(
  pattern.map((p): Query => ({ kind: "text", pattern: p, at: 0 })),
  fc
    .tuple(fc.constantFrom("host.name", "Vendor"), pattern)
    .map(([field, p]): Query => ({ kind: "match", field, pattern: p, at: 0 })),
  number.map((value): Query => ({ kind: "match", field: "destination.port", pattern: literal(value), at: 0 })),
  fc.constantFrom("host.name", "destination.port").map((field): Query => ({ kind: "exists", field, at: 0 })),
  fc
    .tuple(fc.constantFrom(">", ">=", "<", "<="), number)
    .map(([op, value]): Query => ({ kind: "compare", field: "destination.port", op: op as ">", value, at: 0 })),
  fc.tuple(bound, bound).map(([low, high]): Query => ({ kind: "range", field: "destination.port", low, high, at: 0 })),
);
const { tree } = fc.letrec<{ tree: Query }>((tie) => ({
  tree: fc.oneof(
    { depthSize: "small" },
    leaf,
    fc
      .tuple(fc.constantFrom<"and" | "or">("and", "or"), fc.array(tie("tree"), { minLength: 2, maxLength: 3 }))
      .map(([kind, items]) => combine(kind, items)),
    tie("tree").map((item): Query => ({ kind: "not", item })),
  ),
}));

describe("The compiled SQL", () => {
  it("finds exactly what a plain evaluator finds, on random events and queries", async () => {
    let base = 1_000n;
    await fc.assert(
      fc.asyncProperty(rows, fc.array(tree, { minLength: 12, maxLength: 12 }), async (samples, queries) => {
        base += 100n;
        const first = base;
        const stored = samples.map(
          (row, i): SampleEvent => ({
            timeMs: AT,
            seq: first + BigInt(i),
            host_name: row.host,
            destination_port: row.port,
            raw: row.raw,
            fields: row.vendor === null ? {} : { Vendor: row.vendor },
          }),
        );
        await storeEvents(events, stored);
        for (const query of queries) {
          const seqs = (await found(query)).filter((seq) => seq >= Number(first));
          const expected = stored.filter((event) => holds(query, event)).map((event) => Number(event.seq));
          expect({ q: printQuery(query), seqs }).toEqual({ q: printQuery(query), seqs: expected });
        }
      }),
      { numRuns: 25 },
    );
  });
});
