import { createHash } from "node:crypto";
import { lstatSync, mkdirSync, rmSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Memory-backed on Linux: a block lives there for milliseconds, and its durable copy is the write-ahead log. */
const SHARED_MEMORY = "/dev/shm";

export type Spool = {
  /** Writes a block where the engine can read it; returns its path. */
  write(name: string, block: Uint8Array): Promise<string>;
  remove(): Promise<void>;
};

/** Blocks hold raw logs: only their owner may read them. Where shared memory is small or taken, the data directory serves. */
export function openSpool(dataDirectory: string): Spool {
  const onDisk = join(dataDirectory, "spool");
  const inMemory = claimSharedMemory(dataDirectory);
  const writeTo = async (directory: string, name: string, block: Uint8Array): Promise<string> => {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const path = join(directory, name);
    await writeFile(path, block, { mode: 0o600 });
    return path;
  };
  return {
    write: async (name, block) => {
      if (inMemory === undefined) return writeTo(onDisk, name, block);
      try {
        return await writeTo(inMemory, name, block);
      } catch {
        await rm(join(inMemory, name), { force: true }).catch(() => undefined);
        return writeTo(onDisk, name, block);
      }
    },
    remove: async () => {
      for (const directory of [inMemory, onDisk])
        if (directory !== undefined) await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Named after the data directory, so that the next process finds and empties what a killed one left. */
function claimSharedMemory(dataDirectory: string): string | undefined {
  const path = join(SHARED_MEMORY, `yagura-${createHash("sha256").update(dataDirectory).digest("hex").slice(0, 16)}`);
  try {
    rmSync(path, { recursive: true, force: true });
    mkdirSync(path, { mode: 0o700 });
    const { uid } = lstatSync(path);
    return uid === process.getuid?.() ? path : undefined;
  } catch {
    return undefined;
  }
}
