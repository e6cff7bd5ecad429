import { chmod, mkdir, readdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { AppError } from "../../kernel/errors.ts";
import { newId } from "../../kernel/ids.ts";
import { takeLock } from "./lock.ts";

/** Raised when what stands in the directory changes its shape in a way that an older program would misread. */
export const DIRECTORY_VERSION = 1;

const Marker = z.object({ product: z.literal("yagura"), version: z.int(), id: z.string(), createdAt: z.string() });

export type DataDirectory = {
  readonly path: string;
  /** This installation's id, made with the directory. */
  readonly id: string;
  /** Where a command on this machine reaches the running server; only the directory's owner may open it. */
  readonly controlSocket: string;
  readonly isNew: boolean;
  at(name: string): string;
  release(): Promise<void>;
};

/**
 * Opens the directory for this process alone.
 * Errors: AppError `conflict` when another process holds it, when it was written by a newer version, or when it is not ours;
 * `forbidden` when others may read it and we cannot change that.
 */
export async function openDataDirectory(path: string): Promise<DataDirectory> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const isOpenToOthers = await checkAccess(path);
  const lock = await takeLock(path);
  try {
    const { marker, isNew } = await readOrCreateMarker(path);
    // Not before we know that it is Yagura's: a mistyped --data must not change somebody's home directory.
    if (isOpenToOthers) await chmod(path, 0o700);
    return {
      path,
      id: marker.id,
      isNew,
      controlSocket: lock.controlSocket,
      at: (name) => join(path, name),
      release: lock.release,
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** Logs and keys are inside: whoever else may read or enter the directory is shut out, or the start is refused. */
async function checkAccess(path: string): Promise<boolean> {
  const { mode, uid } = await stat(path);
  if ((mode & 0o077) === 0 || process.getuid === undefined) return false;
  if (uid === process.getuid()) return true;
  throw new AppError(
    "forbidden",
    `Others may read ${path}, and it belongs to another user. Run "chmod 700" on it as its owner, or choose another directory with --data.`,
  );
}

async function readOrCreateMarker(path: string): Promise<{ marker: z.infer<typeof Marker>; isNew: boolean }> {
  const file = join(path, "yagura.json");
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return { marker: await createMarker(path, file), isNew: true };
  return { marker: checkMarker(text, path), isNew: false };
}

async function createMarker(path: string, file: string): Promise<z.infer<typeof Marker>> {
  const others = (await readdir(path)).filter((name) => !name.startsWith("lock") && name !== "control.sock");
  if (others.length > 0) {
    throw new AppError(
      "conflict",
      `${path} holds other files (${others.slice(0, 3).join(", ")}) and no Yagura data. Choose an empty directory with --data.`,
    );
  }
  const marker = {
    product: "yagura" as const,
    version: DIRECTORY_VERSION,
    id: newId("site"),
    createdAt: new Date().toISOString(),
  };
  await writeFile(`${file}.new`, `${JSON.stringify(marker, null, 2)}\n`, { flush: true });
  await rename(`${file}.new`, file);
  return marker;
}

function checkMarker(text: string, path: string): z.infer<typeof Marker> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  const marker = Marker.safeParse(json);
  if (!marker.success) {
    throw new AppError(
      "conflict",
      `${path}/yagura.json is not Yagura's. Choose another directory with --data, or restore a backup.`,
    );
  }
  if (marker.data.version > DIRECTORY_VERSION) {
    throw new AppError(
      "conflict",
      `${path} was written by a newer Yagura (directory version ${marker.data.version}, this program knows ${DIRECTORY_VERSION}). Start that version.`,
    );
  }
  return marker.data;
}
