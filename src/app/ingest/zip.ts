import type { FileHandle } from "node:fs/promises";
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

export const isZip = (head: Buffer): boolean =>
  head.length >= 4 && [0x0403_4b50, 0x0605_4b50].includes(head.readUInt32LE(0));

type Options = {
  readonly onProblem: (problem: FileProblem) => void;
  /** Bytes that were read of the archive. */
  readonly onRead?: ((bytes: number) => void) | undefined;
};

/**
 * The files of a ZIP archive in the order of its table of contents, which stands at its end: it is read at random. The handle stays
 * open. Errors: `invalid` (no archive).
 */
export async function* zipMembers(file: FileHandle, options: Options): AsyncGenerator<ZipMember> {
  try {
    const zip = await opened(file, options.onRead);
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
  }
}

/** Over the handle's own reads, so that nobody but us closes it. */
async function opened(file: FileHandle, onRead: Options["onRead"]): Promise<yauzl.ZipFile> {
  const { size } = await file.stat();
  return yauzl.fromRandomAccessReaderPromise(new HandleReader(file, onRead), size, {
    lazyEntries: true,
    autoClose: false,
    // Names are decoded here: old archives from Japan have theirs in Shift_JIS.
    decodeStrings: false,
    validateEntrySizes: true,
  });
}

class HandleReader extends yauzl.RandomAccessReader {
  readonly #file: FileHandle;
  readonly #onRead: Options["onRead"];

  constructor(file: FileHandle, onRead: Options["onRead"]) {
    super();
    this.#file = file;
    this.#onRead = onRead;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(piecesOf(this.#file, { start, end, onRead: this.#onRead }), { objectMode: false });
  }
}

const PIECE_BYTES = 256 * 1024;

type Range = { readonly start: number; readonly end: number; readonly onRead: Options["onRead"] };

async function* piecesOf(file: FileHandle, { start, end, onRead }: Range): AsyncGenerator<Buffer> {
  for (let at = start; at < end; ) {
    const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, end - at));
    const { bytesRead } = await file.read(piece, 0, piece.length, at);
    if (bytesRead === 0) throw new Error("the archive is cut short");
    at += bytesRead;
    onRead?.(bytesRead);
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
