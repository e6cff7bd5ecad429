import { LEVELS, type LogSource, type RuleFacts } from "../../../event/index.ts";
import { MissingRule, type Path, RuleProblem } from "../../rule/problem.ts";
import type { Rule } from "../../rule/rule.ts";
import type { CorrelationDocument } from "./document.ts";

export type NamedRule = Rule & {
  readonly origin: string;
  /** Switched off, and here only for the correlations that it serves. */
  readonly isMuted: boolean;
};
export type NamedCorrelation = CorrelationDocument & {
  readonly origin: string;
  /** Switched off: it stays silent, and so do the rules that serve it alone. */
  readonly isMuted: boolean;
  /** It fires, and raises no alerts yet: until then it keeps no rule silent. */
  readonly isOnTrial: boolean;
};

/** What a correlation refers to: a detection rule or another correlation, by its place in its list. */
export type Member = { readonly kind: "rule" | "correlation"; readonly number: number };

/** A correlation whose references are found. Members of kind "correlation" always stand before it. */
export type ResolvedCorrelation = Omit<NamedCorrelation, "members"> & {
  readonly members: readonly Member[];
  /** Detection rules that it is built on, directly or through other correlations: their numbers. */
  readonly bases: ReadonlySet<number>;
  /** What its detection rules' log sources have in common; "" where they differ. */
  readonly logsource: LogSource;
};

export type Resolved = {
  readonly correlations: readonly ResolvedCorrelation[];
  readonly refused: readonly RefusedCorrelation[];
};
/** `members`: those that are there all the same. */
export type RefusedCorrelation = {
  readonly correlation: NamedCorrelation;
  readonly problem: RuleProblem;
  readonly members: readonly Member[];
};

type Target =
  | { readonly kind: "rule"; readonly number: number }
  | { readonly kind: "correlation"; readonly of: NamedCorrelation };
type Named = { readonly target: Target; readonly origin: string };

/** Finds what every correlation refers to. One that refers to nothing loaded, or to itself, is refused; so is what builds on it. */
export function resolveCorrelations(rules: readonly NamedRule[], documents: readonly NamedCorrelation[]): Resolved {
  return new Resolver(rules, documents).all(documents);
}

class Resolver {
  readonly #rules: readonly NamedRule[];
  readonly #byId = new Map<string, Named>();
  readonly #byName = new Map<string, Named[]>();
  readonly #done = new Map<NamedCorrelation, number | RuleProblem>();
  readonly #open: NamedCorrelation[] = [];
  readonly #resolved: ResolvedCorrelation[] = [];

  constructor(rules: readonly NamedRule[], documents: readonly NamedCorrelation[]) {
    this.#rules = rules;
    for (const [number, rule] of rules.entries()) this.#know(rule, { kind: "rule", number });
    for (const document of documents) this.#know(document, { kind: "correlation", of: document });
  }

  all(documents: readonly NamedCorrelation[]): Resolved {
    const refused = documents.flatMap((correlation) => {
      const outcome = this.#numberOf(correlation);
      return outcome instanceof RuleProblem ? [{ correlation, problem: outcome }] : [];
    });
    const withMembers = refused.map((one) => ({ ...one, members: this.#membersLeft(one.correlation) }));
    return { correlations: this.#resolved, refused: withMembers };
  }

  #membersLeft({ members, origin }: NamedCorrelation): readonly Member[] {
    return members.flatMap((reference): Member[] => {
      const found = this.#find(reference, origin);
      if (found instanceof RuleProblem) return [];
      const number = found.kind === "rule" ? found.number : this.#numberOf(found.of);
      return number instanceof RuleProblem ? [] : [{ kind: found.kind, number }];
    });
  }

  #know({ facts, name, origin }: { facts: RuleFacts; name: string; origin: string }, target: Target): void {
    this.#byId.set(facts.id, { target, origin });
    if (name === "") return;
    const same = this.#byName.get(name);
    if (same) same.push({ target, origin });
    else this.#byName.set(name, [{ target, origin }]);
  }

  #numberOf(document: NamedCorrelation): number | RuleProblem {
    const known = this.#done.get(document);
    if (known !== undefined) return known;
    const since = this.#open.indexOf(document);
    if (since >= 0) {
      const circle = [...this.#open.slice(since), document].map(({ facts, name }) => name || facts.id);
      return new RuleProblem(`the correlation refers to itself: ${circle.join(" → ")}`, ["correlation", "rules"]);
    }
    this.#open.push(document);
    const outcome = this.#resolve(document);
    this.#open.pop();
    // Within an open circle the verdict holds for every member of it, whoever was asked first.
    this.#done.set(document, outcome);
    return outcome;
  }

  #resolve(document: NamedCorrelation): number | RuleProblem {
    const members: Member[] = [];
    for (const [place, reference] of document.members.entries()) {
      const path = ["correlation", "rules", place];
      const found = this.#find(reference, document.origin);
      if (found instanceof RuleProblem) return at(path, found);
      const number = found.kind === "rule" ? found.number : this.#numberOf(found.of);
      if (number instanceof RuleProblem) return at(path, number, reference);
      if (members.some((member) => member.kind === found.kind && member.number === number))
        return new RuleProblem(`"${reference}" is listed before under another name`, path);
      members.push({ kind: found.kind, number });
    }
    return this.#checkAliases(document, members) ?? this.#add(document, members);
  }

  /** A name in the same file goes before the same name elsewhere. */
  #find(reference: string, origin: string): Target | RuleProblem {
    const byId = this.#byId.get(reference);
    if (byId) return byId.target;
    const named = this.#byName.get(reference) ?? [];
    const near = named.filter((one) => one.origin === origin);
    const found = near.length > 0 ? near : named;
    if (found.length > 1)
      return new RuleProblem(`"${reference}" is the name of ${found.length} rules; refer to one by its id`);
    return found[0]?.target ?? new MissingRule(reference);
  }

