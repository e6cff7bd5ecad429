import { describe, expect, it, test } from "vitest";
import { compileRules } from "../index.ts";
import { refusalOf, ruleText, select } from "./try-rule.ts";

const GOOD = `title: Good
logsource: { product: linux }
detection:
  s: { a: 1 }
  condition: s
`;

describe("A detection that cannot be run as meant is refused with its reason", () => {
  test.each([
    ["an unknown modifier", select({ "f|sounds": "x" }), 'the modifier "sounds" does not exist in Sigma 2.1'],
    ["a modifier given twice", select({ "f|all|all": ["x"] }), 'the modifier "all" is given twice'],
    ["two places", select({ "f|contains|endswith": "x" }), "two places at once"],
    ["two kinds", select({ "f|re|cidr": "x" }), "exclude one another"],
    ["two comparisons", select({ "f|lt|gt": 5 }), "exclude one another"],
    ["flags without re", select({ "f|i": "x" }), '"i" only goes with "re"'],
    ["a case for a regular expression", select({ "f|re|cased": "x" }), "cannot be combined"],
    ["a regular expression that needs backtracking", select({ "f|re": "(a)\\1" }), "linear time"],
    ["a look-ahead", select({ "f|re": "(?=a)b" }), "linear time"],
    ["a broken regular expression", select({ "f|re": "a(" }), "linear time"],
    ["a regular expression that grows", select({ "f|re": "((a{99}){99}){99}" }), "linear time"],
    ["a very long regular expression", select({ "f|re": "a".repeat(9000) }), "longer than 8192"],
    ["a network that is none", select({ "f|cidr": "10.0.0.0/33" }), "no network in CIDR notation"],
    ["a comparison with a word", select({ "f|lt": "many" }), '"lt" takes a number'],
    ["exists with a word", select({ "f|exists": "yes" }), '"exists" takes true or false'],
    ["exists without a field", select({ "|exists": true }), "needs a field name"],
    ["null with a modifier", select({ "f|contains": null }), "null only goes with a plain field name"],
    ["a wildcard to encode", select({ "f|base64": "a*b" }), "no Base64 form"],
    [
      "too many regular expressions",
      select({ "f|re": Array.from({ length: 1001 }, (_, n) => `a${n}`) }),
      "more than 1000 values",
    ],
    [
      "too many writings",
      select({ "f|windash": Array.from({ length: 900 }, (_, n) => `-a${n} -b -c`) }),
      "more than 100000 texts",
    ],
    ["an unknown placeholder", select({ "f|expand": "%nobody%" }), "the placeholder %nobody% has no list of values"],
    ["a list in a list", select({ f: [["a"]] }), "a value must be a text"],
    ["a map as value", select({ f: { g: 1 } }), "a value must be a text"],
    ["an empty list of values", select({ f: [] }), "the list of values is empty"],
    ["an empty map", select({}), "the map of fields is empty"],
    ["an empty list", select([]), "the list is empty"],
    ["no condition", { s: { a: 1 } }, "the detection has no condition"],
    ["an empty condition", { s: { a: 1 }, condition: " " }, "the condition is empty"],
    ["a condition that is a number", { s: { a: 1 }, condition: 1 }, "a condition must be a text"],
    ["an unknown name", { s: { a: 1 }, condition: "s and t" }, 'the condition names "t"'],
    ["a pattern that fits nothing", { s: { a: 1 }, condition: "1 of t*" }, 'no search identifier fits "1 of t*"'],
    ["two of", { s: { a: 1 }, condition: "2 of them" }, 'the condition says "2 of"'],
    ["an open parenthesis", { s: { a: 1 }, condition: "(s" }, "lacks a closing parenthesis"],
    ["a stray parenthesis", { s: { a: 1 }, condition: "s)" }, 'the condition has ")"'],
    ["a dangling operator", { s: { a: 1 }, condition: "s and" }, "the condition ends"],
    ["two names in a row", { s: { a: 1 }, condition: "s s" }, 'where "and", "or" or its end should be'],
    ["an aggregation", { s: { a: 1 }, condition: "s | count() > 5" }, "write a correlation rule"],
    ["a timeframe", { s: { a: 1 }, timeframe: "5m", condition: "s" }, "write a correlation rule"],
    ["deep nesting", { s: { a: 1 }, condition: `${"(".repeat(99)}s${")".repeat(99)}` }, "nests deeper"],
    ["an endless condition", { s: { a: 1 }, condition: "s or ".repeat(9000) }, "longer than"],
    ["a detection that is a text", "s", "the detection must be a map"],
  ])("%s", (_, detection, reason) => expect(refusalOf(detection)).toContain(reason));

  it("refuses a condition whose names, written out, come to too many tests", () => {
    const wide = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`f${index}`, index]));
    const condition = Array.from({ length: 1000 }, () => "s").join(" or ");
    expect(refusalOf({ s: wide, condition })).toContain("more than 50000 tests");
  });
});

