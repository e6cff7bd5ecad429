import { readFileSync } from "node:fs";
import { describe, expect, it, test } from "vitest";
import { compileRules } from "../../index.ts";
import { naiveMatch, naiveRule } from "../naive.ts";
import { LINUX } from "../try-rule.ts";
import { type ConformanceEntry, countOf, eventOf, readConformanceGroups } from "./testing.ts";

const GROUPS = readConformanceGroups();
const TABLES = ["docs/sigma-specification.md", "docs/ja/sigma-specification.md"];

/** The rule as YAML. JSON is YAML, so an entry's parts will do. */
function textOf({ rule, detection, text, logsource = { product: "linux" }, more }: ConformanceEntry): string {
  if (text !== undefined) return text;
  return JSON.stringify({
    title: "A rule",
    logsource,
    detection: detection ?? { s: rule, condition: "s" },
    ...more,
  });
}

const compile = (entry: ConformanceEntry) =>
  compileRules([{ text: textOf(entry), origin: "case.yml" }], { placeholders: entry.lists ?? {} });

function verdicts(entry: ConformanceEntry, events: ConformanceEntry["fires"], naively: boolean): readonly boolean[] {
  const rules = naively ? undefined : compile(entry);
  expect(rules?.rejected ?? []).toEqual([]);
  const naive = naively ? naiveRule(textOf(entry)) : undefined;
  return events.map((fields) => {
    const event = { fields: eventOf(fields), logsource: entry.source ?? LINUX };
    return naive ? naiveMatch(naive, event, entry.lists) : rules?.match(event).length === 1;
  });
}

describe.each(GROUPS)("Sigma 2.1: $name", ({ entries }) => {
  test.each(entries)("$it", (entry) => {
    const events = [...entry.fires, ...entry.silent];
    const expected = events.map((_, index) => index < entry.fires.length);
    if (entry.refused === undefined) {
      expect(verdicts(entry, events, false), "the engine").toEqual(expected);
      if (entry.naive) expect(verdicts(entry, events, true), "the naive evaluator").toEqual(expected);
      return;
    }
    const [rejection] = compile(entry).rejected;
    expect(rejection?.reason).toContain(entry.refused);
    expect(rejection?.line).toBeGreaterThanOrEqual(1);
    if (entry.line !== undefined) expect(rejection?.line).toBe(entry.line);
  });
});

describe("The conformance suite", () => {
  it("has at least 400 cases", () => {
    expect(GROUPS.reduce((sum, group) => sum + countOf(group), 0)).toBeGreaterThanOrEqual(400);
  });

  it("never gives two groups one name", () => {
    const names = GROUPS.map(({ name }) => name);
    expect(names.length).toBe(new Set(names).size);
  });
});

describe.each(TABLES)("The table of %s", (path) => {
  const text = readFileSync(path, "utf8");
  /** The last cell of each row that names groups, written as code. */
  const named = [...text.matchAll(/^\|.*\|([^|]*)\|$/gm)].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name),
  );

  it("names only groups and test files that exist", () => {
    const known = new Set(GROUPS.map(({ name }) => name));
    const missing = named.filter((name) => !known.has(name) && !hasTests(name));
    expect(missing).toEqual([]);
    expect(named.length).toBeGreaterThan(30);
  });

  it("leaves no group out", () => {
    expect(GROUPS.map(({ name }) => name).filter((name) => !named.includes(name))).toEqual([]);
  });
});

function hasTests(name: string): boolean {
  return name.endsWith(".test.ts") && /\b(?:it|test)\b/.test(readFileSync(`src/monitor/detect/${name}`, "utf8"));
}
