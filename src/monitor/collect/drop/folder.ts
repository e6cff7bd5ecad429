import { constants } from "node:fs";
import { lstat, mkdir, open, readdir, rename, unlink } from "node:fs/promises";
import { decodeText } from "../../../kernel/encoding/index.ts";
import type { After } from "./settings.ts";
import { GoneError, type Item, type Shelf } from "./shelf.ts";

const CHUNK_BYTES = 256 * 1024;
const MAX_NAMES = 100_000;
/** Under these names others write what is not whole yet. */
const UNFINISHED = /\.(tmp|part|filepart|crdownload)$/i;

export type FolderOptions = {
  readonly directory: string;
  /** So long a file must stay as it is. */
  readonly settleMs: number;
  readonly after: After;
  readonly now: () => number;
};

type Seen = { readonly version: string; readonly sinceMs: number };

/** Regular files in a directory, not below it. Links are not followed, hidden files left out; a name is bytes. */
export function folderShelf({ directory, settleMs, after, now }: FolderOptions): Shelf {
  let seen = new Map<string, Seen>();
  const pathOf = (key: string): Buffer => Buffer.concat([Buffer.from(`${directory}/`), Buffer.from(key, "latin1")]);
  const moveTo = typeof after === "object" ? after.moveTo : undefined;

  return {
    async *list(_startAfter, signal) {
      const names = await readdir(directory, { encoding: "buffer" });
      if (names.length > MAX_NAMES) throw new Error(`the directory has more than ${MAX_NAMES} names`);
      const stillSeen = new Map<string, Seen>();
      for (const key of names.map((name) => name.toString("latin1")).sort()) {
        if (signal.aborted) return;
        if (key.startsWith(".") || UNFINISHED.test(key)) continue;
        const found = await versionAt(pathOf(key));
        if (found === undefined || found.sizeBytes === 0) continue;
        const before = seen.get(key);
        // By our own clock: that of a file server may be another.
        const now_ = before?.version === found.version ? before : { version: found.version, sinceMs: now() };
        stillSeen.set(key, now_);
        if (now() - now_.sinceMs < settleMs) continue;
        const name = decodeText(Buffer.from(key, "latin1"), "auto").text;
        yield { key, ...found, name, address: `${directory}/${name}` };
      }
      seen = stillSeen;
    },
    async *open({ key, version }) {
      // Opened without waiting: a pipe may stand there by now.
      const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
      const handle = await open(pathOf(key), flags).catch(rethrow);
      try {
        if (versionOf(await handle.stat({ bigint: true })) !== version) throw new GoneError("it was changed");
        const buffer = (): Buffer => Buffer.allocUnsafe(CHUNK_BYTES);
        for (;;) {
          const { bytesRead, buffer: chunk } = await handle.read(buffer(), 0, CHUNK_BYTES, null);
          if (bytesRead === 0) break;
          yield chunk.subarray(0, bytesRead);
        }
      } finally {
        await handle.close();
      }
    },
    finish:
      after === "keep"
        ? undefined
        : async (item) => {
            if ((await versionAt(pathOf(item.key)))?.version !== item.version) return;
            if (moveTo === undefined) await unlink(pathOf(item.key));
            else await moveInto({ directory, moveTo, item, from: pathOf(item.key) });
          },
    close() {},
  };
}

type Moving = { readonly directory: string; readonly moveTo: string; readonly item: Item; readonly from: Buffer };

/** Nothing is overwritten: a name that is taken gets a number. */
async function moveInto({ directory, moveTo, item, from }: Moving): Promise<void> {
  const folder = `${directory}/${moveTo}`;
  await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  // Whoever may write into the directory could lead us elsewhere.
  if (!(await lstat(folder)).isDirectory()) throw new Error(`${moveTo} is no directory`);
  for (let count = 0; count < 10_000; count++) {
    const suffix = count === 0 ? "" : `.${count}`;
    const to = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(item.key + suffix, "latin1")]);
    if (
      await lstat(to).then(
        () => true,
        () => false,
      )
    )
      continue;
    return rename(from, to);
  }
  throw new Error(`${moveTo} has 10,000 files of this name`);
}

type Stat = { readonly dev: bigint; readonly ino: bigint; readonly size: bigint; readonly mtimeNs: bigint };
const versionOf = ({ ino, size, mtimeNs }: Stat): string => `${ino}:${size}:${mtimeNs}`;

/** undefined: nothing is there, or no regular file. */
async function versionAt(path: Buffer): Promise<{ version: string; sizeBytes: number } | undefined> {
  const stat = await lstat(path, { bigint: true }).catch(() => undefined);
  return stat?.isFile() ? { version: versionOf(stat), sizeBytes: Number(stat.size) } : undefined;
}

function rethrow(error: NodeJS.ErrnoException): never {
  if (error.code === "ENOENT" || error.code === "ELOOP") throw new GoneError(error.code);
  throw error;
}
