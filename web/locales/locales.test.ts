import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const WEB = join(import.meta.dirname, "..");
const AREAS = readdirSync(join(WEB, "locales/ja")).map((file) => file.replace(/\.json$/, ""));

const texts = (language: string, area: string): Map<string, string> =>
  flatten(JSON.parse(readFileSync(join(WEB, "locales", language, `${area}.json`), "utf8")));

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
});

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
