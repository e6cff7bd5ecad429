import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, lstat, open } from "node:fs/promises";
import type { LineHead } from "../lines/line-head.ts";
import type { Place } from "./checkpoint.ts";
import { areTrusted, wayTo } from "./links.ts";
import type { Multiline } from "./multiline.ts";

const HEAD_BYTES = 1024;
const BEFORE_BYTES = 256;

/** A file that is open and read on, whatever becomes of its name. */
export type Followed = {
  readonly handle: FileHandle;
  readonly place: Place;
  /** Its name belongs to another file now, or to none. */
  isRotated: boolean;
  /** When it was last seen to grow; UTC ms. */
  grownAtMs: number;
  sizeBytes: number;
  /** When its content was last seen to be the same one; the file's own clock. */
  modifiedAtMs: number;
  /** Whose its events are; absent = the whole group's. */
  readonly unitId?: string | undefined;
  readonly multiline?: Multiline | undefined;
  /** What the lines so far say of the columns; undefined until it is asked for. */
  head?: LineHead | undefined;
  /** Since when reading it fails; UTC ms. */
  failingSinceMs?: number | undefined;
};

export type Opened = { readonly handle: FileHandle; readonly id: string; readonly sizeBytes: number };

/**
 * Opens a regular file. Rejects with what the system says, when it is a directory, a pipe or a device, or when somebody's
 * symbolic link below `trusted` leads to what is not theirs.
 */
export async function openRegular(path: string, trusted: string): Promise<Opened> {
  // A pipe opened without O_NONBLOCK would wait for its writer, and the collector with it.
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = await handle.stat({ bigint: true });
    if (!stat.isFile()) throw new Error("not a regular file");
    const { end, owners } = await wayTo(path, trusted);
    if (!areTrusted(owners, Number(stat.uid), process.getuid?.())) {
      throw new Error("a symbolic link of somebody who does not own the file: name the file itself in the settings");
    }
    // What was opened is what the links led to, however quickly somebody exchanges them.
    const there = await lstat(end, { bigint: true });
    if (there.ino !== stat.ino || there.dev !== stat.dev) throw new Error("exchanged while it was opened");
    return { handle, id: `${stat.dev}:${stat.ino}`, sizeBytes: Number(stat.size) };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Up to `bytes` bytes from `position`; fewer only at the end of the file. */
export async function readAt(handle: FileHandle, position: number, bytes: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(bytes);
  let filled = 0;
  while (filled < bytes) {
    const { bytesRead } = await handle.read(buffer, filled, bytes - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

/** What a file's content up to `offset` is known by; "" at 0, where any content will do. */
export async function fingerprintOf(handle: FileHandle, offset: number): Promise<string> {
  if (offset === 0) return "";
  const beforeBytes = Math.min(BEFORE_BYTES, offset);
  const hash = createHash("sha256");
  hash.update(await readAt(handle, 0, Math.min(HEAD_BYTES, offset)));
  hash.update(await readAt(handle, offset - beforeBytes, beforeBytes));
  return hash.digest("hex");
}

/** Whether what was read before still stands in the file: it was neither cut nor written anew. */
export async function isSameContent(handle: FileHandle, place: Place, sizeBytes: number): Promise<boolean> {
  return sizeBytes >= place.offset && (await fingerprintOf(handle, place.offset)) === place.fingerprint;
}

/** Whether two files begin alike, as far as their first bytes and those before `bytes` tell. */
export const isSamePart = async (one: FileHandle, other: FileHandle, bytes: number): Promise<boolean> =>
  (await fingerprintOf(one, bytes)) === (await fingerprintOf(other, bytes));
