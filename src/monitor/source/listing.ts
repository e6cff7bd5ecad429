import { AppError } from "../../kernel/errors.ts";
import type { Rejection, SourceFigures, SourceListQuery, SourceRow } from "./contract.ts";
import { healthOf } from "./figures.ts";
import type { StoredSource } from "./schema.ts";
import type { SilenceView } from "./silence/shapes.ts";

/** Lines refused at the door since the start of the process, by source. */
export type RejectionCount = {
  readonly sourceId: string;
  readonly rejected: Readonly<Partial<Record<string, number>>>;
};

type Beside = {
  readonly figures: ReadonlyMap<string, SourceFigures> | undefined;
  readonly rejections: ReadonlyMap<string, Rejection[]>;
  readonly silence: (row: StoredSource) => SilenceView;
  readonly nowMs: number;
};

/** A stored source with its figures, as the web sees it. */
export function sourceRow(row: StoredSource, { figures, rejections, silence, nowMs }: Beside): SourceRow {
  const measured = figures?.get(row.id) ?? null;
  // What is imported was written long ago: that says nothing of any clock.
  const own = measured && row.kind === "file" ? { ...measured, clock: null } : measured;
  const { matchTransport, matchPeer, matchHostName } = row;
  return {
    id: row.id,
    version: row.version,
    name: row.name,
    kind: row.kind,
    tokenId: row.tokenId,
    match: {
      ...(matchTransport !== null && { transport: matchTransport }),
      ...(matchPeer !== null && { peer: matchPeer }),
      ...(matchHostName !== null && { hostName: matchHostName }),
    },
    unitId: row.unitId,
    format: row.format,
    timeZone: row.timeZone,
    encoding: row.encoding,
    isEnabled: row.isEnabled,
    isAutomatic: row.isAutomatic,
    createdBy: row.createdById === null ? null : { id: row.createdById, name: row.createdByName ?? "" },
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    archivedAt: row.archivedAt?.toISOString() ?? null,
    figures: own,
    rejections: rejections.get(row.id) ?? [],
    health: healthOf(row, own, nowMs),
    silence: silenceOf(row, silence(row)),
  };
}

const silenceOf = ({ silenceMinutes }: StoredSource, view: SilenceView): SourceRow["silence"] => ({
  state: view.state,
  since: view.sinceMs === undefined ? null : new Date(view.sinceMs).toISOString(),
  usualPauseMs: view.usualPauseMs ?? null,
  afterMs: view.afterMs ?? null,
  minutes: silenceMinutes,
});

/** Rejections by source, largest first, and those that belong to no known source, added up. */
export function sortRejections(counts: readonly RejectionCount[], known: ReadonlySet<string>) {
  const bySource = new Map<string, Rejection[]>();
  const rest = new Map<string, number>();
  for (const { sourceId, rejected } of counts) {
    const reasons = Object.entries(rejected).flatMap(([reason, count]) => (count ? [{ reason, count }] : []));
    if (known.has(sourceId)) bySource.set(sourceId, reasons.sort(byCount));
    else for (const { reason, count } of reasons) rest.set(reason, (rest.get(reason) ?? 0) + count);
  }
  return { bySource, unattributed: [...rest].map(([reason, count]) => ({ reason, count })).sort(byCount) };
}

const byCount = (one: Rejection, two: Rejection): number => two.count - one.count;

type Filter = Pick<SourceListQuery, "q" | "unit" | "kind" | "archived">;

export function filterSources(rows: readonly StoredSource[], { q, unit, kind, archived }: Filter): StoredSource[] {
  const words = folded(q ?? "")
    .split(/\s+/u)
    .filter(Boolean);
  const units = (unit ?? "").split(",").filter(Boolean);
  return rows.filter((row) => {
    if ((row.archivedAt !== null) !== (archived === "yes")) return false;
    if (kind && row.kind !== kind) return false;
    if (units.length > 0 && !units.includes(row.unitId)) return false;
    const text = folded([row.name, row.id, row.matchPeer ?? "", row.matchHostName ?? "", row.format].join("\n"));
    return words.every((word) => text.includes(word));
  });
}

const SORT_KEYS = {
  name: () => 0,
  events: (row: SourceRow) => row.figures?.events ?? 0,
  "last-seen": (row: SourceRow) => (row.figures?.lastSeenAt ? Date.parse(row.figures.lastSeenAt) : 0),
  "parse-failures": (row: SourceRow) => row.figures?.parseFailures ?? 0,
  coverage: (row: SourceRow) => row.figures?.coverage?.average ?? -1,
} as const;

/** Sorted by the key, then name, then id: a total order, so that pages do not overlap. */
export function sortSources(
  rows: readonly SourceRow[],
  { sort, order }: Pick<SourceListQuery, "sort" | "order">,
): SourceRow[] {
  const key = SORT_KEYS[sort];
  const sign = order === "asc" ? 1 : -1;
  return rows.toSorted((one, two) => {
    const byKey = key(one) - key(two);
    if (byKey !== 0) return sign * byKey;
    const byName = compareText(one.name, two.name) || compareText(one.id, two.id);
    return sort === "name" ? sign * byName : byName;
  });
}

/** A page of a sorted list. Errors: `invalid` when the cursor is not a place in a list. */
export function pageOf<Row>(rows: readonly Row[], { cursor, limit }: { cursor?: string | undefined; limit: number }) {
  const from = cursor === undefined ? 0 : Number(cursor);
  if (!Number.isSafeInteger(from) || from < 0) {
    throw new AppError("invalid", "This page link is broken. Start again from the first page.");
  }
  const items = rows.slice(from, from + limit);
  const next = from + items.length;
  return { items, ...(next < rows.length && items.length > 0 && { nextCursor: String(next) }) };
}

const folded = (text: string): string => text.normalize("NFKC").toLowerCase();
const compareText = (one: string, two: string): number => (one < two ? -1 : one > two ? 1 : 0);
