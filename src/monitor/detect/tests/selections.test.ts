import { describe, expect, test } from "vitest";
import type { Fields } from "../../event/index.ts";
import { refusalOf, select, type Verdict, verdictOf } from "./try-rule.ts";

type Case = readonly [why: string, detection: object, fields: Fields, verdict: Verdict];
const run = (cases: readonly Case[]) =>
  test.each(cases)("%s", (_, detection, fields, expected) => {
    expect(verdictOf(detection, fields)).toBe(expected);
  });

describe("Selections", () => {
  run([
    ["a map wants all of its fields", select({ a: 1, b: 2 }), { a: 1, b: 2 }, "fires"],
    ["a map with one field that differs", select({ a: 1, b: 2 }), { a: 1, b: 3 }, "is silent"],
    ["a list of maps wants any of them", select([{ a: 1 }, { b: 2 }]), { b: 2 }, "fires"],
    ["a list of maps, none of them", select([{ a: 1 }, { b: 2 }]), { a: 2, b: 1 }, "is silent"],
    ["each map of a list wants all of its fields", select([{ a: 1, b: 2 }, { c: 3 }]), { a: 1, c: 4 }, "is silent"],
    ["one field with two modifiers twice", select({ "a|startswith": "x", "a|endswith": "y" }), { a: "x-y" }, "fires"],
    ["a list of maps and keywords", select([{ a: 1 }, "needle"]), { b: "a needle here" }, "fires"],
  ]);
});

describe("Keywords", () => {
  run([
    ["are sought in every value", select(["needle"]), { a: "x", b: "a NEEDLE here" }, "fires"],
    ["are not sought in names", select(["needle"]), { needle: "x" }, "is silent"],
    ["any of a list", select(["x1", "needle"]), { a: "needle" }, "fires"],
    ["none of a list", select(["x1", "x2"]), { a: "needle" }, "is silent"],
    ["a single text without a list", select("needle"), { a: "a needle" }, "fires"],
    ["numbers", select([4688]), { a: 14688 }, "fires"],
    ["inside lists of the event", select(["needle"]), { a: ["x", "a needle"] }, "fires"],
    ["with wildcards", select(["nee*le"]), { a: "a need-le here" }, "fires"],
    ["with an escaped wildcard", select(["a\\*b"]), { a: "xa*bx" }, "fires"],
    ["all of them, wherever", select({ "|all": ["one", "two"] }), { a: "x one", b: "two x" }, "fires"],
    ["all of them, one missing", select({ "|all": ["one", "three"] }), { a: "one two" }, "is silent"],
    ["as regular expressions", select({ "|re": "n[e]{2}dle" }), { a: "a needle" }, "fires"],
    ["as regular expressions, in vain", select({ "|re": "^needle" }), { a: "a needle" }, "is silent"],
    ["with a case", select({ "|cased": "Needle" }), { a: "a needle" }, "is silent"],
    ["in an event without values", select(["needle"]), {}, "is silent"],
    ["refused", { k: ["needle"], condition: "not k" }, { a: "hay" }, "fires"],
    ["refused in vain", { k: ["needle"], condition: "not k" }, { a: "needle" }, "is silent"],
    ["beside fields", { s: { a: 1 }, k: ["needle"], condition: "s and k" }, { a: 1, b: "needle" }, "fires"],
    ["short ones", select(["no"]), { a: "xnox" }, "fires"],
    ["long ones, at a value's very end", select(["a-very-long-needle"]), { a: "hay a-very-long-needle" }, "fires"],
  ]);
});

