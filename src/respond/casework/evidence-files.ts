import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, rename, rm, statfs } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { AppError } from "../../kernel/errors.ts";
import { PART, type SweepDeps, sweepEvidence } from "./evidence-sweep.ts";

/** The disk may be the one of the log and the engines: so much of it stays free. */
const RESERVE_SHARE = 0.05;
const MAX_RESERVE_BYTES = 2 * 1024 ** 3;
/** Files that may arrive at the same time. */
export const MAX_UPLOADS = 8;

export type Received = { readonly bytes: number; readonly sha256: string; readonly token: string };

/** Bytes of evidence under the data directory: files named by the evidence's id, readable by the server's user alone. */
export type EvidenceFiles = {
  /**
   * Writes a stream to the disk and hashes it on the way. What others were promised counts as taken. `source` may yield no more
   * than `wantedBytes`. Errors: `unavailable` when there is no room; `over_limit` while `MAX_UPLOADS` files arrive.
   */
  receive(source: AsyncIterable<Buffer>, wantedBytes: number): Promise<Received>;
  keep(received: Received, id: string): Promise<void>;
  drop(received: Received): Promise<void>;
  /** Errors: `not_found` when the file is not there. */
  hash(id: string): Promise<string>;
  read(id: string): Readable;
  remove(id: string): Promise<void>;
  /** Removes what an interrupted upload or deletion left, and nothing else. */
  sweep(deps: SweepDeps): Promise<void>;
};

export function openEvidenceFiles(folder: string): EvidenceFiles {
  const partOf = (token: string): string => join(folder, `${token}${PART}`);
  const fileOf = (id: string): string => join(folder, id);
  const arriving = new Set<Arriving>();
  return {
    async receive(source, wantedBytes) {
      if (arriving.size >= MAX_UPLOADS) {
        throw new AppError(
          "over_limit",
          `${MAX_UPLOADS} files are arriving already. Send this one when one of them is done.`,
        );
      }
      const own: Arriving = { leftBytes: wantedBytes };
      // Promised before the disk is asked, so that two who ask at once do not both count the same room.
      arriving.add(own);
      const token = randomUUID();
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await refuseWithoutRoom(folder, [...arriving].slice(0, [...arriving].indexOf(own) + 1));
        return { token, ...(await writeHashed(partOf(token), counted(source, own))) };
      } catch (error) {
        await rm(partOf(token), { force: true });
        throw isDiskFull(error) ? noRoom(error) : error;
      } finally {
        arriving.delete(own);
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
    sweep: (deps) => sweepEvidence(folder, deps),
  };
}

/** A file on its way, and what it may still take. */
type Arriving = { leftBytes: number };

async function* counted(source: AsyncIterable<Buffer>, own: Arriving): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    own.leftBytes = Math.max(0, own.leftBytes - chunk.length);
    yield chunk;
  }
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

/** `arriving`: those that came before it, and the file itself. */
async function refuseWithoutRoom(folder: string, arriving: readonly Arriving[]): Promise<void> {
  const { bavail, blocks, bsize } = await statfs(folder);
  const reserve = Math.min(MAX_RESERVE_BYTES, blocks * bsize * RESERVE_SHARE);
  const promised = arriving.reduce((sum, { leftBytes }) => sum + leftBytes, 0);
  if (bavail * bsize - promised < reserve) throw noRoom();
}

const isDiskFull = (error: unknown): boolean =>
  error instanceof Error && "code" in error && (error.code === "ENOSPC" || error.code === "EDQUOT");

const noRoom = (cause?: unknown): AppError =>
  new AppError("unavailable", "There is no room on the disk for this file.", {}, cause);
