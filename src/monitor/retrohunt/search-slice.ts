import type { UnitScope } from "../../organization/access/index.ts";
import type { EventsDb, SelectLimits } from "../../platform/events/index.ts";
import { type Hunt, tableOf } from "../detect/index.ts";
import {
  addressCell,
  IN_RANGE,
  rangeParams,
  rowView,
  type StoredRow,
  selectRow,
  unitCondition,
  unitParams,
} from "../search/index.ts";
import type { RetroHuntFound } from "./contract.ts";
import type { SliceRow } from "./tally.ts";

export type Range = { readonly fromMs: number; readonly toMs: number };
export type SliceAsk = {
  readonly hunt: Extract<Hunt, { ok: true }>;
  readonly units: UnitScope;
  readonly range: Range;
  readonly signal: AbortSignal;
};

/** Entities a day in one slice; a slice with more is over its limit and is cut in two. */
const MAX_ROWS = 20_000;
const MAX_SECONDS = 20;
/** Every value of an event may be held several times over: fewer events at a time keep that small. */
const SMALL_BLOCKS = "SETTINGS max_block_size = 8192";
const COLUMNS = ["host.name", "user.name", "source.ip"];

/** The entity that people triage by, as `entityOf` of event/detection.ts names it. */
const KIND = `multiIf(host_name != '', 'host', user_name != '', 'user', source_ip != toIPv6('::'), 'address', url_domain != '', 'domain', 'source')`;
const VALUE = `multiIf(host_name != '', lowerUTF8(host_name), user_name != '', lowerUTF8(user_name),
  source_ip != toIPv6('::'), ${addressCell("source_ip")}, url_domain != '', toString(url_domain), toString(source_id))`;

/** Which entities the rule matches in a time slice, and how often. Errors: `over_limit` when the slice is too much at once. */
export async function countSlice(events: EventsDb, ask: SliceAsk): Promise<SliceRow[]> {
  const rows = await events.select<{ day: string; kind: string; value: string; unit: string; events: string }>(
    `SELECT day, kind, value, unit, count() AS events FROM ${tableSql(ask, `toString(toDate(time)) AS day, ${KIND} AS kind, ${VALUE} AS value, unit_id AS unit`)}
     WHERE ${ask.hunt.condition} GROUP BY day, kind, value, unit ${SMALL_BLOCKS}`,
    paramsOf(ask),
    limitsOf(ask, MAX_ROWS),
  );
  return rows.map((row) => ({ ...row, events: Number(row.events) }));
}

/** The newest events of a slice that the rule matches. */
export async function sampleSlice(events: EventsDb, ask: SliceAsk, most: number): Promise<RetroHuntFound["samples"]> {
  const select = selectRow(COLUMNS);
  const rows = await events.select<StoredRow>(
    `SELECT * EXCEPT (event_code, fields, added, null_fields, list_fields) FROM ${tableSql(ask, select.sql)}
     WHERE ${ask.hunt.condition} ORDER BY time DESC, stream DESC, seq DESC LIMIT {most:UInt32} ${SMALL_BLOCKS}`,
    { ...paramsOf(ask), ...select.params, most },
    limitsOf(ask, most),
  );
  return rows.map((row) => rowView(row, COLUMNS));
}

function tableSql({ hunt, units }: SliceAsk, columns: string): string {
  const source = `(SELECT event_code, fields, added, null_fields, list_fields, ${columns}
    FROM events WHERE ${IN_RANGE} AND ${unitCondition(units)} AND ${hunt.prefilter})`;
  return tableOf(hunt, source);
}

const paramsOf = ({ units, range }: SliceAsk) => ({ ...unitParams(units), ...rangeParams(range) });
const limitsOf = ({ signal }: SliceAsk, maxRows: number): SelectLimits => ({
  maxRows,
  maxSeconds: MAX_SECONDS,
  signal,
  isBackground: true,
});
