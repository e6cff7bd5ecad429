import { rm } from "node:fs/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AppError } from "../../kernel/errors.ts";
import {
  copyDirectory,
  entryOf,
  faultyDisk,
  readAll,
  segmentFiles,
  textOf,
  withDirectory,
} from "./testing/fixtures.ts";
import { openWal } from "./wal.ts";

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "no error",
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );

describe("A write-ahead log", () => {
  it("gives back what was appended, byte for byte, before and after a restart", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            receivedAtMs: fc.double({ min: 0, max: 4e12, noNaN: true }),
            meta: fc.uint8Array({ maxLength: 300 }),
            payload: fc.uint8Array({ maxLength: 40_000, size: "max" }),
          }),
          { maxLength: 25 },
        ),
        fc.integer({ min: 200, max: 60_000 }),
        (entries, segmentBytes) =>
          withDirectory(async (directory) => {
            const plain = (records: readonly { receivedAtMs: number; meta: Uint8Array; payload: Uint8Array }[]) =>
              records.map((r) => [
                r.receivedAtMs,
                Buffer.from(r.meta).toString("hex"),
                Buffer.from(r.payload).toString("hex"),
              ]);
            const wal = await openWal({ directory, segmentBytes });
            const seqs = await Promise.all(entries.map((entry) => wal.append(entry)));
            expect(seqs).toEqual(entries.map((_, i) => i + 1));
            expect(plain(await readAll(wal))).toEqual(plain(entries));
            await wal.close();
            const again = await openWal({ directory, segmentBytes });
            expect(again.stream).toBe(wal.stream);
            const records = await readAll(again);
            expect(plain(records)).toEqual(plain(entries));
            expect(records.map((r) => r.seq)).toEqual(seqs);
            expect(again.stats()).toMatchObject({ corruptRecords: { count: 0 }, gaps: 0, lastSeq: entries.length });
            await again.close();
          }),
      ),
      { numRuns: 25 },
    ));

  it("shares one fsync among appends that arrive together", () =>
    withDirectory(async (directory) => {
      const wal = await openWal({ directory });
      await Promise.all(Array.from({ length: 500 }, (_, i) => wal.append(entryOf(`event ${i}`))));
      expect(wal.stats().fsyncs).toBeLessThanOrEqual(2);
      await wal.append(entryOf("alone"));
      await wal.append(entryOf("alone again"));
      expect(wal.stats().fsyncs).toBeLessThanOrEqual(4);
      await wal.close();
    }));

  it("acknowledges only after the sync, and serves nothing before it", () =>
    withDirectory(async (directory) => {
      let sync: (() => void) | undefined;
      const disk = faultyDisk({ beforeSync: () => sync?.() });
      const wal = await openWal({ directory }, disk);
      await wal.append(entryOf("first"));
      let isAcknowledged = false;
      let readDuringSync: Promise<unknown[]> | undefined;
      sync = () => {
        expect(isAcknowledged).toBe(false);
        readDuringSync = wal.read(2, { maxRecords: 10, maxBytes: 1000 });
      };
      await wal.append(entryOf("second")).then(() => {
        isAcknowledged = true;
      });
      sync = undefined;
      expect(await readDuringSync).toEqual([]);
      expect((await wal.read(2, { maxRecords: 10, maxBytes: 1000 })).map(textOf)).toEqual(["second"]);
      await wal.close();
    }));

  it("reads from any seq, within its limits, and always at least one record", () =>
    withDirectory(async (directory) => {
      const wal = await openWal({ directory, segmentBytes: 20_000 });
      for (let i = 1; i <= 60; i += 1) await wal.append(entryOf(`${i}`.padEnd(1000)));
      for (const from of [1, 2, 17, 18, 19, 20, 37, 59, 60, 3]) {
        const [first] = await wal.read(from, { maxRecords: 1, maxBytes: 1 });
        expect(first?.seq).toBe(from);
      }
      const some = await wal.read(5, { maxRecords: 4, maxBytes: 1e6 });
      expect(some.map((r) => r.seq)).toEqual([5, 6, 7, 8]);
      const few = await wal.read(5, { maxRecords: 100, maxBytes: 2200 });
      expect(few.map((r) => r.seq)).toEqual([5, 6]);
      expect(await wal.read(61, { maxRecords: 10, maxBytes: 1e6 })).toEqual([]);
      await wal.close();
    }));

  it("does not read a segment again from its start when the reader follows the writer", () =>
    withDirectory(async (directory) => {
      let bytesRead = 0;
      const disk = faultyDisk({
        beforeRead: (_path, _position, length) => {
          bytesRead += length;
        },
      });
      const wal = await openWal({ directory }, disk);
      for (let i = 1; i <= 300; i += 1) {
        await wal.append(entryOf("x".repeat(2000)));
        expect(await wal.read(i, { maxRecords: 10, maxBytes: 1e6 })).toHaveLength(1);
        expect(await wal.read(i + 1, { maxRecords: 10, maxBytes: 1e6 })).toHaveLength(0);
      }
      expect(bytesRead).toBeLessThan(2 * 300 * 2100);
      await wal.close();
    }));

  it("wakes a waiting reader when a record becomes durable, and lets it give up", () =>
    withDirectory(async (directory) => {
      const wal = await openWal({ directory });
      const woken = wal.waitPast(0).then(() => wal.stats().lastSeq);
      await wal.append(entryOf("one"));
      expect(await woken).toBe(1);
      await wal.waitPast(0);
      const stop = new AbortController();
      const given = wal.waitPast(1, stop.signal);
      stop.abort(new Error("enough"));
      await expect(given).rejects.toThrow("enough");
      const waiting = codeOf(wal.waitPast(1));
      await wal.close();
      expect(await waiting).toBe("unavailable");
    }));

  it("refuses what can never fit, and what comes while closing", () =>
    withDirectory(async (directory) => {
      const wal = await openWal({ directory });
      expect(await codeOf(wal.append(entryOf("x", "m".repeat(64 * 1024 + 1))))).toBe("invalid");
      expect(await codeOf(wal.append(entryOf(Buffer.alloc(80 * 1024 * 1024))))).toBe("too_large");
      const last = wal.append(entryOf("last"));
      const closing = wal.close();
      expect(await codeOf(wal.append(entryOf("late")))).toBe("unavailable");
      expect(await last).toBe(1);
      await closing;
      expect(await codeOf(wal.read(1, { maxRecords: 1, maxBytes: 1 }))).toBe("unavailable");
    }));

  it("holds one frame of 64 MiB", () =>
    withDirectory(async (directory) => {
      const wal = await openWal({ directory });
      const payload = Buffer.alloc(64 * 1024 * 1024 + 4, "frame");
      await wal.append(entryOf("before"));
      await wal.append(entryOf(payload));
      await wal.append(entryOf("after"));
      await wal.close();
      const again = await openWal({ directory });
      const records = await readAll(again);
      expect(records.map((r) => r.payload.length)).toEqual([6, payload.length, 5]);
      expect(records[1] && Buffer.from(records[1].payload).equals(payload)).toBe(true);
      await again.close();
    }));

  it("refuses appends when too much is waiting for the disk", () =>
    withDirectory(async (directory) => {
      const wal = await openWal({ directory, maxPendingBytes: 10_000 });
      const results = await Promise.all(
        Array.from({ length: 20 }, () => codeOf(wal.append(entryOf("x".repeat(1000))))),
      );
      expect(results.filter((code) => code === "no error")).toHaveLength(9);
      expect(results.filter((code) => code === "over_limit")).toHaveLength(11);
      expect(wal.stats()).toMatchObject({ pendingBytes: 0, pendingRecords: 0, lastSeq: 9 });
      expect(await wal.append(entryOf("y"))).toBe(10);
      await wal.close();
    }));
});

