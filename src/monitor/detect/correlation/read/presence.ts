import { countText } from "../../../../kernel/count.ts";
import { RuleProblem } from "../../rule/problem.ts";

/** Which of a correlation's rules must be seen in the window, by their place in its list. */
export type Presence =
  | { readonly op: "seen"; readonly member: number }
  | { readonly op: "and" | "or"; readonly of: readonly Presence[] }
  | { readonly op: "not"; readonly of: Presence }
  | { readonly op: "at-least"; readonly count: number; readonly members: readonly number[] };

const MAX_LENGTH = 16_384;
const MAX_DEPTH = 64;

type Reader = { readonly words: readonly string[]; readonly names: readonly string[]; at: number; depth: number };

/**
 * Reads a condition such as `a and b and not c` or `2 of them` over the names that the correlation lists. As in detections, `not`
 * binds tightest, then `and`, then `or`; a number before `of` may be any. Source: pySigma's extended temporal conditions.
 */
export function readPresence(text: string, names: readonly string[]): Presence {
  if (text.length > MAX_LENGTH) throw new RuleProblem(`the condition is longer than ${MAX_LENGTH} characters`);
  const reader: Reader = { words: text.match(/[()]|[^\s()]+/g) ?? [], names, at: 0, depth: 0 };
  if (reader.words.length === 0) throw new RuleProblem("the condition is empty");
  const presence = readOr(reader);
  const left = reader.words[reader.at];
  if (left !== undefined) throw new RuleProblem(`the condition has "${left}" where "and", "or" or its end should be`);
  if (holdsFor(presence, () => false)) throw new RuleProblem("the condition holds when none of the rules is seen");
  return presence;
}

/** isSeen: by member. */
export function holdsFor(presence: Presence, isSeen: (member: number) => boolean): boolean {
  switch (presence.op) {
    case "seen":
      return isSeen(presence.member);
    case "and":
      return presence.of.every((part) => holdsFor(part, isSeen));
    case "or":
      return presence.of.some((part) => holdsFor(part, isSeen));
    case "not":
      return !holdsFor(presence.of, isSeen);
    case "at-least":
      return presence.members.filter(isSeen).length >= presence.count;
  }
}

/** Members that must be seen and that must not, when the condition is a plain conjunction; undefined when it is more than that. */
export function conjunctionOf(presence: Presence): { seen: number[]; unseen: number[] } | undefined {
  if (presence.op === "seen") return { seen: [presence.member], unseen: [] };
  if (presence.op === "at-least")
    return presence.count === presence.members.length ? { seen: [...presence.members], unseen: [] } : undefined;
  if (presence.op === "not") return presence.of.op === "seen" ? { seen: [], unseen: [presence.of.member] } : undefined;
  if (presence.op === "or")
    return presence.of.length === 1 && presence.of[0] ? conjunctionOf(presence.of[0]) : undefined;
  const parts = presence.of.map(conjunctionOf);
  if (parts.includes(undefined)) return undefined;
  return { seen: parts.flatMap((part) => part?.seen ?? []), unseen: parts.flatMap((part) => part?.unseen ?? []) };
}

const isWord = (reader: Reader, word: string): boolean => {
  const here = reader.words[reader.at];
  return here !== undefined && here.toLowerCase() === word && !reader.names.includes(here);
};

function readList(reader: Reader, word: "or" | "and", readPart: (reader: Reader) => Presence): Presence {
  const first = readPart(reader);
  const of = [first];
  while (isWord(reader, word)) {
    reader.at++;
    of.push(readPart(reader));
  }
  return of.length === 1 ? first : { op: word, of };
}

const readOr = (reader: Reader): Presence => readList(reader, "or", readAnd);
const readAnd = (reader: Reader): Presence => readList(reader, "and", readNot);

function readNot(reader: Reader): Presence {
  let isNegated = false;
  while (isWord(reader, "not")) {
    isNegated = !isNegated;
    reader.at++;
  }
  const operand = readOperand(reader);
  return isNegated ? { op: "not", of: operand } : operand;
}

function readOperand(reader: Reader): Presence {
  const word = reader.words[reader.at];
  if (word === undefined || word === ")") throw new RuleProblem("the condition ends where a rule should be");
  if (word === "(") return readGroup(reader);
  if (reader.words[reader.at + 1]?.toLowerCase() === "of" && !reader.names.includes(word))
    return readQuantified(reader);
  reader.at++;
  const member = reader.names.indexOf(word);
  if (member < 0) throw new RuleProblem(`the condition names "${word}", which is not among the correlation's rules`);
  return { op: "seen", member };
}

function readGroup(reader: Reader): Presence {
  if (++reader.depth > MAX_DEPTH) throw new RuleProblem(`the condition nests deeper than ${MAX_DEPTH} parentheses`);
  reader.at++;
  const presence = readOr(reader);
  if (reader.words[reader.at] !== ")") throw new RuleProblem("the condition lacks a closing parenthesis");
  reader.at++;
  reader.depth--;
  return presence;
}

function readQuantified(reader: Reader): Presence {
  const quantifier = (reader.words[reader.at] ?? "").toLowerCase();
  const pattern = reader.words[reader.at + 2] ?? "";
  reader.at += 3;
  const members = reader.names.flatMap((name, member) => (fits(name, pattern) ? [member] : []));
  if (members.length === 0) throw new RuleProblem(`none of the correlation's rules fits "${quantifier} of ${pattern}"`);
  const count = quantifier === "any" ? 1 : quantifier === "all" ? members.length : Number(quantifier);
  if (!Number.isInteger(count) || count < 1)
    throw new RuleProblem(`the condition says "${quantifier} of": a number from 1, "any of" or "all of" is known`);
  if (count > members.length)
    throw new RuleProblem(`the condition asks for ${count} of ${countText(members.length, "rule")}: it can never hold`);
  return { op: "at-least", count, members };
}

function fits(name: string, pattern: string): boolean {
  if (pattern.toLowerCase() === "them") return true;
  const [start = "", ...rest] = pattern.split("*");
  const end = rest.pop();
  if (end === undefined) return name === pattern;
  let at = start.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return name.startsWith(start) && name.length - end.length >= at && name.endsWith(end);
}
