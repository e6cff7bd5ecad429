import type { SearchScope } from "./contract.ts";
import type { EventAccess, Reader } from "./deps.ts";
import { type StoredRow, selectRow } from "./row.ts";
import { isoOf, scopeOf } from "./scope.ts";
import { walkEvents } from "./walk.ts";

/** An event as it came. `text`: its bytes read as UTF-8, at most 64 KiB. Instants are UTC milliseconds. */
export type RawEvent = {
  readonly id: string;
  readonly timeMs: number;
  readonly receivedMs: number;
  readonly sourceId: string;
  readonly text: string;
};

const MAX_RAW_BYTES = 65_536;

type RawRow = StoredRow & { readonly raw_base64: string };

/** The newest events of a search as they came, in the units that the person may read. Errors: those of a search. */
export async function newestRawEvents(
  deps: EventAccess,
  ctx: Reader,
  { limit, ...scope }: SearchScope & { readonly limit: number },
): Promise<RawEvent[]> {
  const base = selectRow([]);
  const select = { ...base, sql: `${base.sql}, base64Encode(substring(raw, 1, ${MAX_RAW_BYTES})) AS raw_base64` };
  const rows = await walkEvents<RawRow>(deps, await scopeOf(deps, ctx, scope), {
    select,
    walk: { direction: "desc", rows: limit },
  });
  return rows.map((row) => ({
    id: `${row.stream}-${row.seq}`,
    timeMs: Date.parse(isoOf(row.time)),
    receivedMs: Date.parse(isoOf(row.received)),
    sourceId: row.source_id,
    text: Buffer.from(row.raw_base64, "base64").toString("utf8"),
  }));
}