describe("A checkpoint", () => {
  it("removes the segments wholly below it, and survives a restart", () =>
    withDirectory(async (directory) => {
      const wal = await openWal({ directory, segmentBytes: 5000 });
      for (let i = 1; i <= 40; i += 1) await wal.append(entryOf(`${i}`.padEnd(1000)));
      expect(await segmentFiles(directory)).toHaveLength(10);
      await wal.checkpoint(22);
      expect(await segmentFiles(directory)).toHaveLength(5);
      expect(wal.stats()).toMatchObject({ segments: 5, firstSeq: 21, checkpointSeq: 22, lastSeq: 40 });
      await wal.checkpoint(3);
      expect(wal.stats().checkpointSeq).toBe(22);
      expect(await codeOf(wal.checkpoint(41))).toBe("invalid");
      await wal.close();
      const again = await openWal({ directory, segmentBytes: 5000 });
      expect(again.stats()).toMatchObject({ checkpointSeq: 22, lastSeq: 40, segments: 5 });
      expect((await readAll(again, 23)).map((r) => r.seq)).toEqual(Array.from({ length: 18 }, (_, i) => 23 + i));
      expect(await again.append(entryOf("next"))).toBe(41);
      await again.close();
    }));

  it("never lets a seq be used twice, even when every segment was removed by hand", () =>
    withDirectory(async (directory) => {
      const wal = await openWal({ directory });
      for (let i = 1; i <= 5; i += 1) await wal.append(entryOf("x"));
      await wal.checkpoint(5);
      await wal.close();
      await withDirectory(async (copy) => {
        await copyDirectory(directory, copy);
        for (const name of await segmentFiles(copy)) await rm(`${copy}/${name}`);
        const again = await openWal({ directory: copy });
        expect(await again.append(entryOf("new"))).toBe(6);
        expect((await readAll(again, 6)).map(textOf)).toEqual(["new"]);
        await again.close();
      });
    }));

  it("is persisted once for callers that ask together", () =>
    withDirectory(async (directory) => {
      let renames = 0;
      const disk = faultyDisk({});
      const rename = (from: string, to: string) => {
        renames += 1;
        return disk.rename(from, to);
      };
      const counting = { ...disk, rename };
      const wal = await openWal({ directory }, counting);
      for (let i = 1; i <= 10; i += 1) await wal.append(entryOf("x"));
      renames = 0;
      await Promise.all([1, 2, 3, 9, 4].map((seq) => wal.checkpoint(seq)));
      expect(renames).toBeLessThanOrEqual(2);
      expect(wal.stats().checkpointSeq).toBe(9);
      await wal.close();
    }));
});