describe("A rule that cannot be run is refused with its reason", () => {
  const good = select({ a: 1 });
  test.each([
    ["a correlation", { correlation: { type: "event_count" } }, "correlation rule"],
    ["a filter that is a rule as well", { filter: { rules: [] } }, 'a filter cannot have a "detection"'],
    ["a part of a Sigma 1 collection", { action: "global" }, "Sigma 1 collection"],
    ["no title", { title: "" }, "the rule has no title"],
    ["an unknown level", { level: "urgent" }, 'the level "urgent"'],
    ["another taxonomy", { taxonomy: "mine" }, 'the taxonomy "mine"'],
    ["a log source that names nothing", { logsource: { definition: "x" } }, "names no product, category or service"],
    ["a log source that is a text", { logsource: "linux" }, "the log source must be a map"],
  ])("%s", (_, more, reason) => expect(refusalOf(good, more)).toContain(reason));
});

describe("YAML that cannot be read is refused", () => {
  const refusal = (text: string) => compileRules([{ text, origin: "x.yml" }]).rejected[0];
  test.each([
    ["an open quote", "title: A\nx: 'open\ny: 1\n", 4, "the YAML cannot be read"],
    ["a name given twice", "title: A\nid: 1\ntitle: B\n", 3, 'the key "title" twice'],
    ["a name given twice, further in", "title: A\nx:\n  - y: 1\n    y: 2\n", 4, 'the key "y" twice'],
    ["a list instead of a rule", "- title: A\n", 1, "a rule must be a map"],
    ["plain text", "hello", 1, "a rule must be a map"],
    ["an anchor that holds itself", "title: A\nx: &x [*x]\n", 1, "an anchor holds itself"],
    ["an unknown alias", "title: *nobody\n", 1, "the YAML cannot be read"],
    ["too long a text", `title: ${"x".repeat(1_100_000)}`, 1, "longer than 1048576 characters"],
    ["brackets without end", "[".repeat(100_000), 1, "the YAML cannot be read"],
    ["a long text with flow collections", `a: [${"x, ".repeat(90_000)}]`, 1, "must be plain block YAML"],
    ["documents without end", "---\na: 1\n".repeat(501), 1, "more than 500 documents"],
    ["a map as a key", "? {a: b}\n: c\n", 1, "a key of a map"],
  ])("%s", (_, text, line, reason) => {
    const found = refusal(text);
    expect(found?.reason).toContain(reason);
    expect(found?.line).toBe(line);
  });

  it("refuses an alias bomb without unfolding it", () => {
    const levels = Array.from(
      { length: 12 },
      (_, n) => `l${n}: &l${n} [${Array.from({ length: 9 }, () => `*l${n - 1}`).join()}]`,
    );
    const text = ["title: A", "l-1: &l-1 x", ...levels].join("\n");
    expect(refusal(text)?.reason).toMatch(/alias|more than 200000 values/i);
  });
});

describe("A refusal says where and which", () => {
  it("names the source, the line, the id and the title", () => {
    const text = `title: Odd rule\nid: 1234\nlogsource:\n  product: linux\ndetection:\n  s:\n    ok: 1\n    f|sounds: x\n  condition: s\n`;
    expect(compileRules([{ text, origin: "rules/odd.yml" }]).rejected).toEqual([
      { origin: "rules/odd.yml", line: 8, id: "1234", title: "Odd rule", reason: expect.stringContaining("sounds") },
    ]);
  });

  it("points into lists, and into later documents of a file", () => {
    const text = `${GOOD}---\ntitle: Second\nlogsource: { product: linux }\ndetection:\n  s:\n    - a: 1\n    - b|lt: x\n  condition: s\n`;
    const rules = compileRules([{ text, origin: "two.yml" }]);
    expect(rules.rules.map((rule) => rule.facts.title)).toEqual(["Good"]);
    expect(rules.rejected).toMatchObject([{ line: 12, title: "Second" }]);
  });
});

describe("A broken rule never stops the others", () => {
  it("runs the good ones around it", () => {
    const texts = [GOOD, "title: [", ruleText(select({ "f|sounds": 1 })), GOOD.replace("Good", "Also good")];
    const rules = compileRules(texts.map((text, index) => ({ text, origin: `${index}` })));
    expect(rules.rules.map((rule) => rule.facts.title)).toEqual(["Good", "Also good"]);
    expect(rules.rejected.map((rejection) => rejection.origin)).toEqual(["1", "2"]);
  });
});
