import type { EventsDb, Params } from "../../../platform/events/index.ts";
import type { TimeRange } from "../deps.ts";
import type { Query } from "../language/ast.ts";
import { ParamBag } from "../language/condition.ts";
import { IN_RANGE, rangeParams, type Scope, sqlInstant } from "../scope.ts";
import { readCoverage } from "./coverage.ts";
import { needOf, needSql } from "./need.ts";

/** Chunks named in one condition; the engine compares each with its index. */
const MAX_CHUNKS = 100;
const MAX_SECONDS = 20;
type Direction = "desc" | "asc";

/** A condition on `events` that every matching event in `range` fulfils. */
export type NarrowStep = { readonly range: TimeRange; readonly condition: string; readonly params: Params };

export type Narrowing = {
  /**
   * The part of `range` at its near end that at most MAX_CHUNKS chunks may match in. Undefined when no part can be cut
   * off: then the range is to be read without.
   */
  step(range: TimeRange, direction: Direction, signal?: AbortSignal): Promise<NarrowStep | undefined>;
};

const NOTHING: Narrowing = { step: async () => undefined };

/** Grams that tell where a query may match, as they stand now: what is stored later counts as not covered. */
export async function narrowingOf(
  events: EventsDb,
  { query, ...range }: TimeRange & { readonly query: Query },
  signal?: AbortSignal,
): Promise<Narrowing> {
  const need = needSql(needOf(query));
  if (need === undefined) return NOTHING;
  const limits = { maxRows: 100, maxSeconds: MAX_SECONDS, ...(signal && { signal }) };
  const coverage = await readCoverage(events, {}, limits);
  if (coverage.length === 0) return NOTHING;
  const streams = coverage.map(({ stream }) => stream);
  const others = await events.select<{ one: number }>(
    `SELECT 1 AS one FROM events WHERE ${IN_RANGE} AND stream NOT IN ({streams:Array(UInt32)}) LIMIT 1`,
    { ...rangeParams(range), streams },
    limits,
  );
  const uncovered = coverage.map(({ stream, coveredTo }) => `(stream = ${stream} AND seq > ${BigInt(coveredTo)})`);
  if (others.length > 0) uncovered.push(`stream NOT IN (${streams.join(", ")})`);
  return {
    step: async (part, direction, aborted) => {
      const chunks = await chunksIn(events, { need, range: part, direction, signal: aborted });
      const within = cut(part, direction, chunks);
      return within && { range: within, ...conditionOf(chunks.slice(0, MAX_CHUNKS), uncovered) };
    },
  };
}

type ChunkPlace = {
  readonly stream: number;
  readonly datasetFrom: string;
  readonly datasetTo: string;
  readonly seqFrom: string;
  readonly seqTo: string;
  readonly fromMs: string;
  readonly toMs: string;
};
type ChunkAsk = { need: string; range: TimeRange; direction: Direction; signal: AbortSignal | undefined };

const chunksIn = (events: EventsDb, { need, range, direction, signal }: ChunkAsk): Promise<ChunkPlace[]> =>
  events.select<ChunkPlace>(
    `SELECT stream, toString(dataset) AS datasetFrom, toString(dataset_to) AS datasetTo, toString(seq_from) AS seqFrom, toString(seq_to) AS seqTo,
       toString(toUnixTimestamp64Milli(time_from)) AS fromMs, toString(toUnixTimestamp64Milli(time_to)) AS toMs
     FROM raw_grams
     WHERE time_to >= {from:DateTime64(3, 'UTC')} AND time_from < {to:DateTime64(3, 'UTC')} AND (${need})
     ORDER BY ${direction === "desc" ? "time_to DESC" : "time_from"} LIMIT {chunks:UInt32}`,
    { from: sqlInstant(range.fromMs), to: sqlInstant(range.toMs), chunks: MAX_CHUNKS + 1 },
    { maxRows: MAX_CHUNKS + 1, maxSeconds: MAX_SECONDS, ...(signal && { signal }) },
  );

/** With more chunks than may be named, the part that only the nearest of them reach into. */
function cut(range: TimeRange, direction: Direction, chunks: readonly ChunkPlace[]): TimeRange | undefined {
  const beyond = chunks[MAX_CHUNKS];
  if (beyond === undefined) return range;
  const within =
    direction === "desc"
      ? { fromMs: Math.max(range.fromMs, Number(beyond.toMs) + 1), toMs: range.toMs }
      : { fromMs: range.fromMs, toMs: Math.min(range.toMs, Number(beyond.fromMs)) };
  return within.fromMs < within.toMs ? within : undefined;
}

/** In one of the chunks, or not covered. Numbers are the engine's own; datasets, senders' words, are bound. */
function conditionOf(chunks: readonly ChunkPlace[], uncovered: readonly string[]) {
  const bag = new ParamBag("g");
  const datasets = new Map<string, string>();
  const bound = (dataset: string): string => {
    const name = datasets.get(dataset) ?? bag.add("String", dataset);
    datasets.set(dataset, name);
    return name;
  };
  const places = chunks.map(({ stream, datasetFrom, datasetTo, seqFrom, seqTo, fromMs, toMs }) => {
    const [from, to] = [Number(fromMs), Number(toMs)];
    return `(toStartOfMinute(time) BETWEEN toStartOfMinute(${second(from)}) AND ${second(to)} AND dataset BETWEEN ${bound(datasetFrom)} AND ${bound(datasetTo)}
      AND time BETWEEN ${milli(from)} AND ${milli(to)} AND stream = ${Number(stream)} AND seq BETWEEN ${BigInt(seqFrom)} AND ${BigInt(seqTo)})`;
  });
  return { condition: `(${[...places, ...uncovered].join(" OR ")})`, params: bag.params };
}

const second = (ms: number): string => `toDateTime(${Math.floor(ms / 1000)}, 'UTC')`;
const milli = (ms: number): string => `fromUnixTimestamp64Milli(${Math.trunc(ms)}, 'UTC')`;

/** The scope with the step's condition as well; itself when there is none. */
export const withCondition = (scope: Scope, step: NarrowStep | undefined): Scope =>
  step === undefined
    ? scope
    : { ...scope, condition: `${step.condition} AND ${scope.condition}`, params: { ...scope.params, ...step.params } };

/** For a query that reads the whole range at once. */
export async function narrowed(events: EventsDb, scope: Scope, signal?: AbortSignal): Promise<Scope> {
  const narrowing = await narrowingOf(events, scope, signal);
  const step = await narrowing.step({ fromMs: scope.fromMs, toMs: scope.toMs }, "desc", signal);
  return withCondition(scope, step?.range.fromMs === scope.fromMs ? step : undefined);
}
