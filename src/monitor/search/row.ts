import { AppError } from "../../kernel/errors.ts";
import type { Params } from "../../platform/events/index.ts";
import type { EventRow } from "./contract.ts";
import { type FieldTarget, resolveField } from "./language/names.ts";
import { addressText } from "./language/typed-field.ts";
import { isoOf } from "./scope.ts";

const MAX_COLUMNS = 40;

/** Reads `a,b\,c` as ["a", "b,c"]; the same name twice counts once. Errors: `invalid` for what is no column of a row. */
export function readColumns(text: string): string[] {
  const names = new Set<string>();
  for (const [part] of text.matchAll(/(?:\\.|[^\\,])+/gs)) {
    const name = part.replaceAll(/\\(.)/gs, "$1").trim();
    if (name !== "") names.add(name);
  }
  if (names.size > MAX_COLUMNS) throw new AppError("invalid", `At most ${MAX_COLUMNS} columns can be shown.`);
  return [...names];
}

/** The select list of an event row: what every row has, then the asked columns as c0, c1 …. */
export type RowSelect = { readonly sql: string; readonly params: Params; readonly names: readonly string[] };

const BASE = `time, received, stream, seq, unit_id, source_id, dataset, problem, rule_ids, who, where_from, with_what, what, did_what`;

export function selectRow(names: readonly string[]): RowSelect {
  const params: Record<string, string> = {};
  const extra = names.map((name, i) => {
    const target = resolveField(name);
    if (target.kind === "vendor") params[`v${i}`] = target.name;
    return `${cellSql(name, target, i)} AS c${i}`;
  });
  return { sql: [BASE, ...extra].join(", "), params, names };
}

function cellSql(name: string, target: FieldTarget, i: number): string {
  switch (target.kind) {
    case "text":
    case "number":
    case "instant":
      return target.sql;
    case "ip":
      return addressCell(target.sql);
    case "vendor":
      return `fields[{v${i}:String}]`;
    case "rules":
      return "arrayStringConcat(rule_ids, ', ')";
    default:
      throw new AppError("invalid", `"${name}" cannot be a column.`, { column: name });
  }
}

export const addressCell = (sql: string): string => `if(${sql} = toIPv6('::'), '', ${addressText(sql)})`;

export type StoredRow = {
  readonly time: string;
  readonly received: string;
  readonly stream: number;
  readonly seq: string;
  readonly unit_id: string;
  readonly source_id: string;
  readonly dataset: string;
  readonly problem: string;
  readonly rule_ids: string[];
  readonly who: string;
  readonly where_from: string;
  readonly with_what: string;
  readonly what: string;
  readonly did_what: string;
} & { readonly [cell: `c${number}`]: unknown };

export function rowView(row: StoredRow, names: readonly string[]): EventRow {
  const values: EventRow["values"] = {};
  names.forEach((name, i) => {
    const cell = cellOf(row[`c${i}`], resolveField(name));
    if (cell !== undefined) values[name] = cell;
  });
  return {
    id: `${row.stream}-${row.seq}`,
    time: isoOf(row.time),
    received: isoOf(row.received),
    unitId: row.unit_id,
    sourceId: row.source_id,
    dataset: row.dataset,
    problem: row.problem,
    ruleIds: row.rule_ids,
    six: { who: row.who, whereFrom: row.where_from, withWhat: row.with_what, what: row.what, didWhat: row.did_what },
    values,
  };
}

/** A stored cell for people: absent ("" or 0) is undefined; UInt64 comes as text and is a number where that is exact. */
export function cellOf(value: unknown, target: FieldTarget): string | number | undefined {
  if (target.kind === "instant") return isoOf(String(value));
  if (target.kind !== "number") return value === "" || value === undefined ? undefined : String(value);
  const number = Number(value);
  if (number === 0 && target.isZeroAbsent) return undefined;
  return Number.isSafeInteger(number) ? number : String(value);
}
