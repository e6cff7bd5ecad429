import type { ParamValue } from "../../platform/events/index.ts";
import { addressCell, IN_RANGE, isoOf, rangeParams } from "../search/index.ts";
import { compileQuery } from "../search/language/compile.ts";
import { queryAt } from "../search/language/entity.ts";
import type { EntitySummary } from "./contract.ts";
import type { EntityDeps } from "./deps.ts";
import type { EntityScope } from "./events.ts";

const MAX_HOLDERS = 50;
const MAX_SECONDS = 20;

/** Either side of a connection: an address, and whose it was then. */
const SIDES = ["source", "destination"] as const;
/** Which column of a side must be the entity's own for the line to be about it. */
const OWN = { host: "owner.host", account: "owner.user", address: "ip" } as const;

type Row = { address: string; host: string; user: string; first_at: string; last_at: string; events: string };

/**
 * Who had an address, or which addresses a host or person had: as each event was told it when it came in, from the leases,
 * sessions and logons of its own time. A line is a holder, not an unbroken stretch.
 */
export async function holdersIn(
  deps: EntityDeps,
  { subject, scope }: EntityScope,
  signal: AbortSignal | undefined,
): Promise<EntitySummary["holders"]> {
  const { kind } = subject;
  if (kind === "domain" || kind === "hash") return [];
  const params: Record<string, ParamValue> = {};
  const sides = SIDES.map((side) => {
    const place = subject.places.find(({ field }) => field === `${side}.${OWN[kind]}`);
    const compiled = place && compileQuery(queryAt(place), scope.clock, side);
    if (!compiled?.ok) throw new Error(`a ${kind} has no place at the ${side}`);
    Object.assign(params, compiled.value.params);
    return `SELECT time, ${addressCell(`${side}_ip`)} AS address, toString(${side}_owner_host) AS host, toString(${side}_owner_user) AS user
      FROM events WHERE ${IN_RANGE} AND ${scope.condition} AND (${side}_owner_host != '' OR ${side}_owner_user != '')
        AND ${compiled.value.condition}`;
  });
  const rows = await deps.events.select<Row>(
    `SELECT address, host, user, min(time) AS first_at, max(time) AS last_at, count() AS events
     FROM (${sides.join(" UNION ALL ")}) GROUP BY address, host, user ORDER BY last_at DESC, address, host, user LIMIT ${MAX_HOLDERS}`,
    { ...scope.params, ...rangeParams(scope), ...params },
    { maxRows: MAX_HOLDERS, maxSeconds: MAX_SECONDS, ...(signal && { signal }) },
  );
  return rows.map(({ first_at, last_at, events, ...who }) => ({
    ...who,
    firstAt: isoOf(first_at),
    lastAt: isoOf(last_at),
    events: Number(events),
  }));
}
