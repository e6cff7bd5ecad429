import { AppError } from "../../kernel/errors.ts";
import type { FieldSummary } from "./contract.ts";
import type { EventAccess } from "./deps.ts";
import { literal } from "./language/ast.ts";
import { anyOf, likesOf, matchesLike, ParamBag } from "./language/condition.ts";
import { type FieldTarget, knownName, resolveField } from "./language/names.ts";
import { addressCell, cellOf } from "./row.ts";
import { IN_RANGE, rangeParams, type Scope } from "./scope.ts";

/** Distinct values counted exactly; beyond it the smallest are estimated (Space-Saving). */
const EXACT_VALUES = 10_000;
const MAX_SECONDS = 20;

/** One event in `every` is examined, of `rowsMatching`. */
export type Sample = { readonly every: number; readonly rowsMatching: number };

/** A hash of the event's number decides, so the same events are examined every time, spread evenly over time. */
export const inSample = (every: number): string => (every === 1 ? "1" : `intHash64(seq) % ${Math.trunc(every)} = 0`);

type SummaryAsk = {
  readonly names: readonly string[];
  readonly top: number;
  readonly contains: string;
  readonly sample: Sample;
  readonly signal: AbortSignal | undefined;
};
type Item = { readonly item: unknown; readonly count: string };
type SummaryRow = { readonly rows: string } & { readonly [cell: `p${number}` | `u${number}` | `t${number}`]: unknown };

/** Presence, distinct values and top values of each named field, all in one pass over the sample. */
export async function summarize(
  deps: EventAccess,
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
  const kinds = ["word", "text", "port", "count", "number", "pid", "status", "severity"] as const;
  return kinds.find((known) => known === kind) ?? "word";
}
