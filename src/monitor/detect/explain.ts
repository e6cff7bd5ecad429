import type { Fields, FieldValue, LogSource } from "../event/index.ts";
import { candidateNames } from "./alias/candidates.ts";
import type { RuleSource } from "./read-rules.ts";
import { isList, isMap, type Yaml } from "./rule/value.ts";
import { readDocuments } from "./rule/yaml.ts";
import { type CompileOptions, compileRules } from "./rule-set.ts";

type Seen = { readonly fields: Fields; readonly logsource: LogSource };

/** One line of a selection: a field with its values, an item of a list, a keyword. */
export type ExplainedPart = {
  /** As the rule says it: `Image|endswith`, or `#2` for the second item of a list. */
  readonly key: string;
  readonly holds: boolean;
  /** Where the event has this field, under its own name; undefined = it does not, or the part is about no one field. */
  readonly found: { readonly name: string; readonly value: FieldValue } | undefined;
};
export type ExplainedSelection = {
  readonly name: string;
  readonly holds: boolean;
  readonly parts: readonly ExplainedPart[];
};
export type Explained = {
  readonly fires: boolean;
  /** Whether the event's log source is one of the rule's; when not, nothing else is asked. */
  readonly fits: boolean;
  readonly selections: readonly ExplainedSelection[];
};
export type Explainer =
  | { readonly ok: true; readonly explain: (event: Seen) => Explained }
  | { readonly ok: false; readonly reason: string; readonly line?: number };

/** Past this many parts of a rule, selections are explained as wholes. */
const MAX_PARTS = 400;
const ORIGIN = "explain";
/** A field that no event has: asking for its absence holds for every event of the log source. */
const ABSENT = "yagura explain absent";

/**
 * Says of events why one rule fires on them or not. Every selection, and every part of one, is compiled as a rule of its own with the
 * same log source, so what is explained is what the engine does. Never throws.
 */
export function explainRule(text: string, options: CompileOptions = {}): Explainer {
  const whole = compileRules([{ text, origin: ORIGIN }], options);
  const [problem] = whole.rejected;
  if (problem) return { ok: false, reason: problem.reason, ...(problem.line !== undefined && { line: problem.line }) };
  const [rule, second] = whole.rules;
  const detection = detectionOf(text);
  if (!rule || second || !detection) return { ok: false, reason: "only a single detection rule can be explained" };
  const selections = selectionsOf(detection);
  // Filters in force are the whole rule's: each would narrow the questions about its parts as well.
  const asked = compileRules(questions(selections, rule.logsource), { ...options, filters: [] });
  const answersTo = (event: Seen): ReadonlySet<string> =>
    new Set(asked.match(event).map((index) => asked.rules[index]?.facts.id ?? ""));
  return {
    ok: true,
    explain: (event) => {
      const answers = answersTo(event);
      const fits = answers.has("fits");
      return {
        fires: whole.match(event).length > 0,
        fits,
        selections: fits ? selections.map((one) => explained(one, { answers, event, logsource: rule.logsource })) : [],
      };
    },
  };
}

type Part = { readonly id: string; readonly key: string; readonly search: unknown };
type Selection = {
  readonly id: string;
  readonly name: string;
  readonly search: unknown;
  readonly parts: readonly Part[];
};

function detectionOf(text: string): ReadonlyMap<string, Yaml> | undefined {
  const found = readDocuments(text).flatMap((document) => {
    const detection = document.kind === "value" && isMap(document.value) ? document.value.get("detection") : undefined;
    return isMap(detection) ? [detection] : [];
  });
  return found.length === 1 ? found[0] : undefined;
}

function selectionsOf(detection: ReadonlyMap<string, Yaml>): readonly Selection[] {
  let left = MAX_PARTS;
  return [...detection]
    .filter(([name]) => name !== "condition")
    .map(([name, search], at) => {
      const parts = partsOf(search).map(([key, part], n) => ({ id: `${at}.${n}`, key, search: part }));
      left -= parts.length;
      return { id: String(at), name, search: plainOf(search), parts: left < 0 ? [] : parts };
    });
}

function partsOf(search: Yaml): readonly (readonly [string, unknown])[] {
  if (isMap(search)) return [...search].map(([key, value]) => [key, { [key]: plainOf(value) }] as const);
  if (isList(search)) return search.map((item, at) => [`#${at + 1}`, [plainOf(item)]] as const);
  return [["#1", plainOf(search)]];
}

/** As JSON knows it, which is YAML too. */
function plainOf(value: Yaml): unknown {
  if (isMap(value)) return Object.fromEntries([...value].map(([key, item]) => [key, plainOf(item)]));
  return isList(value) ? value.map(plainOf) : value;
}

function questions(selections: readonly Selection[], logsource: LogSource): readonly RuleSource[] {
  const named = Object.fromEntries(Object.entries(logsource).filter(([, part]) => part !== ""));
  const ask = (id: string, search: unknown): RuleSource => ({
    origin: ORIGIN,
    text: JSON.stringify({ title: id, id, logsource: named, detection: { asked: search, condition: "asked" } }),
  });
  const all = selections.flatMap(({ id, search, parts }) => [
    ask(id, search),
    ...parts.map((part) => ask(part.id, part.search)),
  ]);
  return [ask("fits", { [ABSENT]: null }), ...all];
}

type Asked = { readonly answers: ReadonlySet<string>; readonly event: Seen; readonly logsource: LogSource };

const explained = ({ id, name, parts }: Selection, asked: Asked): ExplainedSelection => ({
  name,
  holds: asked.answers.has(id),
  parts: parts.map((part) => ({
    key: part.key,
    holds: asked.answers.has(part.id),
    found: part.key.startsWith("#") ? undefined : foundIn(asked, part.key.split("|", 1)[0] ?? ""),
  })),
});

/** The first of the field's names that the event has; the engine also finds it without regard to letter case. */
function foundIn({ event: { fields }, logsource }: Asked, field: string): ExplainedPart["found"] {
  if (field === "") return undefined;
  const byFolded = new Map(Object.keys(fields).map((name) => [name.toLowerCase(), name]));
  for (const candidate of candidateNames(field, logsource)) {
    const name = Object.hasOwn(fields, candidate) ? candidate : byFolded.get(candidate.toLowerCase());
    const value = name === undefined ? undefined : fields[name];
    if (name !== undefined && value !== undefined) return { name, value };
  }
  return undefined;
}
