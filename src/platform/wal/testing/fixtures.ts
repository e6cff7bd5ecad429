import { copyFile, mkdir, mkdtemp, open, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Disk, DiskFile } from "../disk.ts";
import { realDisk } from "../disk.ts";
import type { Wal, WalEntry, WalRecord } from "../log.ts";

export async function withDirectory<T>(work: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), "yagura-wal-"));
  try {
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

export const entryOf = (payload: string | Uint8Array, meta = "{}"): WalEntry => ({
  receivedAtMs: 1_700_000_000_123,
  meta: Buffer.from(meta),
  payload: typeof payload === "string" ? Buffer.from(payload) : payload,
});

export const textOf = (record: WalRecord): string => Buffer.from(record.payload).toString();

/** Everything readable, in small steps, so that cursors and segment borders are crossed. */
export async function readAll(wal: Wal, fromSeq = 1): Promise<WalRecord[]> {
  const all: WalRecord[] = [];
  for (let next = fromSeq; ; ) {
    const records = await wal.read(next, { maxRecords: 7, maxBytes: 100_000 });
    const last = records.at(-1);
    if (last === undefined) return all;
    all.push(...records);
    next = last.seq + 1;
  }
}

export async function copyDirectory(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const name of await readdir(from)) await copyFile(join(from, name), join(to, name));
}

export const segmentFiles = async (directory: string): Promise<string[]> =>
  (await readdir(directory)).filter((name) => name.endsWith(".wal")).sort();

export async function flipBit(path: string, offset: number, bit: number): Promise<void> {
  const file = await open(path, "r+");
  const byte = Buffer.alloc(1);
  await file.read(byte, 0, 1, offset);
  byte[0] = (byte[0] ?? 0) ^ (1 << bit);
  await file.write(byte, 0, 1, offset);
  await file.close();
}

type Faults = {
  /** Called before each write and sync of a file; throwing is the fault. May return how many bytes a write accepts. */
  beforeWrite?: (path: string, position: number, bytes: number) => number | undefined;
  beforeSync?: (path: string) => void | Promise<void>;
  afterSync?: (path: string, sizeBytes: number) => void;
  beforeTruncate?: (path: string) => void;
  beforeRead?: (path: string, position: number, length: number) => void;
};

/** The real disk, failing where it is told to. */
export function faultyDisk(faults: Faults): Disk {
  return { ...realDisk, open: async (path, flags) => faultyFile(path, await realDisk.open(path, flags), faults) };
}

function faultyFile(path: string, file: DiskFile, faults: Faults): DiskFile {
  return {
    read: async (buffer, offset, length, position) => {
      faults.beforeRead?.(path, position, length);
      return file.read(buffer, offset, length, position);
    },
    writev: async (buffers, position) => {
      const whole = Buffer.concat(buffers);
      const accepted = faults.beforeWrite?.(path, position, whole.length) ?? whole.length;
      return file.writev([whole.subarray(0, accepted)], position);
    },
    truncate: async (length) => {
      faults.beforeTruncate?.(path);
      return file.truncate(length);
    },
    datasync: async () => {
      await faults.beforeSync?.(path);
      const { size } = await file.stat();
      await file.datasync();
      faults.afterSync?.(path, size);
    },
    stat: () => file.stat(),
    close: () => file.close(),
  };
}

export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: injected`), { code });
}
