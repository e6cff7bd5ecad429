import { AppError } from "../../kernel/errors.ts";
import { isTimeZone } from "../../kernel/zone.ts";
import type { UnitScope } from "../../organization/access/index.ts";
import type { Params } from "../../platform/events/index.ts";
import type { SearchScope } from "./contract.ts";
import type { EventAccess, Reader, TimeRange } from "./deps.ts";
import type { Query, QueryProblem } from "./language/ast.ts";
import { compileQuery } from "./language/compile.ts";
import { type Clock, readInstant } from "./language/instant.ts";
import { parseQuery } from "./language/parse.ts";

/** Ten years: whole imported archives can be searched, and nobody can ask for the age of the universe. */
const MAX_RANGE_MS = 3_660 * 86_400_000;

/** What one request may see and asks for, ready for SQL. `condition` is ANDed to every query on `events`. */
export type Scope = TimeRange & {
  readonly query: Query;
  readonly clock: Clock;
  readonly units: UnitScope;
  readonly condition: string;
  readonly params: Params;
};

/**
 * Resolves a request: range, time zone, query, and the units that the person may read, cut to those asked for.
 * Errors: `invalid` with `{position, expected, code}` for the query; `forbidden` when no unit is left.
 */
export async function scopeOf(deps: EventAccess, ctx: Reader, input: SearchScope, range?: TimeRange): Promise<Scope> {
  const clock = clockOf(ctx, input.tz);
  const query = parseQuery(input.q);
  if (!query.ok) throw queryError(query.error);
  const units = await unitsOf(deps, ctx, input.unit);
  return scopeOfQuery(query.value, { range: range ?? rangeOf(input, clock), clock, units });
}

type Place = { readonly range: TimeRange; readonly clock: Clock; readonly units: UnitScope };

/** The scope of a question that is a tree already, such as the events of one host. Errors: `invalid` for a value that does not fit its field. */
export function scopeOfQuery(query: Query, { range, clock, units }: Place): Scope {
  const compiled = compileQuery(query, clock);
  if (!compiled.ok) throw queryError(compiled.error);
  return {
    fromMs: range.fromMs,
    toMs: range.toMs,
    query,
    clock,
    units,
    condition: `${unitCondition(units)} AND ${compiled.value.condition}`,
    params: { ...compiled.value.params, ...unitParams(units) },
  };
}

export const unitCondition = (units: UnitScope): string => (units.all ? "1" : "unit_id IN {units:Array(String)}");
export const unitParams = (units: UnitScope): Params => (units.all ? {} : { units: units.ids });

export async function unitsOf(deps: EventAccess, ctx: Reader, unit: string): Promise<UnitScope> {
  const allowed = ctx.units("event:read");
  const wanted = unit.split(",").filter((id) => id !== "");
  if (wanted.length === 0) return withSome(allowed);
  const tree = await deps.tree.current();
  const below = [...new Set(wanted.flatMap((id) => tree.subtree(id)))];
  const ids = allowed.all ? below : below.filter((id) => allowed.ids.includes(id));
  return withSome({ all: false, ids });
}

function withSome(units: UnitScope): UnitScope {
  if (units.all || units.ids.length > 0) return units;
  throw new AppError("forbidden", "You may not read the events of these units.");
}

export function clockOf(ctx: Reader, timeZone: string): Clock {
  if (!isTimeZone(timeZone)) throw new AppError("invalid", "Give the time zone by its IANA name, such as Asia/Tokyo.");
  return { nowMs: ctx.now().getTime(), timeZone };
}

export function rangeOf(input: { readonly from: string; readonly to: string }, clock: Clock): TimeRange {
  const fromMs = instantMs(input.from, clock);
  const toMs = instantMs(input.to, clock);
  if (fromMs >= toMs)
    throw new AppError("invalid", "The time range ends before it begins.", { from: input.from, to: input.to });
  if (toMs - fromMs > MAX_RANGE_MS) throw new AppError("invalid", "A time range may span ten years at most.");
  return { fromMs, toMs };
}

export function instantMs(text: string, clock: Clock): number {
  const span = readInstant(text, clock);
  if (span === undefined) throw new AppError("invalid", "This is not a time.", { value: text });
  return span.startMs;
}

/** ClickHouse's own text of a UTC instant, for `{name:DateTime64(3, 'UTC')}`. */
export const sqlInstant = (ms: number): string => new Date(ms).toISOString().replace("T", " ").replace("Z", "");

/** `2026-11-22 01:02:03.004` as the engine prints it → `2026-11-22T01:02:03.004Z`. */
export const isoOf = (sqlText: string): string => `${sqlText.replace(" ", "T")}Z`;

export const rangeView = ({ fromMs, toMs }: TimeRange): { from: string; to: string } => ({
  from: new Date(fromMs).toISOString(),
  to: new Date(toMs).toISOString(),
});

/**
 * The time bound of a query on `events`. The engine does not see that the primary key's `toStartOfMinute(time)` follows
 * `time`, so the key is bound as well; without that line every query reads every row.
 */
export const IN_RANGE = `time >= {from:DateTime64(3, 'UTC')} AND time < {to:DateTime64(3, 'UTC')}
  AND toStartOfMinute(time) BETWEEN toStartOfMinute({fromKey:DateTime('UTC')}) AND {toKey:DateTime('UTC')}`;

/** What DateTime, the type of the key, can hold: no stored event is outside, but a range may reach beyond. */
const KEY_FROM_MS = 0;
const KEY_TO_MS = 0xffff_ffff * 1_000;
const keyOf = (ms: number): string => sqlInstant(Math.min(KEY_TO_MS, Math.max(KEY_FROM_MS, ms))).slice(0, 19);

export const rangeParams = ({ fromMs, toMs }: TimeRange) => ({
  from: sqlInstant(fromMs),
  to: sqlInstant(toMs),
  fromKey: keyOf(fromMs),
  toKey: keyOf(toMs),
});

const queryError = ({ message, ...detail }: QueryProblem): AppError => new AppError("invalid", message, detail);
