import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { COLUMNS, emptyHotColumns, isNumericKind } from "../event/index.ts";
import { toIp } from "./address.ts";
import { MAX_FIELDS, MAX_MESSAGE_CHARS, MAX_VALUE_CHARS } from "./bounds.ts";
import { ACTIONS, FORMATS, OUTCOMES, PROBLEMS } from "./contract.ts";
import { FIXTURES } from "./fixtures.ts";
import type { Parsed } from "./reading.ts";
import { parseJson, parseLine } from "./testing.ts";

const actions = new Set<string>(["", ...ACTIONS]);
const outcomes = new Set<string>(["", ...OUTCOMES]);
const problems = new Set<string>(["", ...PROBLEMS]);
const shape = Object.keys(emptyHotColumns());

/** What every parsed event keeps, whatever the line was. */
function expectSound(event: Parsed): void {
  expect(Object.keys(event.hot)).toEqual(shape);
  for (const { column, kind } of COLUMNS) {
    const value: string | number = event.hot[column];
    expect(typeof value).toBe(isNumericKind(kind) ? "number" : "string");
    if (kind === "ip") expect(toIp(value)).toBe(value);
    if (typeof value === "number") expect(Number.isSafeInteger(value) && value >= 0).toBe(true);
    else expect(value.isWellFormed() && !value.includes("\0")).toBe(true);
  }
  const { hot } = event;
  expect(hot.source_port <= 65_535 && hot.destination_port <= 65_535 && hot.event_severity <= 10).toBe(true);
  expect(Math.max(hot.process_pid, hot.process_parent_pid)).toBeLessThanOrEqual(0xff_ff_ff_ff);
  expect(hot.message.length).toBeLessThanOrEqual(MAX_MESSAGE_CHARS);
  expect([actions.has(hot.did_what), hot.did_what === hot.event_action]).toEqual([true, true]);
  expect([outcomes.has(hot.event_outcome), problems.has(event.problem)]).toEqual([true, true]);
  expect(event.logsource).toEqual({ product: hot.product, category: hot.category, service: hot.service });
  expect(Number.isNaN(event.timeMs) || (event.timeMs >= 0 && event.timeMs <= Date.UTC(2200, 0, 1))).toBe(true);
  expectSoundFields(event);
}

function expectSoundFields({ fields }: Parsed): void {
  for (const inherited of ["constructor", "toString", "hasOwnProperty"])
    expect(inherited in fields && !Object.keys(fields).includes(inherited)).toBe(false);
  const names = Object.keys(fields);
  expect(names.length).toBeLessThanOrEqual(MAX_FIELDS + 16);
  for (const name of names) {
    const value = fields[name];
    for (const item of Array.isArray(value) ? value : [value]) {
      expect(item === null || ["string", "boolean"].includes(typeof item) || Number.isFinite(item)).toBe(true);
      if (typeof item === "string")
        expect(item.length <= MAX_VALUE_CHARS && item.isWellFormed() && !item.includes("\0")).toBe(true);
    }
  }
}

const format = fc.constantFrom("auto", ...FORMATS, "no-such-format");
const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));

describe("Whatever comes in, an event comes out", () => {
  it("of random bytes", () => {
    fc.assert(
      fc.property(bytes, format, (line, pinned) => expectSound(parseLine(line, { format: pinned }))),
      { numRuns: 1500 },
    );
  });

  it("of valid lines with bytes cut, changed and put in", () => {
    const mutation = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      cut: fc.nat(20),
      put: fc.oneof(
        bytes,
        fc
          .constantFrom("\0", '"', "=", "|", "\\", "[", "{", " ", "\ud800", "\\u0000", "99999999999999999999")
          .map((s) => Buffer.from(s)),
      ),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...FIXTURES),
        fc.array(mutation, { minLength: 1, maxLength: 4 }),
        format,
        (fixture, mutations, pinned) => {
          let line = Buffer.from(fixture.line);
          for (const { at, cut, put } of mutations) {
            const start = Math.floor(at * line.length);
            line = Buffer.concat([line.subarray(0, start), put.subarray(0, 40), line.subarray(start + cut)]);
          }
          expectSound(parseLine(line, { format: pinned }));
        },
      ),
      { numRuns: 3000 },
    );
  });

  it("of any JSON object", () => {
    const key = fc.constantFrom(
      "__proto__",
      "constructor",
      "EventID",
      "Channel",
      "System",
      "Event",
      "winlog",
      "EventData",
      "message",
      "@timestamp",
      "user",
      "agent",
      "log",
      "src_ip",
      "a b",
      "MESSAGE",
      "SYSLOG_IDENTIFIER",
      "event_type",
      "id.orig_h",
      "eventSource",
      "eventName",
      "awsRegion",
      "SyslogMessage",
      "ProcessName",
    );
    const object = fc.dictionary(fc.oneof(key, fc.string({ maxLength: 8 })), fc.jsonValue({ maxDepth: 4 }), {
      maxKeys: 12,
    });
    fc.assert(
      fc.property(object, format, (value, pinned) => expectSound(parseJson(value, { format: pinned }))),
      { numRuns: 2000 },
    );
  });
});

