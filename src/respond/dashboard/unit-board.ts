import { AppError } from "../../kernel/errors.ts";
import { type Covered, coveredIn, readRows } from "../../monitor/rule/index.ts";
import { listSources } from "../../monitor/source/index.ts";
import type { Ctx, UnitScope } from "../../organization/access/index.ts";
import { readResponseTimes } from "../crisis/index.ts";
import { type Branch, branchesOf } from "./branches.ts";
import type { UnitBoard, UnitFigures, UnitRow, UnitsQuery } from "./contract.ts";
import type { DashboardDeps } from "./deps.ts";
import { isSilent, MAX_SOURCES } from "./sources.ts";
import { dayOf, rangeOf, type Span } from "./span.ts";
import { alertsByUnit, incidentsByUnit, placesIn } from "./store.ts";
import { orNull } from "./unknown.ts";

const MAX_BRANCHES = 100;
/** How long a page waits for days that nobody has measured yet; the next call finds them measured. */
const VOLUME_PATIENCE_MS = 400;

type Counted = {
  readonly alerts: Awaited<ReturnType<typeof alertsByUnit>>;
  readonly incidents: Awaited<ReturnType<typeof incidentsByUnit>> | null;
  readonly sources: readonly { readonly unitId: string; readonly isSilent: boolean }[] | null;
  readonly volume: ReadonlyMap<string, { readonly events: number; readonly bytes: number }> | null;
  readonly covered: ((ids: readonly string[]) => Covered) | null;
};

/** The units below one, side by side. Errors: `forbidden` for a unit whose alerts are not the reader's to see. */
export async function readUnitBoard(ctx: Ctx, query: UnitsQuery, deps: DashboardDeps): Promise<UnitBoard> {
  if (query.unit !== undefined) ctx.require("alert:read", query.unit);
  const scope = ctx.units("alert:read");
  const range = rangeOf(ctx.now(), query.days);
  const places = await placesIn(ctx.state, scope);
  if (query.unit !== undefined && !places.some(({ id }) => id === query.unit))
    throw new AppError("not_found", "There is no such unit.");
  const { parent, branches } = branchesOf(places, query.unit);
  const shown = branches.slice(0, MAX_BRANCHES);
  const counted = await count(ctx, { query, range, scope }, deps);
  const rows: UnitRow[] = [];
  for (const branch of shown) rows.push(await rowOf(ctx, { branch, counted, range }));
  const ids = branches.flatMap((branch) => branch.ids);
  return {
    at: ctx.now().toISOString(),
    range,
    parent,
    rows,
    total: await figuresOf(ctx, { ids, counted, range }),
    left: branches.length - shown.length,
  };
}

type Asked = { readonly query: UnitsQuery; readonly range: Span; readonly scope: UnitScope };

/** Everything that can be counted for all units at once. */
async function count(ctx: Ctx, { query, range, scope }: Asked, deps: DashboardDeps): Promise<Counted> {
  const incidents = ctx.units("incident:read");
  const [alerts, byIncident, sources, volume, covered] = await Promise.all([
    alertsByUnit(ctx.state, scope, range),
    hasSome(incidents) ? incidentsByUnit(ctx.state, incidents, range) : null,
    hasSome(ctx.units("source:read")) ? sourcesOf(ctx, deps) : null,
    hasSome(ctx.units("source:read")) ? volumeByUnit(range, deps) : null,
    hasSome(ctx.units("rule:read")) ? coverage(ctx, { query, range, scope }, deps) : null,
  ]);
  return { alerts, incidents: byIncident, sources, volume, covered };
}

const hasSome = (scope: UnitScope): boolean => scope.all || scope.ids.length > 0;

async function sourcesOf(ctx: Ctx, deps: DashboardDeps) {
  const { items } = await listSources(
    ctx,
    { archived: "no", sort: "name", order: "asc", limit: MAX_SOURCES },
    deps.sources,
  );
  return items.map((row) => ({ unitId: row.unitId, isSilent: isSilent(row) }));
}

/** By day of receipt, which is why the range begins at midnight UTC. null = not all days are measured yet. */
async function volumeByUnit({ from }: Span, { volumes }: DashboardDeps): Promise<Counted["volume"]> {
  const first = dayOf(Date.parse(from));
  const isWanted = (day: number): boolean => day >= first;
  const found = await orNull(() => volumes.read(VOLUME_PATIENCE_MS, isWanted));
  if (!found?.isComplete) return null;
  const byUnit = new Map<string, { events: number; bytes: number }>();
  for (const { day, pairs } of found.days) {
    if (!isWanted(day)) continue;
    for (const { unitId, events, rawBytes } of pairs) {
      const known = byUnit.get(unitId) ?? { events: 0, bytes: 0 };
      byUnit.set(unitId, { events: known.events + events, bytes: known.bytes + rawBytes });
    }
  }
  return byUnit;
}

async function coverage(ctx: Ctx, { range, scope }: Asked, deps: DashboardDeps): Promise<Counted["covered"]> {
  const asked = { scope, fromMs: Date.parse(range.from), toMs: Date.parse(range.to) };
  const logs = await orNull(() => deps.unitLogs(asked));
  if (!logs) return null;
  const { rows } = await readRows(ctx, asked, { deps: deps.rules, withLogs: false });
  return (ids) => coveredIn({ rows, logs }, ids);
}

type RowAsked = { readonly branch: Branch; readonly counted: Counted; readonly range: Span };

async function rowOf(ctx: Ctx, { branch, counted, range }: RowAsked): Promise<UnitRow> {
  const { unitId, reach, ids, hasBelow } = branch;
  return { unitId, reach, units: ids.length, hasBelow, ...(await figuresOf(ctx, { ids, counted, range })) };
}

type FiguresAsked = { readonly ids: readonly string[]; readonly counted: Counted; readonly range: Span };

async function figuresOf(ctx: Ctx, { ids, counted, range }: FiguresAsked): Promise<UnitFigures> {
  const { alerts, incidents, sources, volume, covered } = counted;
  const wanted = new Set(ids);
  const sum = <T>(rows: ReadonlyMap<string, T>, pick: (row: T) => number): number =>
    ids.reduce((total, id) => {
      const row = rows.get(id);
      return row === undefined ? total : total + pick(row);
    }, 0);
  const own = sources?.filter(({ unitId }) => wanted.has(unitId));
  return {
    alerts: {
      seen: sum(alerts, ({ seen }) => seen),
      open: sum(alerts, ({ open }) => open),
      severe: sum(alerts, ({ severe }) => severe),
    },
    incidents: incidents && {
      opened: sum(incidents, ({ opened }) => opened),
      open: sum(incidents, ({ open }) => open),
      times: await timesOf(
        ctx,
        ids.filter((id) => incidents.has(id)),
        range,
      ),
    },
    sources: own ? { total: own.length, silent: own.filter(({ isSilent }) => isSilent).length } : null,
    volume: volume && { events: sum(volume, ({ events }) => events), bytes: sum(volume, ({ bytes }) => bytes) },
    coverage: covered?.(ids) ?? null,
  };
}

const NO_TIMES = { incidents: 0, acknowledgeMs: null, containMs: null, restoreMs: null };

/** The medians that the page of response times shows for the same units and the same range. */
async function timesOf(ctx: Ctx, unit: string[], range: Span) {
  if (unit.length === 0) return NO_TIMES;
  const { total, incidents } = await readResponseTimes(ctx, { ...range, unit });
  return {
    incidents,
    acknowledgeMs: total.acknowledge.medianMs,
    containMs: total.contain.medianMs,
    restoreMs: total.restore.medianMs,
  };
}
