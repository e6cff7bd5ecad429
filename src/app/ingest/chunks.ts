import { type Encoding, type Units, unitsOf } from "../../kernel/encoding/index.ts";
import { createJsonSplitter, createLineSplitter } from "../../monitor/collect/index.ts";
import type { Kind } from "./decode.ts";

/** A part of a file that is sent in one request. */
export type Chunk = {
  readonly body: Buffer;
  readonly contentType: string;
  /** Of the body, where the file has one for all its events. */
  readonly encoding: Encoding | undefined;
  readonly events: number;
  /** The file's line for a line of the body. */
  readonly lineInFile: (lineInBody: number) => number;
};

export type Rejected = { readonly line: number; readonly reason: string };
export type ChunkOptions = {
  readonly kind: Kind;
  readonly encoding?: Encoding | undefined;
  readonly chunkBytes: number;
  /** An event above this is left out. */
  readonly maxEventBytes: number;
  readonly onRejected: (rejected: Rejected) => void;
};

const CONTENT_TYPES: Readonly<Record<Kind, string>> = {
  lines: "text/plain",
  ndjson: "application/x-ndjson",
  json: "application/json",
};
const LF = 0x0a;
const CR = 0x0d;

/**
 * Cuts a file into chunks of about `chunkBytes` with whole events. When the file breaks off (a cut gzip file), the whole
 * events before that come as a last chunk, then the error is thrown.
 */
export async function* chunksOf(source: AsyncIterable<Buffer>, options: ChunkOptions): AsyncGenerator<Chunk> {
  const ready: Chunk[] = [];
  const ends = lineEndsOf(options.encoding);
  let open = newPart();
  const close = (): void => {
    if (open.events.length > 0) ready.push(chunkOf(open, options));
    open = newPart();
  };
  const splitter = splitterFor(options, (bytes, line) => {
    add(open, { bytes, line }, ends);
    if (open.bytes >= options.chunkBytes) close();
  });
  let failure: unknown;
  try {
    for await (const piece of source) {
      splitter.push(piece);
      yield* ready.splice(0);
    }
    splitter.end();
  } catch (error) {
    failure = error ?? new Error("unknown failure");
  }
  close();
  yield* ready.splice(0);
  if (failure !== undefined) throw failure;
}

function splitterFor(
  { kind, encoding, maxEventBytes, onRejected }: ChunkOptions,
  onEvent: (bytes: Buffer, line: number) => void,
) {
  const options = {
    maxBytes: maxEventBytes,
    encoding: encoding ?? ("auto" as const),
    onEvent,
    onTooLarge: (line: number) => onRejected({ line, reason: "too_large" }),
    onStray: (line: number) => onRejected({ line, reason: "not_an_object" }),
  };
  return kind === "json" ? createJsonSplitter(options) : createLineSplitter(options);
}

type Part = { events: Buffer[]; bytes: number; bodyLine: number; bodyLines: number[]; fileLines: number[] };
const newPart = (): Part => ({ events: [], bytes: 0, bodyLine: 1, bodyLines: [], fileLines: [] });

type LineEnds = { readonly units: Units; readonly cr: Buffer; readonly lf: Buffer; readonly crLf: Buffer };

function lineEndsOf(encoding: Encoding | undefined): LineEnds {
  const units = unitsOf(encoding ?? "auto");
  const lf = units.lineEnd;
  const cr = Buffer.from(lf.map((byte) => (byte === LF ? CR : byte)));
  return { units, cr, lf, crLf: Buffer.concat([cr, lf]) };
}

function add(part: Part, { bytes, line }: { bytes: Buffer; line: number }, { units, cr, lf, crLf }: LineEnds): void {
  // The server takes one CR off a line as part of its end: an event's own CR needs one more.
  const end = bytes.subarray(-cr.length).equals(cr) ? crLf : lf;
  part.events.push(bytes, end);
  part.bytes += bytes.length + end.length;
  part.bodyLines.push(part.bodyLine);
  part.fileLines.push(line);
  part.bodyLine += 1;
  const seen = units.see(bytes).units;
  for (let at = seen.indexOf(LF); at !== -1; at = seen.indexOf(LF, at + 1)) part.bodyLine += 1;
}

function chunkOf({ events, bodyLines, fileLines }: Part, { kind, encoding }: ChunkOptions): Chunk {
  return {
    body: Buffer.concat(events),
    contentType: CONTENT_TYPES[kind],
    encoding,
    events: fileLines.length,
    lineInFile(lineInBody) {
      const index = bodyLines.findLastIndex((start) => start <= lineInBody);
      return (fileLines[index] ?? 1) + lineInBody - (bodyLines[index] ?? 1);
    },
  };
}
