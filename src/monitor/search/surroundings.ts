import type { EventRow, SurroundingQuery, Surroundings } from "./contract.ts";
import type { EventAccess, Reader, SearchDeps } from "./deps.ts";
import { literal, type Query } from "./language/ast.ts";
import { readColumns, rowView, selectRow } from "./row.ts";
import { clockOf, type Scope, scopeOfQuery, unitsOf } from "./scope.ts";
import { type Anchor, anchorOf, storedEvent } from "./stored-event.ts";
import { walkEvents } from "./walk.ts";

/** How far around an event people look: beyond a week it is no surrounding. */
const REACH_MS = 7 * 86_400_000;

type By = SurroundingQuery["by"];

/** What happened before and after an event on the same host, by the same person or address, or from the same source. Errors: as `readEvent`. */
export async function readSurroundings(
  deps: SearchDeps,
  ctx: Reader,
  input: SurroundingQuery & { readonly id: string; readonly signal?: AbortSignal },
): Promise<Surroundings> {
  const columns = readColumns(input.columns);
  const row = await storedEvent(deps, ctx, input);
  const reachMs = input.minutes === undefined ? REACH_MS : input.minutes * 60_000;
  const event = anchorOf(row);
  const around = await surroundingsOf(deps, ctx, { ...input, event, columns, reachMs });
  return {
    ...around,
    event: rowView(row, []),
    value: partOf(event, around.by),
    choices: (["host", "account", "address", "source"] as const).filter((by) => partOf(event, by) !== ""),
  };
}

type AroundAsk<B extends By> = {
  readonly event: Anchor;
  readonly by: B;
  readonly before: number;
  readonly after: number;
  readonly columns: readonly string[];
  readonly reachMs?: number;
  readonly signal?: AbortSignal | undefined;
};

type Around<B extends By> = { by: B | "source"; before: EventRow[]; after: EventRow[] };

export async function surroundingsOf<B extends By>(
  deps: EventAccess,
  ctx: Reader,
  ask: AroundAsk<B>,
): Promise<Around<B>> {
  const by = partOf(ask.event, ask.by) === "" ? "source" : ask.by;
  const scope = await sameOrigin(deps, ctx, { by, event: ask.event, reachMs: ask.reachMs ?? REACH_MS });
  const [stream = "0", seq = "0"] = ask.event.id.split("-");
  const after = { time: ask.event.timeMs, stream: Number(stream), seq };
  const select = selectRow(ask.columns);
  const take = async (direction: "asc" | "desc", rows: number): Promise<EventRow[]> => {
    if (rows === 0) return [];
    const found = await walkEvents(deps, scope, { select, walk: { direction, rows, after }, signal: ask.signal });
    return found.map((row) => rowView(row, ask.columns));
  };
  const [before, later] = await Promise.all([take("desc", ask.before), take("asc", ask.after)]);
  return { by, before: before.reverse(), after: later };
}

function partOf({ host, account, address, sourceId }: Anchor, by: By): string {
  return { host, account, address, source: sourceId }[by];
}

/** An address is the same on either side of a connection. */
const FIELDS = {
  host: ["host.name"],
  account: ["user.name"],
  address: ["source.ip", "destination.ip"],
  source: ["source"],
} as const satisfies Record<By, readonly string[]>;

type Origin = { readonly by: By; readonly event: Anchor; readonly reachMs: number };

async function sameOrigin(deps: EventAccess, ctx: Reader, { by, event, reachMs }: Origin): Promise<Scope> {
  const pattern = literal(partOf(event, by));
  const items = FIELDS[by].map((field): Query => ({ kind: "match", field, pattern, at: 0 }));
  const [first = { kind: "all" } as const] = items;
  return scopeOfQuery(items.length === 1 ? first : { kind: "or", items }, {
    range: { fromMs: event.timeMs - reachMs, toMs: event.timeMs + reachMs },
    clock: clockOf(ctx, "UTC"),
    units: await unitsOf(deps, ctx, ""),
  });
}
