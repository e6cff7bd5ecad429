import { LEVELS, type Level, type RuleFacts } from "../event/index.ts";
import type { Found } from "./found.ts";

const MAX_HOSTS = 1_000;

/** A rule's hits. Times are UTC milliseconds, NaN while no event had one. */
export type RuleTally = {
  readonly rule: RuleFacts;
  count: number;
  firstMs: number;
  lastMs: number;
  /** Up to 1,000 of them. */
  readonly hosts: Set<string>;
  readonly example: { readonly file: string; readonly record: number };
};

/** What a hunt found, in figures: as much memory as there are rules, files and hosts, however many hits. */
export class Summary {
  readonly rules = new Map<string, RuleTally>();
  readonly levels = new Map<Level, number>(LEVELS.toReversed().map((level) => [level, 0]));
  readonly files = new Map<string, number>();
  matches = 0;
  events = 0;
  firstMs = Number.NaN;
  lastMs = Number.NaN;

  add(rule: RuleFacts, { file, record, timeMs, facts }: Found): void {
    const tally = this.rules.get(rule.id) ?? newTally(rule, { file, record });
    this.rules.set(rule.id, tally);
    tally.count += 1;
    tally.firstMs = earlier(tally.firstMs, timeMs);
    tally.lastMs = later(tally.lastMs, timeMs);
    if (facts.host !== "" && tally.hosts.size < MAX_HOSTS) tally.hosts.add(facts.host);
    this.levels.set(rule.level, (this.levels.get(rule.level) ?? 0) + 1);
    this.files.set(file, (this.files.get(file) ?? 0) + 1);
    this.matches += 1;
    this.firstMs = earlier(this.firstMs, timeMs);
    this.lastMs = later(this.lastMs, timeMs);
  }

  /** The gravest first, among equals the most frequent. */
  ranked(): readonly RuleTally[] {
    const rank = ({ rule, count }: RuleTally) => LEVELS.indexOf(rule.level) * 1e12 + count;
    return [...this.rules.values()].sort((a, b) => rank(b) - rank(a) || (a.rule.title < b.rule.title ? -1 : 1));
  }
}

const newTally = (rule: RuleFacts, example: { file: string; record: number }): RuleTally => ({
  rule,
  count: 0,
  firstMs: Number.NaN,
  lastMs: Number.NaN,
  hosts: new Set(),
  example,
});

const earlier = (a: number, b: number): number => (Number.isNaN(a) || b < a ? b : a);
const later = (a: number, b: number): number => (Number.isNaN(a) || b > a ? b : a);
