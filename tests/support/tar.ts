import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, relative, resolve } from "node:path";
import { gunzipSync } from "node:zlib";

/** Reads tar archives for tests and benchmarks: plain files of the ustar format, with GNU and pax long names. */
export type TarFile = { readonly name: string; readonly bytes: Buffer };

const BLOCK = 512;

/** Every regular file of an uncompressed archive, in order. Throws when the archive is cut short or a checksum is wrong. */
export function readTar(archive: Buffer): readonly TarFile[] {
  const files: TarFile[] = [];
  let longName = "";
  for (let at = 0; at + BLOCK <= archive.length; ) {
    const header = archive.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) break;
    checkSum(header, at);
    const size = Number.parseInt(textAt(header, 124, 12).trim() || "0", 8);
    const bytes = archive.subarray(at + BLOCK, at + BLOCK + size);
    if (bytes.length < size) throw new Error(`the archive ends inside the entry at ${at}`);
    const type = textAt(header, 156, 1);
    if (type === "L") longName = textAt(bytes, 0, size);
    else if (type === "x") longName = paxPath(bytes) ?? longName;
    else {
      if (type === "0" || type === "") files.push({ name: longName || shortName(header), bytes });
      longName = "";
    }
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return files;
}

function textAt(bytes: Buffer, at: number, length: number): string {
  const field = bytes.subarray(at, at + length);
  const end = field.indexOf(0);
  return field.toString("utf8", 0, end < 0 ? field.length : end);
}

function shortName(header: Buffer): string {
  const isUstar = textAt(header, 257, 5) === "ustar";
  const prefix = isUstar ? textAt(header, 345, 155) : "";
  const name = textAt(header, 0, 100);
  return prefix === "" ? name : `${prefix}/${name}`;
}

/** The sum of the header's bytes, its own field counted as spaces. */
function checkSum(header: Buffer, at: number): void {
  const stated = Number.parseInt(textAt(header, 148, 8).trim(), 8);
  let sum = 0;
  for (const [index, byte] of header.entries()) sum += index >= 148 && index < 156 ? 32 : byte;
  if (sum !== stated) throw new Error(`the entry at ${at} has a wrong checksum`);
}

/** A pax record is `<length> path=<name>\n`, its length counting itself, in bytes. */
function paxPath(bytes: Buffer): string | undefined {
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(32, at);
    const length = Number(bytes.toString("latin1", at, space));
    if (space < 0 || !(length > 0)) return undefined;
    const record = bytes.toString("utf8", space + 1, at + length - 1);
    if (record.startsWith("path=")) return record.slice(5);
    at += length;
  }
  return undefined;
}

export const readTarGz = async (path: string): Promise<readonly TarFile[]> => readTar(gunzipSync(await readFile(path)));

/** Writes every file of an archive below a directory. Throws on a name that leads out of it. */
export async function extractTarGz(path: string, directory: string): Promise<void> {
  for (const { name, bytes } of await readTarGz(path)) {
    const target = resolve(directory, name);
    if (relative(directory, target).startsWith("..")) throw new Error(`the archive names a file outside: ${name}`);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, bytes);
  }
}
