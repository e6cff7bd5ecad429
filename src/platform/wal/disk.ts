import { open, readdir, rename, unlink } from "node:fs/promises";

/** What the log needs of an open file: a part of node's FileHandle. */
export type DiskFile = {
  read(buffer: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesRead: number }>;
  writev(buffers: Uint8Array[], position: number): Promise<{ bytesWritten: number }>;
  truncate(length: number): Promise<void>;
  datasync(): Promise<void>;
  stat(): Promise<{ size: number }>;
  close(): Promise<void>;
};

/** What the log needs of a disk. Tests wrap the real one to fail where real disks fail. */
export type Disk = {
  open(path: string, flags: "r" | "r+" | "w" | "wx+"): Promise<DiskFile>;
  list(directory: string): Promise<string[]>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Makes creations, renames and removals in a directory durable. */
  syncDirectory(directory: string): Promise<void>;
};

export const realDisk: Disk = {
  open: (path, flags) => open(path, flags, 0o600),
  list: (directory) => readdir(directory),
  rename,
  remove: unlink,
  syncDirectory: async (directory) => {
    const handle = await open(directory, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
};

/** Writes every byte or throws; a short write is continued, so the true reason (such as ENOSPC) surfaces. */
export async function writeFully(file: DiskFile, buffers: readonly Uint8Array[], position: number): Promise<void> {
  let rest = buffers.filter((buffer) => buffer.length > 0);
  let at = position;
  while (rest.length > 0) {
    const { bytesWritten } = await file.writev(rest, at);
    if (bytesWritten <= 0) throw new Error("the disk accepted no bytes");
    at += bytesWritten;
    rest = dropBytes(rest, bytesWritten);
  }
}

function dropBytes(buffers: readonly Uint8Array[], count: number): Uint8Array[] {
  let left = count;
  const rest: Uint8Array[] = [];
  for (const buffer of buffers) {
    if (left >= buffer.length) {
      left -= buffer.length;
      continue;
    }
    rest.push(left > 0 ? buffer.subarray(left) : buffer);
    left = 0;
  }
  return rest;
}

const SECTOR_BYTES = 4096;

/** Fills the buffer from a position; returns the bytes read, fewer only at the end of the file. A sector the disk cannot
 * read becomes zeros, so that it costs the records in it and not the segment. */
export async function readFully(file: DiskFile, buffer: Buffer, position: number): Promise<number> {
  let done = 0;
  while (done < buffer.length) {
    const bytesRead = await readOrZeros(file, buffer, done, position + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return done;
}

async function readOrZeros(file: DiskFile, buffer: Buffer, offset: number, position: number): Promise<number> {
  try {
    return (await file.read(buffer, offset, buffer.length - offset, position)).bytesRead;
  } catch (error) {
    if (errorCode(error) !== "EIO") throw error;
  }
  const length = Math.min(SECTOR_BYTES - (position % SECTOR_BYTES), buffer.length - offset);
  try {
    return (await file.read(buffer, offset, length, position)).bytesRead;
  } catch (error) {
    if (errorCode(error) !== "EIO") throw error;
    buffer.fill(0, offset, offset + length);
    return length;
  }
}

/** The system's code of an I/O error, such as ENOSPC; "" when it has none. */
export function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}
