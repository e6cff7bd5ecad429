import {
  clockOf,
  isoOf,
  type Reader,
  type Scope,
  scopeOfQuery,
  selectRow,
  unitCondition,
  unitParams,
  unitsOf,
  walkEvents,
} from "../search/index.ts";
import { queryAt } from "../search/language/entity.ts";
import type { EntityKind, EntitySeen } from "./contract.ts";
import type { EntityDeps } from "./deps.ts";
import { subjectOf } from "./subject.ts";

type Asked = { readonly kind: EntityKind; readonly value: string; readonly signal?: AbortSignal };

type SeenEvent = NonNullable<EntitySeen["first"]>;

const DAY_MS = 86_400_000;

/**
 * The first and the last event that names it, among those that are still kept. Walks from either end and stops at the first
 * one met, place by place. Errors: `invalid`, `forbidden`, `over_limit` when it takes longer than a person waits.
 */
export async function readSeen(deps: EntityDeps, ctx: Reader, { kind, value, signal }: Asked): Promise<EntitySeen> {
  const subject = subjectOf(kind, value);
  const clock = clockOf(ctx, "UTC");
  const units = await unitsOf(deps, ctx, "");
  const fromMs = await oldestMs(deps, units);
  if (fromMs === undefined) return { first: null, last: null };
  // A sender's clock may be ahead.
  const range = { fromMs, toMs: clock.nowMs + DAY_MS };
  const end = async (direction: "asc" | "desc"): Promise<SeenEvent[]> => {
    const found = await Promise.all(
      subject.places.map((place) =>
        one(deps, scopeOfQuery(queryAt(place), { range, clock, units }), direction, signal),
      ),
    );
    return found.flat().sort((a, b) => (a.at < b.at ? -1 : 1));
  };
  const [first, last] = await Promise.all([end("asc"), end("desc")]);
  return { first: first[0] ?? null, last: last.at(-1) ?? null };
}

async function one(
  deps: EntityDeps,
  scope: Scope,
  direction: "asc" | "desc",
  signal: AbortSignal | undefined,
): Promise<SeenEvent[]> {
  const rows = await walkEvents(deps, scope, { select: selectRow([]), walk: { direction, rows: 1 }, signal });
  return rows.map(({ time, stream, seq }) => ({ id: `${stream}-${seq}`, at: isoOf(time) }));
}

/** The minute of the oldest event that the person may read. Of all units the engine knows it without a look at any row. */
async function oldestMs(deps: EntityDeps, units: Scope["units"]): Promise<number | undefined> {
  const [row] = await deps.events.select<{ rows: string; ms: string }>(
    `SELECT count() AS rows, toUnixTimestamp(min(toStartOfMinute(time))) * 1000 AS ms FROM events WHERE ${unitCondition(units)}`,
    unitParams(units),
    { maxRows: 1, maxSeconds: 15 },
  );
  return row === undefined || row.rows === "0" ? undefined : Number(row.ms);
}
