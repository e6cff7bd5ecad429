import { existsSync } from "node:fs";
import { join } from "node:path";

/** Recordings and rules of others, which lie beside the repository where there are any and are never part of it. */
const ROOT = new URL("../../../shared/data/", import.meta.url).pathname;

/** The path of a shared file or folder; undefined, said on the console, when it is not on this machine. */
export function sharedData(name: string): string | undefined {
  const path = join(ROOT, name);
  if (existsSync(path)) return path;
  console.warn(`${path} is not there: the tests that need it are skipped`);
  return undefined;
}
