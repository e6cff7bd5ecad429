import { Readable, type Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { decodeText, type Encoding, sniffUtf16 } from "../../kernel/encoding/index.ts";
import { letGo, type Opened, packingOf, peek as peekAt } from "../../kernel/peek.ts";
import { DEFAULT_LIMITS, isEventXml, isJsonEnvelope, type ProblemCode } from "../../monitor/collect/index.ts";
import { type Damage, isEvtx, LOSSES } from "../../monitor/parse/index.ts";
import type { CaptureReader } from "./capture/tshark.ts";
import { sizeText } from "./progress.ts";
import { evtxLines, isTable, tableLines, xmlLines } from "./records.ts";

/** Enough to know what a file is: its first lines. */
const HEAD_BYTES = 64 * 1024;
export const peek = (source: AsyncIterable<Buffer>): Promise<Opened> => peekAt(source, HEAD_BYTES);

/** What a file holds: lines, one JSON object per line, or JSON objects over several lines or in an array. */
export type Kind = "lines" | "ndjson" | "json";
export type Content =
  | {
      readonly kind: Kind;
      readonly bytes: AsyncIterable<Buffer>;
      /** As pinned, or UTF-16 as the head shows; undefined = each line may be in its own. */
      readonly encoding: Encoding | undefined;
    }
  /** Not text: `problem` says what to do. */
  | Unreadable;

/** What it is instead of a log: `code` for programs, `problem` for people, to follow the file's name. */
export type Unreadable = { readonly code: ProblemCode; readonly problem: string };

export type ContentOptions = {
  /** Of a table it says that it is one. */
  readonly name?: string;
  readonly pinned?: Encoding | undefined;
  readonly maxEventBytes?: number;
  /** Reads packet captures, where there is a program for them; without it they are refused with advice. */
  readonly captures?: CaptureReader | undefined;
  /** Events that were lost with a damaged part of a file, in words. */
  readonly onLoss?: (loss: string) => void;
  /** Stops what unpacks to too much, though nothing of it may become an event. */
  readonly bound?: Bound;
};

export type Bound = (bytes: AsyncIterable<Buffer>) => AsyncIterable<Buffer>;
const unbounded: Bound = (bytes) => bytes;

/**
 * Opens a file's content, whatever it is packed in (gzip, zstd): told by its first bytes. Bytes stay as they are, save those of event
 * logs and tables, which become lines of JSON.
 */
export async function openContent(source: AsyncIterable<Buffer>, options: ContentOptions = {}): Promise<Content> {
  const { name = "", pinned, maxEventBytes = DEFAULT_LIMITS.frameBytes, captures, onLoss = () => {} } = options;
  const opened = await unpacked(source, options.bound);
  const { head, bytes } = opened;
  if (isEvtx(head)) return records(evtxLines(bytes, (damage) => tellLoss(damage, onLoss)));
  const problem = problemWith(head);
  if (problem?.code === "capture" && captures !== undefined) return records(captures(bytes, onLoss));
  if (problem !== undefined) {
    await letGo(bytes);
    return problem;
  }
  const encoding = (isUtf16(head) ? undefined : pinned) ?? sniffUtf16(head);
  if (isTable(name) && (isUtf16(head) || !encoding?.startsWith("utf-16"))) {
    const table = isUtf16(head) ? { bytes: fromUtf16(opened), encoding: undefined } : { bytes, encoding };
    const onTooLarge = (): void => onLoss(`a row is larger than ${sizeText(maxEventBytes)}`);
    return records(tableLines(table.bytes, { encoding: table.encoding, maxBytes: maxEventBytes, onTooLarge }));
  }
  if (isEventXml(xmlHead(head))) {
    const onTooLarge = (line: number): void =>
      onLoss(`the event at line ${line} is larger than ${sizeText(maxEventBytes)}`);
    const onStray = (line: number): void => onLoss(`line ${line} holds something that is no event`);
    const plain = isUtf16(head) ? fromUtf16(opened) : bytes;
    const events = xmlLines(plain, { maxBytes: maxEventBytes, onTooLarge, onStray });
    return { kind: "lines", bytes: events, encoding: isUtf16(head) ? "utf-8" : encoding };
  }
  const text = encoding?.startsWith("utf-16")
    ? decodeText(head.subarray(0, head.length & ~1), encoding).text
    : undefined;
  return { kind: kindOf(text === undefined ? head : Buffer.from(text)), bytes, encoding };
}

const records = (bytes: AsyncIterable<Buffer>): Content => ({ kind: "ndjson", bytes, encoding: "utf-8" });

function tellLoss({ kind, detail, offset }: Damage, onLoss: (loss: string) => void): void {
  if (LOSSES.has(kind)) onLoss(`${detail} (at byte ${offset})`);
}

/** Takes off what a file is packed in, UTF-16 too; its content may still be anything. */
export async function openPlain(source: AsyncIterable<Buffer>): Promise<Opened> {
  const plain = await unpacked(source);
  return isUtf16(plain.head) ? peek(fromUtf16(plain)) : plain;
}

export async function unpacked(source: AsyncIterable<Buffer>, bound = unbounded): Promise<Opened> {
  const packed = await peek(source);
  const decoder = unpacker(packed.head);
  return decoder === undefined ? packed : await peek(bound(through(packed.bytes, decoder)));
}

/** Must the file be read from its start, to be unpacked or decoded? */
export const isPacked = (head: Buffer): boolean => packingOf(head) !== undefined || isUtf16(head);

function unpacker(head: Buffer): Transform | undefined {
  const packing = packingOf(head);
  if (packing === undefined) return undefined;
  const options = { chunkSize: 256 * 1024 };
  return packing === "gzip" ? createGunzip(options) : createZstdDecompress(options);
}

async function* through(source: AsyncIterable<Buffer>, decoder: Transform): AsyncGenerator<Buffer> {
  // Its failure reaches us through the decoder, which is read here.
  pipeline(Readable.from(source), decoder).catch(() => {});
  for await (const chunk of decoder) yield chunk as Buffer;
}

const isUtf16 = (head: Buffer): boolean =>
  (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);

/** Without UTF-16's zeros, whose byte order mark is two other characters here. */
const xmlHead = (head: Buffer): string => {
  const text = head.toString("latin1", 0, 4_096);
  return isUtf16(head) ? text.slice(2).replaceAll("\0", "") : text.replace(/^\u00ef\u00bb\u00bf/, "");
};

/** Windows tools export UTF-16; what reads tables and records reads UTF-8. */
async function* fromUtf16({ head, bytes }: Opened): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(head[0] === 0xff ? "utf-16le" : "utf-16be");
  for await (const chunk of bytes) yield Buffer.from(decoder.decode(chunk, { stream: true }));
  yield Buffer.from(decoder.decode());
}

