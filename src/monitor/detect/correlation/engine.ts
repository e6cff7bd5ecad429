import type { Captured } from "./capture.ts";
import type { CorrelationPlan, Feed } from "./read/plan.ts";
import type { ResolvedCorrelation } from "./read/resolve.ts";
import { type CorrelationSnapshot, definitionOf, restoreWindows, snapshotWindows } from "./snapshot.ts";
import { Correlator } from "./window/correlator.ts";
import { readsNumbers } from "./window/figure.ts";
import type { Limits, WindowCounters, WindowFinding } from "./window/terms.ts";

/** An event that fired a detection rule which correlations listen to. Feed them in the order they were received. */
export type BaseMatch = {
  /** Index into the rule set's rules. */
  readonly rule: number;
  /** The event's own UTC milliseconds; NaN when the log carried none. */
  readonly timeMs: number;
  readonly receivedMs: number;
  /** Names the event, and grows with the order of arrival. */
  readonly id: bigint;
  /** Events of different scopes are never correlated with one another. */
  readonly scope: string;
  /** What `capture` took from the event. */
  readonly values: Captured;
};

/** A correlation rule has fired. With the correlation's id, `id` names the firing for ever: feeding the same again gives the same. */
export type Firing = WindowFinding & {
  /** Index into the rule set's correlations. */
  readonly correlation: number;
  /** The event whose arrival brought it to light. */
  readonly id: bigint;
  readonly scope: string;
  /** What the window's events have in common, as written in that event. */
  readonly group: readonly { readonly field: string; readonly value: string }[];
};

export type CorrelationOptions = Partial<Limits>;

export type CorrelationFigures = Readonly<WindowCounters> & {
  readonly id: string;
  readonly groups: number;
  readonly events: number;
  readonly firings: number;
  /** Events without a field of `group-by`, and without a readable value or number. */
  readonly ungrouped: number;
  readonly unreadable: number;
};

const DEFAULT_LIMITS: Limits = { latenessMs: 300_000, maxGroups: 1_000_000, maxEntries: 4_000_000, maxSteps: 20_000 };
/** A log's time this far past its receipt is a wrong clock, and the time of receipt stands in. */
const MAX_AHEAD_MS = 300_000;
/** Past this, sums of doubles overflow. */
const LARGEST = 1e290;
const BETWEEN = "\u0000";

type Running = {
  readonly rule: ResolvedCorrelation;
  readonly correlator: Correlator;
  readonly readsNumbers: boolean;
  /** A temporal correlation is told of every window that meets a member's condition, a counting one of its firings. */
  readonly isTemporal: boolean;
  readonly alerts: boolean;
  /** By detection rule: the correlations that list this one; undefined when none does. */
  readonly chain: ReadonlyMap<number, readonly Feed[]> | undefined;
  firings: number;
  ungrouped: number;
  unreadable: number;
};

type Place = { readonly timeMs: number; readonly id: bigint };

/** Runs the correlation rules of a rule set. Pure: time comes with the events, and the same events give the same firings. */
export class CorrelationEngine {
  readonly #plan: CorrelationPlan;
  readonly #running: readonly Running[];
  readonly #scopes = new Map<string, number>();
  /** Mostly the same one comes again. */
  #lastScope: { readonly name: string; readonly number: number } | undefined;
  #clockMs = Number.NEGATIVE_INFINITY;
  #firings: Firing[] = [];

