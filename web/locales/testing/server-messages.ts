import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";

/** A sentence of the server as its source writes it: `There are already {0} networks.` */
export type Sentence = { readonly text: string; readonly at: string };

const HOLE = "\0";
// Two that touch cannot be told apart.
const HOLES = new RegExp(`${HOLE}+`, "g");
/** More than these ways to fill a hole with words stay a hole. */
const MAX_WAYS = 24;
const MAX_STEPS = 8;

/** The server's sources, each parsed when it is first asked for. */
export class Sources {
  readonly #texts: ReadonlyMap<string, string>;
  readonly #parsed = new Map<string, ts.SourceFile>();
  readonly #nodes = new Map<ts.SourceFile, readonly ts.Node[]>();

  constructor(root: string) {
    const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter(
      (file) => file.endsWith(".ts") && !/\.test\.ts$|(^|\/)testing\//.test(file),
    );
    this.#texts = new Map(files.toSorted().map((file) => [file, readFileSync(join(root, file), "utf8")]));
  }

  /** Those that hold a text, by their paths too. */
  holding(text: string, paths = /./): readonly ts.SourceFile[] {
    return [...this.#texts]
      .filter(([file, source]) => paths.test(file) && source.includes(text))
      .flatMap(([file]) => this.file(file) ?? []);
  }

  file(path: string): ts.SourceFile | undefined {
    const text = this.#texts.get(path);
    const known = this.#parsed.get(path);
    if (known || text === undefined) return known;
    const parsed = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
    this.#parsed.set(path, parsed);
    return parsed;
  }

  nodesOf(source: ts.SourceFile): readonly ts.Node[] {
    const known = this.#nodes.get(source);
    if (known) return known;
    const nodes = nodesOf(source);
    this.#nodes.set(source, nodes);
    return nodes;
  }
}

/** What `find` picks in the sources, as sentences: choices apart, words that a hole can be only written out. */
export function sentencesIn(
  sources: Sources,
  files: readonly ts.SourceFile[],
  find: (node: ts.Node) => ts.Expression | undefined,
): readonly Sentence[] {
  const reader = new Reader(sources);
  return files.flatMap((source) =>
    sources.nodesOf(source).flatMap((node) => {
      const found = find(node);
      const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
      return found
        ? [...new Set(reader.read(found))].map((text) => ({ text: numbered(text), at: `${source.fileName}:${line}` }))
        : [];
    }),
  );
}

/** The message of every `new AppError(code, message)`. */
export const appErrorMessage = (node: ts.Node): ts.Expression | undefined =>
  ts.isNewExpression(node) && node.expression.getText() === "AppError" ? node.arguments?.[1] : undefined;

/** Argument `index` of every call of one of these functions or methods. */
export const argumentOf =
  (index: number, ...callees: readonly string[]) =>
  (node: ts.Node): ts.Expression | undefined => {
    if (!ts.isCallExpression(node)) return undefined;
    const { expression } = node;
    const name = ts.isPropertyAccessExpression(expression) ? expression.name.text : expression.getText();
    return callees.includes(name) ? node.arguments[index] : undefined;
  };

/** The value of every property with one of these names. */
export const propertyNamed =
  (...names: readonly string[]) =>
  (node: ts.Node): ts.Expression | undefined =>
    ts.isPropertyAssignment(node) && names.includes(node.name.getText()) ? node.initializer : undefined;

/** A message that is nothing but a hole: its words are made elsewhere. */
export const isUnread = ({ text }: Sentence): boolean => text === "{0}";

function numbered(text: string): string {
  let holes = 0;
  return text.replaceAll(HOLES, () => `{${holes++}}`);
}

class Reader {
  readonly #sources: Sources;
  #steps = 0;

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  /** What an expression can be; a hole for what only runs can tell. */
  read(node: ts.Expression): readonly string[] {
    if (this.#steps >= MAX_STEPS) return [HOLE];
    this.#steps += 1;
    try {
      const ways = this.#ways(node);
      return ways.length > 0 && ways.length <= MAX_WAYS ? ways : [HOLE];
    } finally {
      this.#steps -= 1;
    }
  }

  #ways(node: ts.Expression): readonly string[] {
    if (ts.isStringLiteralLike(node)) return [node.text];
    if (ts.isParenthesizedExpression(node)) return this.read(node.expression);
    if (ts.isConditionalExpression(node)) return [...this.read(node.whenTrue), ...this.read(node.whenFalse)];
    if (ts.isTemplateExpression(node)) return this.#template(node);
    if (ts.isIdentifier(node)) return this.#named(node);
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) return this.#called(node.expression);
    if (!ts.isBinaryExpression(node)) return [];
    const { kind } = node.operatorToken;
    if (kind === ts.SyntaxKind.QuestionQuestionToken) return [...this.read(node.left), ...this.read(node.right)];
    if (kind === ts.SyntaxKind.PlusToken) return joined(this.read(node.left), this.read(node.right));
    return [];
  }

