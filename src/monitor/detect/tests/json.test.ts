import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import type { Fields } from "../../event/index.ts";
import { compileRules } from "../index.ts";
import { LINUX, ruleText, select } from "./try-rule.ts";

const RULES = compileRules(
  [
    { "f|contains": "needle" },
    { f: ["a", "1", "-1", "Infinity", "true", "é", '"', "a\tb"] },
    { "g|endswith": "\\cmd.exe" },
    { "g|contains": ["powershell", "kelvin"] },
    { "f|re": "^[\\x00-\\x7f]+$" },
    { "g|exists": true },
    { f: null },
    { "f|fieldref": "g" },
    { "|all": ["needle in any value", "kelvin"] },
    { __proto__x: 1, "constructor|contains": "needle" },
    { "__proto__|contains": "needle" },
    { "f|gt": 100 },
  ].map((selection, index) => ({ text: ruleText(select(selection), { id: `${index}` }), origin: "test" })),
);
const sourceOf = () => LINUX;
const matchJson = (text: Uint8Array) => RULES.matchJson(text, sourceOf);

/** What decoding first and matching then says; undefined for text that is no JSON object. */
function slowly(text: Uint8Array): readonly number[] | undefined {
  let fields: unknown;
  try {
    fields = JSON.parse(Buffer.from(text).toString("utf8"));
  } catch {
    return undefined;
  }
  if (typeof fields !== "object" || fields === null || Array.isArray(fields)) return undefined;
  return RULES.match({ fields: fields as Fields, logsource: LINUX });
}

