import { isUtf8 } from "node:buffer";
import type { RuleSet } from "../detect/index.ts";
import { LEVELS, type Level } from "../event/index.ts";
import {
  createParser,
  type FlatMembers,
  FlatWindows,
  type Parsed,
  type ParseHints,
  sourceOfFlat,
} from "../parse/index.ts";
import { type BaseHit, type Found, factsOf } from "./found.ts";

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
  readonly onFound: (found: Found) => void;
  readonly onBase: (hit: BaseHit) => void;
  /** Something the parser could not understand, in its own word for it; `untimed`: what cannot be correlated. */
  readonly onProblem: (problem: string, place: Place) => void;
};

export type Place = { readonly file: string; readonly record: number };
type Event = { readonly [name: string]: unknown };

const BRACE = 123;

/** Looks at one event after another. One per thread: a rule set keeps scratch memory. */
export class Hunter {
  readonly #parser = createParser();
  readonly #deps: HunterDeps;
  readonly #matching: ParseHints;
  readonly #telling: ParseHints;
  readonly #isWanted: readonly boolean[];
  /** By rule: whether correlations listen to it. */
  readonly #isBase: readonly boolean[];
  #flat: FlatWindows | undefined;
  /** A rule set has its members read into one object for ever. */
  readonly #asParsed = (members: FlatMembers): boolean => {
    this.#flat ??= new FlatWindows(members);
    return this.#flat.asParsed();
  };

  constructor(deps: HunterDeps) {
    this.#deps = deps;
    const { nowMs, timeZone } = deps;
    const hints = { format: "auto", transport: "file", peer: "", receivedAtMs: nowMs };
    this.#telling = { ...hints, ...(timeZone !== undefined && { timeZone }) };
    this.#matching = { ...this.#telling, isForMatching: true };
    const least = LEVELS.indexOf(deps.wanted.minLevel ?? "informational");
    this.#isWanted = deps.rules.rules.map(({ facts, alerts }) => alerts && LEVELS.indexOf(facts.level) >= least);
    this.#isBase = deps.rules.program.plan.feeds.map((feeds) => feeds.length > 0);
  }

  /** A line, or a JSON text. table: the one that it is a row of. */
  line(bytes: Buffer, place: Place, table?: ParseHints["table"]): void {
    const [matching, telling] = table
      ? [
          { ...this.#matching, table },
          { ...this.#telling, table },
        ]
      : [this.#matching, this.#telling];
    const quick =
      bytes[0] === BRACE && isUtf8(bytes) ? this.#deps.rules.matchJson(bytes, sourceOfFlat, this.#asParsed) : undefined;
    const rules = quick ? this.#wanted(quick) : this.#matchLine(bytes, place, matching);
    if (rules.length > 0) this.#tell(rules, this.#parser.parse(bytes, telling), place);
  }

  /** An event that is JSON already. */
  event(event: Event, place: Place): void {
    const rules = this.#match(this.#parser.parseEvent(event, this.#matching), place);
    if (rules.length > 0) this.#tell(rules, this.#parser.parseEvent(event, this.#telling), place);
  }

  /** A line whose encoding is only guessed is read as UTF-8 too: a stray byte must hide nothing (see `pipeline/process-batch.ts`). */
  #matchLine(bytes: Buffer, place: Place, matching: ParseHints): readonly number[] {
    const parsed = this.#parser.parse(bytes, matching);
    const rules = this.#match(parsed, place, bytes);
    if (parsed.decoded === undefined) return rules;
    const { fields, logsource } = this.#parser.parse(bytes, { ...matching, encoding: "utf-8" });
    return [...new Set([...rules, ...this.#wanted(this.#deps.rules.match({ fields, logsource }))])];
  }

  #match({ fields, logsource, made, problem }: Parsed, place: Place, bytes?: Buffer): readonly number[] {
    if (problem !== "") this.#deps.onProblem(problem, place);
    const text = bytes && made && { bytes, made };
    return this.#wanted(this.#deps.rules.match({ fields, logsource, text }));
  }

  /** Rules fired that are to be told or correlated. */
  #wanted(fired: readonly number[]): readonly number[] {
    return fired.length === 0 ? fired : fired.filter((index) => this.#isWanted[index] || this.#isBase[index]);
  }

  /** Few events fire a rule: only those are read a second time, for all they say. */
  #tell(fired: readonly number[], parsed: Parsed, place: Place): void {
    const { timeMs, fields } = parsed;
    const { fromMs, toMs, withFields } = this.#deps.wanted;
    // An event without a time is in no span of time.
    if (fromMs !== undefined && !(timeMs >= fromMs)) return;
    if (toMs !== undefined && !(timeMs < toMs)) return;
    this.#tellBase(fired, parsed, place);
    const rules = fired.filter((index) => this.#isWanted[index]);
    if (rules.length === 0) return;
    const facts = factsOf(parsed);
    this.#deps.onFound({ ...place, rules, timeMs, facts, ...(withFields === true && { fields: { ...fields } }) });
  }

  #tellBase(fired: readonly number[], { timeMs, fields, hot }: Parsed, place: Place): void {
    const matches = fired.flatMap((rule) => {
      const values = this.#isBase[rule] ? this.#deps.rules.capture(rule, fields) : undefined;
      return values === undefined ? [] : [{ rule, values }];
    });
    if (matches.length === 0) return;
    if (Number.isNaN(timeMs)) this.#deps.onProblem("untimed", place);
    else this.#deps.onBase({ ...place, timeMs, host: hot.host_name, matches });
  }
}
