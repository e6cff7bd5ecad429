import type { UnitTree } from "../../organization/access/index.ts";
import type { EffectivePolicy, Policy, RetentionOverview, RetentionRow, RetentionUnit } from "./contract.ts";
import { fullInDays, perDayOf, type Stock, sizeIn, steadySize, totalIn } from "./forecast.ts";
import { ageInDays, type Effective, effectivePolicy, isExpired, type Pair, unitIn } from "./policy.ts";
import type { StoredPolicy } from "./schema.ts";
import type { DayVolume, PairVolume, Volumes } from "./volumes.ts";

/** A source as far as retention cares. */
export type KnownSource = {
  readonly id: string;
  readonly name: string;
  readonly unitId: string;
  readonly archivedAt: Date | null;
};
export type Tiers = RetentionOverview["tiers"];

type Held = RetentionRow["held"];
type PairDay = { readonly day: DayVolume; readonly volume: PairVolume };

export type OverviewInput = {
  readonly volumes: Volumes;
  readonly policies: readonly StoredPolicy[];
  readonly sources: readonly KnownSource[];
  readonly tree: UnitTree;
  /** Units that the person may see; undefined = all, and the disk too. */
  readonly visible: ReadonlySet<string> | undefined;
  /** May the person set policies for the events of the unit? */
  readonly mayWrite: (unitId: string) => boolean;
  readonly tiers: Tiers;
  readonly nowMs: number;
};

const NONE: Held = { events: 0, rawBytes: 0, diskBytes: 0, oldestDay: null };
const POINTS = [0, 7, 14, 30, 45, 60, 75, 90, 120, 150, 180, 210, 240, 270, 300, 330, 365];

/** Everything that the page shows, from what is measured and what is set. Pure. */
export function overviewOf(input: OverviewInput): RetentionOverview {
  const { volumes, visible, nowMs } = input;
  const ratio = ratioOf(volumes);
  const rows = rowsOf(input, ratio);
  const stocks = rows.map(({ stock }) => stock);
  const isKnown = rows.filter(({ row }) => row.perDay !== null || row.held.events === 0);
  const full = visible === undefined && volumes.disk.totalBytes > 0;
  return {
    sources: rows.map(({ row }) => row),
    units: unitsOf(
      input,
      rows.map(({ row }) => row),
    ),
    total: rows.map(({ row }) => row.held).reduce(added, NONE),
    ratio: ratio ?? null,
    isComplete: volumes.isComplete,
    forecast: {
      points: POINTS.map((day) => ({ day, bytes: Math.round(totalIn(day, stocks)) })),
      sizes: {
        in30: Math.round(totalIn(30, stocks)),
        in90: Math.round(totalIn(90, stocks)),
        in365: Math.round(totalIn(365, stocks)),
        steady: sumOrNothing(stocks.map(steadySize)),
      },
      unknown: rows.length - isKnown.length,
      disk: full ? { ...volumes.disk, fullInDays: fullInDays(stocks, volumes.disk.freeBytes) ?? null } : null,
    },
    tiers: input.tiers,
  };

  function rowsOf(given: OverviewInput, perRaw: number | undefined): { row: RetentionRow; stock: Stock }[] {
    const { sources, policies, tree } = given;
    const known = new Map(sources.map((one) => [one.id, one]));
    const measured = pairsOf(volumes.days);
    const rowFor = (key: string): void => {
      if (!measured.has(key)) measured.set(key, []);
    };
    for (const one of sources) if (one.archivedAt === null) rowFor(`${one.id}\n${one.unitId}`);
    // A hold that was set where the source was before is shown, to be lifted, when all it had sent there is gone.
    for (const { kind, scopeId, unitId, holdReason } of policies)
      if (kind === "source" && holdReason !== "") rowFor(`${scopeId}\n${unitId}`);
    return [...measured].flatMap(([key, days]) => {
      const [sourceId = "", unitId = ""] = key.split("\n");
      if (visible && !visible.has(unitId)) return [];
      const effective = effectivePolicy({ sourceId, unitId }, policies, tree);
      const stock = stockOf(days, { days: effective.days, perRaw, nowMs });
      const own = policies.find(
        ({ kind, scopeId, unitId: said }) => kind === "source" && scopeId === sourceId && said === unitId,
      );
      const one = known.get(sourceId);
      const row: RetentionRow = {
        source: {
          id: sourceId,
          name: one?.name ?? sourceId,
          isRegistered: one !== undefined,
          isArchived: one?.archivedAt != null,
        },
        unitId,
        effective: effectiveView(effective),
        own: own ? policyView(own) : null,
        mayChange: one !== undefined && given.mayWrite(unitId) && (one.unitId === unitId || own !== undefined),
        held: heldIn(days, perRaw),
        perDay:
          stock.perDay === undefined
            ? null
            : { events: Math.round(eventsPerDay(days, nowMs) ?? 0), diskBytes: Math.round(stock.perDay) },
        sizes: stock.perDay === undefined ? null : sizesOf(stock),
      };
      return [{ row, stock }];
    });
  }
}

/** Bytes on disk for a raw byte, index included, over all that is measured. */
export function ratioOf({ days, indexBytes }: Pick<Volumes, "days" | "indexBytes">): number | undefined {
  const raw = days.reduce((sum, { rawBytes }) => sum + rawBytes, 0);
  const disk = days.reduce((sum, { diskBytes }) => sum + diskBytes, 0);
  return raw > 0 ? (disk + indexBytes) / raw : undefined;
}

