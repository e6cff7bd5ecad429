import { readFile } from "node:fs/promises";
import { AppError } from "../kernel/errors.ts";
import { openPlaces } from "../monitor/enrich/index.ts";

/** The databases of places, in memory that all threads share. Errors: AppError `invalid` naming the file that cannot be read. */
export async function readPlaces(paths: readonly string[]): Promise<readonly Uint8Array[]> {
  return await Promise.all(paths.map(readOne));
}

async function readOne(path: string): Promise<Uint8Array> {
  try {
    const bytes = await readFile(path);
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
    shared.set(bytes);
    openPlaces([shared]);
    return shared;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError("invalid", `enrichment.databases: ${path} cannot be read as an MMDB file: ${reason}`);
  }
}
