import { readFile } from "node:fs/promises";
import { z } from "zod";
import { AppError } from "../../../kernel/errors.ts";
import { saveFile } from "../save-file.ts";

export const MAX_PLACES = 10_000;

/** How far a file is read. All before `offset` is in the log, or was refused and counted. */
const Place = z.object({
  /** `device:inode`. */
  id: z.string(),
  path: z.string(),
  /** Under which its source is found. */
  sourceName: z.string(),
  offset: z.int().min(0),
  /** SHA-256 of the first bytes and of the last ones before `offset`: tells another content under the same inode. */
  fingerprint: z.string(),
  /** Inside a line that was refused for its length: what follows up to its end belongs to it. */
  isSkipping: z.boolean(),
  /** Where in the file the lines that say what its columns are were last seen; 0 = at its start, or nowhere. */
  headAt: z.int().min(0).default(0),
});
export type Place = z.infer<typeof Place>;

const Checkpoint = z.object({ version: z.literal(1), patterns: z.array(z.string()), places: z.array(Place) });
export type Checkpoint = z.infer<typeof Checkpoint>;

/** The places as last saved. Rejects with AppError `conflict` when they cannot be understood: reading all again must be a person's choice. */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return { version: 1, patterns: [], places: [] };
  try {
    return Checkpoint.parse(JSON.parse(text));
  } catch (cause) {
    throw new AppError(
      "conflict",
      `${path} is damaged or of another version. Remove it to read the followed files again from their start.`,
      {},
      cause,
    );
  }
}

/** Replaces the saved places; after a crash either the old ones or the new ones are there, whole. */
export const writeCheckpoint = (path: string, patterns: readonly string[], places: readonly Place[]): Promise<void> =>
  saveFile(path, JSON.stringify({ version: 1, patterns, places: places.slice(-MAX_PLACES) }));
