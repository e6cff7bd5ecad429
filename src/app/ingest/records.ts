import type { Encoding } from "../../kernel/encoding/index.ts";
import { createXmlSplitter } from "../../monitor/collect/index.ts";
import { createRowReader } from "../../monitor/hunt/index.ts";
import {
  CHUNK_BYTES,
  checkFileHeader,
  type Damage,
  type EvtxRecord,
  FILE_HEADER_BYTES,
  readChunk,
} from "../../monitor/parse/index.ts";

type Bytes = AsyncIterable<Buffer>;

/** Told by the name: nothing in a CSV file's bytes says that it is one. */
export const isTable = (name: string): boolean => /\.(csv|tsv)(\.(gz|zst))?$/i.test(name);

/** What an event log is made of, its header first; the last piece may be cut short. `offset`: bytes from the file's start. */
export async function* evtxPieces(bytes: Bytes): AsyncGenerator<{ readonly bytes: Buffer; readonly offset: number }> {
  let held: Buffer = Buffer.alloc(0);
  let offset = 0;
  for await (const more of bytes) {
    held = held.length === 0 ? more : Buffer.concat([held, more]);
    for (let size = sizeAt(offset); held.length >= size; size = sizeAt(offset)) {
      yield { bytes: held.subarray(0, size), offset };
      held = held.subarray(size);
      offset += size;
    }
  }
  if (held.length > 0) yield { bytes: held, offset };
}

const sizeAt = (offset: number): number => (offset === 0 ? FILE_HEADER_BYTES : CHUNK_BYTES);

/** An event log as lines of JSON, one an event. The header counts the chunks, so it is judged at the end. */
export async function* evtxLines(bytes: Bytes, onDamage: (damage: Damage) => void): AsyncGenerator<Buffer> {
  let head: Buffer = Buffer.alloc(0);
  let sizeBytes = 0;
  for await (const piece of evtxPieces(bytes)) {
    sizeBytes += piece.bytes.length;
    if (piece.offset === 0) head = Buffer.from(piece.bytes);
    else {
      const lines: string[] = [];
      readChunk(piece.bytes, piece.offset, {
        onRecord: ({ event }: EvtxRecord) => lines.push(`${JSON.stringify(event)}\n`),
        onDamage,
      });
      yield Buffer.from(lines.join(""));
    }
  }
  for (const damage of checkFileHeader(head, sizeBytes)) onDamage(damage);
}

type TableOptions = {
  readonly encoding: Encoding | undefined;
  readonly maxBytes: number;
  readonly onTooLarge: () => void;
};

/** So few bytes become few lines, whatever the names of the columns: who measures what comes out can stop it in time. */
const STEP_BYTES = 4 * 1024;

/** A table as lines of JSON, one a row, under the names of its header. */
export async function* tableLines(bytes: Bytes, options: TableOptions): AsyncGenerator<Buffer> {
  let lines: string[] = [];
  const taken = (): Buffer => {
    const whole = Buffer.from(lines.join(""));
    lines = [];
    return whole;
  };
  const rows = createRowReader({ ...options, onRow: (row) => lines.push(`${JSON.stringify(row)}\n`) });
  try {
    for await (const piece of bytes) {
      for (let at = 0; at < piece.length; at += STEP_BYTES) {
        rows.push(piece.subarray(at, at + STEP_BYTES));
        if (lines.length > 0) yield taken();
      }
    }
  } finally {
    rows.end();
  }
  yield taken();
}

type XmlOptions = {
  readonly maxBytes: number;
  readonly onTooLarge: (line: number) => void;
  readonly onStray: (line: number) => void;
};

/** An export of the Windows event log in XML, one event a line. */
export async function* xmlLines(bytes: Bytes, options: XmlOptions): AsyncGenerator<Buffer> {
  const lines: Buffer[] = [];
  const splitter = createXmlSplitter({ ...options, onEvent: (event) => lines.push(onOneLine(event), LINE_END) });
  for await (const piece of bytes) {
    splitter.push(piece);
    if (lines.length > 0) yield Buffer.concat(lines.splice(0));
  }
  splitter.end();
  yield Buffer.concat(lines);
}

const LINE_END = Buffer.from("\n");

/** The same XML: line ends between tags say nothing, those in a tag are spaces, and those in a text can be written as a reference. */
function onOneLine(event: Buffer): Buffer {
  if (!event.includes(0x0a)) return event;
  const text = event
    .toString("latin1")
    .replaceAll(/>\s+</g, (run) => (run.includes("\n") ? "><" : run))
    .replaceAll(/<[^<>]*>/g, (tag) => tag.replaceAll(/\r?\n/g, " "))
    .replaceAll(/\r?\n/g, "&#10;");
  return Buffer.from(text, "latin1");
}