describe("Conditions", () => {
  const abc = { a: { a: 1 }, b: { b: 1 }, c: { c: 1 } };
  const on = (condition: string | string[], fields: Fields, verdict: Verdict): Case => [
    `${condition} on ${Object.keys(fields)}`,
    { ...abc, condition },
    fields,
    verdict,
  ];
  run([
    on("a and b", { a: 1, b: 1 }, "fires"),
    on("a and b", { a: 1 }, "is silent"),
    on("a or b", { b: 1 }, "fires"),
    on("not a", { b: 1 }, "fires"),
    on("not not a", { a: 1 }, "fires"),
    on("a and not b", { a: 1 }, "fires"),
    on("a and not b", { a: 1, b: 1 }, "is silent"),
    on("a or b and c", { a: 1 }, "fires"),
    on("(a or b) and c", { a: 1 }, "is silent"),
    on("not a and b", { b: 1 }, "fires"),
    on("not (a and b)", { a: 1 }, "fires"),
    on("not (a or b)", { a: 1 }, "is silent"),
    on("not (a and not b) and c", { a: 1, b: 1, c: 1 }, "fires"),
    on("((a))", { a: 1 }, "fires"),
    on("(a)and(b)", { a: 1, b: 1 }, "fires"),
    on("1 of them", { c: 1 }, "fires"),
    on("any of them", { c: 1 }, "fires"),
    on("all of them", { a: 1, b: 1 }, "is silent"),
    on("all of them", { a: 1, b: 1, c: 1 }, "fires"),
    on("not 1 of them", { x: 1 }, "fires"),
    on(["a and b", "c"], { c: 1 }, "fires"),
    on(["a and b", "c"], { a: 1 }, "is silent"),
  ]);
  const named = { sel_a: { a: 1 }, sel_b: { b: 1 }, filter_x: { x: 1 }, _hidden: { h: 1 }, "odd-name": { o: 1 } };
  const over = (condition: string, fields: Fields, verdict: Verdict): Case => [
    `${condition} on ${Object.keys(fields)}`,
    { ...named, condition },
    fields,
    verdict,
  ];
  run([
    over("1 of sel_*", { b: 1 }, "fires"),
    over("1 of sel*", { x: 1 }, "is silent"),
    over("all of sel_*", { a: 1, b: 1 }, "fires"),
    over("all of sel_* and not 1 of filter_*", { a: 1, b: 1, x: 1 }, "is silent"),
    over("1 of *_x", { x: 1 }, "fires"),
    over("1 of sel_a", { a: 1 }, "fires"),
    over("1 of them", { h: 1 }, "is silent"),
    over("1 of *", { h: 1 }, "is silent"),
    over("_hidden", { h: 1 }, "fires"),
    over("odd-name", { o: 1 }, "fires"),
    over("1 of odd-*", { o: 1 }, "fires"),
  ]);
  test.each(["a AND b", "a Or b", "NOT a", "1 OF them", "All of Them"])(
    "%s: words may be written in capitals",
    (condition) => {
      expect(refusalOf({ ...abc, condition })).toBe("");
    },
  );
  test("a search identifier may be called like an operator", () => {
    expect(refusalOf({ or: { a: 1 }, condition: "or" })).toBe("");
  });
});

describe("Field names", () => {
  run([
    ["differ in case", select({ ProcessGuid: 1 }), { ProcessGUID: 1 }, "fires"],
    ["have spaces in the rule", select({ "New Value": 1 }), { NewValue: 1 }, "fires"],
    ["have spaces in the event", select({ ThreatName: 1 }), { "Threat Name": 1 }, "fires"],
    ["are taken exactly where both are there", select({ Host: "a" }), { host: "b", Host: "a" }, "fires"],
    ["in whatever order", select({ Host: "a" }), { Host: "a", host: "b" }, "fires"],
    ["a null gives way to another name's value", select({ Host: "b" }), { Host: null, host: "b" }, "fires"],
    ["hold dots", select({ "userIdentity.arn": "x" }), { "userIdentity.arn": "x" }, "fires"],
    ["may be an object's own words", select({ constructor: "x" }), { a: "y" }, "is silent"],
    ["may be an object's own words, given", select({ toString: "x" }), { toString: "x" }, "fires"],
  ]);
});

describe("fieldref", () => {
  run([
    ["the same value", select({ "a|fieldref": "b" }), { a: "X", b: "x" }, "fires"],
    ["another value", select({ "a|fieldref": "b" }), { a: "x", b: "y" }, "is silent"],
    ["a number and a text", select({ "a|fieldref": "b" }), { a: 1, b: "1" }, "fires"],
    ["an absent field", select({ "a|fieldref": "b" }), { a: "x" }, "is silent"],
    ["both absent", select({ "a|fieldref": "b" }), { c: "x" }, "is silent"],
    ["different", select({ "a|fieldref|neq": "b" }), { a: "x", b: "y" }, "fires"],
    ["with a case", select({ "a|fieldref|cased": "b" }), { a: "X", b: "x" }, "is silent"],
    ["starts with it", select({ "a|fieldref|startswith": "b" }), { a: "xyz", b: "xy" }, "fires"],
    ["ends with it", select({ "a|fieldref|endswith": "b" }), { a: "xyz", b: "yz" }, "fires"],
    ["contains it", select({ "a|fieldref|contains": "b" }), { a: "xyz", b: "y" }, "fires"],
    ["wildcards in the event are plain", select({ "a|fieldref": "b" }), { a: "xyz", b: "*" }, "is silent"],
  ]);
});

describe("Placeholders", () => {
  const lists = { admins: ["root", "adm*"], hosts: ["a", "b"] };
  const sees = (wanted: unknown, actual: string, key = "f|expand") =>
    verdictOf(select({ [key]: wanted }), { f: actual }, lists);
  test.each([
    ["the first of the list", "%admins%", "root", "fires"],
    ["a wildcard of the list", "%admins%", "admin", "fires"],
    ["none of the list", "%admins%", "user", "is silent"],
    ["text around it", "x-%hosts%-y", "x-b-y", "fires"],
    ["two of them", "%hosts%/%hosts%", "a/b", "fires"],
    ["a percent sign", "100\\%", "100%", "fires"],
  ])("%s", (_, wanted, actual, expected) => expect(sees(wanted, actual)).toBe(expected));
  test("with another modifier", () =>
    expect(sees("%hosts%.example", "x.b.example.org", "f|expand|contains")).toBe("fires"));
  test("without the modifier, percent signs are plain", () =>
    expect(verdictOf(select({ f: "%admins%" }), { f: "%admins%" })).toBe("fires"));
});
