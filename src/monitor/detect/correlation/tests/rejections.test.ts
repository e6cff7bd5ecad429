import { describe, expect, it, test } from "vitest";
import { compileRules } from "../../index.ts";
import { base, correlation, refusal, ruleSet } from "./try-correlation.ts";

const count = (more: object = {}) => ({ type: "event_count", rules: ["a"], condition: { gte: 2 }, ...more });
const refusalOf = (body: object) => refusal(base("a"), base("b"), correlation(body));

describe("A correlation that cannot be run as meant is refused with its reason", () => {
  test.each([
    ["no type", count({ type: undefined }), "the correlation has no type"],
    ["an unknown type", count({ type: "event_mean" }), 'the correlation type "event_mean" is none of event_count'],
    ["no rules", count({ rules: undefined }), "names no rules"],
    ["an empty list of rules", count({ rules: [] }), "names no rules"],
    ["a rule that is not there", count({ rules: ["a", "z"] }), 'there is no rule with the id or name "z"'],
    ["a rule listed twice", count({ rules: ["a", "a"] }), '"rules" lists "a" twice'],
    ["a rule that is a map", count({ rules: [{ a: 1 }] }), '"rules" must list names'],
    ["too many rules", count({ rules: Array.from({ length: 101 }, (_, n) => `r${n}`) }), "more than 100"],
    ["no timespan", count({ timespan: null }), "the correlation has no timespan"],
    ["a timespan without unit", count({ timespan: 90 }), 'the timespan "90" is not a number and one of'],
    ["an unknown unit", count({ timespan: "5H" }), 'the timespan "5H"'],
    ["a broken number", count({ timespan: "1.5h" }), 'the timespan "1.5h"'],
    ["a timespan of nothing", count({ timespan: "0s" }), "the timespan is zero"],
    ["an endless timespan", count({ timespan: "3y" }), "longer than two years"],
    ["no condition", count({ condition: undefined }), "needs a condition"],
    ["an empty condition", count({ condition: {} }), "compares with nothing"],
    ["a condition in words for a count", count({ condition: "a" }), 'must be a map such as "gte: 10"'],
    ["an unknown comparison", count({ condition: { ge: 3 } }), 'the condition has "ge"'],
    ["a comparison with a word", count({ condition: { gte: "many" } }), '"gte" must be a number'],
    ["a range that nothing fits", count({ condition: { gt: 5, lt: 3 } }), "can never hold"],
    ["two values at once", count({ condition: { eq: 5, neq: 5 } }), "can never hold"],
    ["a field for a count of events", count({ condition: { gte: 2, field: "x" } }), "counts events, not values"],
    ["no field for values", count({ type: "value_count" }), 'needs the "field"'],
    [
      "a tuple of numbers",
      count({ type: "value_sum", condition: { gte: 2, field: ["x", "y"] } }),
      "the numbers of one field",
    ],
    [
      "a percentile of a sum",
      count({ type: "value_sum", condition: { gte: 2, field: "x", percentile: 5 } }),
      "has no percentile",
    ],
    [
      "a percentile past 100",
      count({ type: "value_percentile", condition: { gte: 2, field: "x", percentile: 101 } }),
      "from 0 to 100",
    ],
    ["a group that is a map", count({ "group-by": { a: 1 } }), '"group-by" must list names'],
    ["aliases that are a list", count({ aliases: ["x"] }), "the list of aliases must be a map"],
    ["an alias for nobody", count({ aliases: { x: { z: "f" } } }), 'the alias is for "z"'],
    ["an alias without field", count({ aliases: { x: { a: 1 } } }), "an alias must name a field"],
    ["an unknown name in a condition", count({ type: "temporal", condition: "a and z" }), 'the condition names "z"'],
    ["an open parenthesis", count({ type: "temporal", condition: "(a" }), "lacks a closing parenthesis"],
    ["a dangling operator", count({ type: "temporal", condition: "a and" }), "the condition ends"],
    ["more rules than there are", count({ type: "temporal", condition: "3 of them" }), "can never hold"],
    ["a condition that silence meets", count({ type: "temporal", condition: "not a" }), "holds when none of the rules"],
    ["deep nesting", count({ type: "temporal", condition: `${"(".repeat(99)}a${")".repeat(99)}` }), "nests deeper"],
    [
      "an order of alternatives",
      count({ type: "temporal_ordered", rules: ["a", "b"], condition: "a or b" }),
      "plain condition",
    ],
    [
      "an order of some",
      count({ type: "temporal_ordered", rules: ["a", "b"], condition: { gte: 1 } }),
      "needs all of its 2 rules",
    ],
    [
      "a count of values in time",
      count({ type: "temporal", condition: { gte: 1, field: "x" } }),
      "counts rules, not values",
    ],
  ])("%s", (_, body, reason) => expect(refusalOf(body)).toContain(reason));

  test.each([
    ["a correlation that is a text", { correlation: "event_count" }, "the correlation must be a map"],
    [
      "a detection in the same document",
      { detection: { s: { a: 1 }, condition: "s" } },
      'a correlation rule has no "detection"',
    ],
    ["generate that is neither", { generate: "sometimes" }, '"generate" must be true or false'],
    ["no title", { title: "" }, "the rule has no title"],
  ])("%s", (_, more, reason) => expect(refusal(base("a"), correlation(count(), more))).toContain(reason));
});

