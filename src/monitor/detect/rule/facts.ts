import { LEVELS, type Level, type RuleFacts } from "../../event/index.ts";
import { RuleProblem } from "./problem.ts";
import { textOf, textsOf, type YamlMap } from "./value.ts";

/** The level of a rule that states none. */
const DEFAULT_LEVEL: Level = "medium";

/** What the rule says of itself. A rule without id is known by its name, or by its title in kebab case. */
export function readFacts(rule: YamlMap): RuleFacts {
  const title = textOf(rule, "title").trim();
  if (title === "") throw new RuleProblem("the rule has no title", []);
  const tags = textsOf(rule, "tags").map((tag) => tag.toLowerCase());
  const attack = tags.filter((tag) => tag.startsWith("attack.")).map((tag) => tag.slice("attack.".length));
  return {
    id: idOf(rule, title),
    title,
    level: readLevel(rule),
    author: textOf(rule, "author").trim(),
    tactics: unique(attack.filter((name) => /^[a-z][a-z_-]+$/.test(name)).map((name) => name.replaceAll("_", "-"))),
    techniques: unique(attack.filter((name) => /^t\d{4}(?:\.\d{3})?$/.test(name)).map((name) => name.toUpperCase())),
  };
}

export function idOf(rule: YamlMap, title: string): string {
  const id = textOf(rule, "id").trim() || textOf(rule, "name").trim();
  return id || title.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-");
}

function readLevel(rule: YamlMap): Level {
  const text = textOf(rule, "level").trim().toLowerCase();
  if (text === "") return DEFAULT_LEVEL;
  const level = LEVELS.find((known) => known === text);
  if (level === undefined) throw new RuleProblem(`the level "${text}" is none of ${LEVELS.join(", ")}`, ["level"]);
  return level;
}

const unique = (texts: readonly string[]): readonly string[] => [...new Set(texts)];
