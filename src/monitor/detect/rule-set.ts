import type { Fields, LogSource, RuleFacts } from "../event/index.ts";
import { type Captured, capture } from "./correlation/capture.ts";
import type { CorrelationEngine, CorrelationOptions } from "./correlation/engine.ts";
import { type CorrelationProgram, openCorrelations } from "./correlation/program.ts";
import type { CorrelationType } from "./correlation/read/document.ts";
import { type CorrelationPlan, planCorrelations } from "./correlation/read/plan.ts";
import type { ResolvedCorrelation } from "./correlation/read/resolve.ts";
import { silenced } from "./correlation/read/silence.ts";
import type { CostOptions, RuleCost } from "./engine/costs.ts";
import type { SourceOf } from "./json/json-lane.ts";
import { JsonMembers } from "./json/members.ts";
import type { JsonText } from "./json-text.ts";
import { ReadCache } from "./read-cache.ts";
import {
  type FilterReport,
  type OpenCorrelation,
  type PlacedFilter,
  type ReadOptions,
  type ReadOutcome,
  type ReadRule,
  type ReadRules,
  type Rejection,
  type Replacement,
  type RuleSource,
  readRules,
} from "./read-rules.ts";
import { fieldsOf } from "./rule/expression.ts";
import { compileLayer, type RuleLayer } from "./rule-layer.ts";

/** What is known of a rule that runs. */
export type CompiledRule = {
  readonly facts: RuleFacts;
  /** Its unique name; "" when it has none. */
  readonly name: string;
  readonly status: string;
  readonly description: string;
  readonly references: readonly string[];
  readonly falsePositives: readonly string[];
  /** The log source it applies to; a part that is "" fits any. */
  readonly logsource: LogSource;
  readonly origin: string;
  /** The rule's own names of the fields it reads. */
  readonly fields: readonly string[];
  /** False when it only serves correlations, which do not ask for its own alerts (`generate`). */
  readonly alerts: boolean;
};

/** A correlation rule that runs. `logsource`: what its detection rules' log sources have in common. */
export type CompiledCorrelation = Omit<CompiledRule, "fields"> & {
  readonly type: CorrelationType;
  readonly timespanMs: number;
  readonly groupBy: readonly string[];
  /** Ids of the rules and correlations that it lists. */
  readonly parts: readonly string[];
};

export type CompileOptions = ReadOptions & { readonly costs?: CostOptions };

/** `text` only makes matching faster. `added`: more fields, which rules read by name and in which keywords are not sought. */
export type MatchedEvent = {
  readonly fields: Fields;
  readonly logsource: LogSource;
  readonly text?: JsonText | undefined;
  readonly added?: Fields | undefined;
};

export type RuleSet = {
  readonly rules: readonly CompiledRule[];
  readonly correlations: readonly CompiledCorrelation[];
  /** Correlations that name a rule which is not here; rejected as long as no other rules join these. */
  readonly open: readonly (Pick<CompiledRule, "facts" | "name" | "logsource" | "origin"> & {
    /** Ids or names. */
    readonly parts: readonly string[];
    readonly missing: string;
    readonly rejection: Rejection;
  })[];
  readonly rejected: readonly Rejection[];
  /** Rules left out because a later one has the same id. */
  readonly replaced: readonly Replacement[];
  /** Sigma filters, with the rules that each narrows. */
  readonly filters: readonly FilterReport[];
  /** The same filters, to be in force for rules that are compiled apart. */
  readonly activeFilters: readonly PlacedFilter[];
  /** Indexes into `rules` of those that the event fires, ascending. */
  match(event: MatchedEvent): readonly number[];
  /**
   * The same for an event that is a flat JSON object, read from its UTF-8 text without decoding what no rule asks for. Undefined
   * when the text is anything else, or unusual, or `prepare` says no: then it is for JSON.parse and `match`.
   * prepare: sees the members, which are always the same object, before they are matched, and may name values a second time.
   */
  matchJson(
    text: Uint8Array,
    sourceOf: SourceOf,
    prepare?: (members: JsonMembers) => boolean,
  ): readonly number[] | undefined;
  /** What the correlations of a rule, by its index, read from an event; undefined when none listens to the rule. */
  capture(rule: number, fields: Fields): Captured | undefined;
  /** The field names that `capture` looks for, by value. */
  wanted(rule: number): readonly (readonly string[])[];
  /** The correlations as data, to be run elsewhere. */
  readonly program: CorrelationProgram;
  /** A new engine for the correlations, without any events yet. */
  correlate(options?: CorrelationOptions): CorrelationEngine;
  /** What rules cost on sampled events, the most expensive first; empty unless `costs` was asked for. */
  costs(): readonly RuleCost[];
  /** Rules that the last event made candidates: how well the index narrows. */
  lastCandidates(): number;
};

/** Compiles rule files. A broken rule is listed in `rejected` with its reason and never stops the others. Never throws. */
export const compileRules = (sources: Iterable<RuleSource>, options: CompileOptions = {}): RuleSet =>
  new RuleCompiler(options).compile(sources);

/** More rules than this beside the rest, and all are compiled together anew: events pay a little for each layer. */
const MAX_BESIDE = 64;

/**
 * Compiles the same rules again and again as some of them change. What did not change is neither read nor compiled anew: new
 * rules are a small layer beside the others, and rules that are gone are no longer run. The last rule set is void afterwards.
 */