function pairsOf(days: readonly DayVolume[]): Map<string, PairDay[]> {
  const pairs = new Map<string, PairDay[]>();
  for (const day of days)
    for (const volume of day.pairs) {
      const key = `${volume.sourceId}\n${volume.unitId}`;
      const held = pairs.get(key);
      if (held) held.push({ day, volume });
      else pairs.set(key, [{ day, volume }]);
    }
  return pairs;
}

type StockInput = { readonly days: number | undefined; readonly perRaw: number | undefined; readonly nowMs: number };

function stockOf(days: readonly PairDay[], { days: keepDays, perRaw = 0, nowMs }: StockInput): Stock {
  const held = days.map(({ day, volume }) => ({ ageDays: ageInDays(day.day, nowMs), bytes: volume.rawBytes * perRaw }));
  return { held, perDay: days.length === 0 ? 0 : perDayOf(held, { sinceMs: firstMs(days), nowMs }), keepDays };
}

const eventsPerDay = (days: readonly PairDay[], nowMs: number): number | undefined =>
  perDayOf(
    days.map(({ day, volume }) => ({ ageDays: ageInDays(day.day, nowMs), bytes: volume.events })),
    { sinceMs: firstMs(days), nowMs },
  );

const firstMs = (days: readonly PairDay[]): number => Math.min(...days.map(({ volume }) => volume.receivedFromMs));

const sizesOf = (stock: Stock): NonNullable<RetentionRow["sizes"]> => ({
  in30: Math.round(sizeIn(30, stock)),
  in90: Math.round(sizeIn(90, stock)),
  in365: Math.round(sizeIn(365, stock)),
  steady: sumOrNothing([steadySize(stock)]),
});

/** null as soon as one of them has no end. */
function sumOrNothing(sizes: readonly (number | undefined)[]): number | null {
  let sum = 0;
  for (const size of sizes) {
    if (size === undefined) return null;
    sum += size;
  }
  return Math.round(sum);
}

function heldIn(days: readonly PairDay[], perRaw = 0): Held {
  const rawBytes = days.reduce((sum, { volume }) => sum + volume.rawBytes, 0);
  return {
    events: days.reduce((sum, { volume }) => sum + volume.events, 0),
    rawBytes,
    diskBytes: Math.round(rawBytes * perRaw),
    oldestDay: days.length === 0 ? null : dayText(Math.min(...days.map(({ day }) => day.day))),
  };
}

function added(one: Held, two: Held): Held {
  const days = [one.oldestDay, two.oldestDay].filter((day) => day !== null).sort();
  return {
    events: one.events + two.events,
    rawBytes: one.rawBytes + two.rawBytes,
    diskBytes: one.diskBytes + two.diskBytes,
    oldestDay: days[0] ?? null,
  };
}

function unitsOf({ tree, visible, policies }: OverviewInput, rows: readonly RetentionRow[]): RetentionUnit[] {
  const all = tree.rootId === undefined ? [] : tree.subtree(tree.rootId);
  return all
    .filter((unitId) => visible === undefined || visible.has(unitId))
    .map((unitId) => {
      const own = policies.find(({ kind, scopeId }) => kind === "unit" && scopeId === unitId);
      const held = rows.filter((row) => unitIn(tree, row.unitId) === unitId).map((row) => row.held);
      return {
        unitId,
        own: own ? policyView(own) : null,
        effective: effectiveView(effectivePolicy({ sourceId: "", unitId }, policies, tree)),
        held: held.reduce(added, NONE),
      };
    });
}

/** `2026-11-27` for 20261127. */
export const dayText = (day: number): string => String(day).replace(/^(\d{4})(\d\d)(\d\d)$/, "$1-$2-$3");

export const policyView = (row: StoredPolicy): Policy => ({
  kind: row.kind,
  id: row.scopeId,
  version: row.version,
  keep: row.keep,
  days: row.days,
  holdReason: row.holdReason,
  setBy: row.setByName,
  setAt: row.setAt.toISOString(),
});

const effectiveView = ({ days, rule, hold }: Effective): EffectivePolicy => ({
  days: days ?? null,
  from: rule ? { kind: rule.kind, id: rule.scopeId } : null,
  hold: hold ? { kind: hold.kind, id: hold.scopeId, reason: hold.holdReason } : null,
});

/** What would go at once if `draft` were in force, among `visible`. */
export function expiredUnder(
  volumes: Volumes,
  input: { readonly policies: readonly StoredPolicy[]; readonly tree: UnitTree; readonly nowMs: number },
  isMeant: (pair: Pair) => boolean,
): readonly PairDay[] {
  const judged = new Map<string, Effective>();
  const policyOf = (pair: PairVolume): Effective => {
    const key = `${pair.sourceId}\n${pair.unitId}`;
    const effective = judged.get(key) ?? effectivePolicy(pair, input.policies, input.tree);
    judged.set(key, effective);
    return effective;
  };
  return volumes.days.flatMap((day) =>
    day.pairs
      .filter((volume) => isMeant(volume) && isExpired(day.day, policyOf(volume).days, input.nowMs))
      .map((volume) => ({ day, volume })),
  );
}
