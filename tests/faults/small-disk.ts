import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, statfs, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const MIB = 2 ** 20;

/** A directory on a file system of its own, small enough to be filled. */
export type SmallDisk = {
  /** Takes all that is free: from then on the system answers ENOSPC. */
  fill(): Promise<void>;
  /** Gives it back. */
  empty(): Promise<void>;
  remove(): Promise<void>;
};

/** Puts a directory, with what is in it, on a disk in memory of so many MiB. Undefined where this process may not mount. */
export async function onSmallDisk(directory: string, sizeMiB: number): Promise<SmallDisk | undefined> {
  const kept = await mkdtemp(join(tmpdir(), "yagura-kept-"));
  await mkdir(directory, { recursive: true });
  await cp(directory, kept, { recursive: true });
  try {
    await run("mount", ["-t", "tmpfs", "-o", `size=${sizeMiB}m,mode=700`, "yagura-fault", directory]);
  } catch {
    await rm(kept, { recursive: true, force: true });
    return undefined;
  }
  await cp(kept, directory, { recursive: true });
  await rm(kept, { recursive: true, force: true });
  const ballast = join(directory, "ballast");
  return {
    fill: async () => {
      for (;;) {
        const { bavail, bsize } = await statfs(directory);
        if (bavail === 0) return;
        const chunk = Buffer.alloc(Math.min(bavail * bsize, 16 * MIB));
        await writeFile(ballast, chunk, { flag: "a" }).catch(() => undefined);
      }
    },
    empty: async () => {
      await truncate(ballast, 0);
      await rm(ballast, { force: true });
    },
    remove: async () => {
      await run("umount", ["-l", directory]);
    },
  };
}
