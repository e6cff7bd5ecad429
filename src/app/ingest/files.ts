import { createReadStream } from "node:fs";
import { opendir, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";

const READ_BYTES = 256 * 1024;
const MAX_DEPTH = 32;
const MAX_FILES = 100_000;

/** Something to import. `sizeBytes` is undefined when it is not known before the end. */
export type Input = {
  readonly name: string;
  readonly sizeBytes: number | undefined;
  /** Where it lies; undefined = it comes through a pipe. */
  readonly path?: string;
  /** Tells this file from any other on any machine, whatever it is called. */
  readonly id?: string;
  open(): Readable;
};

export type Found = { readonly inputs: readonly Input[]; readonly problems: readonly string[] };

/**
 * The files that the paths name: `-` is stdin; folders are searched through in the order of names, without hidden files and
 * symbolic links. What cannot be read becomes a problem, not an error.
 */
export async function findInputs(paths: readonly string[], stdin: Readable): Promise<Found> {
  const inputs: Input[] = [];
  const problems: string[] = [];
  const visit = async (path: string, depth: number): Promise<void> => {
    if (inputs.length >= MAX_FILES) return;
    const facts = await stat(path);
    if (facts.isFile()) {
      inputs.push({
        name: path,
        path,
        id: `${hostname()}:${facts.dev}:${facts.ino}`,
        sizeBytes: facts.size,
        open: () => createReadStream(path, { highWaterMark: READ_BYTES }),
      });
    } else if (!facts.isDirectory()) problems.push(`${path}: neither a file nor a folder`);
    else if (depth >= MAX_DEPTH) problems.push(`${path}: more than ${MAX_DEPTH} folders deep`);
    else for (const name of await namesIn(path)) await visit(join(path, name), depth + 1);
  };
  for (const path of paths) {
    if (path === "-") inputs.push({ name: "stdin", sizeBytes: undefined, open: () => stdin });
    else await visit(path, 0).catch((error: unknown) => problems.push(`${path}: ${reasonOf(error)}`));
  }
  if (inputs.length >= MAX_FILES) problems.push(`more than ${MAX_FILES} files: the rest was left out`);
  return { inputs, problems };
}

async function namesIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  for await (const entry of await opendir(folder)) {
    if (!entry.name.startsWith(".") && (entry.isFile() || entry.isDirectory())) names.push(entry.name);
  }
  return names.sort();
}

export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