  #template(node: ts.TemplateExpression): readonly string[] {
    return node.templateSpans.reduce<readonly string[]>(
      (before, { expression, literal }) => {
        const filled = joined(before, this.read(expression));
        return (filled.length <= MAX_WAYS ? filled : joined(before, [HOLE])).map((text) => text + literal.text);
      },
      [node.head.text],
    );
  }

  #named(name: ts.Identifier): readonly string[] {
    const declared = declarationOf(name, name.text) ?? this.#imported(name);
    if (declared === undefined) return [];
    if (ts.isParameter(declared)) return this.#given(declared);
    return ts.isVariableDeclaration(declared) && declared.initializer ? this.read(declared.initializer) : [];
  }

  #called(name: ts.Identifier): readonly string[] {
    const declared = declarationOf(name, name.text) ?? this.#imported(name);
    const made = declared && ts.isVariableDeclaration(declared) ? declared.initializer : undefined;
    return made && ts.isArrowFunction(made) && !ts.isBlock(made.body) ? this.read(made.body) : [];
  }

  #imported(name: ts.Identifier): ts.Node | undefined {
    const from = importOf(name.getSourceFile(), name.text);
    const source = from === undefined ? undefined : this.#sources.file(from);
    return source && declarationOf(source, name.text);
  }

  /** What the callers of a function give as this parameter. */
  #given(parameter: ts.ParameterDeclaration): readonly string[] {
    const made = parameter.parent;
    const name = ts.isFunctionDeclaration(made)
      ? made.name?.text
      : ts.isArrowFunction(made) && ts.isVariableDeclaration(made.parent)
        ? made.parent.name.getText()
        : undefined;
    if (name === undefined) return [];
    const home = made.getSourceFile();
    const at = made.parameters.indexOf(parameter);
    return this.#sources
      .holding(`${name}(`)
      .filter((source) => source === home || isImportOf(importOf(source, name), home.fileName))
      .flatMap((source) => this.#sources.nodesOf(source))
      .filter((node) => ts.isCallExpression(node) && node.expression.getText() === name)
      .flatMap((node) => {
        const given = ts.isCallExpression(node) ? node.arguments[at] : undefined;
        return given ? this.read(given) : [];
      });
  }
}

const joined = (before: readonly string[], after: readonly string[]): readonly string[] =>
  before.flatMap((one) => after.map((other) => one + other));

/** The constant, parameter or other thing that a name stands for at a place; undefined = not of this file. */
function declarationOf(place: ts.Node, name: string): ts.Node | undefined {
  for (let scope: ts.Node | undefined = place; scope; scope = scope.parent) {
    const found = declaredIn(scope).find((one) => "name" in one && isNamed(one.name, name));
    if (found) return found;
  }
  return undefined;
}

function declaredIn(scope: ts.Node): readonly ts.Node[] {
  if (ts.isFunctionLike(scope)) return scope.parameters;
  if (ts.isCatchClause(scope)) return scope.variableDeclaration ? [scope.variableDeclaration] : [];
  if (ts.isForOfStatement(scope) && ts.isVariableDeclarationList(scope.initializer))
    return scope.initializer.declarations;
  if (!ts.isBlock(scope) && !ts.isSourceFile(scope)) return [];
  return scope.statements.flatMap((statement): readonly ts.Node[] => {
    if (ts.isVariableStatement(statement)) return statement.declarationList.declarations;
    return ts.isFunctionDeclaration(statement) ? [statement] : [];
  });
}

/** A name within a pattern counts: what it takes apart is not followed. */
function isNamed(declared: unknown, name: string): boolean {
  const node = declared as ts.BindingName | undefined;
  return node !== undefined && new RegExp(`\\b${name}\\b`).test(node.getText());
}

/** The file that a name is imported from, as its path below the root. */
function importOf(source: ts.SourceFile, name: string): string | undefined {
  for (const statement of source.statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    const named = statement.importClause?.namedBindings;
    if (!named || !ts.isNamedImports(named) || !named.elements.some((one) => one.name.text === name)) continue;
    return join(dirname(source.fileName), statement.moduleSpecifier.text);
  }
  return undefined;
}

/** Other slices import what a slice offers from its `index.ts`. */
const isImportOf = (from: string | undefined, home: string): boolean =>
  from === home || (from?.endsWith("/index.ts") === true && home.startsWith(dirname(from)));

function nodesOf(root: ts.Node): readonly ts.Node[] {
  const found: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(root);
  return found;
}