  /** An alias speaks of a member by the word the list uses, or by its name or id. */
  #checkAliases(
    { aliases, members: references }: NamedCorrelation,
    members: readonly Member[],
  ): RuleProblem | undefined {
    for (const [alias, fields] of aliases) {
      for (const word of fields.keys()) {
        if (references.includes(word) || members.some((member) => this.#words(member).includes(word))) continue;
        const path = ["correlation", "aliases", alias, word];
        return new RuleProblem(`the alias is for "${word}", which is not among the correlation's rules`, path);
      }
    }
    return undefined;
  }

  #words(member: Member): readonly string[] {
    const one = member.kind === "rule" ? this.#rules[member.number] : this.#resolved[member.number];
    return one ? [one.facts.id, one.name] : [];
  }

  #add(document: NamedCorrelation, members: readonly Member[]): number {
    const bases = new Set(
      members.flatMap((member) =>
        member.kind === "rule" ? [member.number] : [...(this.#resolved[member.number]?.bases ?? [])],
      ),
    );
    const rules = [...bases].flatMap((number) => this.#rules[number] ?? []);
    return (
      this.#resolved.push({
        ...document,
        facts: factsOf(document, rules),
        aliases: this.#aliasesByReference(document, members),
        members,
        bases,
        logsource: commonLogSource(rules),
      }) - 1
    );
  }

  /** Aliases by the member's place, as text: whatever word the rule used for it. */
  #aliasesByReference({ aliases, members: references }: NamedCorrelation, members: readonly Member[]) {
    return new Map(
      [...aliases].map(([alias, fields]) => {
        const byPlace = references.flatMap((reference, place): [string, string][] => {
          const member = members[place];
          const words = [reference, ...(member ? this.#words(member) : [])];
          const field = words.map((word) => fields.get(word)).find((one) => one !== undefined);
          return field === undefined ? [] : [[String(place), field]];
        });
        return [alias, new Map(byPlace)];
      }),
    );
  }
}

/** The problem of a member, told at its place in the list that names it. */
function at(path: Path, problem: RuleProblem, reference?: string): RuleProblem {
  const isOwn = reference === undefined || problem.message.includes("refers to itself");
  const reason = isOwn ? problem.message : `"${reference}" cannot be run: ${problem.message}`;
  return problem instanceof MissingRule
    ? new MissingRule(problem.reference, path, reason)
    : new RuleProblem(reason, path);
}

/** What a correlation leaves open it takes from its rules: the highest level, and their techniques. */
function factsOf({ facts, hasLevel }: NamedCorrelation, rules: readonly NamedRule[]): RuleFacts {
  const ranks = rules.map((rule) => LEVELS.indexOf(rule.facts.level));
  const level = hasLevel ? facts.level : (LEVELS[Math.max(...ranks)] ?? facts.level);
  if (facts.tactics.length + facts.techniques.length > 0) return { ...facts, level };
  const all = (key: "tactics" | "techniques") => [...new Set(rules.flatMap((rule) => rule.facts[key]))];
  return { ...facts, level, tactics: all("tactics"), techniques: all("techniques") };
}

function commonLogSource(rules: readonly NamedRule[]): LogSource {
  const common = (part: keyof LogSource): string => {
    const parts = new Set(rules.map((rule) => rule.logsource[part]));
    return parts.size === 1 ? ([...parts][0] ?? "") : "";
  };
  return { product: common("product"), category: common("category"), service: common("service") };
}
