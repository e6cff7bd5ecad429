import { AppError } from "../../kernel/errors.ts";
import type { FieldList, FieldListQuery, FieldSummary, FieldValues, FieldValuesQuery } from "./contract.ts";
import type { Reader, SearchDeps } from "./deps.ts";
import { literal } from "./language/ast.ts";
import { anyOf, likesOf, matchesLike, ParamBag } from "./language/condition.ts";
import { type FieldTarget, knownName, resolveField } from "./language/names.ts";
import { addressCell, cellOf, readColumns } from "./row.ts";
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
/** Distinct values counted exactly; beyond it the smallest are estimated (Space-Saving). */
const EXACT_VALUES = 10_000;
const MAX_SECONDS = 20;

type Sample = { readonly every: number; readonly rowsMatching: number };

/** Fields of the matching events with their top values. Errors: as `searchEvents`. */
export async function listFields(
  deps: SearchDeps,
  ctx: Reader,
  input: FieldListQuery & { readonly signal?: AbortSignal },
): Promise<FieldList> {
  const scope = await scopeOf(deps, ctx, input);
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
  const scope = await scopeOf(deps, ctx, input);
  const sample = await sampleOf(deps, scope, input.signal);
  const ask = { names: [input.field], top: input.limit, contains: input.contains, sample, signal: input.signal };
  const { rowsExamined, fields } = await summarize(deps, scope, ask);
  const [field] = fields;
  if (field === undefined) throw new Error("one field was asked for and none answered");
  return { range: rangeView(scope), sampled: sample.every > 1, rowsExamined, rowsMatching: sample.rowsMatching, field };
}

async function sampleOf(deps: SearchDeps, scope: Scope, signal: AbortSignal | undefined): Promise<Sample> {
  const [row] = await deps.events.select<{ rows: string }>(
    `SELECT count() AS rows FROM events WHERE ${IN_RANGE} AND ${scope.condition}`,
    { ...scope.params, ...rangeParams(scope) },
    { maxRows: 1, maxSeconds: MAX_SECONDS, ...(signal && { signal }) },
  );
  const rowsMatching = Number(row?.rows ?? 0);
  return { rowsMatching, every: rowsMatching <= 2 * SAMPLE_ROWS ? 1 : Math.ceil(rowsMatching / SAMPLE_ROWS) };
}

/** A hash of the event's number decides, so the same events are examined every time, spread evenly over time. */
const inSample = (every: number): string => (every === 1 ? "1" : `intHash64(seq) % ${Math.trunc(every)} = 0`);

type SummaryAsk = {
  readonly names: readonly string[];
  readonly top: number;
  readonly contains: string;
  readonly sample: Sample;
  readonly signal: AbortSignal | undefined;
};
type Item = { readonly item: unknown; readonly count: string };
type SummaryRow = { readonly rows: string } & { readonly [cell: `p${number}` | `u${number}` | `t${number}`]: unknown };

async function summarize(
  deps: SearchDeps,
  scope: Scope,
  ask: SummaryAsk,
): Promise<{ rowsExamined: number; fields: FieldSummary[] }> {
  const bag = new ParamBag("f");
  const targets = ask.names.map((name) => ({ name, target: resolveField(name) }));
  const select = targets.map(({ name, target }, i) => summarySql(expressionOf(name, target, bag), ask, { i, bag }));
  const [row] = await deps.events.select<SummaryRow>(
    `SELECT count() AS rows, ${select.join(", ")}
     FROM events WHERE ${IN_RANGE} AND ${inSample(ask.sample.every)} AND ${scope.condition}`,
    { ...scope.params, ...bag.params, ...rangeParams(scope) },
    { maxRows: 1, maxSeconds: MAX_SECONDS, ...(ask.signal && { signal: ask.signal }) },
  );
  if (row === undefined) throw new Error("an aggregate without GROUP BY answers one row");
  const rowsExamined = Number(row.rows);
  const fields = targets.map(({ name, target }, i) => summaryOf(row, { name, target, i, top: ask.top }));
  return { rowsExamined, fields };
}

function summarySql(value: FieldExpression, ask: SummaryAsk, { i, bag }: { i: number; bag: ParamBag }): string {
  const wanted =
    ask.contains === ""
      ? value.isPresent
      : `${value.isPresent} AND ${anyOf(likesOf(literal(ask.contains), "%").map((like) => matchesLike(`toString(${value.text})`, like, bag)))}`;
  const suffix = value.isList ? "ArrayIf" : "If";
  return [
    `countIf(${value.isPresent}) AS p${i}`,
    `uniq${suffix}(${value.sql}, ${wanted}) AS u${i}`,
    `approx_top_k${suffix}(${ask.top}, ${EXACT_VALUES})(${value.sql}, ${wanted}) AS t${i}`,
  ].join(", ");
}

type FieldExpression = {
  readonly sql: string;
  readonly text: string;
  readonly isPresent: string;
  readonly isList: boolean;
};

function expressionOf(name: string, target: FieldTarget, bag: ParamBag): FieldExpression {
  const plain = (sql: string, isPresent: string, text = sql): FieldExpression => ({
    sql,
    text,
    isPresent,
    isList: false,
  });
  switch (target.kind) {
    case "text":
      return plain(target.sql, `${target.sql} != ''`);
    case "number":
      return plain(target.sql, target.isZeroAbsent ? `${target.sql} != 0` : "1");
    case "ip":
      return plain(target.sql, `${target.sql} != toIPv6('::')`, addressCell(target.sql));
    case "vendor": {
      const sql = `fields[${bag.add("String", target.name)}]`;
      return plain(sql, `${sql} != ''`);
    }
    case "rules":
      return {
        sql: "rule_ids",
        text: "arrayStringConcat(rule_ids, ' ')",
        isPresent: "notEmpty(rule_ids)",
        isList: true,
      };
    default:
      throw new AppError("invalid", `"${name}" has no list of values.`, { field: name });
  }
}

function summaryOf(
  row: SummaryRow,
  { name, target, i, top }: { name: string; target: FieldTarget; i: number; top: number },
): FieldSummary {
  const examined = Number(row.rows);
  const share = (count: number): number => (examined === 0 ? 0 : count / examined);
  const items = (row[`t${i}`] as readonly Item[]).slice(0, top);
  const known = knownName(name);
  return {
    name,
    column: known?.column ?? "",
    kind: kindOf(target, known?.kind),
    share: share(Number(row[`p${i}`])),
    cardinality: Number(row[`u${i}`]),
    top: items.flatMap(({ item, count }) => {
      const value = cellOf(target.kind === "ip" ? plainAddress(String(item)) : item, target);
      return value === undefined ? [] : [{ value, count: Number(count), share: share(Number(count)) }];
    }),
  };
}

const plainAddress = (text: string): string => text.replace(/^::ffff:/, "");

function kindOf(target: FieldTarget, kind: string | undefined): FieldSummary["kind"] {
  if (target.kind === "vendor") return "vendor";
  if (target.kind === "ip") return "ip";
  const kinds = ["word", "text", "port", "count", "pid", "status", "severity"] as const;
  return kinds.find((known) => known === kind) ?? "word";
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
