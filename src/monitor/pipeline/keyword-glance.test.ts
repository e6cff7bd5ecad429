import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileRules } from "../detect/index.ts";
import { createParser } from "../parse/index.ts";

/**
 * Keywords are looked for in the line before they are looked for in values. With and without that look, every event must fire the same
 * rules.
 */
const KEYWORDS = [
  "mimikatz",
  "information",
  "Invoke-Expression",
  "10000",
  "SetValue",
  "MD5=ABC",
  "kelvin",
  "a/b/c-def",
  "日本語です",
];
const RULES = KEYWORDS.map((word, index) => ({
  origin: `${index}.yml`,
  text: JSON.stringify({
    title: word,
    id: `keyword-${index}`,
    level: "low",
    logsource: { product: "windows" },
    detection: { keywords: [word], condition: "keywords" },
  }),
}));
const HINTS = { format: "auto", transport: "bulk", peer: "192.0.2.1", receivedAtMs: 0 };
const parser = createParser();
const together = compileRules(RULES);
/** One index a rule: an odd keyword would switch the look off for all. */
const alone = RULES.map((rule) => compileRules([rule]));

function verdicts(line: string): { glanced: string[]; sought: string[]; alone: string[] } {
  const bytes = Buffer.from(line);
  const { fields, logsource, made } = parser.parse(bytes, HINTS);
  const text = made && { bytes, made };
  const ids = (set: typeof together, event: Parameters<typeof together.match>[0]) =>
    set.match(event).map((index) => set.rules[index]?.facts.title ?? "");
  return {
    glanced: ids(together, { fields, logsource, text }),
    sought: ids(together, { fields, logsource }),
    alone: alone.flatMap((set) => ids(set, { fields, logsource, text })),
  };
}

const base = { EventID: 1, Channel: "Microsoft-Windows-Sysmon/Operational", Hostname: "pc-1" };

describe("A look at the line for keywords", () => {
  it.each<[string, string, string[]]>([
    ["as it stands", JSON.stringify({ ...base, CommandLine: "x MIMIKATZ y" }), ["mimikatz"]],
    ["beside others", JSON.stringify({ ...base, CommandLine: "nothing to see" }), []],
    ["as a Unicode escape", JSON.stringify({ ...base, CommandLine: "mim?katz" }).replace("?", "\\u0069"), ["mimikatz"]],
    ["after an escaped backslash", JSON.stringify({ ...base, Image: "C:\\users\\mimikatz" }), ["mimikatz"]],
    ["with the Kelvin sign", JSON.stringify({ ...base, CommandLine: "\u212aelvin" }), ["kelvin"]],
    [
      "with an escaped slash",
      JSON.stringify({ ...base, CommandLine: "a/b/c-def" }).replaceAll("/", "\\/"),
      ["a/b/c-def"],
    ],
    ["as a number written in another way", JSON.stringify({ ...base, X: 0 }).replace('"X":0', '"X":1e4'), ["10000"]],
    ["in a list", JSON.stringify({ ...base, X: ["a", "invoke-expression"] }), ["Invoke-Expression"]],
    ["beyond ASCII", JSON.stringify({ ...base, X: "これは日本語です。" }), ["日本語です"]],
    ["in a value of the parser's own making", JSON.stringify({ ...base, EventID: 13 }), ["SetValue"]],
    [
      "in hashes that are put together",
      JSON.stringify({
        winlog: { channel: base.Channel, event_id: 1 },
        process: { hash: { md5: "abc" } },
      }),
      ["MD5=ABC"],
    ],
    [
      "that is a Unicode escape in JSON inside JSON",
      JSON.stringify({
        stream: "stdout",
        log: `<14>Nov 27 10:00:00 host prog: ${JSON.stringify({ ...base, X: "mim?katz" }).replace("?", "\\u0069")}`,
      }),
      ["mimikatz", "information"],
    ],
    ["that the envelope adds", `<14>Nov 27 10:00:00 host prog: ${JSON.stringify(base)}`, ["information"]],
    ["inside a name alone", JSON.stringify({ ...base, mimikatz: "x" }), []],
  ])("finds a keyword %s", (_, line, fired) => {
    expect(verdicts(line)).toEqual({ glanced: fired, sought: fired, alone: fired });
  });

  it("changes no verdict, whatever the values", () => {
    const piece = fc.oneof(
      fc.constantFrom(...KEYWORDS, "\u0130", "\\", '"', "\t", "/", "MIMI", "katz", "\u212a"),
      fc.string({ maxLength: 6 }),
      fc.string({ unit: "grapheme", maxLength: 4 }),
    );
    const text = fc.array(piece, { maxLength: 4 }).map((pieces) => pieces.join(""));
    const value = fc.oneof(text, fc.integer(), fc.double(), fc.constant(null), fc.array(text, { maxLength: 3 }));
    const event = fc.dictionary(fc.constantFrom("Image", "CommandLine", "Message", "Data", "X"), value);
    fc.assert(
      fc.property(event, fc.constantFrom(1, 13, 4688), fc.boolean(), (values, id, isNested) => {
        const flat = { ...base, EventID: id, ...values };
        const nested = { winlog: { channel: base.Channel, event_id: id, event_data: values } };
        const { glanced, sought, alone } = verdicts(JSON.stringify(isNested ? nested : flat));
        expect(glanced).toEqual(sought);
        expect(alone).toEqual(sought);
      }),
      { numRuns: 1000 },
    );
  });
});
