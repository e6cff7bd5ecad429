import type { FieldList, FieldListQuery, FieldSummary, FieldValues, FieldValuesQuery } from "./contract.ts";
import type { EventAccess, Reader, SearchDeps } from "./deps.ts";
import { inSample, type Sample, summarize } from "./field-summary.ts";
import { narrowed } from "./grams/index.ts";
import { knownName } from "./language/names.ts";
import { readColumns } from "./row.ts";
import { IN_RANGE, rangeParams, rangeView, type Scope, scopeOf } from "./scope.ts";

/** The fields people look at first, in the order of the six questions. */
const DEFAULT_FIELDS = [
  "event.dataset",
  "event.action",
  "event.outcome",
  "event.code",
  "who",
  "user.name",
  "where_from",
  "source.ip",
  "host.name",
  "with_what",
  "process.name",
  "what",
  "url.domain",
  "destination.ip",
  "destination.port",
  "did_what",
  "source",
  "unit",
  "rule",
];
const TOP = 5;
const MAX_VENDOR_FIELDS = 300;
/** Above this many matching events, figures come from a random part of about this size. */
const SAMPLE_ROWS = 100_000;
const SAMPLE_ROWS_VENDOR = 20_000;
const MAX_SECONDS = 20;

/** Fields of the matching events with their top values. Errors: as `searchEvents`. */
export async function listFields(
  deps: SearchDeps,
  ctx: Reader,
  input: FieldListQuery & { readonly signal?: AbortSignal },
): Promise<FieldList> {
  const scope = await narrowed(deps.events, await scopeOf(deps, ctx, input), input.signal);
  const sample = await sampleOf(deps, scope, input.signal);
  const names = [...new Set([...readColumns(input.columns), ...DEFAULT_FIELDS])];
  const ask = { names, top: TOP, contains: "", sample, signal: input.signal };
  const { rowsExamined, fields } = await summarize(deps, scope, ask);
  const vendor = await vendorFields(deps, scope, { sample, signal: input.signal });
  return {
    range: rangeView(scope),
    sampled: sample.every > 1,
    rowsExamined,
    rowsMatching: sample.rowsMatching,
    fields: [...fields.filter((field) => field.share > 0), ...vendor],
  };
}

/** The most frequent values of one field, hot or vendor's own. */
export async function listValues(
  deps: SearchDeps,
  ctx: Reader,
  input: FieldValuesQuery & { readonly signal?: AbortSignal },
): Promise<FieldValues> {
  const scope = await narrowed(deps.events, await scopeOf(deps, ctx, input), input.signal);
  const sample = await sampleOf(deps, scope, input.signal);
  const ask = { names: [input.field], top: input.limit, contains: input.contains, sample, signal: input.signal };
  const { rowsExamined, fields } = await summarize(deps, scope, ask);
  const [field] = fields;
  if (field === undefined) throw new Error("one field was asked for and none answered");
  return { range: rangeView(scope), sampled: sample.every > 1, rowsExamined, rowsMatching: sample.rowsMatching, field };
}

/** How many events match, and whether figures come from all of them. */
export async function sampleOf(deps: EventAccess, scope: Scope, signal: AbortSignal | undefined): Promise<Sample> {
  const [row] = await deps.events.select<{ rows: string }>(
    `SELECT count() AS rows FROM events WHERE ${IN_RANGE} AND ${scope.condition}`,
    { ...scope.params, ...rangeParams(scope) },
    { maxRows: 1, maxSeconds: MAX_SECONDS, ...(signal && { signal }) },
  );
  const rowsMatching = Number(row?.rows ?? 0);
  return { rowsMatching, every: rowsMatching <= 2 * SAMPLE_ROWS ? 1 : Math.ceil(rowsMatching / SAMPLE_ROWS) };
}

/** Names of the vendor's fields and how many events have them; their values are asked for one field at a time. */
async function vendorFields(
  deps: SearchDeps,
  scope: Scope,
  { sample, signal }: { sample: Sample; signal: AbortSignal | undefined },
): Promise<FieldSummary[]> {
  const every = Math.max(1, Math.ceil(sample.rowsMatching / SAMPLE_ROWS_VENDOR));
  const rows = await deps.events.select<{ name: string; rows: string; examined: string }>(
    `SELECT name, count() AS rows, any(examined) AS examined
     FROM (SELECT mapKeys(fields) AS names, count() OVER () AS examined FROM events
           WHERE ${IN_RANGE} AND ${inSample(every)} AND ${scope.condition})
     ARRAY JOIN names AS name GROUP BY name ORDER BY rows DESC, name LIMIT ${MAX_VENDOR_FIELDS}`,
    { ...scope.params, ...rangeParams(scope) },
    { maxRows: MAX_VENDOR_FIELDS, maxSeconds: MAX_SECONDS, ...(signal && { signal }) },
  );
  return rows.map(({ name, rows: count, examined }) => ({
    name: knownName(name) ? `fields.${name}` : name,
    column: "",
    kind: "vendor",
    share: Number(count) / Number(examined),
    top: [],
  }));
}
