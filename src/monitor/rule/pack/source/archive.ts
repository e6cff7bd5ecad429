import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import yauzl from "yauzl";
import { AppError } from "../../../../kernel/errors.ts";
import { entriesOf, isTar, zipEntryProblem } from "../../../../platform/archive/index.ts";
import { type Gathered, Gatherer, LIMITS, printable } from "../gather.ts";

/** Compressed, as it is uploaded. */
export const MAX_ARCHIVE_BYTES = 64 << 20;

/**
 * The rule files of a .zip, .tar or .tar.gz, told by content, or of a single rule file. Nothing is written to disk, so no entry can
 * lead anywhere. Errors: `invalid` (not an archive, broken, encrypted), `too_large`.
 */
export async function readArchive(
  bytes: Buffer,
  file: string,
  folder: string,
  gatherer = new Gatherer(),
): Promise<Gathered> {
  try {
    if (isZip(bytes)) await readZip(bytes, gatherer);
    else if (bytes[0] === 0x1f && bytes[1] === 0x8b) await readTarStream(unzipped(bytes), gatherer);
    else if (isTar(bytes)) await readTarStream(Readable.from([bytes]), gatherer);
    else if (/\.ya?ml$/i.test(file)) gatherer.addBytes(file.split(/[\\/]/).at(-1) ?? file, bytes);
    else throw new AppError("invalid", "This is no .zip, .tar.gz or .tar archive, and no .yml file.");
  } catch (error) {
    if (error instanceof AppError) throw error;
    const reason = printable(error instanceof Error ? error.message : String(error));
    throw new AppError("invalid", `The archive cannot be read: ${reason}.`, { reason }, error);
  }
  return gatherer.done({ folder, isArchive: true });
}

const isZip = (bytes: Buffer): boolean =>
  bytes.length > 4 && bytes[0] === 0x50 && bytes[1] === 0x4b && [0x0304, 0x0506].includes(bytes.readUInt16BE(2));

async function readZip(bytes: Buffer, gatherer: Gatherer): Promise<void> {
  // Names are decoded here, so that a name that leads out costs its own entry alone.
  const zip = await yauzl.fromBufferPromise(bytes, {
    lazyEntries: true,
    decodeStrings: false,
    validateEntrySizes: true,
  });
  for await (const entry of zip.eachEntry()) {
    const { generalPurposeBitFlag: flags, fileNameRaw, extraFields } = entry;
    const path = yauzl.getFileNameLowLevel(flags, fileNameRaw, extraFields, false);
    if (!gatherer.wants(path) || path.endsWith("/")) continue;
    const problem = entryProblem(entry);
    if (problem !== undefined) gatherer.leaveOut(path, problem);
    else await addEntry({ zip, entry, path }, gatherer);
  }
}

function entryProblem(entry: yauzl.Entry): string | undefined {
  const problem = zipEntryProblem(entry);
  if (problem === "encrypted") return "the entry is encrypted: make the archive without a password";
  if (problem === "link") return "the entry is a symbolic link";
  if (problem === "packing")
    return `the entry is compressed by method ${entry.compressionMethod}, which is not known (use deflate)`;
  if (entry.uncompressedSize > LIMITS.fileBytes) return `the file is larger than ${LIMITS.fileBytes} bytes`;
  return undefined;
}

type Opening = { readonly zip: yauzl.ZipFile; readonly entry: yauzl.Entry; readonly path: string };

/** An entry that is broken, or unpacks to more than it says, is left out with the reason. */
async function addEntry({ zip, entry, path }: Opening, gatherer: Gatherer): Promise<void> {
  let content: Readable;
  try {
    content = await zip.openReadStreamPromise(entry);
    await gatherer.add(path, content, entry.crc32);
  } catch (error) {
    if (error instanceof AppError) throw error;
    gatherer.leaveOut(
      path,
      `the entry is broken: ${printable(error instanceof Error ? error.message : String(error))}`,
    );
  }
}

/** The regular files of a tar stream. */
export async function readTarStream(source: AsyncIterable<Buffer>, gatherer: Gatherer): Promise<void> {
  const skip = (name: string, kind: "link" | "other"): void => {
    if (gatherer.wants(name) && kind === "link") gatherer.leaveOut(name, "the entry is a link");
  };
  for await (const { name, size, bytes } of entriesOf(bounded(source, gatherer), skip)) {
    if (!gatherer.wants(name)) continue;
    if (size > LIMITS.fileBytes) gatherer.leaveOut(name, `the file is larger than ${LIMITS.fileBytes} bytes`);
    else await gatherer.add(name, bytes);
  }
}

async function* bounded(source: AsyncIterable<Buffer>, gatherer: Gatherer): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.length;
    gatherer.keepBounds(bytes);
    yield chunk;
  }
}

function unzipped(bytes: Buffer): AsyncIterable<Buffer> {
  const gunzip = createGunzip({ chunkSize: 128 * 1024 });
  // The pipeline reports its failure through the stream that is being read.
  pipeline(Readable.from([bytes]), gunzip).catch(() => undefined);
  return gunzip;
}
