import { lstat, readlink, realpath } from "node:fs/promises";
import { dirname, isAbsolute, join, parse, relative, sep } from "node:path";

const MAX_LINKS = 40;
const MAGIC = /[*?[\]{}()!]/;

/** The directory that a pattern names without wildcards: whoever wrote the settings meant it, links and all. */
export function fixedPart(pattern: string): string {
  let at = dirname(pattern);
  while (MAGIC.test(at)) at = dirname(at);
  return at;
}

export type Way = { readonly end: string; readonly owners: readonly number[] };

/** Where a path leads below a trusted directory, and whose the symbolic links on the way are (uid). */
export async function wayTo(path: string, trusted: string): Promise<Way> {
  let end = await realpath(trusted);
  const owners: number[] = [];
  const parts = relative(trusted, path).split(sep);
  for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
    const next = join(end, part);
    const found = await lstat(next);
    if (!found.isSymbolicLink()) {
      end = next;
      continue;
    }
    owners.push(found.uid);
    if (owners.length > MAX_LINKS) throw new Error("too many symbolic links");
    const target = await readlink(next);
    if (isAbsolute(target)) end = parse(target).root;
    parts.unshift(...(isAbsolute(target) ? relative(end, target) : target).split(sep));
  }
  return { end, owners };
}

/**
 * Whether links of these owners may show a file of that one: root's and our own, and those of who owns the file anyway. Else
 * whoever may write to a directory of logs could have us read out what only we may read.
 */
export const areTrusted = (owners: readonly number[], fileOwner: number, own: number | undefined): boolean =>
  own === undefined || owners.every((owner) => owner === 0 || owner === own || owner === fileOwner);
