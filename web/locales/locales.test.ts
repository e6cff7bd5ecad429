import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const WEB = join(import.meta.dirname, "..");
const AREAS = readdirSync(join(WEB, "locales/ja")).map((file) => file.replace(/\.json$/, ""));

const texts = (language: string, area: string): Map<string, string> =>
  flatten(JSON.parse(readFileSync(join(WEB, "locales", language, `${area}.json`), "utf8")));

/** English texts in which a number that is never 1 stands before a plural, and why it is never 1. */
const NEVER_ONE: Readonly<Record<string, string>> = {
  "alerts:totalMore": "shown from 10,000 on",
  "alerts:sampled.all": "shown from 5,000 on",
  "alerts:conflicts.more": "as many as a list of conflicts holds",
  "deadline:merging": "an incident's key, no number",
  "deadline:elsewhere": "an incident's key, no number",
  "duties:shown": "as many as the page holds",
  "entities:alerts.cut": "as many as the page holds",
  "formation:preview.concerned_other": "of the last 30 days, always",
  "formation:preview.concerned_one": "of the last 30 days, always",
  "formation:preview.partial": "shown from 20,000 on",
  "incident:form.tooMany": "a limit",
  "incident:story.known": "six questions",
  "monitor:value.around": "15 minutes, always",
  "notebooks:firstRows": "a limit",
  "notify:test.latency": "ms is a unit",
  "retrohunt:expected": "a rate: below 10 it has decimals",
  "retrohunt:expectedCapped": "a rate: below 10 it has decimals",
  "rules:lint.filter-too-large": "a limit",
  "rules:trial.askBody": "14 days, always",
  "rules:trial.first": "14 days, always",
  "rules:try.count": "20, 50 or 200",
  "search:fields.sampled": "only large results are sampled",
  "sources:summary_one": "a rate: below 10 it has decimals",
  "sources:summary_other": "a rate: below 10 it has decimals",
  "story:told.cut": "a limit",
};

describe("The texts of the browser app", () => {
  it("come in the same areas in both languages", () => {
    expect(readdirSync(join(WEB, "locales/en")).toSorted()).toEqual(AREAS.map((area) => `${area}.json`).toSorted());
  });

  it.each(AREAS)("say the same things of %s in Japanese and in English", (area) => {
    expect([...texts("en", area).keys()].toSorted()).toEqual([...texts("ja", area).keys()].toSorted());
  });

  it.each(AREAS)("leave no text of %s empty, save the little words that a language does not need", (area) => {
    const empty = [...texts("ja", area), ...texts("en", area)].filter(
      ([key, text]) => text === "" && !/^six\.(before|after)\./.test(key),
    );
    expect(empty).toEqual([]);
  });

  it.each(AREAS)("name the same facts of %s in both languages", (area) => {
    const factsOf = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).toSorted();
    const english = texts("en", area);
    // Plural forms may leave the number out: "Close the alert" stands for one.
    const differing = [...texts("ja", area)].filter(
      ([key, text]) => !/_(one|other)$/.test(key) && factsOf(text).join() !== factsOf(english.get(key) ?? "").join(),
    );
    expect(differing).toEqual([]);
  });

  it.each(AREAS)("have both forms in %s wherever they have one", (area) => {
    const keys = texts("en", area);
    const halves = [...keys.keys()].filter((key) => {
      const [, stem, form] = /^(.*)_(one|other)$/.exec(key) ?? [];
      return stem !== undefined && (keys.has(stem) || !keys.has(`${stem}_${form === "one" ? "other" : "one"}`));
    });
    expect(halves).toEqual([]);
  });

  it("say no plural of one thing in English", () => {
    const found = AREAS.flatMap((area) =>
      [...texts("en", area)].filter(([key, text]) => hasBarePlural(key, text)).map(([key]) => `${area}:${key}`),
    );
    expect(found.toSorted()).toEqual(Object.keys(NEVER_ONE).toSorted());
  });
});

/** A number right before a plural ("{{n}} more days", "{{n}} are") that no plural form of the text follows. */
function hasBarePlural(key: string, text: string): boolean {
  const plurals = text.matchAll(/\{\{(\w+)\}\}[ -]((?:[a-z-]+ ){0,2}?(?:[a-z-]+s|people|are|were|have))\b/g);
  // i18next picks the form by `count`; `text` is that number as people read it.
  const hasForms = (name: string) => /_(one|other)$/.test(key) && (name === "count" || name === "text");
  return [...plurals].some(([, name = "", words = ""]) => !hasForms(name) && !NO_PLURAL.test(words));
}

