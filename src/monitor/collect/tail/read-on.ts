import type { Intake } from "../intake.ts";
import type { Origin } from "../origin.ts";
import { isTemporary } from "../receipt.ts";
import { type Followed, fingerprintOf, isSameContent, readAt } from "./followed.ts";
import { cutLines } from "./lines.ts";

export const CHUNK_BYTES = 256 * 1024;
/** A longer line is refused. Also the most that is held of any file. */
export const LINE_BYTES = 1024 * 1024;
/** A file without a name is written on by its old writer for a while; after this much silence it is taken as ended. */
export const ENDED_AFTER_MS = 30_000;

export type Step = "more" | "end" | "wait" | "ended";
export type StepCounts = { truncations: number; longLines: number };
type StepDeps = { readonly intake: Intake; readonly counts: StepCounts; readonly nowMs: number };

/**
 * Reads one chunk and moves the file's place once its lines are durable. "wait": the intake has no room now, nothing moved.
 * "end": all whole lines are read. "ended": so is the rest, and nothing more will come. Rejects when the disk does.
 */
export async function readOn(file: Followed, { intake, counts, nowMs }: StepDeps): Promise<Step> {
  const { handle, place } = file;
  const { size: sizeBytes, mtimeMs } = await handle.stat();
  if (sizeBytes !== file.sizeBytes) Object.assign(file, { sizeBytes, grownAtMs: nowMs });
  const isSilent = file.isRotated && nowMs - file.grownAtMs >= ENDED_AFTER_MS;
  const isUntouched = sizeBytes === place.offset && mtimeMs === file.modifiedAtMs;
  if (isUntouched) return isSilent ? "ended" : "end";
  const chunk = await nextChunk(file);
  // Checked after reading, so that a file cut in between is seen before its bytes are believed.
  if (!(await isSameContent(handle, place, sizeBytes))) {
    counts.truncations += 1;
    Object.assign(place, { offset: 0, fingerprint: "", isSkipping: false });
    return "more";
  }
  file.modifiedAtMs = mtimeMs;
  if (chunk.length === 0) return isSilent ? "ended" : "end";
  const isFull = chunk.length === LINE_BYTES;
  const isLast = isSilent && place.offset + chunk.length >= sizeBytes;
  const cut = cutLines(chunk, { isSkipping: place.isSkipping, isFull, isLast });
  if (cut.bytes === 0) return "end";
  const origin: Origin = { transport: "file", peer: place.path, sourceName: place.sourceName };
  const offset = place.offset + cut.bytes;
  const fingerprint = await fingerprintOf(handle, offset);
  if (cut.lines.length > 0) {
    const reason = await intake.gather(origin, cut.lines);
    if (reason !== undefined) {
      if (isTemporary(reason)) return "wait";
      intake.reject(origin, reason, cut.lines.length);
    }
  }
  if (cut.isTooLong) {
    counts.longLines += 1;
    intake.reject(origin, "too_large", 1);
  }
  Object.assign(place, { offset, fingerprint, isSkipping: cut.isSkipping });
  return "more";
}

/** A small chunk, or a whole long line of up to LINE_BYTES alone: so that no chunk is more than one record of the log. */
async function nextChunk({ handle, place }: Followed): Promise<Buffer> {
  const chunk = await readAt(handle, place.offset, CHUNK_BYTES);
  if (chunk.length < CHUNK_BYTES || place.isSkipping || chunk.includes(0x0a)) return chunk;
  const long = await readAt(handle, place.offset, LINE_BYTES);
  const end = long.indexOf(0x0a);
  return end === -1 ? long : long.subarray(0, end + 1);
}
