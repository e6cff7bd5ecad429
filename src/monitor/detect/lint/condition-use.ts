/** How often the condition asks for a selection as it is, and negated. */
export type Use = { plain: number; negated: number };

/**
 * Which selections a condition asks for, and whether behind a `not`: of the name itself, of a group in parentheses, or of
 * `1 of name*`. Works on any text; whether it is a condition at all is for the compiler to say.
 */
export function selectionUses(conditions: readonly string[], names: readonly string[]): Map<string, Use> {
  const uses = new Map(names.map((name): [string, Use] => [name, { plain: 0, negated: 0 }]));
  for (const condition of conditions) readOne(condition, uses);
  return uses;
}

function readOne(condition: string, uses: Map<string, Use>): void {
  const words = condition.match(/[()]|[^\s()]+/g) ?? [];
  const outer: boolean[] = [];
  let isNegated = false;
  let isNext = false;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? "";
    const folded = word.toLowerCase();
    if (folded === "not") isNext = !isNext;
    else if (word === "(") {
      outer.push(isNegated);
      isNegated = isNegated !== isNext;
      isNext = false;
    } else if (word === ")") isNegated = outer.pop() ?? false;
    else if (folded !== "and" && folded !== "or") {
      const isQuantified = words[at + 1]?.toLowerCase() === "of";
      if (isQuantified) at += 2;
      for (const name of namesOf(words[at] ?? "", { isQuantified, uses })) count(uses.get(name), isNegated !== isNext);
      isNext = false;
    }
  }
}

function namesOf(word: string, { isQuantified, uses }: { isQuantified: boolean; uses: Map<string, Use> }): string[] {
  if (!isQuantified) return uses.has(word) ? [word] : [];
  const public_ = [...uses.keys()].filter((name) => !name.startsWith("_"));
  return word.toLowerCase() === "them" ? public_ : public_.filter((name) => fits(name, word));
}

/** A name with `*` for anything; each part is sought behind the one before, so the time is bounded by the lengths. */
function fits(name: string, pattern: string): boolean {
  const parts = pattern.split("*");
  const [first = "", last = ""] = [parts[0], parts.at(-1)];
  if (parts.length === 1) return name === pattern;
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = name.indexOf(part, at);
    if (found < 0 || found + part.length > name.length - last.length) return false;
    at = found + part.length;
  }
  return true;
}

function count(use: Use | undefined, isNegated: boolean): void {
  if (use && isNegated) use.negated += 1;
  else if (use) use.plain += 1;
}
