import type { Fields, LogSource } from "../event/index.ts";
import { CostMeter, type CostOptions, type RuleCost } from "./engine/costs.ts";
import { eventIdsOf } from "./engine/event-ids.ts";
import { FieldsView } from "./engine/fields-view.ts";
import { Matcher } from "./engine/matcher.ts";
import { bind, Registry } from "./engine/predicate.ts";
import { compileProgram } from "./engine/program.ts";
import { type RoutedRule, Router } from "./engine/router.ts";
import { witnessesOf } from "./engine/witness.ts";
import { JsonLane, type SourceOf } from "./json/json-lane.ts";
import type { JsonMembers } from "./json/members.ts";
import type { JsonText } from "./json-text.ts";
import type { ReadRule } from "./read-rules.ts";

type Event = {
  readonly fields: Fields;
  readonly logsource: LogSource;
  readonly text?: JsonText | undefined;
  readonly added?: Fields | undefined;
};

/** Rules compiled together: what they share is asked once. Numbers are indexes into `rules`. */
export type RuleLayer = {
  readonly rules: readonly ReadRule[];
  match(event: Event): readonly number[];
  /** The same for the event that the members given were read from last. */
  matchRead(sourceOf: SourceOf): readonly number[];
  /** From now on exactly these rules are not run. */
  rest(numbers: Iterable<number>): void;
  costs(): readonly RuleCost[];
  lastCandidates(): number;
};

export function compileLayer(rules: readonly ReadRule[], members: () => JsonMembers, costs?: CostOptions): RuleLayer {
  const registry = new Registry();
  const runnable = rules.map((rule, number) => prepare(rule, number, registry));
  const { predicates, slots } = registry;
  const router = new Router(runnable, { predicates, slots });
  const meter = costs && new CostMeter(costs);
  const matcher = new Matcher(predicates, runnable, meter);
  const view = new FieldsView(slots.length);
  const openLane = () =>
    new JsonLane(members(), slots.length, (fields, logsource) => router.groupOf(fields, logsource));
  let lane: JsonLane | undefined;
  return {
    rules,
    match: ({ fields, logsource, text, added }) => {
      const hits = matcher.match(view.open(fields, text, added), router.groupOf(fields, logsource));
      view.close();
      return hits;
    },
    matchRead: (sourceOf) => {
      lane ??= openLane();
      return matcher.match(lane.view, lane.groupOf(sourceOf));
    },
    rest: (numbers) => matcher.rest(numbers),
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
