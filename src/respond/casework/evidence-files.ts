import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readdir, rename, rm, statfs, unlink } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { AppError } from "../../kernel/errors.ts";

/** The disk may be the one of the log and the engines: so much of it stays free. */
const RESERVE_SHARE = 0.05;
const MAX_RESERVE_BYTES = 2 * 1024 ** 3;

export type Received = { readonly bytes: number; readonly sha256: string; readonly token: string };

/** Bytes of evidence under the data directory: files named by the evidence's id, readable by the server's user alone. */
export type EvidenceFiles = {
  /** Writes a stream to the disk and hashes it on the way. Errors: `unavailable` when there is no room. */
  receive(source: AsyncIterable<Buffer>, wantedBytes: number): Promise<Received>;
  keep(received: Received, id: string): Promise<void>;
  drop(received: Received): Promise<void>;
  /** Errors: `not_found` when the file is not there. */
  hash(id: string): Promise<string>;
  read(id: string): Readable;
  remove(id: string): Promise<void>;
  /** Removes what an interrupted upload or deletion left. `isKept`: whether a file of this id should be there. */
  sweep(isKept: (ids: readonly string[]) => Promise<ReadonlySet<string>>): Promise<void>;
};

const PART = ".part";

export function openEvidenceFiles(folder: string): EvidenceFiles {
  const partOf = (token: string): string => join(folder, `${token}${PART}`);
  const fileOf = (id: string): string => join(folder, id);
  return {
    async receive(source, wantedBytes) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await refuseWithoutRoom(folder, wantedBytes);
      const token = randomUUID();
      try {
        return { token, ...(await writeHashed(partOf(token), source)) };
      } catch (error) {
        await rm(partOf(token), { force: true });
        throw isDiskFull(error) ? noRoom(error) : error;
      }
    },
    async keep({ token }, id) {
      await rename(partOf(token), fileOf(id));
      await syncFolder(folder);
    },
    drop: ({ token }) => rm(partOf(token), { force: true }),
    async hash(id) {
      const hash = createHash("sha256");
      try {
        await pipeline(createReadStream(fileOf(id)), hash);
      } catch (cause) {
        throw new AppError("not_found", "The bytes of this evidence are not in the data directory.", {}, cause);
      }
      return hash.digest("hex");
    },
    read: (id) => createReadStream(fileOf(id)),
    remove: (id) => rm(fileOf(id), { force: true }),
    sweep: (isKept) => sweep(folder, isKept),
  };
}

async function writeHashed(path: string, source: AsyncIterable<Buffer>): Promise<Omit<Received, "token">> {
  const hash = createHash("sha256");
  const file = await open(path, "wx", 0o600);
  let bytes = 0;
  try {
    for await (const chunk of source) {
      bytes += chunk.length;
      hash.update(chunk);
      await file.writeFile(chunk);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return { bytes, sha256: hash.digest("hex") };
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function refuseWithoutRoom(folder: string, wantedBytes: number): Promise<void> {
  const { bavail, blocks, bsize } = await statfs(folder);
  const reserve = Math.min(MAX_RESERVE_BYTES, blocks * bsize * RESERVE_SHARE);
  if (bavail * bsize - wantedBytes < reserve) throw noRoom();
}

async function sweep(folder: string, isKept: (ids: readonly string[]) => Promise<ReadonlySet<string>>): Promise<void> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const kept = await isKept(names.filter((name) => !name.endsWith(PART)));
  for (const name of names) if (!kept.has(name)) await unlink(join(folder, name));
}

const isDiskFull = (error: unknown): boolean =>
  error instanceof Error && "code" in error && (error.code === "ENOSPC" || error.code === "EDQUOT");

const noRoom = (cause?: unknown): AppError =>
  new AppError("unavailable", "There is no room on the disk for this file.", {}, cause);
