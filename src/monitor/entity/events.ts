import type { EventsDb, SelectLimits } from "../../platform/events/index.ts";
import {
  clockOf,
  IN_RANGE,
  type Reader,
  rangeOf,
  rangeParams,
  type Scope,
  scopeOfQuery,
  unitsOf,
} from "../search/index.ts";
import { type Place, queryAt } from "../search/language/entity.ts";
import { resolveField } from "../search/language/names.ts";
import { addressText } from "../search/language/typed-field.ts";
import type { EntityQuery } from "./contract.ts";
import type { EntityDeps } from "./deps.ts";
import { type Found, MAX_SPELLINGS, queryOf, type Subject, subjectOf } from "./subject.ts";

const MAX_SECONDS = 20;

export type EntityScope = {
  readonly subject: Subject;
  /** Where events of the window name it, the most frequent place first. */
  readonly found: readonly Found[];
  readonly scope: Scope;
};

/**
 * Where the events of a window name the entity, and the scope that holds just them. Each place is asked by itself: the engine
 * passes over what an index rules out, which it could not with all of them joined by "or".
 * Errors: `invalid` (value, range, time zone), `forbidden`, `over_limit`, `unavailable`.
 */
export async function entityScope(
  deps: EntityDeps,
  ctx: Reader,
  { kind, value, signal, ...asked }: EntityQuery & { readonly signal?: AbortSignal | undefined },
): Promise<EntityScope> {
  const subject = subjectOf(kind, value);
  const clock = clockOf(ctx, asked.tz);
  const place = { range: rangeOf(asked, clock), clock, units: await unitsOf(deps, ctx, asked.unit) };
  const limits = { maxRows: MAX_SPELLINGS, maxSeconds: MAX_SECONDS, ...(signal && { signal }) };
  const asking = subject.places.map(async (each) => {
    const spellings = await spellingsAt(deps.events, scopeOfQuery(queryAt(each), place), { place: each, limits });
    return {
      place: each,
      spellings: spellings.map(({ text }) => text),
      events: sum(spellings.map(({ count }) => count)),
    };
  });
  const found = (await Promise.all(asking)).filter(({ events }) => events > 0).sort((a, b) => b.events - a.events);
  return { subject, found, scope: scopeOfQuery(queryOf(subject, found), place) };
}

const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0);

type Spelling = { readonly text: string; readonly count: number };

async function spellingsAt(
  events: EventsDb,
  scope: Scope,
  { place, limits }: { place: Place; limits: SelectLimits },
): Promise<Spelling[]> {
  const rows = await events.select<{ text: string; count: string }>(
    `SELECT ${textSql(place.field)} AS text, count() AS count FROM events WHERE ${IN_RANGE} AND ${scope.condition}
     GROUP BY text ORDER BY count DESC, text LIMIT ${MAX_SPELLINGS}`,
    { ...scope.params, ...rangeParams(scope) },
    limits,
  );
  return rows.map(({ text, count }) => ({ text, count: Number(count) }));
}

/** The places are columns of ours: texts and addresses. */
function textSql(field: string): string {
  const target = resolveField(field);
  if (target.kind === "ip") return addressText(target.sql);
  if (target.kind === "text") return `toString(${target.sql})`;
  throw new Error(`an entity cannot stand in ${field}`);
}
