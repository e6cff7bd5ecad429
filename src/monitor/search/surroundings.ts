import type { EventRow, SurroundingQuery, Surroundings } from "./contract.ts";
import type { Reader, SearchDeps } from "./deps.ts";
import { literal, type Query } from "./language/ast.ts";
import { compileQuery } from "./language/compile.ts";
import { readColumns, rowView, selectRow } from "./row.ts";
import { clockOf, type Scope, unitCondition, unitParams, unitsOf } from "./scope.ts";
import { type Anchor, anchorOf, storedEvent } from "./stored-event.ts";
import { walkEvents } from "./walk.ts";

/** How far around an event people look: beyond a week it is no surrounding. */
const REACH_MS = 7 * 86_400_000;

/** What happened before and after an event on the same host or source. Errors: as `readEvent`. */
export async function readSurroundings(
  deps: SearchDeps,
  ctx: Reader,
  input: SurroundingQuery & { readonly id: string; readonly signal?: AbortSignal },
): Promise<Surroundings> {
  const columns = readColumns(input.columns);
  const row = await storedEvent(deps, ctx, input);
  const around = await surroundingsOf(deps, ctx, { ...input, event: anchorOf(row), columns });
  return { ...around, event: rowView(row, []) };
}

type AroundAsk = {
  readonly event: Anchor;
  readonly by: "host" | "source";
  readonly before: number;
  readonly after: number;
  readonly columns: readonly string[];
  readonly signal?: AbortSignal | undefined;
};

type Around = { by: "host" | "source"; before: EventRow[]; after: EventRow[] };

export async function surroundingsOf(deps: SearchDeps, ctx: Reader, ask: AroundAsk): Promise<Around> {
  const by = ask.by === "host" && ask.event.host !== "" ? "host" : "source";
  const scope = await sameOrigin(deps, ctx, by, ask.event);
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

async function sameOrigin(deps: SearchDeps, ctx: Reader, by: "host" | "source", event: Anchor): Promise<Scope> {
  const field = by === "host" ? "host.name" : "source";
  const pattern = literal(by === "host" ? event.host : event.sourceId);
  const query: Query = { kind: "match", field, pattern, at: 0 };
  const clock = clockOf(ctx, "UTC");
  const compiled = compileQuery(query, clock);
  if (!compiled.ok) throw new Error(`a text field refused a literal: ${compiled.error.message}`);
  const units = await unitsOf(deps, ctx, "");
  return {
    fromMs: event.timeMs - REACH_MS,
    toMs: event.timeMs + REACH_MS,
    query,
    clock,
    units,
    condition: `${unitCondition(units)} AND ${compiled.value.condition}`,
    params: { ...compiled.value.params, ...unitParams(units) },
  };
}
