import { z } from "zod";
import { ENCODINGS } from "../../kernel/encoding/index.ts";
import { fail, ok, type Result } from "../../kernel/result.ts";
import { MAX_FRAMES_PER_RECORD } from "./limits.ts";

/** `internal`: what Yagura itself has to say. No listener takes it from a sender. */
const TRANSPORTS = [
  ...["bulk", "ndjson", "syslog-udp", "syslog-tcp", "syslog-tls", "relp", "lumberjack", "forward", "hec", "otlp"],
  ...["flow-udp", "kafka", "file", "internal"],
] as const;
export type Transport = (typeof TRANSPORTS)[number];

const META_BYTES = 64 * 1024;
const LENGTH_BYTES = 4;

const RecordMeta = z.object({
  sourceId: z.string().min(1),
  unitId: z.string().min(1),
  transport: z.enum(TRANSPORTS),
  /** The sender's address, without a port. */
  peer: z.string(),
  /** "auto", or the id of the parser that the source or the sender pinned. */
  format: z.string().min(1),
  /** IANA name, for logs whose times carry no offset. */
  timeZone: z.string().exactOptional(),
  /** Of the events' bytes, where the source, the sender or the stream's own mark says it. */
  encoding: z.enum(ENCODINGS).exactOptional(),
  /** Lines above these that say what their columns are; the first is a CSV header, or empty. */
  head: z.string().exactOptional(),
  /** Which events [from, to) of a resumable upload these are: a retry under the same key skips them. */
  batch: z.object({ key: z.string(), from: z.int().min(0), to: z.int().min(0) }).exactOptional(),
  /** Of a sender that remembers no acknowledgement: all that it has under `key` before `next` is in the log with this record. */
  place: z.object({ key: z.string(), next: z.int().min(0) }).exactOptional(),
});
export type RecordMeta = Readonly<z.infer<typeof RecordMeta>>;

export type CollectedRecord = { readonly meta: RecordMeta; readonly frames: readonly Buffer[] };

export const encodeMeta = (meta: RecordMeta): Buffer => Buffer.from(JSON.stringify(meta), "utf8");

/** The meta of a record, or why it cannot be read. */
export function decodeMeta(bytes: Uint8Array): Result<RecordMeta> {
  if (bytes.byteLength > META_BYTES) return fail("meta_too_large");
  try {
    const parsed = RecordMeta.safeParse(JSON.parse(view(bytes).toString("utf8")));
    return parsed.success ? ok(parsed.data) : fail("meta_invalid");
  } catch {
    return fail("meta_not_json");
  }
}

/** What `frames` take up as a payload, in bytes. */
export const payloadBytes = (frames: readonly Uint8Array[]): number =>
  frames.reduce((sum, frame) => sum + LENGTH_BYTES + frame.byteLength, 0);

/** Events as `[u32le length][bytes]…`, byte for byte as received. */
export function encodeFrames(frames: readonly Uint8Array[]): Buffer {
  const payload = Buffer.allocUnsafe(payloadBytes(frames));
  let at = 0;
  for (const frame of frames) {
    at = payload.writeUInt32LE(frame.byteLength, at);
    payload.set(frame, at);
    at += frame.byteLength;
  }
  return payload;
}

/** The events of a payload as views on it (nothing is copied), or why it is not one. */
export function decodeFrames(bytes: Uint8Array): Result<Buffer[]> {
  const payload = view(bytes);
  const frames: Buffer[] = [];
  let at = 0;
  while (at < payload.length) {
    if (frames.length === MAX_FRAMES_PER_RECORD) return fail("too_many_frames");
    if (at + LENGTH_BYTES > payload.length) return fail("frame_length_cut");
    const end = at + LENGTH_BYTES + payload.readUInt32LE(at);
    if (end > payload.length) return fail("frame_cut");
    frames.push(payload.subarray(at + LENGTH_BYTES, end));
    at = end;
  }
  return ok(frames);
}

/** A record as the log holds it → meta and events. Never throws: a record that cannot be read costs that record only. */
export function decodeRecord(record: { meta: Uint8Array; payload: Uint8Array }): Result<CollectedRecord> {
  const meta = decodeMeta(record.meta);
  if (!meta.ok) return meta;
  const frames = decodeFrames(record.payload);
  return frames.ok ? ok({ meta: meta.value, frames: frames.value }) : frames;
}

const view = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
