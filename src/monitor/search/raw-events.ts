import { isEncoding, textIn } from "../../kernel/encoding/index.ts";
import type { SearchScope } from "./contract.ts";
import type { EventAccess, Reader } from "./deps.ts";
import { type StoredRow, selectRow } from "./row.ts";
import { IN_RANGE, isoOf, rangeParams, type Scope, scopeOf, unitCondition, unitParams } from "./scope.ts";
import { walkEvents } from "./walk.ts";

/** An event as it came. Instants are UTC milliseconds. */
export type RawEvent = {
  readonly id: string;
  readonly timeMs: number;
  readonly receivedMs: number;
  readonly sourceId: string;
  /** All its bytes as text, whatever they are in: a part would be another event. undefined = there is no room for it beside the others. */
  readonly text: string | undefined;
};

/** Of all events together: twice what the parser reads of one. */
const MAX_RAW_BYTES = 8 * 1024 * 1024;
const MAX_SECONDS = 15;

type SizedRow = StoredRow & { readonly raw_bytes: string };
type RawRow = Pick<StoredRow, "stream" | "seq"> & { readonly raw_base64: string; readonly encoding: string };

/** The newest events of a search as they came, in the units that the person may read. Errors: those of a search. */
export async function newestRawEvents(
  deps: EventAccess,
  ctx: Reader,
  { limit, ...wanted }: SearchScope & { readonly limit: number },
): Promise<RawEvent[]> {
  const scope = await scopeOf(deps, ctx, wanted);
  const base = selectRow([]);
  const rows = await walkEvents<SizedRow>(deps, scope, {
    select: { ...base, sql: `${base.sql}, length(raw) AS raw_bytes` },
    walk: { direction: "desc", rows: limit },
  });
  const texts = await textsOf(deps, scope, withRoom(rows));
  return rows.map((row) => ({
    id: idOf(row),
    timeMs: Date.parse(isoOf(row.time)),
    receivedMs: Date.parse(isoOf(row.received)),
    sourceId: row.source_id,
    text: texts.get(idOf(row)),
  }));
}

function withRoom(rows: readonly SizedRow[]): SizedRow[] {
  let room = MAX_RAW_BYTES;
  return rows.filter(({ raw_bytes }) => {
    const fits = Number(raw_bytes) <= room;
    if (fits) room -= Number(raw_bytes);
    return fits;
  });
}

/** The index on seq finds the events; a number of 64 bits is no parameter of an array, so it stands in the query as digits. */
async function textsOf(deps: EventAccess, { units }: Scope, rows: readonly SizedRow[]): Promise<Map<string, string>> {
  const times = rows.map(({ time }) => Date.parse(isoOf(time)));
  if (times.length === 0) return new Map();
  const range = rangeParams({ fromMs: Math.min(...times), toMs: Math.max(...times) + 1 });
  const found = await deps.events.select<RawRow>(
    `SELECT stream, seq, base64Encode(raw) AS raw_base64, encoding FROM events
     WHERE ${IN_RANGE} AND seq IN (${rows.map(({ seq }) => BigInt(seq)).join(", ")})
       AND concat(toString(stream), '-', toString(seq)) IN {ids:Array(String)} AND ${unitCondition(units)}`,
    { ...unitParams(units), ...range, ids: rows.map(idOf) },
    { maxRows: rows.length, maxSeconds: MAX_SECONDS },
  );
  return new Map(found.map((row) => [idOf(row), textOf(row)]));
}

function textOf({ raw_base64, encoding }: RawRow): string {
  const bytes = Buffer.from(raw_base64, "base64");
  return isEncoding(encoding) ? textIn(bytes, encoding) : bytes.toString("utf8");
}

const idOf = ({ stream, seq }: Pick<StoredRow, "stream" | "seq">): string => `${stream}-${seq}`;
