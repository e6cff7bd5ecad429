import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Fields, FieldValue } from "../../event/index.ts";
import { compileRules } from "../index.ts";
import { naiveMatch, naiveRule } from "./naive.ts";
import { fieldsOf, LINUX, ruleText } from "./try-rule.ts";

/** Few pieces, so that random rules and random events meet often; each has a trap of its own. */
const PIECES = [
  "a",
  "b",
  "ab",
  "CMD",
  "cmd.exe",
  "\\",
  "-",
  "/",
  " ",
  " -a",
  "é",
  "É",
  "İ",
  "\u212A",
  "😀",
  "powershell",
  "Σ",
  "1",
  "0",
];
const NAMES = ["f", "g", "Ab", "aB", "x y", "xy"];

const plain = fc.array(fc.constantFrom(...PIECES), { minLength: 0, maxLength: 5 }).map((pieces) => pieces.join(""));
const pattern = fc
  .array(fc.constantFrom(...PIECES, "*", "?", "\\*", "\\\\", "*"), { maxLength: 5 })
  .map((all) => all.join(""));
const scalar = fc.oneof(
  { weight: 8, arbitrary: plain },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 11 }) },
  { weight: 1, arbitrary: fc.constantFrom(true, false, null) },
);
const value: fc.Arbitrary<FieldValue> = fc.oneof(
  { weight: 6, arbitrary: scalar },
  { weight: 1, arbitrary: fc.array(scalar, { maxLength: 3 }) },
);
const eventArb: fc.Arbitrary<Fields> = fc.dictionary(fc.constantFrom(...NAMES), value, { maxKeys: 5 }).map(fieldsOf);

const TEXT_MODIFIERS = [
  "",
  "|contains",
  "|startswith",
  "|endswith",
  "|cased",
  "|contains|cased",
  "|windash|contains",
  "|neq",
  "|contains|neq",
  "|windash",
];
const listOf = <T>(one: fc.Arbitrary<T>) => fc.oneof(one, fc.array(one, { minLength: 1, maxLength: 4 }));
const all = fc.constantFrom("", "", "|all");
const name = fc.constantFrom(...NAMES);

type Item = [key: string, value: unknown];
const item = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.tuple(
      fc.tuple(name, fc.constantFrom(...TEXT_MODIFIERS), all).map((parts) => parts.join("")),
      listOf(pattern),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(
      name,
      listOf(fc.oneof(fc.integer({ min: 0, max: 11 }), fc.boolean(), fc.constant(null), fc.constant(""))),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(
      name.map((one) => `${one}|exists`),
      fc.boolean(),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(
      fc.tuple(name, fc.constantFrom("|lt", "|gte")).map((parts) => parts.join("")),
      fc.integer({ min: 0, max: 11 }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(
      fc.tuple(name, fc.constantFrom("|re", "|re|i", "|re|s")).map((parts) => parts.join("")),
      fc.constantFrom("a+b", "^cmd", "power(shell)?", "(ab|cmd\\.exe)$", "[aA]", ".é", "x?a{2}", "é|😀"),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(
      fc
        .tuple(name, fc.constantFrom("|fieldref", "|fieldref|contains", "|fieldref|neq", "|fieldref|cased"))
        .map((parts) => parts.join("")),
      name,
    ),
  },
) as fc.Arbitrary<Item>;

const map = fc.array(item, { minLength: 1, maxLength: 3 }).map((items) => Object.fromEntries(items));
const keywords = fc.array(
  pattern.filter((text) => text !== ""),
  { minLength: 1, maxLength: 3 },
);
const search = fc.oneof(
  { weight: 6, arbitrary: map },
  { weight: 2, arbitrary: fc.array(map, { minLength: 1, maxLength: 3 }) },
  { weight: 1, arbitrary: keywords },
  { weight: 1, arbitrary: keywords.map((texts) => ({ "|all": texts })) },
);

const CONDITIONS = [
  "s_a",
  "s_a and s_b",
  "s_a or s_b",
  "not s_a",
  "s_a and not s_b",
  "s_a and not (s_b or c)",
  "not (s_a and s_b) or c",
  "1 of s_*",
  "all of s_*",
  "1 of them",
  "all of them and not c",
  "not 1 of s_*",
  "c and not 1 of s_*",
  "not (not s_a or not s_b)",
];
const detection = fc.record({ s_a: search, s_b: search, c: search, condition: fc.constantFrom(...CONDITIONS) });

describe("The indexed engine and the naive evaluator", () => {
  it("agree on any rules and any events", () => {
    let hits = 0;
    const property = fc.property(
      fc.array(detection, { minLength: 1, maxLength: 12 }),
      fc.array(eventArb, { minLength: 1, maxLength: 6 }),
      (detections, events) => {
        const texts = detections.map((one, index) => ruleText(one, { id: `${index}` }));
        const rules = compileRules(texts.map((text) => ({ text, origin: "random" })));
        expect(rules.rejected).toEqual([]);
        const naive = texts.map(naiveRule);
        for (const fields of events) {
          const event = { fields, logsource: LINUX };
          const expected = naive.flatMap((rule, index) => (naiveMatch(rule, event) ? [index] : []));
          hits += expected.length;
          expect(rules.match(event)).toEqual(expected);
        }
      },
    );
    fc.assert(property, { numRuns: 600 });
    expect(hits).toBeGreaterThan(1000);
  });
});
