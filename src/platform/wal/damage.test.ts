import { open, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AppError } from "../../kernel/errors.ts";
import { RECORD_HEADER_BYTES, SEGMENT_HEADER_BYTES } from "./format.ts";
import {
  copyDirectory,
  entryOf,
  faultyDisk,
  flipBit,
  readAll,
  segmentFiles,
  systemError,
  textOf,
  withDirectory,
} from "./testing/fixtures.ts";
import { openWal } from "./wal.ts";

const ITEMS = Array.from({ length: 8 }, (_, i) => `record ${i + 1} ${"·".repeat(i * 3)}`);

/** A closed log of eight small records in one segment; offsets are where each begins, and the end. */
async function smallLog(directory: string): Promise<{ path: string; offsets: number[] }> {
  const wal = await openWal({ directory });
  const offsets = [SEGMENT_HEADER_BYTES];
  for (const item of ITEMS) {
    await wal.append(entryOf(item));
    offsets.push((offsets.at(-1) ?? 0) + RECORD_HEADER_BYTES + 2 + Buffer.byteLength(item));
  }
  await wal.close();
  const [name = ""] = await segmentFiles(directory);
  return { path: join(directory, name), offsets };
}

describe("A torn tail", () => {
  it("at every byte offset costs only the record it cuts, and the log goes on", () =>
    withDirectory(async (root) => {
      const { offsets } = await smallLog(join(root, "original"));
      const size = offsets.at(-1) ?? 0;
      for (let cut = 0; cut <= size; cut += 1) {
        const directory = join(root, `cut-${cut}`);
        await copyDirectory(join(root, "original"), directory);
        const [name = ""] = await segmentFiles(directory);
        await truncate(join(directory, name), cut);
        const whole = Math.max(0, offsets.filter((offset) => offset <= cut).length - 1);
        const wal = await openWal({ directory });
        expect((await readAll(wal)).map(textOf)).toEqual(ITEMS.slice(0, whole));
        expect(wal.stats()).toMatchObject({ lastSeq: whole, corruptRecords: { count: 0 } });
        expect(await wal.append(entryOf("more"))).toBe(whole + 1);
        await wal.close();
        const again = await openWal({ directory });
        expect((await readAll(again)).map(textOf)).toEqual([...ITEMS.slice(0, whole), "more"]);
        await again.close();
        await rm(directory, { recursive: true });
      }
    }));

  it("of zeros, as some file systems leave after power loss, is cut off", () =>
    withDirectory(async (directory) => {
      const { path } = await smallLog(directory);
      await writeFile(path, Buffer.alloc(10_000), { flag: "a" });
      const wal = await openWal({ directory });
      expect((await readAll(wal)).map(textOf)).toEqual(ITEMS);
      expect(wal.stats()).toMatchObject({ corruptRecords: { count: 0 }, lastSeq: 8 });
      await wal.close();
    }));
});

