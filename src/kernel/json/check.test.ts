import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { JsonCheck } from "./check.ts";

const check = new JsonCheck();
const isObject = (text: string): boolean => check.isObject(Buffer.from(text, "latin1"));

function parses(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

describe("JsonCheck", () => {
  it.each([
    "{}",
    ' { "a" : [ 1 , -2.5e+3 , true , false , null , { } , [ ] ] , "" : { "b" : "c" } } ',
    String.raw`{"path":"C:\\Windows\\System32\\","quote":"say \"no\"","tab":"\t\/\b"}`,
    '{"a":1,"a":2}',
    '{"名前":"不正アクセス"}',
    '{"a":1} \r\n',
  ])("is certain of %s", (text) => {
    expect(check.isObject(Buffer.from(text))).toBe(true);
  });

  it.each([
    "",
    " ",
    "[]",
    "1",
    '"{}"',
    "{",
    "}",
    "{}}",
    "{}x",
    '{"a"}',
    '{"a":}',
    '{"a":1,}',
    "{,}",
    '{"a" 1}',
    "{a:1}",
    "{'a':1}",
    '{"a":01}',
    '{"a":1.}',
    '{"a":+1}',
    '{"a":.5}',
    '{"a":1e}',
    '{"a":tru}',
    '{"a":truex}',
    '{"a":NaN}',
    '{"a":[1,]}',
    '{"a":[1}]',
    '{"a":"b}',
    '{"a":"b"c"}',
    String.raw`{"a":"\x"}`,
    '{"a":"\u0001"}',
    '{"a":"b\nc"}',
    "\ufeff{}",
  ])("takes %j for no object", (text) => {
    expect(isObject(text)).toBe(false);
    expect(check.isObject(Buffer.from(text))).toBe(false);
  });

  it("leaves what is deep or long to JSON.parse", () => {
    const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
    expect([isObject(nested(60)), isObject(nested(100))]).toEqual([true, false]);
    expect(isObject(`{"a":"${"x".repeat(70_000)}"}`)).toBe(false);
  });

  it("says yes only where JSON.parse does, and always to what JSON.stringify writes without Unicode escapes", () => {
    const value = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 5 }));
    fc.assert(
      fc.property(value, (object) => {
        const text = Buffer.from(JSON.stringify(object));
        expect(check.isObject(text)).toBe(!/(?:^|[^\\])(?:\\\\)*\\u/.test(text.toString()));
      }),
    );
  });

  it("says yes only where JSON.parse does, to text with a character changed, left out or put in", () => {
    const mutation = fc.record({
      object: fc.dictionary(fc.string({ maxLength: 4 }), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4 }),
      at: fc.nat(),
      drop: fc.nat(2),
      put: fc.constantFrom(
        "",
        '"',
        "\\",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "0",
        "-",
        "e",
        ".",
        " ",
        "t",
        "\n",
        "\u0000",
        "é",
      ),
    });
    fc.assert(
      fc.property(mutation, ({ object, at, drop, put }) => {
        const whole = Buffer.from(JSON.stringify(object)).toString("latin1");
        const start = at % (whole.length + 1);
        const text = whole.slice(0, start) + put + whole.slice(start + drop);
        if (isObject(text)) expect(parses(text)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });
});
