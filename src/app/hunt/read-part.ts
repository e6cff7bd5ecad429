import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import type { Readable } from "node:stream";
import { countText } from "../../kernel/count.ts";
import { createLineSplitter } from "../../monitor/collect/lines/splitter.ts";
import type { Hunter } from "../../monitor/hunt/index.ts";
import { CHUNK_BYTES, FILE_HEADER_BYTES } from "../../monitor/parse/index.ts";
import { openPlain } from "../ingest/decode.ts";
import { reasonOf } from "../ingest/files.ts";
import type { Collector } from "./collector.ts";
import type { Part, Range } from "./part.ts";
import { FileReader, MAX_RECORD_BYTES, readContent } from "./read-content.ts";

const READ_BYTES = 256 * 1024;
const EVTX_READ_BYTES = 16 * CHUNK_BYTES;
const LF = 0x0a;
const CR = 0x0d;

export type ReadDeps = { readonly hunter: Hunter; readonly collector: Collector; readonly stdin: Readable | undefined };

/** Reads one part and collects what is found. What cannot be read is a problem of its file, never an error. */
export async function readPart(part: Part, deps: ReadDeps): Promise<void> {
  const { collector } = deps;
  const reader = new FileReader(part.file, deps);
  try {
    if (part.range !== undefined && isStart(part.range)) collector.file();
    if (part.range?.kind === "lines") await readLineRange(part.path, part.range, reader, deps);
    else if (part.range?.kind === "evtx") await readEvtxRange(part, part.range, reader, deps);
    else await readContent(part.file, await openPlain(counted(sourceOf(part, deps), deps)), deps);
  } catch (error) {
    const after = reader.records > 0 ? ` (after ${countText(reader.records, "record")})` : "";
    collector.problem({ file: part.file, kind: "unreadable", detail: `${reasonOf(error)}${after}`, isLoss: true });
  }
  await collector.end();
}

const isStart = ({ kind, from }: Range): boolean => from === (kind === "evtx" ? FILE_HEADER_BYTES : 0);

function sourceOf({ path }: Part, { stdin }: ReadDeps): Readable {
  return path === "-" && stdin !== undefined ? stdin : createReadStream(path, { highWaterMark: READ_BYTES });
}

async function* counted(source: Readable, { collector }: ReadDeps): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    collector.readBytes(bytes.length);
    yield bytes;
  }
}

/**
 * A range begins behind the first line end at or after the byte before it, and ends likewise: no line is read twice or left out.
 * One buffer serves all reads: new ones cost more than reading into them. What a line needs of it beyond the next read is copied.
 */
async function readLineRange(
  path: string,
  { from, to }: Range,
  reader: FileReader,
  { collector }: ReadDeps,
): Promise<void> {
  const splitter = createLineSplitter({
    maxBytes: MAX_RECORD_BYTES,
    onEvent: (bytes) => reader.line(bytes),
    onTooLarge: () => reader.tooLarge(),
  });
  await using file = await open(path);
  const buffer = Buffer.alloc(READ_BYTES);
  if (from > 0) await readHead(file, reader);
  let at = Math.max(0, from - 1);
  let isInside = from === 0;
  while (at <= to + 2 * MAX_RECORD_BYTES) {
    const { bytesRead } = await file.read(buffer, 0, READ_BYTES, at);
    if (bytesRead === 0) break;
    let bytes = buffer.subarray(0, bytesRead);
    if (!isInside) {
      const end = bytes.indexOf(LF);
      isInside = end >= 0;
      bytes = bytes.subarray(isInside ? end + 1 : bytesRead);
      at += bytesRead - bytes.length;
      // Its first line begins where the next range does: this one has none of its own.
      if (at >= to) break;
    }
    const end = at + bytes.length >= to ? bytes.indexOf(LF, Math.max(0, to - 1 - at)) : -1;
    const own = end < 0 ? bytes : bytes.subarray(0, end + 1);
    const whole = own.lastIndexOf(LF) + 1;
    splitter.push(own.subarray(0, whole));
    if (whole < own.length) splitter.push(Buffer.from(own.subarray(whole)));
    at += own.length;
    collector.readBytes(own.length);
    await collector.flush();
    if (end >= 0) break;
  }
  splitter.end();
  collector.bytes(to - from);
}

const HASH = 0x23;
const HEAD_BYTES = 64 * 1024;

/** What stands at the start of a file may say what the columns of all its lines are. */
async function readHead(file: FileHandle, reader: FileReader): Promise<void> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
  for (let at = 0; at < bytesRead && buffer[at] === HASH; ) {
    const end = buffer.indexOf(LF, at);
    if (end < 0 || end >= bytesRead) return;
    reader.above(buffer.subarray(at, buffer[end - 1] === CR ? end - 1 : end));
    at = end + 1;
  }
}

/** Its buffer, too, serves all reads: nothing is kept of a chunk once its records are decoded. */
async function readEvtxRange(
  part: Part,
  { from, to }: Range,
  reader: FileReader,
  { collector }: ReadDeps,
): Promise<void> {
  await using file = await open(part.path);
  if (isStart({ kind: "evtx", from, to })) {
    const head = Buffer.alloc(from);
    await file.read(head, 0, from, 0);
    reader.evtxHeader(head, part.sizeBytes);
    collector.bytes(from);
    collector.readBytes(from);
  }
  const buffer = Buffer.alloc(EVTX_READ_BYTES);
  for (let at = from; at < to; at += EVTX_READ_BYTES) {
    const { bytesRead } = await file.read(buffer, 0, Math.min(EVTX_READ_BYTES, to - at), at);
    for (let chunk = 0; chunk < bytesRead; chunk += CHUNK_BYTES)
      reader.evtxChunk(buffer.subarray(chunk, Math.min(chunk + CHUNK_BYTES, bytesRead)), at + chunk);
    collector.bytes(bytesRead);
    collector.readBytes(bytesRead);
    await collector.flush();
  }
}
