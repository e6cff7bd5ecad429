import type { Captured } from "../detect/index.ts";
import type { Fields, RuleFacts } from "../event/index.ts";
import type { Parsed } from "../parse/index.ts";

/** An event that fires rules, as it goes from the thread that found it to the one that tells. */
export type Found = {
  /** The file it is in; inside an archive, the archive's name and the entry's. */
  readonly file: string;
  /** 1-based, counted over the records of the file. */
  readonly record: number;
  /** Indexes into the rules. */
  readonly rules: readonly number[];
  /** UTC milliseconds; NaN when the event has no time of its own. */
  readonly timeMs: number;
  readonly facts: EventFacts;
  /** Everything the event says, when that was asked for. */
  readonly fields?: Fields;
};

/** An event that fires rules which correlations listen to. Times are UTC milliseconds, NaN when the event has none of its own. */
export type BaseHit = {
  readonly file: string;
  readonly record: number;
  readonly timeMs: number;
  readonly host: string;
  readonly matches: readonly BaseMatch[];
};
/** rule: index into the rules; values: what its correlations read. */
export type BaseMatch = { readonly rule: number; readonly values: Captured };

/** What a reader wants to know of an event first. "" where the event does not say. */
export type EventFacts = {
  readonly host: string;
  readonly user: string;
  readonly event_id: string;
  readonly dataset: string;
  readonly who: string;
  readonly where_from: string;
  readonly with_what: string;
  readonly what: string;
  readonly did_what: string;
};

/** One rule on one event. */
export type Hit = { readonly rule: RuleFacts; readonly found: Found };

export function factsOf({ hot }: Parsed): EventFacts {
  return {
    host: hot.host_name,
    user: hot.user_name,
    event_id: hot.event_code,
    dataset: hot.dataset,
    who: hot.who,
    where_from: hot.where_from,
    with_what: hot.with_what,
    what: hot.what,
    did_what: hot.did_what,
  };
}

/** Tags as Sigma writes them: `attack.execution`, `attack.t1059.001`. */
export const tagsOf = ({ tactics, techniques }: RuleFacts): readonly string[] =>
  [...tactics, ...techniques].map((tag) => `attack.${tag.toLowerCase()}`);

export const timeText = (timeMs: number): string => (Number.isNaN(timeMs) ? "" : new Date(timeMs).toISOString());
