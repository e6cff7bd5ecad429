import type { Dirent } from "node:fs";
import { mkdir, readdir, rename, unlink } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "../../platform/log/index.ts";

/** Bytes that are still arriving. */
export const PART = ".part";
const ORPHANS = "orphans";

/** What the database says of files by the ids that name them; of an id that it does not know it says nothing. */
export type Fates = ReadonlyMap<string, "kept" | "deleted">;
export type SweepDeps = {
  readonly fatesOf: (ids: readonly string[]) => Promise<Fates>;
  readonly log: Pick<Logger, "warn">;
};

/**
 * At the start: deletes half an upload, and what the chain of custody says was deleted. A file that the database does not
 * know is set aside under `orphans/`, never deleted: the database may be yesterday's backup, or another one. When it
 * knows the file again, the file comes back.
 */
export async function sweepEvidence(folder: string, { fatesOf, log }: SweepDeps): Promise<void> {
  const orphans = join(folder, ORPHANS);
  const files = await filesIn(folder);
  const aside = await filesIn(orphans);
  const whole = files.filter((name) => !name.endsWith(PART));
  const fates = await fatesOf([...whole, ...aside]);
  for (const name of files) if (name.endsWith(PART)) await unlink(join(folder, name));
  const unknown = whole.filter((name) => !fates.has(name));
  for (const name of whole) if (fates.get(name) === "deleted") await unlink(join(folder, name));
  if (unknown.length > 0) await mkdir(orphans, { recursive: true, mode: 0o700 });
  for (const name of unknown) await rename(join(folder, name), join(orphans, freeName(name, aside)));
  const back = aside.filter((name) => fates.get(name) === "kept" && !files.includes(name));
  for (const name of back) await rename(join(orphans, name), join(folder, name));
  tell(log, { unknown, back, orphans });
}

/** One that was set aside before is not written over. */
const freeName = (name: string, taken: readonly string[]): string =>
  taken.includes(name) ? freeName(`${name}~`, taken) : name;

async function filesIn(folder: string): Promise<string[]> {
  const found = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException): Dirent[] => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  return found.filter((entry) => entry.isFile()).map(({ name }) => name);
}

const NAMED = 20;
type Moved = { readonly unknown: readonly string[]; readonly back: readonly string[]; readonly orphans: string };

function tell(log: SweepDeps["log"], { unknown, back, orphans }: Moved): void {
  if (unknown.length > 0)
    log.warn(
      { count: unknown.length, files: unknown.slice(0, NAMED), folder: orphans },
      "the database does not know these files of evidence: they were set aside, not deleted",
    );
  if (back.length > 0)
    log.warn(
      { count: back.length, files: back.slice(0, NAMED) },
      "files of evidence that were set aside are back in place",
    );
}