export class RuleCompiler {
  readonly #options: CompileOptions;
  #opened: JsonMembers | undefined;
  /** Made when the first event comes as JSON. */
  readonly #members = (): JsonMembers => {
    this.#opened ??= new JsonMembers();
    return this.#opened;
  };
  readonly #cache = new ReadCache<ReadOutcome>();
  #base: RuleLayer;

  constructor(options: CompileOptions = {}) {
    this.#options = options;
    this.#base = compileLayer([], this.#members, options.costs);
  }

  compile(sources: Iterable<RuleSource>): RuleSet {
    const read = readRules(sources, this.#options, this.#cache);
    const { rules } = read;
    const known = new Set(this.#base.rules);
    const added = rules.filter((rule) => !known.has(rule));
    const gone = known.size - (rules.length - added.length);
    const isAnew = added.length > MAX_BESIDE || gone > MAX_BESIDE;
    if (isAnew) this.#base = compileLayer(rules, this.#members, this.#options.costs);
    const layers = [this.#base];
    if (!isAnew && added.length > 0) layers.push(compileLayer(added, this.#members, this.#options.costs));
    return { ...described(read), ...together(layers, rules, this.#members) };
  }
}

/** Layers as one: numbers are indexes into `rules`, and rules that are not among these do not count. */
function together(layers: readonly RuleLayer[], rules: readonly ReadRule[], members: () => JsonMembers) {
  const numbers = new Map(rules.map((rule, number) => [rule, number]));
  const parts = layers.map((layer) => ({ layer, numbers: layer.rules.map((rule) => numbers.get(rule) ?? GONE) }));
  for (const { layer, numbers } of parts) layer.rest(numbers.flatMap((number, at) => (number === GONE ? [at] : [])));
  const isWhole = layers.length === 1 && layers[0]?.rules === rules;
  const gather = (hitsOf: (layer: RuleLayer) => readonly number[]): readonly number[] =>
    isWhole && layers[0]
      ? hitsOf(layers[0])
      : parts.flatMap((part) => renumbered(hitsOf(part.layer), part.numbers)).sort((a, b) => a - b);
  return {
    match: (event: MatchedEvent) => gather((layer) => layer.match(event)),
    matchJson: (text: Uint8Array, sourceOf: SourceOf, prepare?: (members: JsonMembers) => boolean) =>
      members().read(text) && (prepare === undefined || prepare(members()))
        ? gather((layer) => layer.matchRead(sourceOf))
        : undefined,
    costs: () =>
      parts
        .flatMap((part) => part.layer.costs().map((cost) => ({ ...cost, rule: part.numbers[cost.rule] ?? GONE })))
        .filter(({ rule }) => rule !== GONE)
        .sort((a, b) => b.totalNs - a.totalNs),
    lastCandidates: () => layers.reduce((sum, layer) => sum + layer.lastCandidates(), 0),
  };
}

const GONE = -1;

const renumbered = (hits: readonly number[], numbers: readonly number[]): readonly number[] =>
  hits.map((hit) => numbers[hit] ?? GONE).filter((number) => number !== GONE);

/** All that is known of rules beside matching, the plan of their correlations included. */
function described(read: ReadRules) {
  const { rules, correlations, refused, open, rejected, replaced, filters, activeFilters } = read;
  const silent = silenced(rules, correlations, refused);
  const plan = planCorrelations(rules, correlations, silent.idle);
  const alerts = correlations.map((_, number) => !silent.correlations.has(number));
  const program: CorrelationProgram = { plan, alerts };
  return {
    rules: rules.map((rule, number) => ({ ...describe(rule), alerts: !silent.rules.has(number) })),
    correlations: correlations.map((rule, number) => ({
      ...describeCorrelation(rule, alerts[number] ?? true),
      parts: rule.members.flatMap((part) => (part.kind === "rule" ? rules : correlations)[part.number]?.facts.id ?? []),
    })),
    open: open.map(describeOpen),
    program,
    rejected,
    replaced,
    filters,
    activeFilters,
    capture: (rule: number, fields: Fields) => captureFor(plan, rule, fields),
    wanted: (rule: number) => plan.captures[rule] ?? [],
    correlate: (limits?: CorrelationOptions) => openCorrelations(program, limits),
  };
}

type Description = Omit<CompiledRule, "alerts">;
const descriptions = new WeakMap<ReadRule, Description>();

function describe(rule: ReadRule): Description {
  const known = descriptions.get(rule);
  if (known !== undefined) return known;
  const { expression, isMuted, ...facts } = rule;
  const description = { ...facts, fields: [...fieldsOf(expression)] };
  descriptions.set(rule, description);
  return description;
}

function describeCorrelation(rule: ResolvedCorrelation, alerts: boolean): Omit<CompiledCorrelation, "parts"> {
  const { facts, name, status, description, references, falsePositives, logsource, origin } = rule;
  const { type, timespanMs, groupBy } = rule;
  const told = { facts, name, status, description, references, falsePositives, logsource, origin };
  return { ...told, alerts, type, timespanMs, groupBy };
}

function describeOpen({ correlation, missing, rejection }: OpenCorrelation) {
  const { facts, name, origin } = correlation;
  return { facts, name, origin, parts: correlation.members, logsource: NO_LOG_SOURCE, missing, rejection };
}

const NO_LOG_SOURCE: LogSource = { product: "", category: "", service: "" };

function captureFor({ feeds, captures }: CorrelationPlan, rule: number, fields: Fields): Captured | undefined {
  return (feeds[rule]?.length ?? 0) === 0 ? undefined : capture(fields, captures[rule] ?? []);
}
