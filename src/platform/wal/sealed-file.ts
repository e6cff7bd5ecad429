import { join } from "node:path";
import { crc32 } from "node:zlib";
import { type Disk, errorCode, readFully, writeFully } from "./disk.ts";

const MAX_SEALED_BYTES = 4096;

/** Small named numbers in a file that is either wholly old or wholly new, whatever happens in between. */
export type SealedNumbers = Readonly<Record<string, number>>;

/** Writes beside, syncs, renames over, syncs the directory (the only order that survives power loss on ext4 and xfs). */
export async function writeSealed(disk: Disk, path: { directory: string; name: string }, numbers: SealedNumbers) {
  const temporary = join(path.directory, `${path.name}.tmp`);
  const file = await disk.open(temporary, "w");
  try {
    await writeFully(file, [seal(numbers)], 0);
    await file.datasync();
  } finally {
    await file.close();
  }
  await disk.rename(temporary, join(path.directory, path.name));
  await disk.syncDirectory(path.directory);
}

/** `missing` when there is no such file, `damaged` when its checksum does not hold. */
export async function readSealed(disk: Disk, path: string): Promise<SealedNumbers | "missing" | "damaged"> {
  const file = await disk.open(path, "r").catch((error: unknown) => {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  });
  if (file === undefined) return "missing";
  try {
    const buffer = Buffer.alloc(MAX_SEALED_BYTES);
    return unseal(buffer.subarray(0, await readFully(file, buffer, 0)).toString("utf8")) ?? "damaged";
  } finally {
    await file.close();
  }
}

const seal = (numbers: SealedNumbers): Buffer => {
  const text = JSON.stringify(numbers);
  return Buffer.from(`${text}\n${crc32(text)}\n`);
};

function unseal(text: string): SealedNumbers | undefined {
  const [body, crc] = text.split("\n");
  if (body === undefined || crc !== String(crc32(body))) return undefined;
  return JSON.parse(body) as SealedNumbers;
}
