import { allOf, anyOf, type Expression, not } from "./expression.ts";
import { readPattern } from "./pattern.ts";
import { RuleProblem } from "./problem.ts";
import { wildcardMatcher } from "./wildcard.ts";

/** Deeper nesting than any person writes; bounds the recursion. */
const MAX_DEPTH = 64;
const MAX_LENGTH = 16_384;

type Reader = {
  readonly words: readonly string[];
  at: number;
  depth: number;
  readonly named: ReadonlyMap<string, Expression>;
};

/**
 * Reads a condition over the rule's search identifiers: `not` binds tightest, then `and`, then `or`; `1 of`, `any of` and
 * `all of` take `them` or a name with `*`, and skip names that begin with `_`. Source: Sigma rules specification 2.0, "Condition".
 */
export function readCondition(text: string, named: ReadonlyMap<string, Expression>): Expression {
  if (text.length > MAX_LENGTH) throw new RuleProblem(`the condition is longer than ${MAX_LENGTH} characters`);
  if (text.includes("|"))
    throw new RuleProblem('the condition counts with "|", which Sigma 2 removed: write a correlation rule instead');
  const reader: Reader = { words: text.match(/[()]|[^\s()]+/g) ?? [], at: 0, depth: 0, named };
  if (reader.words.length === 0) throw new RuleProblem("the condition is empty");
  const expression = readOr(reader);
  const left = reader.words[reader.at];
  if (left !== undefined) throw new RuleProblem(`the condition has "${left}" where "and", "or" or its end should be`);
  return expression;
}

const isWord = (reader: Reader, word: string): boolean => {
  const here = reader.words[reader.at];
  return here !== undefined && here.toLowerCase() === word && !reader.named.has(here);
};

function readOr(reader: Reader): Expression {
  const parts = [readAnd(reader)];
  while (isWord(reader, "or")) {
    reader.at++;
    parts.push(readAnd(reader));
  }
  return anyOf(parts);
}

function readAnd(reader: Reader): Expression {
  const parts = [readNot(reader)];
  while (isWord(reader, "and")) {
    reader.at++;
    parts.push(readNot(reader));
  }
  return allOf(parts);
}

function readNot(reader: Reader): Expression {
  let isNegated = false;
  while (isWord(reader, "not")) {
    isNegated = !isNegated;
    reader.at++;
  }
  const operand = readOperand(reader);
  return isNegated ? not(operand) : operand;
}

function readOperand(reader: Reader): Expression {
  const word = reader.words[reader.at];
  if (word === undefined || word === ")")
    throw new RuleProblem("the condition ends where a search identifier should be");
  if (word === "(") return readGroup(reader);
  if (reader.words[reader.at + 1]?.toLowerCase() === "of") return readQuantified(reader);
  reader.at++;
  const expression = reader.named.get(word);
  if (expression === undefined)
    throw new RuleProblem(`the condition names "${word}", which the detection does not define`);
  return expression;
}

function readGroup(reader: Reader): Expression {
  if (++reader.depth > MAX_DEPTH) throw new RuleProblem(`the condition nests deeper than ${MAX_DEPTH} parentheses`);
  reader.at++;
  const expression = readOr(reader);
  if (reader.words[reader.at] !== ")") throw new RuleProblem("the condition lacks a closing parenthesis");
  reader.at++;
  reader.depth--;
  return expression;
}

function readQuantified(reader: Reader): Expression {
  const quantifier = (reader.words[reader.at] ?? "").toLowerCase();
  const pattern = reader.words[reader.at + 2] ?? "";
  if (!["1", "any", "all"].includes(quantifier))
    throw new RuleProblem(`the condition says "${quantifier} of": Sigma knows "1 of", "any of" and "all of"`);
  reader.at += 3;
  const parts = selectNames(pattern, reader.named);
  if (parts.length === 0) throw new RuleProblem(`no search identifier fits "${quantifier} of ${pattern}"`);
  return quantifier === "all" ? allOf(parts) : anyOf(parts);
}

function selectNames(pattern: string, named: ReadonlyMap<string, Expression>): readonly Expression[] {
  const fits = pattern.toLowerCase() === "them" ? () => true : nameMatcher(pattern);
  return [...named].filter(([name]) => !name.startsWith("_") && fits(name)).map(([, expression]) => expression);
}

function nameMatcher(pattern: string): (name: string) => boolean {
  if (!/^[\w*-]+$/.test(pattern)) return () => false;
  return wildcardMatcher(readPattern(pattern));
}
