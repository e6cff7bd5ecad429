import { describe, expect, it, test } from "vitest";
import { compileRules, messageOf, RuleCompiler } from "../index.ts";
import { fieldsOf, LINUX } from "../tests/try-rule.ts";

const rule = (id: string, more: object = {}): string =>
  JSON.stringify({
    title: `Rule ${id}`,
    id,
    logsource: { product: "linux" },
    detection: {
      selection_a: { a: 1 },
      selection_b: { b: 1 },
      condition: "1 of selection_*",
    },
    ...more,
  });
const filter = (parts: object, more: object = {}): string =>
  JSON.stringify({
    title: "Administrators",
    id: "f1",
    logsource: { product: "linux" },
    filter: { rules: "any", selection: { "user|startswith": "adm_" }, condition: "not selection", ...parts },
    ...more,
  });
const compile = (...texts: string[]) => compileRules(texts.map((text, index) => ({ text, origin: `${index}.yml` })));
const fired = (rules: ReturnType<typeof compile>, fields: Record<string, string | number>): readonly string[] =>
  rules.match({ fields: fieldsOf(fields), logsource: LINUX }).map((index) => rules.rules[index]?.facts.id ?? "?");

describe("A Sigma filter", () => {
  it("narrows the rules it names to (rule) and (filter)", () => {
    const rules = compile(rule("one"), rule("two"), filter({ rules: ["one"] }));
    expect(fired(rules, { a: 1, user: "bob" })).toEqual(["one", "two"]);
    expect(fired(rules, { b: 1, user: "ADM_bob" })).toEqual(["two"]);
    expect(rules.filters).toEqual([
      { id: "f1", title: "Administrators", origin: "2.yml", line: 1, appliesTo: ["one"], warnings: [] },
    ]);
  });

  it("stands before or after its rules, and names them by id or name", () => {
    const rules = compile(filter({ rules: ["by_name", "two"] }), rule("one", { name: "by_name" }), rule("two"));
    expect(fired(rules, { a: 1, user: "adm_x" })).toEqual([]);
    expect(rules.filters[0]?.appliesTo).toEqual(["one", "two"]);
  });

  it("never meets the rule's own searches, whatever they are called", () => {
    const selection_a = { user: "bob" };
    const rules = compile(rule("one"), filter({ selection_a, condition: "not selection_a and not selection" }));
    expect(fired(rules, { a: 1, user: "al" })).toEqual(["one"]);
    expect(fired(rules, { user: "bob" })).toEqual([]);
    expect(fired(rules, { b: 1, user: "bob" })).toEqual([]);
  });

  it("is one of several that all must hold", () => {
    const second = filter({ selection: { host: "lab" } }, { id: "f2" });
    const rules = compile(rule("one"), filter({}), second);
    expect(fired(rules, { a: 1, user: "x", host: "y" })).toEqual(["one"]);
    expect(fired(rules, { a: 1, user: "adm_x", host: "y" })).toEqual([]);
    expect(fired(rules, { a: 1, user: "x", host: "lab" })).toEqual([]);
  });

  it("takes placeholders from the same lists as rules", () => {
    const text = filter({ selection: { "user|expand": "%Administrators%" } });
    const sources = [rule("one"), text].map((one) => ({ text: one, origin: "x" }));
    const rules = compileRules(sources, { placeholders: { Administrators: ["root"] } });
    expect(fired(rules, { a: 1, user: "root" })).toEqual([]);
    expect(compileRules(sources).rejected[0]?.reason).toContain("%Administrators%");
  });

  it("narrows anew when it changes, and lets go when it is gone, while its rules stay as they are", () => {
    const compiler = new RuleCompiler();
    const verdicts = [[filter({})], [filter({ selection: { user: "bob" } })], []].map((filters) => {
      const texts = [rule("one"), ...filters].map((text, index) => ({ text, origin: `${index}.yml` }));
      const rules = compiler.compile(texts);
      return ["adm_x", "bob"].map((user) => fired(rules, { a: 1, user }).length);
    });
    expect(verdicts).toEqual([
      [0, 1],
      [1, 0],
      [1, 1],
    ]);
  });

  it("of two with one id the last stays", () => {
    const rules = compile(rule("one"), filter({}), filter({ selection: { user: "bob" } }));
    expect(fired(rules, { a: 1, user: "adm_x" })).toEqual(["one"]);
    expect(rules.replaced).toEqual([{ id: "f1", title: "Administrators", origin: "1.yml", by: "2.yml" }]);
  });
});

