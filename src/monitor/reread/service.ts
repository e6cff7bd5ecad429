import { AppError } from "../../kernel/errors.ts";
import { newId } from "../../kernel/ids.ts";
import { type Ctx, isInScope } from "../../organization/access/index.ts";
import type { Reread, RereadPreview, RereadStart, Unread, UnreadQuery } from "./contract.ts";
import { newest, tally } from "./days.ts";
import { type JobDeps, readersOf, unitsOf, wantedOf } from "./job.ts";
import { readAgain, type SourceReading } from "./read-again.ts";
import { BEFORE_ALL, type StoredReread } from "./schema.ts";
import { slicesOf } from "./slices.ts";
import { findReread, insertReread, listRereads, moveReread } from "./store.ts";
import type { Candidate } from "./stored.ts";

const PREVIEW_EVENTS = 500;
const PREVIEW_BYTES = 32 << 20;
/** A source's page asks each time that it is looked at. */
const UNREAD_MS = 30 * 86_400_000;

export type RereadDeps = JobDeps & {
  /** How a source's events are read now; undefined when there is no such source. */
  readonly source: (id: string) => SourceReading | undefined;
  /** Told of a job that is to be run. */
  readonly wake: () => void;
};

/** Errors: `not_found`, also when it is not yours to see. */
function visibleSource(ctx: Ctx, id: string, deps: RereadDeps): SourceReading {
  const found = deps.source(id);
  if (found && isInScope(ctx.units("source:read"), found.unitId)) return found;
  throw new AppError("not_found", "There is no such source, or it is not yours to see.");
}

function writableSource(ctx: Ctx, id: string, deps: RereadDeps): SourceReading {
  const found = visibleSource(ctx, id, deps);
  ctx.require("source:write", found.unitId);
  return found;
}

/** The highest unit at or above a source's own whose sources they may change: a source that moved there brings no right over what it sent before. */
async function writableAbove(ctx: Ctx, { unitId }: SourceReading, { tree }: RereadDeps): Promise<string> {
  const [scope, units] = [ctx.units("source:write"), await tree.current()];
  if (scope.all) return units.rootId ?? unitId;
  return scope.ids
    .filter((id) => units.covers(id, unitId))
    .reduce((top, id) => (units.covers(id, top) ? id : top), unitId);
}

type Asked = Pick<StoredReread, "sourceId" | "reason" | "fromAt" | "toAt">;

/** Until now, unless it is said: what arrives later is read by the parsers of then. */
function askedOf(ctx: Ctx, sourceId: string, { reason, from, to }: RereadStart): Asked {
  const nowMs = ctx.now().getTime() + 1;
  const fromMs = from === undefined ? 0 : Date.parse(from);
  const toMs = Math.min(nowMs, to === undefined ? nowMs : Date.parse(to));
  if (!(fromMs >= 0 && fromMs < toMs)) throw new AppError("invalid", "The time range must end after it begins.");
  return { sourceId, reason: reason ?? null, fromAt: new Date(fromMs), toAt: new Date(toMs) };
}

/** What of a source's stored events is not understood, by reason. */
export async function readUnread(
  ctx: Ctx,
  { id, from }: UnreadQuery & { id: string },
  deps: RereadDeps,
): Promise<Unread> {
  const how = visibleSource(ctx, id, deps);
  const since = from ?? new Date(ctx.now().getTime() - UNREAD_MS).toISOString();
  const wanted = wantedOf(deps, askedOf(ctx, id, { from: since }), { units: ctx.units("source:read"), how });
  const { reasons, isComplete } = await tally(deps, wanted);
  return {
    from: since,
    isComplete,
    items: reasons.map(({ reason, events, oldestMs, newestMs }) => ({
      reason,
      events,
      oldest: new Date(oldestMs).toISOString(),
      newest: new Date(newestMs).toISOString(),
    })),
  };
}

/** By the threads that they take: a preview holds its raw texts several times over. */
const previewing = new WeakSet<object>();

/**
 * Reads the newest of the events with what is in force now, and stores nothing; one at a time. Errors: `not_found`, `forbidden`;
 * `over_limit` while another is read.
 */
export async function previewReread(
  ctx: Ctx,
  input: RereadStart & { id: string },
  deps: RereadDeps,
): Promise<RereadPreview> {
  const how = writableSource(ctx, input.id, deps);
  if (previewing.has(deps.pool))
    throw new AppError("over_limit", "Other stored events are being tried. Try again in a moment.");
  previewing.add(deps.pool);
  try {
    return await preview(ctx, { ...input, how }, deps);
  } finally {
    previewing.delete(deps.pool);
  }
}

