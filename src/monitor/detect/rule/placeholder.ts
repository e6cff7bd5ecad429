import { RuleProblem } from "./problem.ts";

/** Lists that `%name%` stands for in values with the `expand` modifier. */
export type Placeholders = Readonly<Record<string, readonly string[]>>;

const MAX_EXPANDED = 10_000;
const TOKEN = /\\%|%([^%\s]+)%/g;

/**
 * Every value that the placeholders make of one text; `\%` is a percent sign. A placeholder without a list refuses the rule,
 * as Sigma 2.1 demands: the rule would otherwise look for the placeholder's own name.
 */
export function expandPlaceholders(text: string, lists: Placeholders): readonly string[] {
  let expanded = [""];
  let from = 0;
  for (const match of text.matchAll(TOKEN)) {
    const before = text.slice(from, match.index);
    const name = match[1];
    const choices = name === undefined ? ["%"] : listOf(name, lists);
    if (expanded.length * choices.length > MAX_EXPANDED)
      throw new RuleProblem(`the placeholders of "${text}" make more than ${MAX_EXPANDED} values`);
    expanded = expanded.flatMap((head) => choices.map((choice) => head + before + choice));
    from = match.index + match[0].length;
  }
  const rest = text.slice(from);
  return expanded.map((head) => head + rest);
}

function listOf(name: string, lists: Placeholders): readonly string[] {
  const list = Object.hasOwn(lists, name) ? lists[name] : undefined;
  if (list === undefined || list.length === 0) throw new RuleProblem(`the placeholder %${name}% has no list of values`);
  return list;
}