describe("Hostile lines", () => {
  const deep = (depth: number): string => `{"a":${'{"a":'.repeat(depth)}1${"}".repeat(depth)}}`;
  const wide = (keys: number): string => `{${Array.from({ length: keys }, (_, i) => `"k${i}":${i}`).join(",")}}`;

  test.each([
    ["nothing", "", "empty"],
    ["white space", " \t\r\n", "empty"],
    ["a byte order mark", "\ufeff", "empty"],
    ["broken JSON", '{"a":1', "broken_json"],
    ["a JSON list", "[1,2]", "unrecognized"],
    ["100,000 levels", deep(100_000), "too_deep"],
    ["100,000 open brackets", "[".repeat(100_000), "unrecognized"],
    ["100,000 fields", wide(100_000), "too_many_fields"],
    ["100,000 pairs", "a=1 ".repeat(100_000), "too_many_fields"],
    [
      "100,000 CEF keys",
      `CEF:0|a|b|c|d|e|5|${Array.from({ length: 100_000 }, (_, i) => `k${i}=v `).join("")}`,
      "too_many_fields",
    ],
    ["a list of 100,000 objects", `{"a":[${'{"b":1},'.repeat(100_000)}{}]}`, "too_many_fields"],
    ["an open quote", `10.1.2.3 - - [23/Nov/2026:10:00:00 +0000] "GET ${"\\".repeat(100_000)}`, ""],
    ["structured data that never ends", `<38>1 - h a - - [x ${'a="'.repeat(50_000)}`, ""],
    ["5 MiB", "x".repeat(5 * 1024 * 1024), "line_too_long"],
  ])("%s", (_, line, problem) => {
    const event = parseLine(line);
    expectSound(event);
    expect(event.problem).toBe(problem);
  });

  it("keeps what a bound cut off out of the way, and the rest in", () => {
    const event = parseLine(wide(1000));
    expect(Object.keys(event.fields)).toHaveLength(MAX_FIELDS);
    expect(event.fields.k0).toBe(0);
    expect(parseJson({ script: "x".repeat(100_000) }).fields.script).toHaveLength(MAX_VALUE_CHARS);
  });

  it("treats the names of an object's own machinery as names", () => {
    const event = parseLine('{"__proto__":{"polluted":1},"constructor":"c","toString":"t","hasOwnProperty":"h"}');
    expect({ ...event.fields }).toMatchObject({
      "__proto__.polluted": 1,
      constructor: "c",
      toString: "t",
      hasOwnProperty: "h",
    });
    expect(({} as Record<string, unknown>).polluted).toBe(undefined);
    expectSound(parseJson({ EventID: "constructor", Channel: "__proto__", SourceName: "toString" }));
  });

  it("takes the last of duplicate keys, and numbers past a double as text", () => {
    const event = parseLine('{"a":1,"a":2,"big":1e400,"small":-1e400}');
    expect({ ...event.fields }).toEqual({ a: 2, big: "Infinity", small: "-Infinity" });
  });

  it("replaces what the engines refuse, NUL and half surrogate pairs, and reads stray bytes as Latin letters", () => {
    const json = parseLine(String.raw`{"a":"x\u0000y","b":"\ud800z","c":["\udfff"],"k\u0000":1,"message":"m\u0000"}`);
    expect({ ...json.fields }).toEqual({
      a: "x\ufffdy",
      b: "\ufffdz",
      c: ["\ufffd"],
      "k\ufffd": 1,
      message: "m\ufffd",
    });
    expect(json.hot.message).toBe("m\ufffd");
    expect(parseLine(Buffer.from([0x61, 0xff, 0xfe, 0x00, 0x62])).hot.message).toBe("aÿþ\ufffdb");
  });

  it("reads the head of a line that is too long in the line's own encoding", () => {
    for (const before of ["", "a", "ab"]) {
      const event = parseLine(`${before}${"済".repeat(2 * 1024 * 1024)}`);
      expect([event.problem, event.decoded, event.hot.message.includes("\ufffd")]).toEqual([
        "line_too_long",
        undefined,
        false,
      ]);
    }
  });

  it("never cuts a character in half", () => {
    const event = parseJson({ a: `${"x".repeat(MAX_VALUE_CHARS - 1)}😀` });
    expect(String(event.fields.a)).toHaveLength(MAX_VALUE_CHARS - 1);
  });
});

describe("Lines that no format fits", () => {
  it("are kept as text, with the reason", () => {
    const event = parseLine("something that nobody planned for");
    expect(event.problem).toBe("unrecognized");
    expect(event.hot).toMatchObject({ dataset: "raw", message: "something that nobody planned for" });
    expect(event.fields.message).toBe("something that nobody planned for");
  });

  it("are no problem for a source pinned to raw", () => {
    expect(parseLine("<38>Nov 23 10:00:00 srv1 app: x", { format: "raw" })).toMatchObject({
      problem: "",
      hot: { dataset: "raw" },
    });
  });
});
