import { open } from "node:fs/promises";
import { isEventXml } from "../../monitor/collect/lines/xml-splitter.ts";
import { CHUNK_BYTES, FILE_HEADER_BYTES, isEvtx } from "../../monitor/parse/index.ts";
import { isTar } from "../../platform/archive/index.ts";
import { isPacked, kindOf } from "../ingest/decode.ts";
import type { Input } from "../ingest/files.ts";
import { isTable } from "../ingest/records.ts";
import type { Part, Range } from "./part.ts";
import { whyNot } from "./unsuited.ts";

const HEAD_BYTES = 64 * 1024;
export const PART_BYTES = 16 * 1024 * 1024;
const CHUNK_MARK = "ElfChnk\0";

/** Lines of a file above this are read as a range, which is faster, even if it is one. */
const RANGE_BYTES = 1024 * 1024;

/** Cuts files into parts, in the order of the files: large files of lines and large event logs into several. */
export async function planParts(inputs: readonly Input[], partBytes: number): Promise<readonly Part[]> {
  const parts: Part[] = [];
  for (const { name, sizeBytes } of inputs) {
    const path = sizeBytes === undefined ? "-" : name;
    const isLarge = sizeBytes !== undefined && sizeBytes > Math.min(RANGE_BYTES, 2 * partBytes);
    const ranges = isLarge ? await rangesOf(path, { sizeBytes, partBytes }) : [];
    const whole: Part = { file: name, path, sizeBytes, range: undefined };
    if (ranges.length === 0) parts.push(whole);
    else for (const range of ranges) parts.push({ ...whole, range });
  }
  return parts;
}

/** None when the file must be read from its start to its end, or cannot be read: whoever reads it says why. */
async function rangesOf(path: string, size: Size): Promise<readonly Range[]> {
  try {
    await using file = await open(path);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    const head = buffer.subarray(0, bytesRead);
    if (isEvtx(head))
      return size.sizeBytes > 2 * size.partBytes && (await hasAllChunks(file, size))
        ? cut("evtx", FILE_HEADER_BYTES, size)
        : [];
    if (isPacked(head) || isTar(head) || isTable(path) || whyNot(head) !== undefined) return [];
    return kindOf(head) === "json" || isEventXml(head.toString("utf8", 0, 4_096)) ? [] : cut("lines", 0, size);
  } catch {
    return [];
  }
}

/** A log whose chunks are not all in their places is read by one thread, which looks for them. */
async function hasAllChunks(file: { read: ReadAt }, { sizeBytes }: Size): Promise<boolean> {
  const mark = Buffer.alloc(CHUNK_MARK.length);
  for (let at = FILE_HEADER_BYTES; at + mark.length <= sizeBytes; at += CHUNK_BYTES) {
    await file.read(mark, 0, mark.length, at);
    if (mark.toString("latin1") !== CHUNK_MARK && !mark.every((byte) => byte === 0)) return false;
  }
  return true;
}
type ReadAt = (buffer: Buffer, offset: number, length: number, position: number) => Promise<{ bytesRead: number }>;

type Size = { readonly sizeBytes: number; readonly partBytes: number };

function cut(kind: Range["kind"], start: number, { sizeBytes, partBytes }: Size): readonly Range[] {
  if (sizeBytes <= 2 * partBytes) return [{ kind, from: start, to: sizeBytes }];
  const step = kind === "evtx" ? Math.ceil(partBytes / CHUNK_BYTES) * CHUNK_BYTES : partBytes;
  const ranges: Range[] = [];
  for (let from = start; from < sizeBytes; from += step)
    ranges.push({ kind, from, to: Math.min(sizeBytes, from + step) });
  return ranges;
}
