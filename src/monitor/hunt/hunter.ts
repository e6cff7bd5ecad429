import type { RuleSet } from "../detect/index.ts";
import { LEVELS, type Level } from "../event/index.ts";
import { createParser, type Parsed, type ParseHints } from "../parse/index.ts";
import { type Found, factsOf } from "./found.ts";

/** What a hunt looks for. Times are UTC milliseconds. */
export type Wanted = {
  readonly minLevel?: Level;
  readonly fromMs?: number;
  readonly toMs?: number;
  /** Give every field of the events found. */
  readonly withFields?: boolean;
};

export type HunterDeps = {
  readonly rules: RuleSet;
  readonly wanted: Wanted;
  /** For dates without a year, and texts without an offset. */
  readonly nowMs: number;
  readonly timeZone?: string;
  /** Something the parser could not understand, in its own word for it. */
  readonly onProblem: (problem: string, place: Place) => void;
};

export type Place = { readonly file: string; readonly record: number };
type Event = { readonly [name: string]: unknown };

/** Looks at one event after another. One per thread: a rule set keeps scratch memory. */
export class Hunter {
  readonly #parser = createParser();
  readonly #deps: HunterDeps;
  readonly #matching: ParseHints;
  readonly #telling: ParseHints;
  readonly #isWanted: readonly boolean[];

  constructor(deps: HunterDeps) {
    this.#deps = deps;
    const { nowMs, timeZone } = deps;
    const hints = { format: "auto", transport: "file", peer: "", receivedAtMs: nowMs };
    this.#telling = { ...hints, ...(timeZone !== undefined && { timeZone }) };
    this.#matching = { ...this.#telling, isForMatching: true };
    const least = LEVELS.indexOf(deps.wanted.minLevel ?? "informational");
    this.#isWanted = deps.rules.rules.map(({ facts, alerts }) => alerts && LEVELS.indexOf(facts.level) >= least);
  }

  /** A line, or a JSON text. */
  line(bytes: Buffer, place: Place): Found | undefined {
    const rules = this.#match(this.#parser.parse(bytes, this.#matching), place);
    return rules === undefined ? undefined : this.#tell(rules, this.#parser.parse(bytes, this.#telling), place);
  }

  /** An event that is JSON already. */
  event(event: Event, place: Place): Found | undefined {
    const rules = this.#match(this.#parser.parseEvent(event, this.#matching), place);
    return rules === undefined ? undefined : this.#tell(rules, this.#parser.parseEvent(event, this.#telling), place);
  }

  #match(parsed: Parsed, place: Place): readonly number[] | undefined {
    if (parsed.problem !== "") this.#deps.onProblem(parsed.problem, place);
    const fired = this.#deps.rules.match(parsed);
    if (fired.length === 0) return undefined;
    const rules = fired.filter((index) => this.#isWanted[index]);
    return rules.length === 0 ? undefined : rules;
  }

  /** Few events fire a rule: only those are read a second time, for all they say. */
  #tell(rules: readonly number[], parsed: Parsed, { file, record }: Place): Found | undefined {
    const { timeMs, fields } = parsed;
    const { fromMs, toMs, withFields } = this.#deps.wanted;
    // An event without a time is in no span of time.
    if (fromMs !== undefined && !(timeMs >= fromMs)) return undefined;
    if (toMs !== undefined && !(timeMs < toMs)) return undefined;
    const facts = factsOf(parsed);
    return { file, record, rules, timeMs, facts, ...(withFields === true && { fields: { ...fields } }) };
  }
}
