import { NativeBlock, type SparseColumn } from "../../platform/native/index.ts";
import {
  answeredQuestions,
  COLUMNS,
  type ColumnSpec,
  emptyHotColumns,
  type Fields,
  type FieldValue,
  type HotColumns,
} from "../event/index.ts";
import type { EncodedBlock } from "./job.ts";
import { type EventRow, SeqSpan } from "./row.ts";

/**
 * The sorting key counts minutes in 32 bits of seconds: outside 1970–2106 it would wrap, and a search would then skip the
 * whole part that holds such a row. The received time stands in.
 */
const MIN_TIME_MS = 0;
const MAX_TIME_MS = 4_294_967_295_000;

const NO_NAMES: readonly string[] = [];

type HotColumn = SparseColumn<string | number>;

/** Rows of the table `events` on their way into a Native block; one per thread, used again for each batch. */
export class EventBlock {
  readonly #block = new NativeBlock();
  readonly #span = new SeqSpan();
  readonly #time = this.#block.instant("time");
  readonly #received = this.#block.instant("received");
  readonly #stream = this.#block.uint("stream", 4);
  readonly #seq = this.#block.bigUint("seq");
  readonly #unit = this.#block.word("unit_id");
  readonly #source = this.#block.word("source_id");
  readonly #problem = this.#block.word("problem");
  readonly #answered = this.#block.uint("answered", 1);
  readonly #rules = this.#block.words("rule_ids");
  readonly #hot: readonly HotColumn[] = HOT_NAMES.map((name) => hotColumn(this.#block, specOf(name)));
  readonly #fields = this.#block.map("fields");
  readonly #added = this.#block.map("added");
  readonly #nullFields = this.#block.words("null_fields");
  readonly #listFields = this.#block.words("list_fields");
  readonly #encoding = this.#block.word("encoding");
  readonly #decoded = this.#block.string("decoded");
  readonly #raw = this.#block.string("raw");

  add(row: EventRow, stream: number): void {
    const { event } = row;
    this.#time.push(storedTime(row));
    this.#received.push(row.receivedMs);
    this.#stream.push(stream);
    this.#seq.push(row.seq);
    this.#span.add(row.seq);
    this.#unit.push(row.unitId);
    this.#source.push(row.sourceId);
    this.#problem.push(event.problem);
    this.#answered.push(answeredQuestions(event));
    this.#rules.push(row.ruleIds);
    this.#putHot(event.hot);
    this.#putFields(event.fields);
    this.#putAdded(event.added);
    this.#encoding.push(event.decoded?.encoding ?? "");
    this.#decoded.push(event.decoded?.text ?? "");
    this.#raw.pushBytes(row.raw);
    this.#block.endRow();
  }

  /** By place, not by name: sixty lookups of sixty names cost more than all else here. Most of them are empty. */
  #putHot(hot: HotColumns): void {
    const values = Object.values(hot);
    const row = this.#block.rows;
    for (let i = 0; i < values.length; i += 1) {
      const value = values[i];
      if (value !== "" && value !== 0 && value !== undefined) this.#hot[i]?.pushAt(row, value);
    }
  }

  /** Values as text. Which were null or a list the text cannot tell, so those few names are kept beside. */
  #putFields(fields: Fields): void {
    let nulls = NO_NAMES;
    let lists = NO_NAMES;
    for (const key in fields) {
      const value = fields[key];
      if (value === null || value === undefined) nulls = [...nulls, key];
      else if (typeof value === "object") lists = [...lists, key];
      this.#fields.put(key, fieldText(value));
    }
    this.#fields.endRow();
    this.#nullFields.push(nulls);
    this.#listFields.push(lists);
  }

  #putAdded(added: Fields | undefined): void {
    if (added !== undefined) for (const key in added) this.#added.put(key, fieldText(added[key]));
    this.#added.endRow();
  }

  finish(): EncodedBlock {
    const { columns, rows } = this.#block;
    return { name: this.#span.take(rows), columns, rows, bytes: this.#block.finish() };
  }
}

/** The instant that the table keeps: the event's own, or the received one when the log carried none or an absurd one. */
export function storedTime({ event, receivedMs }: EventRow): number {
  return event.timeMs >= MIN_TIME_MS && event.timeMs <= MAX_TIME_MS ? event.timeMs : receivedMs;
}

/** Every event's hot columns are in this order: they begin as a copy of one literal. */
const HOT_NAMES = Object.keys(emptyHotColumns());

function specOf(name: string): ColumnSpec {
  const spec = COLUMNS.find(({ column }) => column === name);
  if (spec === undefined) throw new Error(`no such column: ${name}`);
  return spec;
}

/** Guarantee: HotColumns holds a text for every text column and a number for every other. */
const hotColumn = (block: NativeBlock, spec: ColumnSpec): HotColumn => block.sparse<HotColumn>(columnOf(block, spec));

function columnOf(block: NativeBlock, { column, kind }: ColumnSpec) {
  if (kind === "text") return block.string(column);
  if (kind === "word") return block.word(column);
  return kind === "ip" ? block.ip(column) : block.uint(column, BYTES[kind]);
}

const BYTES = { severity: 1, port: 2, status: 2, number: 4, pid: 4, count: 8 } as const;

function fieldText(value: FieldValue | undefined): string {
  if (typeof value === "string") return value;
  if (value === null || value === undefined) return "";
  return Array.isArray(value) ? JSON.stringify(value) : String(value);
}