describe("A flipped bit", () => {
  it("anywhere in the segment costs one record, which is counted with its place", () =>
    withDirectory(async (root) => {
      const { offsets } = await smallLog(join(root, "original"));
      const size = offsets.at(-1) ?? 0;
      const places = fc.tuple(fc.integer({ min: 0, max: size - 1 }), fc.integer({ min: 0, max: 7 }));
      let run = 0;
      await fc.assert(
        fc.asyncProperty(places, async ([offset, bit]) => {
          run += 1;
          const directory = join(root, `flip-${run}`);
          await copyDirectory(join(root, "original"), directory);
          const [name = ""] = await segmentFiles(directory);
          await flipBit(join(directory, name), offset, bit);
          const hit = offsets.filter((start) => start <= offset).length - 1;
          const wal = await openWal({ directory });
          const next = await wal.append(entryOf("more"));
          expect(next).toBeGreaterThan(ITEMS.length);
          const expected = [...ITEMS.filter((_, index) => index !== hit), "more"];
          expect((await readAll(wal)).map(textOf)).toEqual(expected);
          const { corruptRecords, gaps } = wal.stats();
          expect(corruptRecords.count).toBe(hit < 0 ? 0 : 1);
          expect(gaps).toBe(0);
          if (hit >= 0) expect(corruptRecords.places[0]).toMatchObject({ segment: name, offset: offsets[hit] });
          // Reading past the damage again does not count it again.
          await readAll(wal);
          expect(wal.stats().corruptRecords.count).toBe(hit < 0 ? 0 : 1);
          await wal.close();
          await rm(directory, { recursive: true });
        }),
        { numRuns: 120 },
      );
    }));

  it("in a sealed segment is found when that part is read, with the seq when its header survived", () =>
    withDirectory(async (directory) => {
      const wal = await openWal({ directory, segmentBytes: 5000 });
      for (let i = 1; i <= 12; i += 1) await wal.append(entryOf(`${i}`.padEnd(1000)));
      const [first = ""] = await segmentFiles(directory);
      await flipBit(join(directory, first), SEGMENT_HEADER_BYTES + 1042 + 500, 3);
      expect((await readAll(wal)).map((r) => r.seq)).toEqual([1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
      expect(wal.stats().corruptRecords).toEqual({
        count: 1,
        places: [{ segment: first, offset: SEGMENT_HEADER_BYTES + 1042, bytes: 1042, seq: 2 }],
      });
      await wal.close();
    }));
});

describe("Other damage", () => {
  it("of a length field never causes a large allocation or loses the records after it", () =>
    withDirectory(async (directory) => {
      const { path, offsets } = await smallLog(directory);
      const file = await open(path, "r+");
      await file.write(Buffer.from([0xff, 0xff, 0xff, 0x7f]), 0, 4, (offsets[2] ?? 0) + 36);
      await file.close();
      let largestRead = 0;
      const disk = faultyDisk({
        beforeRead: (_path, _position, length) => {
          largestRead = Math.max(largestRead, length);
        },
      });
      const wal = await openWal({ directory }, disk);
      expect((await readAll(wal)).map(textOf)).toEqual(ITEMS.filter((_, index) => index !== 2));
      expect(largestRead).toBeLessThanOrEqual(4 * 1024 * 1024);
      await wal.close();
    }));

  it("does not let bytes inside a payload pose as a record", () =>
    withDirectory(async (root) => {
      const { path, offsets } = await smallLog(join(root, "foreign"));
      const forged = (await readFile(path)).subarray(SEGMENT_HEADER_BYTES);
      const directory = join(root, "own");
      const wal = await openWal({ directory });
      for (const payload of [Buffer.from("before"), forged, Buffer.from("after")]) await wal.append(entryOf(payload));
      await wal.close();
      const [name = ""] = await segmentFiles(directory);
      await flipBit(join(directory, name), SEGMENT_HEADER_BYTES + RECORD_HEADER_BYTES + 8, 0);
      const again = await openWal({ directory });
      expect((await readAll(again)).map((r) => r.seq)).toEqual([1, 3]);
      expect(offsets).toHaveLength(9);
      await again.close();
    }));

  it("that leaves nothing readable does not wake a reader in a loop", () =>
    withDirectory(async (directory) => {
      const wal = await openWal({ directory });
      await wal.append(entryOf("only"));
      const [name = ""] = await segmentFiles(directory);
      await flipBit(join(directory, name), SEGMENT_HEADER_BYTES + RECORD_HEADER_BYTES + 3, 1);
      await wal.waitPast(0);
      expect(await wal.read(1, { maxRecords: 10, maxBytes: 1000 })).toEqual([]);
      const waiting = wal.waitPast(0);
      const [winner] = await Promise.all([
        Promise.race([waiting.then(() => "woken"), wal.append(entryOf("next")).then(() => "appended")]),
        waiting,
      ]);
      expect(["woken", "appended"]).toContain(winner);
      expect((await wal.read(1, { maxRecords: 10, maxBytes: 1000 })).map(textOf)).toEqual(["next"]);
      await wal.close();
    }));

  it("of the checkpoint means replaying what is still there", () =>
    withDirectory(async (directory) => {
      await smallLog(directory);
      const wal = await openWal({ directory });
      await wal.checkpoint(5);
      await wal.close();
      await flipBit(join(directory, "checkpoint"), 3, 2);
      const again = await openWal({ directory });
      expect(again.stats().checkpointSeq).toBe(0);
      expect(await readAll(again)).toHaveLength(8);
      await again.close();
    }));

  it("of the identity file is mended from any segment; without one the log refuses to open", () =>
    withDirectory(async (directory) => {
      const { path } = await smallLog(directory);
      const before = await openWal({ directory });
      await before.close();
      await flipBit(join(directory, "identity"), 5, 2);
      const again = await openWal({ directory });
      expect(again.stream).toBe(before.stream);
      expect((await readAll(again)).map(textOf)).toEqual(ITEMS);
      await again.close();
      await flipBit(join(directory, "identity"), 5, 2);
      await flipBit(path, 2, 2);
      await expect(openWal({ directory })).rejects.toBeInstanceOf(AppError);
    }));

  it("of one disk sector costs the records in it", () =>
    withDirectory(async (directory) => {
      const wal = await openWal({ directory });
      for (let i = 1; i <= 20; i += 1) await wal.append(entryOf(`${i}`.padEnd(1000)));
      await wal.close();
      const disk = faultyDisk({
        beforeRead: (path, position, length) => {
          if (path.endsWith(".wal") && position < 8192 && position + length > 4096) throw systemError("EIO");
        },
      });
      const again = await openWal({ directory }, disk);
      const seqs = (await readAll(again)).map((r) => r.seq);
      expect(seqs).toEqual([1, 2, 3, ...Array.from({ length: 12 }, (_, i) => i + 9)]);
      expect(again.stats().corruptRecords.count).toBeGreaterThan(0);
      await again.close();
    }));
});