describe("JSON text matched as it stands", () => {
  test.each([
    ["a plain object", '{"f":"a needle","g":"C:\\\\Windows\\\\cmd.exe"}'],
    ["spaces everywhere", ' { "f" : "a" , "g" : 1 } '],
    ["much white space behind it", `{"f":"a"}${" ".repeat(900_000)}`],
    ["a line end behind it", '{"f":"a"}\r\n'],
    ["escapes of one letter", '{"f":"a\\tb","g":"x\\\\cmd.exe"}'],
    ["an escaped quote alone", '{"f":"\\""}'],
    ["backslashes before the last quote", '{"g":"a\\\\\\\\","f":"a"}'],
    ["numbers of every form", '{"f":-1,"g":1.5e+3,"h":0,"i":1E400,"j":-0}'],
    ["a number beyond all", '{"f":1e400}'],
    ["words", '{"f":true,"g":null,"h":false}'],
    ["a list", '{"f":["x","a",null,1],"g":[]}'],
    ["a list of escapes", '{"f":["\\"","]"],"g":"powershell"}'],
    ["a list of null", '{"f":[null]}'],
    ["letters beyond ASCII", '{"f":"é","g":"日本 powershell"}'],
    ["the Kelvin sign", '{"g":"\u212Aelvin needle in any value"}'],
    ["names in other case", '{"F":"a","f ":"needle","G":"x"}'],
    ["a name that objects have", '{"constructor":"needle","__proto__x":1}'],
    ["__proto__", '{"__proto__":"needle"}'],
    ["the delete character", '{"f":"\x7f"}'],
    ["keywords in two values", '{"x":"Needle in ANY value","y":"Kelvin"}'],
  ])("%s is read fast, with the same hits", (_, text) => {
    const bytes = Buffer.from(text);
    expect(matchJson(bytes)).toBeDefined();
    expect(matchJson(bytes)).toEqual(slowly(bytes));
  });

  test.each([
    ["no members", "{}"],
    ["a nested object", '{"f":{"g":"needle"}}'],
    ["a nested list", '{"f":[["a"]]}'],
    ["a name twice", '{"f":"a","f":"b"}'],
    ["a name that is escaped", '{"\\u0066":"a"}'],
    ["a Unicode escape", '{"f":"\\u0061"}'],
    ["a byte order mark", '\ufeff{"f":"a"}'],
    ["text behind the object", '{"f":"a"} x'],
    ["two objects", '{"f":"a"}{"f":"a"}'],
    ["no end", '{"f":"a"'],
    ["a string without end", '{"f":"a'],
    ["an escaped last quote", '{"f":"a\\"}'],
    ["a comma too many", '{"f":"a",}'],
    ["a comma too few", '{"f":"a" "g":1}'],
    ["no colon", '{"f" "a"}'],
    ["an unknown escape", '{"f":"\\x41"}'],
    ["a control character", '{"f":"a\u0001"}'],
    ["a raw tab", '{"f":"a\tb"}'],
    ["a backslash outside of strings", '{"f":1\\,"g":2}'],
    ["hexadecimal", '{"f":0x10}'],
    ["a leading zero", '{"f":01}'],
    ["a bare minus", '{"f":-}'],
    ["no digits behind the point", '{"f":1.}'],
    ["no digits in the exponent", '{"f":1e}'],
    ["a plus", '{"f":+1}'],
    ["NaN", '{"f":NaN}'],
    ["half a word", '{"f":tru}'],
    ["more than a word", '{"f":truex}'],
    ["a list without end", '{"f":["a"'],
    ["a list with a comma too many", '{"f":["a",]}'],
    ["a list at the top", '["f"]'],
    ["a text at the top", '"f"'],
    ["nothing", ""],
    ["a brace", "{"],
    ["deep nesting", `{"f":${"[".repeat(5000)}${"]".repeat(5000)}}`],
    ["a very long text", `{"f":"${"a".repeat(100_000)}"}`],
    ["much white space behind it", `{"f":1}${" ".repeat(900_000)}x`],
    ["a thousand names and more", `{${Array.from({ length: 2000 }, (_, i) => `"n${i}":1`).join()}}`],
  ])("%s is left to JSON.parse", (_, text) => expect(matchJson(Buffer.from(text))).toBeUndefined());

  it("bytes that are no UTF-8 count as replaced", () => {
    for (const bad of [[0xff], [0xe2, 0x84], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf5, 0x80]]) {
      const bytes = Buffer.concat([Buffer.from('{"f":"a needle '), Buffer.from(bad), Buffer.from('","g":"a"}')]);
      expect(matchJson(bytes)).toEqual(slowly(bytes));
      expect(matchJson(bytes)).toContain(0);
    }
  });

  it("says the same as decoding first, or leaves it, whatever bytes come", () => {
    const piece = fc.constantFrom(
      ...[
        '{"f":"',
        '"',
        '","g":"',
        '"}',
        "\\",
        "\\\\",
        '\\"',
        "\\u212a",
        "n",
        "needle",
        "cmd.exe",
        "kelvin",
        "\u212A",
        "İ",
      ],
      ...[
        " ",
        ",",
        ":",
        "[",
        "]",
        "{",
        "}",
        "1",
        "-",
        ".",
        "e",
        "0",
        "true",
        "null",
        '"f"',
        '"g"',
        "\t",
        "\n",
        "é",
        "\0",
      ],
      ...['"f":', '"x":["a","b"]', ',"h":1.5', "needle in any value", "\ud83d\ude00"],
    );
    let read = 0;
    const property = fc.property(fc.array(piece, { maxLength: 14 }), fc.boolean(), (pieces, isObject) => {
      const bytes = Buffer.from(isObject ? `{"f":"${pieces.join("")}"}` : pieces.join(""));
      const hits = matchJson(bytes);
      if (hits === undefined) return;
      read++;
      expect(hits).toEqual(slowly(bytes));
    });
    fc.assert(property, { numRuns: 5000 });
    expect(read).toBeGreaterThan(300);
  });

  it("reads objects of any members as decoding would", () => {
    const value = fc.oneof(
      fc.string({ unit: fc.constantFrom("a", "needle", "\\", '"', "/", "é", "\u212A", "kelvin", " ", "\t", "]") }),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.array(fc.oneof(fc.string(), fc.integer(), fc.constant(null))),
    );
    const object = fc.dictionary(fc.constantFrom("f", "g", "F", "x y", "", "1", "constructor"), value);
    const property = fc.property(object, fc.constantFrom(undefined, 1), (fields, space) => {
      const bytes = Buffer.from(JSON.stringify(fields, null, space).replaceAll("\n", " "));
      const hits = matchJson(bytes);
      if (hits !== undefined) expect(hits).toEqual(slowly(bytes));
    });
    fc.assert(property, { numRuns: 2000 });
  });

  it("is of a kind that its Channel, EventID and EventType tell", () => {
    const rules = compileRules([
      { text: ruleText(select({ EventID: 7 }), { logsource: { product: "a" } }), origin: "a" },
      { text: ruleText(select({ EventID: 7 }), { id: "b", logsource: { product: "b" } }), origin: "b" },
    ]);
    const source = ({ Channel }: Fields) => ({ product: String(Channel), category: "", service: "" });
    const hits = (event: object) => rules.matchJson(Buffer.from(JSON.stringify(event)), source);
    const events = [
      { Channel: "a", EventID: 7 },
      { Channel: "b", EventID: 7 },
      { EventID: "7", Channel: "a" },
      { Channel: "a", EventID: 8 },
      { EventID: 7 },
      { Channel: "b", EventID: 7, EventType: "x" },
    ];
    const expected = [[0], [1], [0], [], [], [1]];
    expect(events.map(hits)).toEqual(expected);
    expect(events.map(hits)).toEqual(expected);
  });
});
