import type { RejectReason } from "../counters.ts";
import type { Intake } from "../intake.ts";
import type { Origin } from "../origin.ts";
import { isTemporary } from "../receipt.ts";
import type { Place } from "./checkpoint.ts";
import { hasHeadLines, readHead } from "./file-head.ts";
import { type Followed, fingerprintOf, isSameContent, readAt } from "./followed.ts";
import { type Cut, cutLines } from "./lines.ts";
import { cutEvents } from "./multiline.ts";

export const CHUNK_BYTES = 256 * 1024;
/** A longer line is refused. Also the most that is held of any file. */
export const LINE_BYTES = 1024 * 1024;
/** A file without a name is written on by its old writer for a while; after this much silence it is taken as ended. */
export const ENDED_AFTER_MS = 30_000;

export type Step = "more" | "end" | "wait" | "ended";
export type StepCounts = { truncations: number; longLines: number };
export type StepDeps = {
  readonly intake: Intake;
  readonly counts: StepCounts;
  readonly nowMs: number;
  /** Says once why a file is not read on though it could be. */
  readonly tell: (path: string, error: Error) => void;
  /** The place that a file had before it was cut. */
  readonly onCut: (place: Place) => void;
};

/**
 * Reads one chunk and moves the file's place once its lines are durable. "wait": the intake has no room now, or the source is
 * switched off; nothing moved. "end": all whole lines are read. "ended": so is the rest, and nothing more will come. Rejects when the disk does.
 */
export async function readOn(file: Followed, deps: StepDeps): Promise<Step> {
  const { handle, place } = file;
  const { nowMs } = deps;
  const { size: sizeBytes, mtimeMs } = await handle.stat();
  if (sizeBytes !== file.sizeBytes) Object.assign(file, { sizeBytes, grownAtMs: nowMs });
  const silentMs = nowMs - file.grownAtMs;
  const isSilent = file.isRotated && silentMs >= ENDED_AFTER_MS;
  const atEnd = isSilent ? "ended" : "end";
  if (sizeBytes === place.offset && mtimeMs === file.modifiedAtMs) return atEnd;
  const chunk = await nextChunk(file);
  // Checked after reading, so that a file cut in between is seen before its bytes are believed.
  if (!(await isSameContent(handle, place, sizeBytes))) {
    startAgain(file, deps);
    return "more";
  }
  file.modifiedAtMs = mtimeMs;
  if (chunk.length === 0) return atEnd;
  if (await isUtf16(file, chunk, deps)) return atEnd;
  const isLast = isSilent && place.offset + chunk.length >= sizeBytes;
  const cut = cutChunk(file, chunk, { isLast, silentMs });
  return cut.bytes === 0 ? "end" : await store(file, cut, deps);
}

function startAgain(file: Followed, { counts, onCut }: StepDeps): void {
  counts.truncations += 1;
  onCut({ ...file.place });
  file.head = undefined;
  Object.assign(file.place, { offset: 0, fingerprint: "", isSkipping: false, headAt: 0 });
}

function cutChunk(
  { place, multiline }: Followed,
  chunk: Buffer,
  { isLast, silentMs }: { isLast: boolean; silentMs: number },
): Cut {
  const isFull = chunk.length === LINE_BYTES;
  const how = { isStart: place.offset === 0, isSkipping: place.isSkipping, isFull, isLast };
  if (multiline === undefined) return cutLines(chunk, how);
  const isDue = silentMs >= multiline.waitMs;
  return cutEvents(chunk, { ...how, isDue, isWholeChunk: chunk.length >= CHUNK_BYTES }, multiline);
}

async function store(file: Followed, cut: Cut, { intake, counts, tell }: StepDeps): Promise<Step> {
  const { handle, place } = file;
  const origin = originOf(file);
  const offset = place.offset + cut.bytes;
  const fingerprint = await fingerprintOf(handle, offset);
  const reason = await hand(file, cut.lines, intake);
  if (reason !== undefined) {
    // Unlike a sender, a file can wait for its source to be switched on again.
    if (reason === "unknown_source") tell(place.path, new Error("its source is switched off: the file waits for it"));
    if (isTemporary(reason) || reason === "unknown_source") return "wait";
    intake.reject(origin, reason, cut.lines.length);
  }
  if (cut.isTooLong) {
    counts.longLines += 1;
    intake.reject(origin, "too_large", 1);
  }
  Object.assign(place, { offset, fingerprint, isSkipping: cut.isSkipping });
  return "more";
}

/** Undefined once the lines are durable, with what the lines above them say of the columns. */
async function hand(file: Followed, lines: readonly Buffer[], intake: Intake): Promise<RejectReason | undefined> {
  const { handle, place } = file;
  const [first, ...others] = lines;
  if (first === undefined) return undefined;
  const origin = originOf(file);
  file.head ??= await readHead(handle, place, await intake.encodingOf(origin));
  const { head } = file;
  // A table's first line is its own header. The others are remembered when they are stored: these may have to be given again.
  head.add(first);
  const reason = await intake.gather(origin, lines, head.head);
  if (reason !== undefined) return reason;
  for (const line of others) head.add(line);
  if (hasHeadLines(lines, head)) place.headAt = place.offset;
  return undefined;
}

const originOf = ({ place: { path, sourceName }, unitId }: Followed): Origin => ({
  ...{ transport: "file", peer: path, sourceName },
  ...(unitId !== undefined && { unitId }),
});

/** Its lines do not end where a byte is LF. Told, and nothing of it is taken. */
async function isUtf16(file: Followed, chunk: Buffer, { intake, tell }: StepDeps): Promise<boolean> {
  const { place } = file;
  const pinned = await intake.encodingOf(originOf(file));
  const mark = place.offset === 0 ? chunk.toString("hex", 0, 2) : "";
  const isPinned = pinned === "utf-16le" || pinned === "utf-16be";
  if (!isPinned && mark !== "fffe" && mark !== "feff") return false;
  const why = isPinned ? "its source is pinned to UTF-16" : "it begins with the byte order mark of UTF-16";
  tell(place.path, new Error(`${why}, which cannot be followed: import the file`));
  return true;
}

/** A small chunk, or a whole long line of up to LINE_BYTES alone: so that no chunk is more than one record of the log. */
async function nextChunk({ handle, place }: Followed): Promise<Buffer> {
  const chunk = await readAt(handle, place.offset, CHUNK_BYTES);
  if (chunk.length < CHUNK_BYTES || place.isSkipping || chunk.includes(0x0a)) return chunk;
  const long = await readAt(handle, place.offset, LINE_BYTES);
  const end = long.indexOf(0x0a);
  return end === -1 ? long : long.subarray(0, end + 1);
}
