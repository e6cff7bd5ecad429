import { randomUUID } from "node:crypto";
import { type FileHandle, mkdir, open, statfs, unlink } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../../kernel/errors.ts";

/** Of one archive, and of all that are read at a time. */
const MAX_ARCHIVE_BYTES = 8 * 1024 ** 3;
const MAX_TOGETHER_BYTES = 16 * 1024 ** 3;
/** The disk may be the one of the log and the engines: so much of it stays free. */
const RESERVE_SHARE = 0.05;
const MAX_RESERVE_BYTES = 2 * 1024 ** 3;
/** The disk is looked at again after so much was written. */
const LOOK_BYTES = 16 * 1024 * 1024;

type Disk = { readonly freeBytes: number; readonly totalBytes: number };
export type Kept = { readonly file: FileHandle; close(): Promise<void> };
/** Keeps a stream on the disk to be read at random. Errors: `too_large`, `unavailable` (no room). */
export type Spool = { keep(source: AsyncIterable<Buffer>): Promise<Kept> };

export type SpoolOptions = { readonly maxTogetherBytes?: number; readonly lookAt?: (folder: string) => Promise<Disk> };

/** Files without a name in a folder, which are gone with the process. All that are kept at a time share one budget. */
export function createSpool(folder: string, options: SpoolOptions = {}): Spool {
  const { maxTogetherBytes = MAX_TOGETHER_BYTES, lookAt = diskOf } = options;
  let usedBytes = 0;
  return {
    async keep(source) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const file = await openNameless(folder);
      let bytes = 0;
      let closing: Promise<void> | undefined;
      const close = (): Promise<void> => {
        closing ??= file.close().finally(() => {
          usedBytes -= bytes;
        });
        return closing;
      };
      try {
        for await (const chunk of source) {
          const before = bytes;
          bytes += chunk.length;
          usedBytes += chunk.length;
          if (bytes > MAX_ARCHIVE_BYTES) throw tooLarge();
          if (usedBytes > maxTogetherBytes) throw noRoom("Other archives are being read");
          const hasToLook = before === 0 || Math.floor(bytes / LOOK_BYTES) > Math.floor(before / LOOK_BYTES);
          if (hasToLook && isNearlyFull(await lookAt(folder))) throw noRoom("The disk is nearly full");
          await file.writeFile(chunk);
        }
        return { file, close };
      } catch (error) {
        await close();
        throw isDiskFull(error) ? noRoom("The disk is full", error) : error;
      }
    },
  };
}

async function openNameless(folder: string): Promise<FileHandle> {
  const path = join(folder, `${randomUUID()}.zip`);
  const file = await open(path, "wx+", 0o600);
  await unlink(path);
  return file;
}

async function diskOf(folder: string): Promise<Disk> {
  const { bavail, blocks, bsize } = await statfs(folder);
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}

const isNearlyFull = ({ freeBytes, totalBytes }: Disk): boolean =>
  freeBytes < Math.min(MAX_RESERVE_BYTES, totalBytes * RESERVE_SHARE);

const isDiskFull = (error: unknown): boolean =>
  error instanceof Error && "code" in error && (error.code === "ENOSPC" || error.code === "EDQUOT");

const noRoom = (why: string, cause?: unknown): AppError =>
  new AppError(
    "unavailable",
    `${why}: there is no room for this archive now. Unpack it and import its files.`,
    {},
    cause,
  );

const tooLarge = (): AppError =>
  new AppError("too_large", `An archive may have ${MAX_ARCHIVE_BYTES} bytes: unpack it and import its files.`);
