import { createHash } from "node:crypto";
import { AppError } from "../../kernel/errors.ts";
import type { Turn } from "../../kernel/turn.ts";
import type { UnitScope, UnitTree, UnitTreeSource } from "../../organization/access/index.ts";
import type { State } from "../../platform/state/index.ts";
import { recordDetectionGroups } from "../alert/index.ts";
import type { BatchResult } from "../pipeline/index.ts";
import { deleteRows, openDeletions } from "../retention/index.ts";
import { daysOf } from "./days.ts";
import { LIMITS, type Readers, readAgain, type SourceReading } from "./read-again.ts";
import { isUpTo, type Place, type StoredReread } from "./schema.ts";
import { sliceOf, slicesOf } from "./slices.ts";
import { findReread, lockReread, moveReread } from "./store.ts";
import { type Candidate, nextOf, understoodOf, type Wanted, type Within } from "./stored.ts";

/** Events looked at between two deletions: the engine rewrites the parts of a day for each, and until then an event stands twice. */
const STEP_EVENTS = 50_000;

export type JobDeps = Readers & {
  readonly state: State;
  readonly tree: UnitTreeSource;
  /** Taken with the deletion of what has expired: what is read in a step is not deleted before it is stored anew. */
  readonly turn: Turn;
  /** Our own log: what is beyond `storedThrough` may be stored again by a replay, and is left alone. */
  readonly ownStream: number;
  readonly storedThrough: () => bigint;
  /** Has words found in rows that were stored anew. */
  readonly addGrams: (rows: { readonly stream: number; readonly seqs: readonly string[] }) => Promise<void>;
  /** Detections of a rule on trial raise no alerts. */
  readonly isOnTrial: (ruleId: string) => boolean;
  readonly now: () => number;
};
export type Run = { readonly id: string; readonly how: SourceReading; readonly signal: AbortSignal };

export const wantedOf = (
  deps: Pick<JobDeps, "ownStream" | "storedThrough">,
  asked: Pick<StoredReread, "sourceId" | "reason" | "fromAt" | "toAt">,
  { units, how }: { readonly units: UnitScope; readonly how: SourceReading },
): Wanted => ({
  sourceId: asked.sourceId,
  anyUnit: units.all,
  units: units.all ? [] : [...units.ids],
  fromMs: asked.fromAt.getTime(),
  toMs: asked.toAt.getTime(),
  isRawUnread: how.format !== "raw",
  anyReason: asked.reason === null,
  reason: asked.reason ?? "",
  ownStream: deps.ownStream,
  through: String(deps.storedThrough()),
});

/** A unit with all below it; of the root also what belongs to no unit. */
export const unitsOf = (tree: UnitTree, unitId: string): UnitScope =>
  unitId === tree.rootId ? { all: true } : { all: false, ids: tree.subtree(unitId) };

/**
 * Reads the next events of a job again, of one day. False when no day is left, or when it is being cancelled.
 *
 * For each slice: alerts and the count of the slice in one transaction, then its detections, its events under the numbers they have, the
 * index of their words. Then the rows of before are deleted, those alone that the engine says have a new one; then the place moves. A
 * crash anywhere leaves each event at least once, and what comes after the place is done again without telling of anything twice.
 */
export async function runStep(deps: JobDeps, run: Run): Promise<boolean> {
  return await deps.turn(() => step(deps, run), run.signal);
}

async function step(deps: JobDeps, run: Run): Promise<boolean> {
  const { id, how, signal } = run;
  const job = await findReread(deps.state.db, id);
  if (job === undefined || job.finishedAt !== null) return false;
  if (job.status !== "running" && isUpTo(job.counted, job.place)) return false;
  const next = await candidatesOf(deps, job, run);
  if (next === undefined) return false;
  const { day, candidates } = next;
  // Its record names these events, and never changes: they do not come back.
  if ((await openDeletions(deps.state.db)).some((one) => one.day === day && one.sourceId === job.sourceId))
    throw new AppError("unavailable", "Events of this day are being deleted.");
  const at = (stream: number, seq: string): Place => ({ day, stream, seq });
  const isCounted = ({ stream, seq }: Candidate): boolean => isUpTo(at(stream, seq), job.counted);
  const done: Within[] = [];
  let place: Place | undefined;
  for (const slice of slicesOf(job.sourceId, candidates, isCounted)) {
    signal.throwIfAborted();
    // What is counted is finished first: its alerts are told, and a later job would tell of them again.
    if (!isUpTo(at(slice.stream, slice.last), job.counted) && (await isCancelled(deps, id))) break;
    done.push(...(await runSlice(deps, { slice, how, job: id, until: at(slice.stream, slice.last) })));
    place = at(slice.stream, slice.last);
  }
  if (place === undefined) return false;
  for (const [stream, slices] of Map.groupBy(done, (slice) => slice.stream)) {
    const seqs = slices.flatMap((slice) => slice.seqs);
    if (!(await deleteRows(deps.events, { day, sourceId: job.sourceId, stream, seqs }, signal)))
      throw new AppError("unavailable", "The events engine is not done with deleting.");
  }
  const reached = place;
  await deps.state.transaction((tx) => moveReread(tx, id, { place: reached, problem: "" }));
  return true;
}

