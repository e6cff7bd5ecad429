import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { openWal, type Wal } from "../../../platform/wal/index.ts";
import { createCounters } from "../counters.ts";
import { createIntake, type Intake, type IntakeDeps } from "../intake.ts";
import type { AuthenticateToken } from "../origin.ts";
import { decodeRecord, type RecordMeta } from "../record.ts";

export type TestIntake = { readonly intake: Intake; readonly wal: Wal };

/** An intake over a real log in a directory of its own, gone when the test ends. `maxBytes` bounds the log's disk. */
export async function openTestIntake(options: { maxBytes?: number } & Partial<IntakeDeps> = {}): Promise<TestIntake> {
  const directory = await mkdtemp(join(tmpdir(), "yagura-collect-"));
  const wal = await openWal({ directory, ...(options.maxBytes !== undefined && { maxBytes: options.maxBytes }) });
  onTestFinished(async () => {
    await wal.close();
    await rm(directory, { recursive: true });
  });
  const intake = createIntake({
    wal,
    counters: createCounters(),
    now: () => 1_000,
    resolveSource: async ({ hostName, sourceName, unitId }) => ({
      sourceId: `source_${sourceName ?? hostName ?? unitId ?? "default"}`,
      unitId: unitId ?? "unit_root",
      format: "auto",
    }),
    ...options,
  });
  return { intake, wal };
}

export type StoredRecord = RecordMeta & { readonly frames: readonly Buffer[] };

/** Everything that the log still holds from `fromSeq` on, oldest first. */
export async function storedRecords(wal: Wal, fromSeq = 1): Promise<StoredRecord[]> {
  const all: StoredRecord[] = [];
  for (let next = fromSeq; ; ) {
    const records = await wal.read(next, { maxRecords: 1_000, maxBytes: 64 * 1024 * 1024 });
    const last = records.at(-1);
    if (last === undefined) return all;
    next = last.seq + 1;
    for (const record of records) {
      const decoded = decodeRecord(record);
      if (!decoded.ok) throw new Error(decoded.error);
      all.push({ ...decoded.value.meta, frames: decoded.value.frames });
    }
  }
}

/** Every stored event as text, in log order. */
export const storedTexts = async (wal: Wal, fromSeq = 1): Promise<string[]> =>
  (await storedRecords(wal, fromSeq)).flatMap(({ frames }) => frames.map(String));

/** Takes all that the log holds out of it, so that there is room again. Only what was read is given up: senders go on meanwhile. */
export async function takeOut(wal: Wal, seen: Set<string>): Promise<void> {
  for (;;) {
    const records = await wal.read(wal.stats().checkpointSeq + 1, { maxRecords: 1_000, maxBytes: 64 * 1024 * 1024 });
    const last = records.at(-1);
    if (last === undefined) return;
    for (const record of records) {
      const decoded = decodeRecord(record);
      if (!decoded.ok) throw new Error(decoded.error);
      for (const frame of decoded.value.frames) seen.add(String(frame));
    }
    await wal.checkpoint(last.seq);
  }
}

export const TEST_TOKEN = `ygr_${"t".repeat(43)}`;
export const authenticateTestToken: AuthenticateToken = async (secret) =>
  secret === TEST_TOKEN ? { tokenId: "token_1", tokenName: "a shipper", unitId: "unit_1" } : undefined;
