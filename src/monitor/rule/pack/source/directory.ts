import { createReadStream } from "node:fs";
import { opendir, readFile, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { AppError } from "../../../../kernel/errors.ts";
import { type Gathered, Gatherer, LIMITS } from "../gather.ts";
import { MAX_ARCHIVE_BYTES, readArchive } from "./archive.ts";

/** What lies at a path of this machine: a folder, an archive, or one rule file. Errors: `invalid`, `not_found`, `too_large`. */
export async function readPath(
  path: string,
  folder: string,
): Promise<Gathered & { readonly kind: "archive" | "directory" }> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new AppError("not_found", `${path} cannot be read: there is no such file or folder.`, {}, cause);
  });
  if (found.isDirectory()) return { kind: "directory", ...(await readDirectory(path, folder)) };
  if (found.size > MAX_ARCHIVE_BYTES)
    throw new AppError("too_large", `${path} is larger than ${MAX_ARCHIVE_BYTES} bytes.`);
  return { kind: "archive", ...(await readArchive(await readFile(path), path, folder)) };
}

/** Hidden folders and symbolic links are not followed. */
async function readDirectory(root: string, folder: string): Promise<Gathered> {
  const gatherer = new Gatherer();
  const waiting = [root];
  for (let directory = waiting.pop(); directory !== undefined; directory = waiting.pop()) {
    for await (const entry of await opendir(directory)) {
      const full = join(directory, entry.name);
      const path = relative(root, full).split(sep).join("/");
      if (entry.isDirectory() && !entry.name.startsWith(".") && path.split("/").length < LIMITS.depth)
        waiting.push(full);
      if (entry.isSymbolicLink() && gatherer.wants(path)) gatherer.leaveOut(path, "the entry is a symbolic link");
      if (!entry.isFile() || !gatherer.wants(path)) continue;
      await gatherer
        .add(path, createReadStream(full, { end: LIMITS.fileBytes }))
        .catch((error: unknown) => leaveUnreadable(gatherer, path, error));
    }
  }
  return gatherer.done({ folder, isArchive: false });
}

function leaveUnreadable(gatherer: Gatherer, path: string, error: unknown): void {
  if (error instanceof AppError) throw error;
  gatherer.leaveOut(path, error instanceof Error ? error.message : String(error));
}
