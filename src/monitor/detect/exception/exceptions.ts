import { COLUMNS, type Fields, type FieldValue, type HotColumns, type LogSource } from "../../event/index.ts";
import type { Placeholders } from "../rule/placeholder.ts";
import type { Yaml } from "../rule/value.ts";
import { compileRules } from "../rule-set.ts";
import { type ExceptionMatch, readMatch } from "./match.ts";

/** One exception as the threads need it. Instants are UTC milliseconds: from `startsAtMs`, before `expiresAtMs`. */
export type ExceptionSpec = {
  readonly id: string;
  readonly ruleIds: readonly string[];
  readonly unitIds: "any" | readonly string[];
  readonly startsAtMs: number;
  readonly expiresAtMs: number;
  readonly match: ExceptionMatch;
};

/** An event that rules fired on. Hot columns are found under their ECS names, beside the vendor's own. */
export type FoundEvent = {
  readonly fields: Fields;
  readonly logsource: LogSource;
  readonly hot: HotColumns;
  readonly unitId: string;
  readonly receivedMs: number;
};

export type ExceptionSet = {
  /** The id of the exception that each of the rules falls under on this event; rules under none are not there. */
  exceptedBy(event: FoundEvent, ruleIds: readonly string[]): ReadonlyMap<string, string>;
};

type RuleLike = { readonly facts: { readonly id: string }; readonly logsource: LogSource };
type Candidate = { readonly spec: ExceptionSpec; readonly pseudoId: string };

const NONE: ReadonlyMap<string, string> = new Map();
export const NO_EXCEPTIONS: ExceptionSet = { exceptedBy: () => NONE };

/**
 * Exceptions over the rules that run. They hang on a rule's id, so a new text of the rule keeps them; the rule's log source
 * decides under which other names a field is found. Of several that fit, the first in the list counts. Never throws: one
 * that cannot be read excepts nothing.
 */
export function compileExceptions(
  specs: readonly ExceptionSpec[],
  rules: readonly RuleLike[],
  placeholders: Placeholders,
): ExceptionSet {
  if (specs.length === 0) return NO_EXCEPTIONS;
  const logsources = new Map(rules.map(({ facts, logsource }) => [facts.id, logsource]));
  const byRule = new Map<string, Candidate[]>();
  const texts: { text: string; origin: string }[] = [];
  for (const spec of specs) {
    const match = readMatch(spec.match, placeholders);
    if (!match.ok) continue;
    for (const ruleId of spec.ruleIds) {
      const logsource = logsources.get(ruleId);
      if (logsource === undefined) continue;
      const pseudoId = `${spec.id} ${ruleId}`;
      const detection = toJson(match.detection);
      texts.push({ text: JSON.stringify({ title: "exception", id: pseudoId, logsource, detection }), origin: spec.id });
      byRule.set(ruleId, [...(byRule.get(ruleId) ?? []), { spec, pseudoId }]);
    }
  }
  const set = compileRules(texts, { placeholders });
  const matching = (event: FoundEvent): ReadonlySet<string> => {
    const fields = withHotColumns(event);
    const hits = set.match({ fields, logsource: event.logsource });
    return new Set(hits.map((index) => set.rules[index]?.facts.id ?? ""));
  };
  return { exceptedBy: (event, ruleIds) => exceptedBy(event, ruleIds, { byRule, matching }) };
}

type Compiled = {
  readonly byRule: ReadonlyMap<string, readonly Candidate[]>;
  readonly matching: (event: FoundEvent) => ReadonlySet<string>;
};

function exceptedBy(
  event: FoundEvent,
  ruleIds: readonly string[],
  { byRule, matching }: Compiled,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  let held: ReadonlySet<string> | undefined;
  for (const ruleId of ruleIds) {
    for (const { spec, pseudoId } of byRule.get(ruleId) ?? []) {
      if (!isInForce(spec, event)) continue;
      held ??= matching(event);
      if (!held.has(pseudoId)) continue;
      found.set(ruleId, spec.id);
      break;
    }
  }
  return found;
}

/** By the time we received the event, so that a replay after a crash comes to the same answer. */
const isInForce = (spec: ExceptionSpec, event: FoundEvent): boolean =>
  event.receivedMs >= spec.startsAtMs &&
  event.receivedMs < spec.expiresAtMs &&
  (spec.unitIds === "any" || spec.unitIds.includes(event.unitId));

function withHotColumns({ fields, hot }: FoundEvent): Fields {
  const all: Record<string, FieldValue> = Object.create(null);
  for (const { column, ecs } of COLUMNS) {
    const value: FieldValue = hot[column];
    if (value !== "" && value !== 0) all[ecs] = value;
  }
  return Object.assign(all, fields);
}

/** Maps as objects without a prototype, so that a search called `__proto__` stays one. */
function toJson(value: Yaml): unknown {
  if (Array.isArray(value)) return value.map(toJson);
  if (!(value instanceof Map)) return value;
  const object: Record<string, unknown> = Object.create(null);
  for (const [key, item] of value) object[key] = toJson(item);
  return object;
}
