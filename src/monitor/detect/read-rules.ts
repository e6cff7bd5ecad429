import type { ReadCache } from "./read-cache.ts";
import type { Placeholders } from "./rule/placeholder.ts";
import { RuleProblem } from "./rule/problem.ts";
import { type Rule, readRule } from "./rule/rule.ts";
import { isMap, textOf, type Yaml } from "./rule/value.ts";
import { type Line, type RuleDocument, readDocuments } from "./rule/yaml.ts";

/** A rule file's text and where it comes from, such as its path: what people are told when it is wrong. */
export type RuleSource = { readonly text: string; readonly origin: string };

export type ReadOptions = {
  /** Lists for `%name%` placeholders. */
  readonly placeholders?: Placeholders;
};

/** A rule that cannot be run. `line` counts from 1 in the source. */
export type Rejection = {
  readonly origin: string;
  readonly line?: number;
  readonly id?: string;
  readonly title?: string;
  readonly reason: string;
};

/** A rule that gave way to a later one with the same id. */
export type Replacement = { readonly id: string; readonly title: string; readonly origin: string; readonly by: string };

export type ReadRule = Rule & { readonly origin: string };
export type ReadRules = {
  readonly rules: readonly ReadRule[];
  readonly rejected: readonly Rejection[];
  readonly replaced: readonly Replacement[];
};

/** Reads every rule of every source, in order. Of rules with one id the last stays. */
export function readRules(
  sources: Iterable<RuleSource>,
  { placeholders = {} }: ReadOptions,
  cache?: ReadCache,
): ReadRules {
  const byId = new Map<string, ReadRule>();
  const rejected: Rejection[] = [];
  const replaced: Replacement[] = [];
  cache?.begin();
  for (const source of sources) {
    const { origin } = source;
    const read = () => readDocuments(source.text).map((document) => readOne(document, origin, placeholders));
    for (const rule of cache ? cache.recall(source, read) : read()) {
      if ("reason" in rule) {
        rejected.push(rule);
        continue;
      }
      const before = byId.get(rule.facts.id);
      if (before) replaced.push({ id: rule.facts.id, title: before.facts.title, origin: before.origin, by: origin });
      byId.set(rule.facts.id, rule);
    }
  }
  return { rules: [...byId.values()], rejected, replaced };
}

function readOne(document: RuleDocument, origin: string, placeholders: Placeholders): ReadRule | Rejection {
  if (document.kind === "broken") return { origin, ...lineOf(document.line), reason: document.reason };
  try {
    return { ...readRule(document.value, placeholders), origin };
  } catch (error) {
    const path = error instanceof RuleProblem ? error.path : [];
    return { origin, ...lineOf(document.lineOf(path)), ...nameOf(document.value), reason: reasonOf(error) };
  }
}

const lineOf = (line: Line): { line?: number } => (line === undefined ? {} : { line });

/** Anything else than a RuleProblem is a fault of ours; it still must not take the other rules down. */
function reasonOf(error: unknown): string {
  if (error instanceof RuleProblem) return error.message;
  return `the rule cannot be read: ${error instanceof Error ? error.message : String(error)}`;
}

function nameOf(value: Yaml): { id?: string; title?: string } {
  if (!isMap(value)) return {};
  const [id, title] = [textOf(value, "id"), textOf(value, "title")];
  return { ...(id !== "" && { id }), ...(title !== "" && { title }) };
}
