import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compileParser, createParser, runTests } from "../../src/monitor/parse/index.ts";
import { exampleOf } from "../../web/pages/monitor/parsers/example.ts";

const yamlIn = (path: string): string =>
  /```yaml\n([\s\S]*?)```/.exec(readFileSync(new URL(`../../${path}`, import.meta.url), "utf8"))?.[1] ?? "";

test.each([
  ["the reference in English", () => yamlIn("docs/parsers-custom.md")],
  ["the reference in Japanese", () => yamlIn("docs/ja/parsers-custom.md")],
  ["what a new parser begins with", () => exampleOf("入退室装置")],
])("the example of %s compiles and passes its tests", (_, text) => {
  const outcome = compileParser(text());
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
  const results = runTests(outcome.compiled, createParser([outcome.compiled.parser]).parse, Date.UTC(2026, 10, 27));
  expect(results.flatMap(({ mismatches }) => mismatches)).toEqual([]);
});
