import { Readable, type Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createZstdDecompress } from "node:zlib";

/** Enough to know what a file is: its first lines. */
const HEAD_BYTES = 64 * 1024;

/** A stream's first bytes, and all of it. */
export type Opened = { readonly head: Buffer; readonly bytes: AsyncIterable<Buffer> };

/** What a file holds: lines, one JSON object per line, or JSON objects over several lines or in an array. */
export type Kind = "lines" | "ndjson" | "json";
export type Content =
  | { readonly kind: Kind; readonly bytes: AsyncIterable<Buffer> }
  /** Not text: `problem` says what to do. */
  | { readonly problem: string };

/** Opens a file's content, whatever it is packed in (gzip, zstd, UTF-16): told by its first bytes, not by its name. */
export async function openContent(source: AsyncIterable<Buffer>): Promise<Content> {
  const text = await openPlain(source);
  const problem = problemWith(text.head);
  return problem === undefined ? { kind: kindOf(text.head), bytes: text.bytes } : { problem };
}

/** Takes off what a file is packed in; its content may still be anything. */
export async function openPlain(source: AsyncIterable<Buffer>): Promise<Opened> {
  const packed = await peek(source);
  const decoder = unpacker(packed.head);
  const plain = decoder === undefined ? packed : await peek(through(packed.bytes, decoder));
  return isUtf16(plain.head) ? peek(fromUtf16(plain)) : plain;
}

/** Reads as many bytes as tell what a stream is, and gives them back with the rest. */
export async function peek(source: AsyncIterable<Buffer>): Promise<Opened> {
  const iterator = source[Symbol.asyncIterator]();
  const first: Buffer[] = [];
  let bytes = 0;
  while (bytes < HEAD_BYTES) {
    const next = await iterator.next();
    if (next.done === true) break;
    first.push(next.value);
    bytes += next.value.length;
  }
  async function* all(): AsyncGenerator<Buffer> {
    try {
      yield* first.splice(0);
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
    } finally {
      // Whoever stops early must not leave the file open.
      await iterator.return?.();
    }
  }
  return { head: Buffer.concat(first), bytes: all() };
}

/** Must the file be read from its start, to be unpacked or decoded? */
export const isPacked = (head: Buffer): boolean => unpacker(head) !== undefined || isUtf16(head);

function unpacker(head: Buffer): Transform | undefined {
  if (head[0] === 0x1f && head[1] === 0x8b) return createGunzip({ chunkSize: 256 * 1024 });
  if (head.length >= 4 && head.readUInt32LE(0) === 0xfd2fb528) return createZstdDecompress({ chunkSize: 256 * 1024 });
  return undefined;
}

async function* through(source: AsyncIterable<Buffer>, decoder: Transform): AsyncGenerator<Buffer> {
  // Its failure reaches us through the decoder, which is read here.
  pipeline(Readable.from(source), decoder).catch(() => {});
  for await (const chunk of decoder) yield chunk as Buffer;
}

const isUtf16 = (head: Buffer): boolean =>
  (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);

/** Windows tools export UTF-16; everything behind this reads UTF-8. */
async function* fromUtf16({ head, bytes }: Opened): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(head[0] === 0xff ? "utf-16le" : "utf-16be");
  for await (const chunk of bytes) yield Buffer.from(decoder.decode(chunk, { stream: true }));
  yield Buffer.from(decoder.decode());
}

const BINARY: readonly (readonly [string, number, string])[] = [
  ["ElfFile\0", 0, "a Windows event log (EVTX): export it as JSON first, for example with evtx_dump -o jsonl"],
  ["PK\u0003\u0004", 0, "a ZIP archive: unpack it first"],
  ["ustar", 257, "a tar archive: unpack it first"],
  ["7z\u00bc\u00af", 0, "a 7-Zip archive: unpack it first"],
];

/** What an archive or another file that is no text should be turned into first; undefined for what may be text. */
export function problemWith(head: Buffer): string | undefined {
  for (const [magic, at, problem] of BINARY) {
    if (head.toString("latin1", at, at + magic.length) === magic) return `is ${problem}`;
  }
  return undefined;
}

const LINES_TO_TRY = 10;

/** Told by the first lines. A file whose first objects are broken is still NDJSON when one of its first lines is an object. */
export function kindOf(head: Buffer): Kind {
  const text = head
    .toString("utf8")
    .replace(/^\uFEFF/, "")
    .trimStart();
  if (/^\[\s*(?:\{|\]|$)/.test(text)) return "json";
  if (!text.startsWith("{")) return "lines";
  return text.split("\n", LINES_TO_TRY).some(isObject) ? "ndjson" : "json";
}

function isObject(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
