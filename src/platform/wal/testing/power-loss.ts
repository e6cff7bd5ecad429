import fc from "fast-check";
import type { Disk } from "../disk.ts";
import type { Wal } from "../log.ts";
import { openWal } from "../wal.ts";
import { entryOf, readAll, textOf } from "./fixtures.ts";
import { type Pick, VolatileDisk } from "./volatile-disk.ts";

/** What is asked of the log before the power fails: bursts of appends of so many bytes each, and checkpoints. */
type Ask = { readonly burst: readonly number[] } | { readonly checkpointAt: number };
export type Life = { readonly asks: readonly Ask[]; readonly steps: number; readonly seed: number };

const SEGMENT_BYTES = 4096;

const ask = fc.oneof(
  { weight: 4, arbitrary: fc.record({ burst: fc.array(fc.integer({ min: 0, max: 1500 }), { maxLength: 6 }) }) },
  { weight: 1, arbitrary: fc.record({ checkpointAt: fc.double({ min: 0, max: 1, noNaN: true }) }) },
);
/** Lives of one log, each ended by a power failure in the middle of some step; a seed decides what reached the platter. */
export const lives: fc.Arbitrary<readonly Life[]> = fc.array(
  fc.record({
    asks: fc.array(ask, { minLength: 1, maxLength: 12 }),
    steps: fc.nat({ max: 70 }),
    seed: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  }),
  { minLength: 1, maxLength: 5 },
);

type Promised = {
  readonly acknowledged: Map<number, string>;
  readonly asked: Set<string>;
  /** Durable, and the highest that was asked for. */
  checkpoint: number;
  checkpointAsked: number;
};

/**
 * Lives through all of it and returns what the log then owed and did not have; empty = nothing. `directory` must exist: only
 * its name is used. `acknowledged` counts the records that were looked for. `spoiled` puts a worse disk under the log.
 */
export async function debtsOf(
  directory: string,
  plan: readonly Life[],
  spoiled: (disk: Disk) => Disk = (disk) => disk,
): Promise<{ readonly debts: readonly string[]; readonly acknowledged: number }> {
  const promised: Promised = { acknowledged: new Map(), asked: new Set(), checkpoint: 0, checkpointAsked: 0 };
  const debts: string[] = [];
  let disk = new VolatileDisk();
  for (const life of plan) {
    const off = disk.failAfter(life.steps);
    await Promise.race([off, liveThrough(directory, { disk: spoiled(disk), life, promised })]);
    disk = disk.afterPowerLoss(pickFrom(life.seed));
    debts.push(...(await missing(directory, disk, promised)));
    if (debts.length > 0) break;
  }
  return { debts, acknowledged: promised.acknowledged.size };
}

type Living = { readonly disk: Disk; readonly life: Life; readonly promised: Promised };

async function liveThrough(directory: string, { disk, life, promised }: Living): Promise<void> {
  const wal = await openWal({ directory, segmentBytes: SEGMENT_BYTES }, disk);
  for (const one of life.asks) {
    if ("checkpointAt" in one) await checkpoint(wal, one.checkpointAt, promised);
    else await Promise.all(one.burst.map((bytes) => append(wal, bytes, promised)));
  }
  await wal.close();
}

async function append(wal: Wal, bytes: number, { acknowledged, asked }: Promised): Promise<void> {
  const text = `${asked.size} ${"x".repeat(bytes)}`;
  asked.add(text);
  acknowledged.set(await wal.append(entryOf(text)), text);
}

async function checkpoint(wal: Wal, share: number, promised: Promised): Promise<void> {
  const seq = Math.floor(wal.stats().lastSeq * share);
  promised.checkpointAsked = Math.max(promised.checkpointAsked, seq);
  await wal.checkpoint(seq);
  promised.checkpoint = Math.max(promised.checkpoint, seq);
}

async function missing(directory: string, disk: VolatileDisk, promised: Promised): Promise<string[]> {
  const wal = await openWal({ directory, segmentBytes: SEGMENT_BYTES }, disk).catch((error: unknown) => String(error));
  if (typeof wal === "string") return [`the log does not open: ${wal}`];
  const { checkpointSeq } = wal.stats();
  const found = await readAll(wal, checkpointSeq + 1);
  await wal.close();
  const bySeq = new Map(found.map((record) => [record.seq, textOf(record)]));
  const debts: string[] = [];
  if (bySeq.size !== found.length) debts.push("a seq was read twice");
  if (checkpointSeq < promised.checkpoint || checkpointSeq > promised.checkpointAsked)
    debts.push(`the checkpoint is ${checkpointSeq}, not ${promised.checkpoint} to ${promised.checkpointAsked}`);
  for (const [seq, text] of promised.acknowledged)
    if (seq > checkpointSeq && bySeq.get(seq) !== text) debts.push(`acknowledged record ${seq} is gone or another`);
  for (const [seq, text] of bySeq) if (!promised.asked.has(text)) debts.push(`record ${seq} was never appended`);
  return debts;
}

/** Marsaglia's xorshift32: small, and the same everywhere. */
function pickFrom(seed: number): Pick {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}
