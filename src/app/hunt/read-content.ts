import { countText } from "../../kernel/count.ts";
import { letGo, type Opened } from "../../kernel/peek.ts";
import { createJsonSplitter } from "../../monitor/collect/lines/json-splitter.ts";
import { createLineSplitter } from "../../monitor/collect/lines/splitter.ts";
import { createXmlSplitter, isEventXml } from "../../monitor/collect/lines/xml-splitter.ts";
import { createRowReader, type Hunter } from "../../monitor/hunt/index.ts";
import {
  checkFileHeader,
  type Damage,
  type EvtxRecord,
  FILE_HEADER_BYTES,
  isEvtx,
  LOSSES,
  readChunk,
  TableHead,
} from "../../monitor/parse/index.ts";
import { entriesOf, isTar } from "../../platform/archive/index.ts";
import { kindOf, openPlain } from "../ingest/decode.ts";
import { reasonOf } from "../ingest/files.ts";
import { evtxPieces, isTable } from "../ingest/records.ts";
import type { Collector } from "./collector.ts";
import { whyNot } from "./unsuited.ts";

/** A longer line, object or row is left out and said. The server's parser reads no more than this of one either. */
export const MAX_RECORD_BYTES = 4 * 1024 * 1024;
/** An archive in an archive in an archive is nobody's log. */
const MAX_ARCHIVES = 2;

export type ContentDeps = { readonly hunter: Hunter; readonly collector: Collector };

/** Numbers the records of one file and hunts in each. */
export class FileReader {
  readonly #file: string;
  readonly #deps: ContentDeps;
  readonly #head = new TableHead("auto");
  records = 0;

  constructor(file: string, deps: ContentDeps) {
    this.#file = file;
    this.#deps = deps;
  }

  line(bytes: Buffer): void {
    this.#deps.hunter.line(bytes, this.#next(), this.#head.tableOf(bytes));
  }

  /** A line of another part, above: it is not hunted in, but may name the columns of the lines here. */
  above(bytes: Buffer): void {
    this.#head.tableOf(bytes);
  }

  event(event: { readonly [name: string]: unknown }): void {
    this.#deps.hunter.event(event, this.#next());
  }

  tooLarge(): void {
    const { record } = this.#next();
    const detail = `record ${record} is larger than ${MAX_RECORD_BYTES / 1024 / 1024} MiB`;
    this.#deps.collector.problem({ file: this.#file, kind: "too_large", detail, isLoss: true });
  }

  stray(line: number): void {
    const detail = `line ${line} holds something that is no event`;
    this.#deps.collector.problem({ file: this.#file, kind: "not_an_object", detail, isLoss: false });
  }

  evtxHeader(head: Buffer, sizeBytes: number | undefined): void {
    for (const damage of checkFileHeader(head, sizeBytes)) this.#damaged(damage);
  }

  evtxChunk(bytes: Buffer, offset: number): void {
    readChunk(bytes, offset, {
      onRecord: ({ event }: EvtxRecord) => this.event(event),
      onDamage: (damage) => this.#damaged(damage),
    });
  }

  #damaged({ kind, offset, detail }: Damage): void {
    const text = `${detail} (at byte ${offset})`;
    this.#deps.collector.problem({ file: this.#file, kind, detail: text, isLoss: LOSSES.has(kind) });
  }

  #next(): { file: string; record: number } {
    this.records += 1;
    this.#deps.collector.record();
    return { file: this.#file, record: this.records };
  }
}

/** Reads a file's content, whatever it is: an event log, an archive, a table, lines, JSON. */
export async function readContent(file: string, opened: Opened, deps: ContentDeps, archives = 0): Promise<void> {
  const reader = new FileReader(file, deps);
  if (!isTar(opened.head)) deps.collector.file();
  const unsuited = isTar(opened.head) && archives < MAX_ARCHIVES ? undefined : whyNot(opened.head);
  try {
    if (unsuited !== undefined) deps.collector.problem({ file, kind: "unreadable", detail: unsuited, isLoss: true });
    else if (isTar(opened.head)) await readArchive(file, opened, deps, archives);
    else if (isEvtx(opened.head)) await readEvtxStream(opened, reader, deps);
    else await readRecords(opened, { reader, deps, isTable: isTable(file) });
  } catch (error) {
    const after = reader.records > 0 ? `, after ${countText(reader.records, "record")}` : "";
    deps.collector.problem({ file, kind: "unreadable", detail: `${reasonOf(error)}${after}`, isLoss: true });
  }
  if (unsuited !== undefined) await letGo(opened.bytes);
  await deps.collector.flush();
}

async function readArchive(file: string, opened: Opened, deps: ContentDeps, archives: number): Promise<void> {
  for await (const entry of entriesOf(opened.bytes)) {
    await readContent(
      `${file}/${entry.name.replace(/^(?:\.?\/)+/, "")}`,
      await openPlain(entry.bytes),
      deps,
      archives + 1,
    );
  }
}

/** The header counts the chunks, so it is judged at the end, when their number is known. */
async function readEvtxStream(opened: Opened, reader: FileReader, deps: ContentDeps): Promise<void> {
  const head = opened.head.subarray(0, FILE_HEADER_BYTES);
  let sizeBytes = 0;
  for await (const { bytes, offset } of evtxPieces(opened.bytes)) {
    deps.collector.bytes(bytes.length);
    sizeBytes += bytes.length;
    if (offset > 0) reader.evtxChunk(bytes, offset);
    await deps.collector.flush();
  }
  reader.evtxHeader(head, sizeBytes);
}

type Reading = { readonly reader: FileReader; readonly deps: ContentDeps; readonly isTable: boolean };

async function readRecords(opened: Opened, { reader, deps, isTable: isRows }: Reading): Promise<void> {
  const common = {
    maxBytes: MAX_RECORD_BYTES,
    onEvent: (bytes: Buffer) => reader.line(bytes),
    onTooLarge: () => reader.tooLarge(),
    onStray: (line: number) => reader.stray(line),
    onRow: (row: { readonly [name: string]: string }) => reader.event(row),
  };
  const splitter = isRows ? createRowReader(common) : splitterFor(opened.head)(common);
  try {
    for await (const piece of opened.bytes) {
      splitter.push(piece);
      deps.collector.bytes(piece.length);
      await deps.collector.flush();
    }
  } finally {
    splitter.end();
  }
}

function splitterFor(head: Buffer) {
  if (isEventXml(head.toString("utf8", 0, 4_096))) return createXmlSplitter;
  return kindOf(head) === "json" ? createJsonSplitter : createLineSplitter;
}