describe("A filter applies where its log source is the rule's or wider", () => {
  test.each([
    ["the same", { product: "linux", service: "sshd" }, { product: "linux", service: "sshd" }, true],
    ["wider", { product: "linux" }, { product: "linux", service: "sshd" }, true],
    ["narrower", { product: "linux", service: "sshd" }, { product: "linux" }, false],
    ["another", { product: "windows" }, { product: "linux" }, false],
    ["wider in one part and given in another", { category: "x" }, { product: "linux", category: "x" }, true],
  ])("%s", (_, ofFilter, ofRule, applies) => {
    const rules = compile(rule("one", { logsource: ofRule }), filter({ rules: ["one"] }, { logsource: ofFilter }));
    expect(rules.filters[0]?.appliesTo).toEqual(applies ? ["one"] : []);
    expect(rules.filters[0]?.warnings).toEqual(applies ? [] : [{ code: "filter-unfit", values: { rules: "one" } }]);
  });
});

describe("What is odd about a filter is said", () => {
  test.each([
    ["nothing is negated", { condition: "selection" }, "to take that out"],
    ["nothing is negated in any of several", { other: { x: 1 }, condition: "selection or other" }, "to take that out"],
    ["a rule that is not there", { rules: ["one", "nobody"] }, "names rules that are not there: nobody"],
  ])("%s", (_, parts, warning) => {
    const [report] = compile(rule("one"), filter(parts)).filters;
    expect(report?.warnings.map(messageOf).join()).toContain(warning);
    expect(report?.appliesTo).toEqual(["one"]);
  });

  it("and the filter is applied as it is written", () => {
    const rules = compile(rule("one"), filter({ condition: "selection" }));
    expect(fired(rules, { a: 1, user: "adm_x" })).toEqual(["one"]);
    expect(fired(rules, { a: 1, user: "bob" })).toEqual([]);
  });

  test.each([
    ["not", { condition: "not 1 of selection*" }],
    ["neq", { selection: { "user|neq": "x" }, condition: "selection" }],
    ["exists: false", { selection: { "user|exists": false }, condition: "selection" }],
  ])("%s takes something out, so nothing is odd", (_, parts) => {
    expect(compile(rule("one"), filter(parts)).filters[0]?.warnings).toEqual([]);
  });
});

describe("A filter that cannot be applied as meant is refused, and the rules run without it", () => {
  test.each([
    ["no title", {}, { title: "" }, "the filter has no title"],
    ["no log source", {}, { logsource: undefined }, "the log source must be a map"],
    ["a filter that is a text", {}, { filter: "x" }, "the filter must be a map"],
    ["no rules", { rules: undefined }, {}, 'does not say which "rules"'],
    ["an empty list of rules", { rules: [] }, {}, "the list of rules is empty"],
    ["a rule that is a map", { rules: [{ id: "one" }] }, {}, "named by its id or its name"],
    ["no selection", { selection: undefined }, {}, "the filter has no selection"],
    ["no condition", { condition: undefined }, {}, "has no condition"],
    ["an unknown search", { condition: "not other" }, {}, 'names "other"'],
    ["an unknown modifier", { selection: { "f|sounds": 1 } }, {}, '"sounds" does not exist'],
    ["a correlation as well", {}, { correlation: {} }, 'cannot have a "correlation"'],
  ])("%s", (_, parts, more, reason) => {
    const rules = compile(rule("one"), filter(parts, more));
    expect(rules.rejected).toMatchObject([{ origin: "1.yml", line: 1, id: "f1" }]);
    expect(rules.rejected[0]?.reason).toContain(reason);
    expect(fired(rules, { a: 1, user: "adm_x" })).toEqual(["one"]);
  });

  it("with the line of what is wrong", () => {
    const text =
      "title: F\nlogsource:\n  product: linux\nfilter:\n  rules:\n    - one\n  selection:\n    a|lt: x\n  condition: not selection\n";
    expect(compile(text).rejected).toMatchObject([{ line: 8, title: "F" }]);
  });
});

describe("A filter and a rule that together are too much", () => {
  it("stay apart, and the filter says so", () => {
    const wide = Object.fromEntries(Array.from({ length: 250 }, (_, index) => [`f${index}`, index]));
    const often = (name: string) => Array.from({ length: 150 }, () => name).join(" or ");
    const rules = compile(
      rule("big", { detection: { s: wide, condition: often("s") } }),
      filter({ selection: wide, condition: `not (${often("selection")})` }),
    );
    expect(rules.filters[0]?.appliesTo).toEqual([]);
    expect(rules.filters[0]?.warnings.map(messageOf).join()).toContain("not applied to big");
  });
});
