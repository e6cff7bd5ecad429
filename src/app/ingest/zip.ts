import { randomUUID } from "node:crypto";
import { type FileHandle, mkdir, open, unlink } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { crc32 } from "node:zlib";
import yauzl from "yauzl";
import { decodeText } from "../../kernel/encoding/index.ts";
import { AppError } from "../../kernel/errors.ts";
import type { FileProblem } from "../../monitor/collect/index.ts";
import { zipEntryProblem } from "../../platform/archive/index.ts";
import { reasonOf } from "./files.ts";

/** A file in an archive. */
export type ZipMember = { readonly name: string; readonly bytes: AsyncIterable<Buffer> };

/** Packed, on this machine's disk while it is read. */
const MAX_SPOOL_BYTES = 8 * 1024 ** 3;

export const isZip = (head: Buffer): boolean =>
  head.length >= 4 && [0x0403_4b50, 0x0605_4b50].includes(head.readUInt32LE(0));

type Options = { readonly spool: string; readonly onProblem: (problem: FileProblem) => void };

/**
 * The files of a ZIP archive in the order of its table of contents. The archive lies in a file without a name meanwhile, which is gone
 * with the process; nothing of its content is written. Errors: `invalid` (no archive), `too_large`, `unavailable` (disk full).
 */
export async function* zipMembers(source: AsyncIterable<Buffer>, options: Options): AsyncGenerator<ZipMember> {
  const file = await spooled(source, options.spool);
  try {
    const zip = await opened(file);
    for await (const entry of zip.eachEntry()) {
      const name = nameOf(entry);
      if (name.endsWith("/")) continue;
      const problem = problemOf(entry);
      if (problem !== undefined) options.onProblem({ file: name, ...problem });
      else yield { name, bytes: contentOf(zip, entry) };
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError("invalid", `The archive cannot be read: ${reasonOf(error)}.`, {}, error);
  } finally {
    await file.close();
  }
}

async function spooled(source: AsyncIterable<Buffer>, folder: string): Promise<FileHandle> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${randomUUID()}.zip`);
  const file = await open(path, "wx+", 0o600);
  try {
    await unlink(path);
    let bytes = 0;
    for await (const chunk of source) {
      bytes += chunk.length;
      if (bytes > MAX_SPOOL_BYTES)
        throw new AppError(
          "too_large",
          `An archive may have ${MAX_SPOOL_BYTES} bytes: unpack it and import its files.`,
        );
      await file.writeFile(chunk);
    }
    return file;
  } catch (error) {
    await file.close();
    if (!isDiskFull(error)) throw error;
    throw new AppError("unavailable", "There is no room on the disk for this archive: unpack it first.", {}, error);
  }
}

const isDiskFull = (error: unknown): boolean =>
  error instanceof Error && "code" in error && (error.code === "ENOSPC" || error.code === "EDQUOT");

/** Over the handle's own reads, so that nobody but us closes it. */
async function opened(file: FileHandle): Promise<yauzl.ZipFile> {
  const { size } = await file.stat();
  return yauzl.fromRandomAccessReaderPromise(new HandleReader(file), size, {
    lazyEntries: true,
    autoClose: false,
    // Names are decoded here: old archives from Japan have theirs in Shift_JIS.
    decodeStrings: false,
    validateEntrySizes: true,
  });
}

class HandleReader extends yauzl.RandomAccessReader {
  readonly #file: FileHandle;

  constructor(file: FileHandle) {
    super();
    this.#file = file;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(piecesOf(this.#file, start, end), { objectMode: false });
  }
}

const PIECE_BYTES = 256 * 1024;

async function* piecesOf(file: FileHandle, start: number, end: number): AsyncGenerator<Buffer> {
  for (let at = start; at < end; ) {
    const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, end - at));
    const { bytesRead } = await file.read(piece, 0, piece.length, at);
    if (bytesRead === 0) throw new Error("the archive is cut short");
    at += bytesRead;
    yield piece.subarray(0, bytesRead);
  }
}

function nameOf({ generalPurposeBitFlag: flags, fileNameRaw, extraFields }: yauzl.Entry): string {
  const isUtf8 = (flags & 0x800) !== 0 || extraFields.some(({ id }) => id === 0x7075);
  const name = isUtf8
    ? yauzl.getFileNameLowLevel(flags, fileNameRaw, extraFields, false)
    : decodeText(fileNameRaw).text;
  return name.replaceAll("\\", "/").slice(-1_000);
}

function problemOf(entry: yauzl.Entry): Pick<FileProblem, "code" | "detail"> | undefined {
  const code = zipEntryProblem(entry);
  if (code === undefined) return undefined;
  const packing = `is packed by method ${entry.compressionMethod}; stored and deflated files are read`;
  return { code, detail: { encrypted: "is encrypted", link: "is a link", packing }[code] };
}

async function* contentOf(zip: yauzl.ZipFile, entry: yauzl.Entry): AsyncGenerator<Buffer> {
  let sum = 0;
  for await (const chunk of await zip.openReadStreamPromise(entry)) {
    sum = crc32(chunk as Buffer, sum);
    yield chunk as Buffer;
  }
  if (sum !== entry.crc32) throw new Error("its checksum is wrong");
}