describe("The disk budget", () => {
  it("refuses appends when it is used up, says so, and takes them again after a checkpoint", () =>
    withDirectory(async (directory) => {
      const maxBytes = 40_000;
      const wal = await openWal({ directory, maxBytes });
      let stored = 0;
      while ((await codeOf(wal.append(entryOf("x".repeat(1000))))) === "no error") stored += 1;
      expect(stored).toBeGreaterThan(30);
      expect(wal.stats().isFull).toBe(true);
      expect(wal.stats().bytes).toBeLessThanOrEqual(maxBytes);
      expect(await codeOf(wal.append(entryOf("x".repeat(1000))))).toBe("over_limit");
      await wal.checkpoint(12);
      expect(wal.stats().isFull).toBe(false);
      expect(await wal.append(entryOf("y"))).toBe(stored + 1);
      expect(await readAll(wal, 13)).toHaveLength(stored + 1 - 12);
      await wal.close();
    }));

  it("frees even the segment being written when all of it is stored elsewhere", () =>
    withDirectory(async (directory) => {
      const wal = await openWal({ directory, maxBytes: 40_000 });
      await wal.append(entryOf("x".repeat(30_000)));
      expect(await codeOf(wal.append(entryOf("x".repeat(30_000))))).toBe("over_limit");
      await wal.checkpoint(1);
      expect(await wal.append(entryOf("x".repeat(30_000)))).toBe(2);
      // The checkpoint may also come first, before anyone was refused.
      await wal.checkpoint(2);
      expect(await codeOf(wal.append(entryOf("x".repeat(30_000))))).toBe("over_limit");
      await expect.poll(() => wal.stats().isFull).toBe(false);
      expect(await wal.append(entryOf("x".repeat(30_000)))).toBe(3);
      expect((await readAll(wal, 3)).map((r) => r.seq)).toEqual([3]);
      await wal.close();
    }));

  it("never takes more disk than it was given, whatever arrives", () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 9000 }), { minLength: 5, maxLength: 60 }), (sizes) =>
        withDirectory(async (directory) => {
          const wal = await openWal({ directory, maxBytes: 30_000 });
          for (let i = 0; i < sizes.length; i += 5) {
            const batch = sizes.slice(i, i + 5).map((size) => codeOf(wal.append(entryOf(Buffer.alloc(size)))));
            const codes = new Set(await Promise.all(batch));
            expect([...codes].every((code) => code === "no error" || code === "over_limit")).toBe(true);
            expect(wal.stats().bytes).toBeLessThanOrEqual(30_000);
          }
          await wal.close();
        }),
      ),
      { numRuns: 15 },
    ));
});