async function isCancelled({ state }: JobDeps, id: string): Promise<boolean> {
  return (await findReread(state.db, id))?.status !== "running";
}

/** From the place on, in the first day that has some: no day before it is asked for again. Undefined = none has. */
async function candidatesOf(deps: JobDeps, job: StoredReread, { how, signal }: Run) {
  const wanted = wantedOf(deps, job, { units: unitsOf(await deps.tree.current(), job.unitId), how });
  const { place } = job;
  for (const day of await daysOf(deps.events, wanted)) {
    signal.throwIfAborted();
    if (day < place.day) continue;
    const from =
      day === place.day
        ? { fromStream: place.stream, fromSeq: String(BigInt(place.seq) + 1n) }
        : { fromStream: 0, fromSeq: "0" };
    const candidates = await nextOf(deps.events, { ...wanted, day, ...from, limit: STEP_EVENTS }, LIMITS);
    if (candidates.length > 0) return { day, candidates };
  }
  return undefined;
}

type SliceRun = {
  readonly slice: Within;
  readonly how: SourceReading;
  readonly job: string;
  readonly until: Place;
};

/** Returns the events of the slice that have a new row, as the engine tells; none or one slice. */
async function runSlice(deps: JobDeps, { slice, how, job, until }: SliceRun): Promise<Within[]> {
  const results = await readAgain(deps, slice, how);
  await count(deps, { job, until, looked: slice.seqs.length, results });
  try {
    for (const result of results) await insert(deps, job, slice.stream, result);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    await insertOneByOne(deps, { slice, how, job, until });
  }
  const rows = await understoodOf(deps.events, slice, LIMITS);
  if (rows.length === 0) return [];
  const has = new Set(rows.map(({ seq }) => seq));
  const stored = sliceOf(
    slice.sourceId,
    slice.stream,
    slice.seqs.filter((seq) => has.has(seq)),
  );
  await deps.addGrams({ stream: stored.stream, seqs: stored.seqs });
  return [stored];
}

type Counting = {
  readonly job: string;
  readonly until: Place;
  readonly looked: number;
  readonly results: readonly BatchResult[];
};

/** Alerts and counts of a slice in one transaction, once: a slice that was counted before a crash counts nothing. */
async function count(deps: JobDeps, { job, until, looked, results }: Counting): Promise<void> {
  const groups = results.flatMap((result) => result.groups).filter(({ rule }) => !deps.isOnTrial(rule.id));
  await deps.state.transaction(async (tx) => {
    const row = await lockReread(tx, job);
    if (row === undefined || isUpTo(until, row.counted)) return;
    if (groups.length > 0) await recordDetectionGroups(tx, groups, new Date(deps.now()));
    const readers = readersOf(results, row.readers);
    const understood = row.understood + sum(Object.values(readersOf(results)));
    await moveReread(tx, job, { counted: until, looked: row.looked + looked, understood, readers });
  });
}

const MAX_READERS = 200;

/** How many events each reader understands, added to those of before. */
export function readersOf(
  results: readonly BatchResult[],
  before: Readonly<Record<string, number>> = {},
): Record<string, number> {
  const readers = new Map(Object.entries(before));
  for (const [reader, events] of results.flatMap((result) => Object.entries(result.readers ?? {}))) {
    const name = readers.has(reader) || readers.size < MAX_READERS ? reader : "…";
    readers.set(name, (readers.get(name) ?? 0) + events);
  }
  return Object.fromEntries(readers);
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

/** Tokens name the bytes: the stream's own block of the same numbers is another one, and a repeat of this one is ignored. */
async function insert({ events }: JobDeps, job: string, stream: number, result: BatchResult): Promise<void> {
  for (const [table, block] of [["detections", result.detections] as const, ["events", result.events] as const]) {
    if (block.rows === 0) continue;
    const name = createHash("sha256").update(block.bytes).digest("hex");
    await events.insertNative(table, block.columns, block.bytes, `${table}-${job}-${stream}-${name}`);
  }
}

/** An event that the engine refuses stays as it was; the others of its slice do not. */
async function insertOneByOne(deps: JobDeps, { slice, how, job }: SliceRun): Promise<void> {
  for (const seq of slice.seqs) {
    try {
      for (const result of await readAgain(deps, sliceOf(slice.sourceId, slice.stream, [seq]), how))
        await insert(deps, job, slice.stream, result);
    } catch (error) {
      if (!isRefusal(error)) throw error;
    }
  }
}

/** The engine's verdict on the data itself. */
const isRefusal = (error: unknown): boolean => error instanceof AppError && error.code === "invalid";