  /** alerts: by correlation, whether its firings are told or only serve other correlations. */
  constructor(plan: CorrelationPlan, alerts: readonly boolean[], options: CorrelationOptions = {}) {
    const limits = { ...DEFAULT_LIMITS, ...options };
    this.#plan = plan;
    this.#running = plan.correlations.map((rule, number) => ({
      rule,
      correlator: new Correlator(rule, limits, (plan.chains[number]?.size ?? 0) > 0),
      readsNumbers: readsNumbers(rule.type, rule.condition),
      isTemporal: rule.type === "temporal" || rule.type === "temporal_ordered",
      alerts: alerts[number] ?? true,
      chain: plan.chains[number]?.size ? plan.chains[number] : undefined,
      firings: 0,
      ungrouped: 0,
      unreadable: 0,
    }));
  }

  feed(match: BaseMatch): void {
    const { timeMs, receivedMs, id } = match;
    if (receivedMs > this.#clockMs) this.#clockMs = receivedMs;
    const isSound = timeMs <= receivedMs + MAX_AHEAD_MS;
    const place = { timeMs: isSound ? timeMs : receivedMs, id };
    for (const feed of this.#plan.feeds[match.rule] ?? []) this.#into(feed, match, place);
  }

  /** What fired since the last call, in the order it came to light. */
  take(): readonly Firing[] {
    const firings = this.#firings;
    this.#firings = [];
    return firings;
  }

  figures(): readonly CorrelationFigures[] {
    return this.#running.map(({ rule, correlator, firings, ungrouped, unreadable }) => ({
      id: rule.facts.id,
      groups: correlator.groups.size,
      events: correlator.entries.size,
      firings,
      ungrouped,
      unreadable,
      ...correlator.counters,
    }));
  }

  /** All windows as plain arrays, for the structured clone. */
  snapshot(): CorrelationSnapshot {
    return {
      version: 1,
      clockMs: this.#clockMs,
      scopes: [...this.#scopes.keys()],
      correlations: this.#running.map(({ rule, correlator }) => ({
        definition: definitionOf(rule, this.#plan),
        windows: snapshotWindows(correlator),
      })),
    };
  }

  /** Goes on from a snapshot, for the correlations that are still the same. Returns the ids of those. Only on a new engine. */
  restore(snapshot: CorrelationSnapshot): readonly string[] {
    for (const scope of snapshot.scopes) this.#scopeOf(scope);
    this.#clockMs = snapshot.clockMs;
    const known = new Map(snapshot.correlations.map(({ definition, windows }) => [definition, windows]));
    return this.#running.flatMap(({ rule, correlator }) => {
      const windows = known.get(definitionOf(rule, this.#plan));
      if (windows === undefined) return [];
      restoreWindows(correlator, windows);
      return [rule.facts.id];
    });
  }

  #into(feed: Feed, match: BaseMatch, { timeMs, id }: Place): void {
    const running = this.#running[feed.correlation];
    if (!running) return;
    const key = joined(feed.groupBy, match.values);
    if (key === undefined) {
      running.ungrouped++;
      return;
    }
    const text = joined(feed.fields, match.values);
    const amount = running.readsNumbers ? numberOf(text) : 0;
    if (text === undefined || Number.isNaN(amount)) {
      running.unreadable++;
      return;
    }
    const { member } = feed;
    const scope = this.#scopeOf(match.scope);
    const clockMs = this.#clockMs;
    const finding = running.correlator.add({ scope, key, member, timeMs, clockMs, id, text, amount });
    if (running.chain !== undefined) this.#passOn(running, match, finding);
    if (finding === undefined || !running.alerts || this.#hasFired(feed.correlation, match.id)) return;
    running.firings++;
    this.#firings.push({
      ...finding,
      correlation: feed.correlation,
      id: match.id,
      scope: match.scope,
      group: groupOf(running.rule, feed, match),
    });
  }

  /** Several windows of one correlation may come to light with one event: that is one firing. */
  #hasFired(correlation: number, id: bigint): boolean {
    for (let at = this.#firings.length - 1; at >= 0 && this.#firings[at]?.id === id; at--)
      if (this.#firings[at]?.correlation === correlation) return true;
    return false;
  }

  #passOn({ chain, correlator }: Running, match: BaseMatch, finding: WindowFinding | undefined): void {
    const above = chain?.get(match.rule);
    if (above === undefined) return;
    const held = correlator.takeHeld();
    for (const feed of above) {
      if (this.#running[feed.correlation]?.isTemporal) for (const place of held) this.#into(feed, match, place);
      else if (finding) this.#into(feed, match, { timeMs: finding.timeMs, id: match.id });
    }
  }

  #scopeOf(name: string): number {
    if (this.#lastScope?.name === name) return this.#lastScope.number;
    const number = this.#scopes.get(name) ?? this.#scopes.size;
    this.#scopes.set(name, number);
    this.#lastScope = { name, number };
    return number;
  }
}

/** Values side by side, without regard to case, as Sigma compares; undefined when one is missing. */
function joined(places: readonly number[], values: Captured): string | undefined {
  let text = "";
  for (let at = 0; at < places.length; at++) {
    const value = values[places[at] ?? -1];
    if (value === undefined) return undefined;
    text = at === 0 ? value.toLowerCase() : text + BETWEEN + value.toLowerCase();
  }
  return text;
}

function numberOf(text: string | undefined): number {
  if (text === undefined || text.trim() === "") return Number.NaN;
  const number = Number(text);
  return Math.abs(number) <= LARGEST ? number : Number.NaN;
}

const groupOf = (rule: ResolvedCorrelation, feed: Feed, match: BaseMatch) =>
  rule.groupBy.map((field, place) => ({ field, value: match.values[feed.groupBy[place] ?? -1] ?? "" }));