describe("References between correlations", () => {
  const named = (name: string, rules: readonly string[]) => correlation(count({ rules }), { title: name, name });

  it("refuses one that refers to itself, and says by which way", () => {
    expect(refusal(named("me", ["me"]))).toBe("the correlation refers to itself: me → me");
    const rules = ruleSet(base("a"), named("x", ["y"]), named("y", ["z"]), named("z", ["x"]), named("fine", ["a"]));
    expect(rules.rejected.map(({ title }) => title).sort()).toEqual(["x", "y", "z"]);
    for (const { reason } of rules.rejected) expect(reason).toContain("refers to itself");
    expect(rules.correlations.map(({ facts }) => facts.title)).toEqual(["fine"]);
  });

  it("refuses what builds on a refused one", () => {
    expect(refusal(named("inner", ["missing"]), named("outer", ["inner"]))).toContain('"inner" cannot be run');
  });

  it("finds rules by id, by name, and correlations in any order of files", () => {
    const id = "0e95725d-7320-415d-80f7-004da920fc11";
    const rules = ruleSet(named("outer", ["inner"]), named("inner", [id, "b"]), base("a", { id }), base("b"));
    expect(rules.rejected).toEqual([]);
    expect(rules.correlations).toHaveLength(2);
  });

  it("prefers a name in its own file, and refuses one that may mean several rules", () => {
    const files = [
      { origin: "one.yml", text: [base("a", { id: "1" }), correlation(count())].join("\n---\n") },
      { origin: "two.yml", text: base("a", { id: "2" }) },
      { origin: "three.yml", text: correlation(count(), { title: "Elsewhere" }) },
    ];
    const rules = compileRules(files);
    expect(rules.correlations.map(({ origin }) => origin)).toEqual(["one.yml"]);
    expect(rules.rejected).toMatchObject([
      { origin: "three.yml", reason: '"a" is the name of 2 rules; refer to one by its id' },
    ]);
  });
});

describe("A refusal says where and which", () => {
  it("names the source, the line, the id and the title, in whichever document", () => {
    const text = `title: Base
name: base_rule
logsource: { product: linux }
detection:
  s: { a: 1 }
  condition: s
---
title: Odd
id: 77
correlation:
  type: event_count
  rules:
    - base_rule
    - nobody
  timespan: 5m
  condition:
    gte: 3
---
title: Odder
correlation:
  type: event_count
  rules: [base_rule]
  timespan: soon
  condition:
    gte: 3
`;
    const rules = compileRules([{ text, origin: "rules/odd.yml" }]);
    expect(rules.rules).toHaveLength(1);
    expect(rules.rejected).toEqual([
      { origin: "rules/odd.yml", line: 23, title: "Odder", reason: expect.stringContaining('the timespan "soon"') },
      { origin: "rules/odd.yml", line: 14, id: "77", title: "Odd", reason: expect.stringContaining('"nobody"') },
    ]);
  });
});

describe("What a correlation leaves open", () => {
  it("takes the highest level and the techniques of its rules", () => {
    const rules = ruleSet(
      base("a", { level: "low", tags: ["attack.t1110"] }),
      base("b", { level: "high", tags: ["attack.credential-access"] }),
      correlation({ type: "temporal", rules: ["a", "b"] }),
      correlation({ type: "temporal", rules: ["a", "b"] }, { title: "Own", level: "critical", tags: ["attack.t1078"] }),
    );
    expect(rules.correlations.map(({ facts }) => [facts.level, facts.tactics, facts.techniques])).toEqual([
      ["high", ["credential-access"], ["T1110"]],
      ["critical", [], ["T1078"]],
    ]);
  });
});