/** What ends the thing that is counted, or ends in s without being many: "{{by}} changed this", "{{n}} of them". */
const NO_PLURAL = /\b(is|was|has|as|this|of|in|at|on|by|to|and|that|changed|made|saved)\b/;

describe("The pages of the browser app", () => {
  const uses = sourceFiles().flatMap(usesIn);

  it("were read: the scan found their texts", () => {
    expect(uses.length).toBeGreaterThan(300);
  });

  it("ask for no text that is not there", () => {
    const missing = uses.filter(({ area, pattern }) => ![...keysOf(area)].some((key) => pattern.test(key)));
    expect(missing.map(({ file, area, text }) => `${file}: ${area}:${text}`)).toEqual([]);
  });

  it.each(AREAS)("use every text of %s", (area) => {
    const patterns = uses.filter((use) => use.area === area).map(({ pattern }) => pattern);
    const unused = [...keysOf(area)].filter((key) => !patterns.some((pattern) => pattern.test(key)));
    expect(unused).toEqual([]);
  });

  it("have no Japanese outside the text files", () => {
    const written = sourceFiles()
      .map(
        (file) =>
          [file, literalsIn(file).filter((text) => /[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text))] as const,
      )
      .filter(([, found]) => found.length > 0);
    expect(written).toEqual([]);
  });
});

type Use = { readonly file: string; readonly area: string; readonly text: string; readonly pattern: RegExp };

/** Keys without their plural ending, as pages ask for them. */
function keysOf(area: string): Set<string> {
  return new Set([...texts("ja", area).keys()].map((key) => key.replace(/_(one|other)$/, "")));
}

function sourceFiles(): string[] {
  return readdirSync(WEB, { recursive: true, encoding: "utf8" }).filter(
    (file) => /\.tsx?$/.test(file) && !/\.test\.ts$|\.d\.ts$|^dist\/|vite\.config/.test(file),
  );
}

const parse = (file: string): ts.SourceFile =>
  ts.createSourceFile(file, readFileSync(join(WEB, file), "utf8"), ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);

/** Every `t(…)` of a file, with the area that its `useTranslation` names. */
function usesIn(file: string): Use[] {
  const uses: Use[] = [];
  let area = "shell";
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
      const [first] = node.arguments;
      if (node.expression.text === "useTranslation" && first) area = firstText(first) ?? area;
      if (node.expression.text === "t" && first)
        for (const text of keyTexts(first)) uses.push(textUse(file, area, text));
    }
    ts.forEachChild(node, visit);
  };
  visit(parse(file));
  return uses;
}

function textUse(file: string, area: string, text: string): Use {
  const [, named, key = text] = /^([\w-]+):(.*)$/s.exec(text) ?? [];
  const escaped = key
    .split("\0")
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    .join("[\\w-]+");
  return { file, area: named ?? area, text: text.replaceAll("\0", "…"), pattern: new RegExp(`^${escaped}$`) };
}

/** The keys that an argument can be: a text, a template (`\0` for its holes), or either side of a choice. */
function keyTexts(node: ts.Expression): string[] {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isTemplateExpression(node))
    return [node.head.text + node.templateSpans.map(({ literal }) => `\0${literal.text}`).join("")];
  if (ts.isConditionalExpression(node)) return [...keyTexts(node.whenTrue), ...keyTexts(node.whenFalse)];
  if (ts.isParenthesizedExpression(node)) return keyTexts(node.expression);
  return [];
}

function firstText(node: ts.Expression): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  const [first] = ts.isArrayLiteralExpression(node) ? node.elements : [];
  return first && ts.isStringLiteralLike(first) ? first.text : undefined;
}

function literalsIn(file: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) || ts.isJsxText(node)) found.push(node.text);
    if (ts.isTemplateExpression(node)) found.push(...keyTexts(node));
    ts.forEachChild(node, visit);
  };
  visit(parse(file));
  return found;
}

function flatten(value: unknown, prefix = ""): Map<string, string> {
  if (typeof value === "string") return new Map([[prefix, value]]);
  if (typeof value !== "object" || value === null) throw new Error(`${prefix} is neither a text nor a group`);
  return new Map(
    Object.entries(value).flatMap(([key, inner]) => [...flatten(inner, prefix === "" ? key : `${prefix}.${key}`)]),
  );
}
