import type { ParamValue } from "../../platform/events/index.ts";
import { IN_RANGE, type Reader, rangeOf, rangeParams, rangeView, type Scope } from "../search/index.ts";
import { compileQuery } from "../search/language/compile.ts";
import { placesOf, queryOfPlaces } from "../search/language/entity.ts";
import type { EntityBefore, EntityBeforeInput } from "./contract.ts";
import type { EntityDeps } from "./deps.ts";
import { entityScope } from "./events.ts";
import { subjectOf } from "./subject.ts";

/** How far before the window a peer is looked for. */
const BEFORE_MS = 30 * 86_400_000;
const MAX_SECONDS = 20;

type Asked = EntityBeforeInput & { readonly signal?: AbortSignal };

/**
 * Which of its peers stood beside it in the thirty days before the window, wherever and however they were written. Errors:
 * as `readSummary`.
 */
export async function readBefore(
  deps: EntityDeps,
  ctx: Reader,
  { peers, signal, ...asked }: Asked,
): Promise<EntityBefore> {
  const { fromMs } = rangeOf(asked, { nowMs: ctx.now().getTime(), timeZone: asked.tz });
  const range = { from: new Date(fromMs - BEFORE_MS).toISOString(), to: new Date(fromMs).toISOString() };
  const { scope, found } = await entityScope(deps, ctx, { ...asked, ...range, signal });
  const wasHere = found.length > 0;
  const known = wasHere ? await knownIn(deps, scope, { peers, signal }) : peers.map(() => false);
  return { range: rangeView(scope), wasHere, known };
}

async function knownIn(
  deps: EntityDeps,
  scope: Scope,
  { peers, signal }: Pick<Asked, "peers"> & { readonly signal: AbortSignal | undefined },
): Promise<boolean[]> {
  if (peers.length === 0) return [];
  const params: Record<string, ParamValue> = {};
  const cells = peers.map(({ kind, value }, i) => {
    const subject = subjectOf(kind, value);
    const compiled = compileQuery(queryOfPlaces(placesOf(kind, subject.value)), scope.clock, `peer${i}_`);
    if (!compiled.ok) throw new Error(`a ${kind} cannot be asked for: ${compiled.error.message}`);
    Object.assign(params, compiled.value.params);
    return `max(${compiled.value.condition}) AS k${i}`;
  });
  const [row] = await deps.events.select<Record<`k${number}`, number | string>>(
    `SELECT ${cells.join(", ")} FROM events WHERE ${IN_RANGE} AND ${scope.condition}`,
    { ...scope.params, ...rangeParams(scope), ...params },
    { maxRows: 1, maxSeconds: MAX_SECONDS, ...(signal && { signal }) },
  );
  return peers.map((_, i) => Number(row?.[`k${i}`]) === 1);
}
