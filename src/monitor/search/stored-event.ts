import { AppError } from "../../kernel/errors.ts";
import type { Params, SelectLimits } from "../../platform/events/index.ts";
import { COLUMNS } from "../event/index.ts";
import type { Reader, SearchDeps } from "./deps.ts";
import { addressCell, type StoredRow, selectRow } from "./row.ts";
import { clockOf, instantMs, isoOf, sqlInstant, unitCondition, unitParams, unitsOf } from "./scope.ts";

/** More raw than this is cut in the answer; its hash and length are always of the whole. */
const MAX_RAW_BYTES = 1 << 20;

export type WholeRow = StoredRow & {
  readonly fields: Record<string, string>;
  readonly added: Record<string, string>;
  readonly raw_bytes: string;
  readonly raw_base64: string;
  readonly raw_sha256: string;
  readonly encoding: string;
} & Readonly<Record<string, unknown>>;

export type EventAsk = {
  readonly id: string;
  /** The event's time as its row told it: makes the look-up immediate. */
  readonly time?: string | undefined;
  readonly signal?: AbortSignal;
};

/** Where an event stands in time, and whose it is; "" = the log did not say. */
export type Anchor = {
  readonly id: string;
  readonly timeMs: number;
  readonly host: string;
  readonly account: string;
  readonly address: string;
  readonly sourceId: string;
};

export const anchorOf = (row: WholeRow): Anchor => ({
  id: `${row.stream}-${row.seq}`,
  timeMs: Date.parse(isoOf(row.time)),
  host: String(row.hot_host_name ?? ""),
  account: String(row.hot_user_name ?? ""),
  address: String(row.hot_source_ip || row.hot_destination_ip || ""),
  sourceId: row.source_id,
});

const HOT = COLUMNS.map(({ column, kind }) => `${kind === "ip" ? addressCell(column) : column} AS hot_${column}`).join(
  ", ",
);

export async function storedEvent(deps: SearchDeps, ctx: Reader, ask: EventAsk): Promise<WholeRow> {
  const units = await unitsOf(deps, ctx, "");
  const [stream = "", seq = ""] = ask.id.split("-");
  if (Number(stream) > 0xffff_ffff || BigInt(seq) > 0xffff_ffff_ffff_ffffn) throw notFound(ask.id);
  const { condition, params } = timeHint(ctx, ask.time);
  const rows = await deps.events.select<WholeRow>(
    `SELECT ${selectRow([]).sql}, fields, added, length(raw) AS raw_bytes,
       base64Encode(substring(raw, 1, {maxRawBytes:UInt64})) AS raw_base64, lower(hex(SHA256(raw))) AS raw_sha256,
       encoding, ${HOT}
     FROM events
     WHERE stream = {stream:UInt32} AND seq = {seq:UInt64} AND ${condition} AND ${unitCondition(units)}
     LIMIT 1`,
    { ...unitParams(units), ...params, stream: Number(stream), seq, maxRawBytes: MAX_RAW_BYTES },
    limits(1, ask.signal),
  );
  const [row] = rows;
  if (row === undefined) throw notFound(ask.id);
  return row;
}

/** The second half is for the primary key (see IN_RANGE). */
const AT_TIME = `time = {time:DateTime64(3, 'UTC')} AND toStartOfMinute(time) = toStartOfMinute({time:DateTime64(3, 'UTC')})`;

/** Without a time the index on seq alone finds the event. */
function timeHint(ctx: Reader, time: string | undefined): { condition: string; params: Params } {
  if (time === undefined) return { condition: "1", params: {} };
  const at = sqlInstant(instantMs(time, clockOf(ctx, "UTC")));
  return { condition: AT_TIME, params: { time: at } };
}

const notFound = (id: string): AppError =>
  new AppError("not_found", "There is no such event, or you may not read it.", { id });

export const limits = (maxRows: number, signal: AbortSignal | undefined): SelectLimits => ({
  maxRows,
  maxSeconds: 15,
  ...(signal && { signal }),
});
