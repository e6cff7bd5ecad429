import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const SRC = join(import.meta.dirname, "../../src");
type Written = { readonly actions: readonly string[]; readonly targets: readonly string[] };

describe("What the audit log records", () => {
  const written = filesOf(SRC).map(writtenIn);
  const actions = [...new Set(written.flatMap((file) => file.actions))].toSorted();
  const targets = [...new Set(written.flatMap((file) => file.targets))].toSorted();

  it("was found in the source, however it is written there", () => {
    expect(actions).toEqual(
      expect.arrayContaining([
        "access.refused",
        "alert.close",
        "exception.end",
        "incident.edit",
        "rule.trial",
        "sign-out",
      ]),
    );
    expect(targets).toEqual(expect.arrayContaining(["exception", "person", "route"]));
  });

  describe.each(["ja", "en"])("in the language %s", (language) => {
    const texts = JSON.parse(readFileSync(join(import.meta.dirname, language, "audit.json"), "utf8"));

    it("has a name for every action, and for none that is gone", () => {
      expect(Object.keys(texts.action).toSorted()).toEqual(actions.map((one) => one.replaceAll(".", "_")).toSorted());
    });

    it("has a name for every kind of target", () => {
      expect(targets.filter((kind) => !(kind in texts.target))).toEqual([]);
    });

    it("can be narrowed to the family of every action that has one", () => {
      const families = new Set(actions.filter((one) => one.includes(".")).map((one) => one.replace(/\..*/, "")));
      expect([...families].filter((family) => !(family in texts.families))).toEqual([]);
    });
  });
});

function filesOf(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.ts$/.test(file) && !/\.test\.ts$|(^|\/)tests\//.test(file))
    .map((file) => join(directory, file));
}

/** An entry is an object of an action and a target; actions are also returned by `actionOf` and listed in types. */
function writtenIn(file: string): Written {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
  const actions: string[] = [];
  const targets: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isObjectLiteralExpression(node)) {
      const [action, target] = ["action", "target"].map((name) => propertyOf(node, name, source));
      if (action && target) {
        actions.push(...textsOf(action, source));
        targets.push(...kindsOf(target, source));
      }
    }
    if (ts.isFunctionDeclaration(node) && node.name?.text === "actionOf")
      actions.push(...literalsIn(node).filter((text) => text.includes(".")));
    if (ts.isTypeAliasDeclaration(node) && node.name.text === "SignInEvent")
      for (const part of membersOf(node.type, "action")) actions.push(...literalsIn(part));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return { actions, targets };
}

/** The value of a property; of the shorthand `{ action }` the constant it stands for. */
function propertyOf(node: ts.ObjectLiteralExpression, name: string, source: ts.SourceFile): ts.Expression | undefined {
  for (const property of node.properties) {
    if (property.name?.getText() !== name) continue;
    if (ts.isPropertyAssignment(property)) return property.initializer;
    if (ts.isShorthandPropertyAssignment(property)) return constantOf(name, source) ?? property.name;
  }
  return undefined;
}

function constantOf(name: string, source: ts.SourceFile): ts.Expression | undefined {
  return nodesOf(source, ts.isVariableDeclaration).find((one) => one.name.getText() === name && one.initializer)
    ?.initializer;
}

function kindsOf(target: ts.Expression, source: ts.SourceFile): string[] {
  const object = ts.isIdentifier(target) ? constantOf(target.text, source) : target;
  const kind = object && ts.isObjectLiteralExpression(object) ? propertyOf(object, "kind", source) : undefined;
  return kind ? textsOf(kind, source) : [];
}

/** What an expression can be: a text, either side of a choice, or a template whose hole is a parameter of listed words. */
function textsOf(node: ts.Expression, source: ts.SourceFile): string[] {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isConditionalExpression(node)) return [...textsOf(node.whenTrue, source), ...textsOf(node.whenFalse, source)];
  if (!ts.isTemplateExpression(node)) return [];
  const [hole] = node.templateSpans;
  const words = nodesOf(source, ts.isParameter)
    .filter(({ name }) => name.getText() === hole?.expression.getText())
    .flatMap(({ type }) => (type ? literalsIn(type) : []));
  if (words.length === 0) throw new Error(`${source.fileName}: list the words of ${node.getText()} in its type`);
  return words.map((word) => `${node.head.text}${word}${hole?.literal.text}`);
}

const literalsIn = (node: ts.Node): string[] => nodesOf(node, ts.isStringLiteralLike).map(({ text }) => text);

const membersOf = (node: ts.Node, name: string): ts.Node[] =>
  nodesOf(node, ts.isPropertySignature).filter((member) => member.name.getText() === name);

function nodesOf<T extends ts.Node>(root: ts.Node, is: (node: ts.Node) => node is T): T[] {
  const found: T[] = [];
  const visit = (node: ts.Node): void => {
    if (is(node)) found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(root);
  return found;
}