async function preview(
  ctx: Ctx,
  { id, how, ...input }: RereadStart & { id: string; how: SourceReading },
  deps: RereadDeps,
): Promise<RereadPreview> {
  const units = unitsOf(await deps.tree.current(), await writableAbove(ctx, how, deps));
  const wanted = wantedOf(deps, askedOf(ctx, id, input), { units, how });
  const tried = await newest(deps, wanted, PREVIEW_EVENTS);
  // The newest first: what they have too many bytes for is the oldest.
  const ordered = withinBytes(tried).sort(byPlace);
  let [looked, matches, readers]: [number, number, Record<string, number>] = [0, 0, {}];
  for (const slice of slicesOf(id, ordered, () => false)) {
    const results = await readAgain(deps, slice, { ...how, isPreview: true });
    readers = readersOf(results, readers);
    looked += slice.seqs.length;
    matches += results.reduce((sum, { groups }) => sum + groups.reduce((total, { count }) => total + count, 0), 0);
  }
  const { events, isComplete } = await tally(deps, wanted);
  return {
    wanted: events,
    isComplete,
    looked,
    understood: Object.values(readers).reduce((total, events) => total + events, 0),
    readers: listed(readers),
    matches,
  };
}

/** As many as have a bounded number of bytes together: somebody waits for them. */
function withinBytes(candidates: readonly Candidate[]): Candidate[] {
  let left = PREVIEW_BYTES;
  return candidates.filter(({ bytes }) => {
    left -= bytes;
    return left >= 0;
  });
}

const byPlace = (one: Candidate, two: Candidate): number =>
  one.stream - two.stream || Number(BigInt(one.seq) - BigInt(two.seq));

/** Errors: `not_found`, `forbidden`; `conflict` when the source has one that is not ended. */
export async function startReread(
  ctx: Ctx,
  { id: sourceId, ...input }: RereadStart & { id: string },
  deps: RereadDeps,
): Promise<Reread> {
  const how = writableSource(ctx, sourceId, deps);
  const unitId = await writableAbove(ctx, how, deps);
  const asked = askedOf(ctx, sourceId, input);
  const at = ctx.now();
  const units = unitsOf(await deps.tree.current(), unitId);
  const row: StoredReread = {
    id: newId("reread", at.getTime()),
    unitId,
    ...asked,
    status: "running",
    wanted: (await tally(deps, wantedOf(deps, asked, { units, how }))).events,
    ...{ looked: 0, understood: 0, readers: {}, counted: BEFORE_ALL, place: BEFORE_ALL, problem: "" },
    ownerId: ctx.actor.id,
    ownerName: ctx.actor.name,
    createdAt: at,
    finishedAt: null,
  };
  const detail = {
    reread: row.id,
    reason: row.reason,
    from: row.fromAt.toISOString(),
    to: row.toAt.toISOString(),
    events: row.wanted,
    unit: unitId,
  };
  const target = { kind: "source", id: sourceId };
  const entry = { action: "reread.start", target, unitId: how.unitId, detail };
  await ctx.change(entry, async (tx) => {
    if (!(await insertReread(tx, row)))
      throw new AppError("conflict", "Events of this source are being read again already.");
  });
  deps.wake();
  return viewOf(row);
}

export async function listSourceRereads(ctx: Ctx, id: string, deps: RereadDeps): Promise<{ items: Reread[] }> {
  visibleSource(ctx, id, deps);
  return { items: (await listRereads(ctx.state, id)).map(viewOf) };
}

/** The events in hand are finished, the others stay as they are. One that is ended is answered as it is. Errors: `not_found`, `forbidden`. */
export async function cancelReread(
  ctx: Ctx,
  { id, reread }: { id: string; reread: string },
  deps: RereadDeps,
): Promise<Reread> {
  const { unitId } = writableSource(ctx, id, deps);
  const found = await findReread(ctx.state, reread);
  if (found === undefined || found.sourceId !== id)
    throw new AppError("not_found", "Events of this source were not read again under this id.");
  if (found.finishedAt !== null) return viewOf(found);
  const entry = { action: "reread.cancel", target: { kind: "source", id }, unitId, detail: { reread } };
  await ctx.change(entry, (tx) => moveReread(tx, reread, { status: "cancelling" }));
  return viewOf((await findReread(ctx.state, reread)) ?? found);
}

function viewOf(row: StoredReread): Reread {
  return {
    id: row.id,
    sourceId: row.sourceId,
    reason: row.reason,
    from: row.fromAt.toISOString(),
    to: row.toAt.toISOString(),
    status: row.status,
    wanted: row.wanted,
    looked: row.looked,
    understood: row.understood,
    readers: listed(row.readers),
    problem: row.problem,
    by: { id: row.ownerId, name: row.ownerName },
    createdAt: row.createdAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}

const listed = (readers: Readonly<Record<string, number>>): Reread["readers"] =>
  Object.entries(readers)
    .map(([reader, events]) => ({ reader, events }))
    .sort((one, two) => two.events - one.events);
