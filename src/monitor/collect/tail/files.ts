import { glob, readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Place } from "./checkpoint.ts";

/** Paths that a pattern matches now and that are wanted, sorted; at most `max` and whether there were more. */
export async function matching(
  pattern: string,
  { max, isWanted }: { max: number; isWanted: (path: string) => boolean },
): Promise<{ paths: string[]; isCut: boolean }> {
  const paths: string[] = [];
  for await (const path of glob(pattern)) {
    if (!isWanted(path)) continue;
    if (paths.length === max) return { paths: paths.sort(), isCut: true };
    paths.push(path);
  }
  return { paths: paths.sort(), isCut: false };
}

/** `device:inode` of what stands under a path now; undefined when nothing does. */
export async function idAt(path: string): Promise<string | undefined> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found && `${found.dev}:${found.ino}`;
}

/** Where files that lost their names while nobody looked are now: rotation renames within a directory. By id. */
export async function renamedBeside(places: readonly Place[]): Promise<Map<string, string>> {
  const wanted = new Set(places.map(({ id }) => id));
  const found = new Map<string, string>();
  for (const directory of new Set(places.map(({ path }) => dirname(path)))) {
    for (const name of await readdir(directory).catch(() => [])) {
      const path = join(directory, name);
      const id = await idAt(path);
      if (id !== undefined && wanted.has(id)) found.set(id, path);
    }
  }
  return found;
}
