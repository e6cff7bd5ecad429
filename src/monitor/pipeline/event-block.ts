import { NativeBlock } from "../../platform/native/index.ts";
import {
  answeredQuestions,
  COLUMNS,
  type ColumnSpec,
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

type PushHot = (hot: HotColumns) => void;

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
  readonly #hot: readonly PushHot[] = COLUMNS.map((spec) => hotColumn(this.#block, spec));
  readonly #fields = this.#block.map("fields");
  readonly #nullFields = this.#block.words("null_fields");
  readonly #listFields = this.#block.words("list_fields");
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
    for (const push of this.#hot) push(event.hot);
    this.#putFields(event.fields);
    this.#raw.pushBytes(row.raw);
    this.#block.endRow();
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

  finish(): EncodedBlock {
    const { columns, rows } = this.#block;
    return { name: this.#span.take(rows), columns, rows, bytes: this.#block.finish() };
  }
}

/** The instant that the table keeps: the event's own, or the received one when the log carried none or an absurd one. */
export function storedTime({ event, receivedMs }: EventRow): number {
  return event.timeMs >= MIN_TIME_MS && event.timeMs <= MAX_TIME_MS ? event.timeMs : receivedMs;
}

function hotColumn(block: NativeBlock, { column, kind }: ColumnSpec): PushHot {
  const key = column as keyof HotColumns;
  if (kind === "text" || kind === "word" || kind === "ip") {
    const made = kind === "text" ? block.string(column) : kind === "word" ? block.word(column) : block.ip(column);
    return (hot) => made.push(hot[key] as string);
  }
  const made = block.uint(column, BYTES[kind]);
  return (hot) => made.push(hot[key] as number);
}

const BYTES = { severity: 1, port: 2, status: 2, pid: 4, count: 8 } as const;

function fieldText(value: FieldValue | undefined): string {
  if (typeof value === "string") return value;
  if (value === null || value === undefined) return "";
  return Array.isArray(value) ? JSON.stringify(value) : String(value);
}
