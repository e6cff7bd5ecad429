import type { Fields, LogSource, RuleFacts } from "../event/index.ts";
import { CostMeter, type CostOptions, type RuleCost } from "./engine/costs.ts";
import { eventIdsOf } from "./engine/event-ids.ts";
import { FieldsView } from "./engine/fields-view.ts";
import { Matcher } from "./engine/matcher.ts";
import { bind, Registry } from "./engine/predicate.ts";
import { compileProgram } from "./engine/program.ts";
import { type RoutedRule, Router } from "./engine/router.ts";
import { witnessesOf } from "./engine/witness.ts";
import { JsonLane, type SourceOf } from "./json/json-lane.ts";
import {
  type ReadOptions,
  type ReadRule,
  type Rejection,
  type Replacement,
  type RuleSource,
  readRules,
} from "./read-rules.ts";
import { fieldsOf } from "./rule/expression.ts";

/** What is known of a rule that runs. */
export type CompiledRule = {
  readonly facts: RuleFacts;
  readonly status: string;
  readonly description: string;
  readonly references: readonly string[];
  readonly falsePositives: readonly string[];
  /** The log source it applies to; a part that is "" fits any. */
  readonly logsource: LogSource;
  readonly origin: string;
  /** The rule's own names of the fields it reads. */
  readonly fields: readonly string[];
};

export type CompileOptions = ReadOptions & { readonly costs?: CostOptions };

export type RuleSet = {
  readonly rules: readonly CompiledRule[];
  readonly rejected: readonly Rejection[];
  /** Rules left out because a later one has the same id. */
  readonly replaced: readonly Replacement[];
  /** Indexes into `rules` of those that the event fires, ascending. */
  match(event: { readonly fields: Fields; readonly logsource: LogSource }): readonly number[];
  /**
   * The same for an event that is a flat JSON object, read from its UTF-8 text without decoding what no rule asks for. Undefined
   * when the text is anything else, or unusual: then it is for JSON.parse and `match`.
   */
  matchJson(text: Uint8Array, sourceOf: SourceOf): readonly number[] | undefined;
  /** What rules cost on sampled events, the most expensive first; empty unless `costs` was asked for. */
  costs(): readonly RuleCost[];
  /** Rules that the last event made candidates: how well the index narrows. */
  lastCandidates(): number;
};

/** Compiles rule files. A broken rule is listed in `rejected` with its reason and never stops the others. Never throws. */
export function compileRules(sources: Iterable<RuleSource>, options: CompileOptions = {}): RuleSet {
  const { rules, rejected, replaced } = readRules(sources, options);
  const registry = new Registry();
  const runnable = rules.map((rule, number) => prepare(rule, number, registry));
  const { predicates, slots } = registry;
  const router = new Router(runnable, { predicates, slots });
  const meter = options.costs && new CostMeter(options.costs);
  const matcher = new Matcher(predicates, runnable, meter);
  const view = new FieldsView(slots.length);
  const lane = new JsonLane(slots.length, (fields, logsource) => router.groupOf(fields, logsource));
  return {
    rules: rules.map(describe),
    rejected,
    replaced,
    match: ({ fields, logsource }) => {
      const hits = matcher.match(view.open(fields), router.groupOf(fields, logsource));
      view.close();
      return hits;
    },
    matchJson: (text, sourceOf) => {
      const group = lane.read(text, sourceOf);
      return group && matcher.match(lane.view, group);
    },
    costs: () => meter?.list() ?? [],
    lastCandidates: () => matcher.candidateCount,
  };
}

function prepare(rule: ReadRule, number: number, registry: Registry): RoutedRule {
  const bound = bind(rule.expression, rule.logsource, registry);
  const { predicates, slots } = registry;
  return {
    number,
    logsource: rule.logsource,
    program: compileProgram(bound, predicates),
    ...witnessesOf(bound, predicates),
    eventIds: eventIdsOf(bound, predicates, (slot) => slots[slot]?.[0] === "EventID"),
  };
}

function describe({ expression, ...rule }: ReadRule): CompiledRule {
  return { ...rule, fields: [...fieldsOf(expression)] };
}
