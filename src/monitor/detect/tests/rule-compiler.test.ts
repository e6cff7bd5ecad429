import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileRules, RuleCompiler, type RuleSource } from "../index.ts";
import { fieldsOf, LINUX, ruleText, select } from "./try-rule.ts";

/** Variants of one rule: some fire on the same events, one cannot be read. */
const VARIANTS = [{ a: 1 }, { a: 2 }, { "a|contains": "1", b: 1 }, { "b|exists": true }, { "a|unknown": 1 }];
const source = (id: number, variant: number): RuleSource => ({
  origin: `${id}.yml`,
  text: ruleText(select(VARIANTS[variant] ?? {}), { id: `${id % 150}` }),
});
const EVENTS = [{}, { a: 1 }, { a: 2 }, { a: 1, b: 1 }, { a: 11, b: 1 }, { b: 2 }].map((fields) => fieldsOf(fields));

describe("Rules compiled again as some of them change", () => {
  it("fire like rules compiled anew, in both forms of events", () => {
    const change = fc.array(fc.tuple(fc.nat(160), fc.nat(VARIANTS.length)), { minLength: 1, maxLength: 90 });
    const property = fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), (changes) => {
      const compiler = new RuleCompiler();
      const sources = new Map<number, RuleSource>();
      for (const [id, variant] of changes.flat()) sources.set(id, source(id, variant));
      for (const step of changes) {
        for (const [id, variant] of step)
          if (variant === VARIANTS.length) sources.delete(id);
          else sources.set(id, source(id, variant));
        const [some, all] = [compiler.compile(sources.values()), compileRules(sources.values())];
        expect(some.rules).toEqual(all.rules);
        expect(some.rejected).toEqual(all.rejected);
        expect(some.replaced).toEqual(all.replaced);
        for (const fields of EVENTS) {
          const hits = all.match({ fields, logsource: LINUX });
          expect(some.match({ fields, logsource: LINUX })).toEqual(hits);
          if (Object.keys(fields).length === 0) continue;
          expect(some.matchJson(Buffer.from(JSON.stringify(fields)), () => LINUX)).toEqual(hits);
        }
      }
    });
    fc.assert(property, { numRuns: 60 });
  });

  it("share their costs", () => {
    let now = 0;
    const nowNs = () => now++;
    const compiler = new RuleCompiler({ costs: { every: 1, nowNs } });
    const base = Array.from({ length: 100 }, (_, id) => source(id, 0));
    compiler.compile(base);
    const rules = compiler.compile([source(7, 2), ...base.slice(8), source(200, 3)]);
    rules.match({ fields: fieldsOf({ a: 1, b: 1 }), logsource: LINUX });
    const costs = rules.costs();
    expect(costs.filter(({ hits }) => hits === 1).length).toBe(rules.rules.length);
    expect(new Set(costs.map(({ rule }) => rules.rules[rule]?.facts.id)).size).toBe(rules.rules.length);
  });
});
