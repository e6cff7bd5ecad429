import { createHash, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, readdir, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = new URL("../../", import.meta.url).pathname;
/** What decides what a first start writes. */
const MAKERS = ["src", "content", "package-lock.json"];

/**
 * Copies to `data` a data directory that was started once and stopped, without an administrator: creating a database cluster takes longer
 * than all else that a start does, so it is made once per state of the program and kept among the temporary files. `make` starts and stops
 * Yagura on the directory that it is given.
 */
export async function copyUsedData(data: string, make: (data: string) => Promise<void>): Promise<void> {
  const kept = join(tmpdir(), `yagura-test-data-${await programDigest()}-${process.getuid?.() ?? ""}`);
  if (!existsSync(kept)) {
    const making = `${kept}-making-${randomBytes(4).toString("hex")}`;
    await make(making);
    // Another test file may have been faster.
    await rename(making, kept).catch(() => rm(making, { recursive: true }));
  }
  await cp(kept, data, { recursive: true, mode: 0 });
}

async function programDigest(): Promise<string> {
  const digest = createHash("sha256").update(process.version);
  for (const maker of MAKERS) {
    const path = join(ROOT, maker);
    const names = (await stat(path)).isDirectory() ? await readdir(path, { recursive: true }) : [""];
    for (const name of names.toSorted()) {
      const { size, mtimeMs } = await stat(join(path, name));
      digest.update(`${maker}/${name} ${size} ${mtimeMs}\n`);
    }
  }
  return digest.digest("hex").slice(0, 24);
}