const CAPTURE = "a packet capture: install tshark, or let Zeek or Suricata read it and import their logs";
const BINARY: readonly (readonly [string, number, ProblemCode, string])[] = [
  ["PK\u0003\u0004", 0, "archive", "a ZIP archive: unpack it first"],
  ["ustar", 257, "archive", "a tar archive: unpack it first"],
  ["7z\u00bc\u00af", 0, "archive", "a 7-Zip archive: unpack it first"],
  ["\u00fd7zXZ\0", 0, "archive", "packed with xz: unpack it first (`xz -d`)"],
  // What stands between the magic and this, bzip2's mark of a block, is the size of its blocks.
  ["1AY&SY", 4, "archive", "packed with bzip2: unpack it first (`bzip2 -d`)"],
  ["Rar!\u001a\u0007", 0, "archive", "a RAR archive: unpack it first"],
  ["\u00d4\u00c3\u00b2\u00a1", 0, "capture", CAPTURE],
  ["\u00a1\u00b2\u00c3\u00d4", 0, "capture", CAPTURE],
  // The same with times in nanoseconds.
  ["\u004d\u003c\u00b2\u00a1", 0, "capture", CAPTURE],
  ["\u00a1\u00b2\u003c\u004d", 0, "capture", CAPTURE],
  ["\n\r\r\n", 0, "capture", CAPTURE],
];

/** What an archive or another file that is no text should be turned into first; undefined for what may be text. */
export function problemWith(head: Buffer): Unreadable | undefined {
  for (const [magic, at, code, problem] of BINARY) {
    if (head.toString("latin1", at, at + magic.length) === magic) return { code, problem: `is ${problem}` };
  }
  return undefined;
}

const BINARY_SHARE = 0.02;

/** Logs have a NUL or another control character now and then; programs and pictures are full of them. */
export function isBinary(head: Buffer): boolean {
  let controls = 0;
  for (const byte of head) if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13 && byte !== 27) controls += 1;
  return controls > 16 && controls > head.length * BINARY_SHARE;
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
  if (isJsonEnvelope(Buffer.from(text))) return "json";
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
