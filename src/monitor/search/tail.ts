import type { z } from "zod";
import type { Params } from "../../platform/events/index.ts";
import type { TailBatch, TailEnd, TailQuery } from "./contract.ts";
import type { Reader, SearchDeps } from "./deps.ts";
import { type RowSelect, readColumns, rowView, type StoredRow, selectRow } from "./row.ts";
import { isoOf, rangeParams, type Scope, scopeOf, sqlInstant } from "./scope.ts";

/** How far back each look goes: events are stored some seconds after they were received, in no strict order. */
const LOOK_BACK_MS = 20_000;
const MAX_PER_LOOK = 200;
const MAX_SECONDS = 10;

export type TailReason = z.infer<typeof TailEnd>["reason"];

/** A person's own view of what comes in. `look` is called about once a second and answers what is new since the last call. */
export type Tail = { look(signal: AbortSignal): Promise<TailBatch> };

/** Errors: as `searchEvents`. Nothing from before the call is shown. */
export async function openTail(deps: SearchDeps, ctx: Reader, input: TailQuery): Promise<Tail> {
  const names = readColumns(input.columns);
  const select = selectRow(names);
  const first = await scopeOf(deps, ctx, { ...input, from: "now-1m", to: "now" });
  const startedMs = first.clock.nowMs;
  /** Ids already shown, with when they were received; forgotten once they are out of every later look. */
  const shown = new Map<string, number>();
  let countedTo = startedMs;

  return {
    async look(signal) {
      const nowMs = ctx.now().getTime();
      const fromMs = Math.max(startedMs, nowMs - LOOK_BACK_MS);
      const rows = await newest(deps, first, { select, fromMs, signal });
      const fresh = rows.filter((row) => !shown.has(idOf(row)));
      for (const [id, receivedMs] of shown) if (receivedMs < fromMs) shown.delete(id);
      for (const row of fresh) shown.set(idOf(row), Date.parse(isoOf(row.received)));
      const isFull = rows.length === MAX_PER_LOOK;
      const arrived = isFull ? await countReceived(deps, first, { fromMs: countedTo, toMs: nowMs, signal }) : 0;
      countedTo = nowMs;
      return {
        items: fresh.reverse().map((row) => rowView(row, names)),
        skipped: Math.max(0, arrived - fresh.length),
      };
    },
  };
}

const idOf = (row: StoredRow): string => `${row.stream}-${row.seq}`;

type Look = { readonly fromMs: number; readonly signal: AbortSignal };

/** Parts that hold nothing received lately are skipped by their partition's own minimum and maximum. */
const newest = (
  deps: SearchDeps,
  scope: Scope,
  { select, fromMs, signal }: Look & { select: RowSelect },
): Promise<StoredRow[]> =>
  deps.events.select<StoredRow>(
    `SELECT ${select.sql} FROM events
     WHERE received >= {since:DateTime64(3, 'UTC')} AND ${scope.condition}
     ORDER BY received DESC, stream DESC, seq DESC LIMIT {rows:UInt32}`,
    { ...scope.params, ...select.params, ...detectionRange(scope), since: sqlInstant(fromMs), rows: MAX_PER_LOOK },
    { maxRows: MAX_PER_LOOK, maxSeconds: MAX_SECONDS, signal },
  );

async function countReceived(
  deps: SearchDeps,
  scope: Scope,
  { fromMs, toMs, signal }: Look & { toMs: number },
): Promise<number> {
  const [row] = await deps.events.select<{ rows: string }>(
    `SELECT count() AS rows FROM events
     WHERE received >= {since:DateTime64(3, 'UTC')} AND received < {until:DateTime64(3, 'UTC')} AND ${scope.condition}`,
    { ...scope.params, ...detectionRange(scope), since: sqlInstant(fromMs), until: sqlInstant(toMs) },
    { maxRows: 1, maxSeconds: MAX_SECONDS, signal },
  );
  return Number(row?.rows ?? 0);
}

/** Conditions on detections need a bound on the events' own time, which may differ from when they were received. */
const detectionRange = ({ clock }: Scope): Params =>
  rangeParams({ fromMs: clock.nowMs - 86_400_000, toMs: clock.nowMs + 86_400_000 });
