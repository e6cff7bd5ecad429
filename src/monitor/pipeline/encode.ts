import { NativeBlock } from "../../platform/native/index.ts";
import {
  answeredQuestions,
  COLUMNS,
  type ColumnSpec,
  type FieldValue,
  type HotColumns,
  type RuleFacts,
} from "../event/index.ts";
import type { EncodedBlock } from "./job.ts";
import type { EventRow } from "./row.ts";

/** ClickHouse's DateTime64(3) holds 1900 to 2299; outside it the received time stands in. */
const MIN_TIME_MS = -2_208_988_800_000;
const MAX_TIME_MS = 10_413_791_999_000;

export type DetectionRow = {
  readonly row: EventRow;
  readonly rule: RuleFacts;
  readonly entity: { kind: string; value: string };
};

const NO_ROW_BYTES = new Uint8Array(0);

/** All events of a batch as one Native block for the table `events`. */
export function encodeEvents(rows: readonly EventRow[], stream: number): EncodedBlock {
  const block = new NativeBlock(rows.length);
  const at = reader(rows);
  block.instant("time", (i) => boundedTime(at(i)));
  block.instant("received", (i) => at(i).receivedMs);
  block.uint32("stream", () => stream);
  block.bigUint64("seq", (i) => at(i).seq);
  block.word("unit_id", (i) => at(i).unitId);
  block.word("source_id", (i) => at(i).sourceId);
  block.word("problem", (i) => at(i).event.problem);
  block.uint8("answered", (i) => answeredQuestions(at(i).event));
  block.words("rule_ids", (i) => at(i).ruleIds);
  for (const spec of COLUMNS) hotColumn(block, spec, (i) => at(i).hot);
  block.map("fields", (i, put) => {
    const { fields } = at(i).event;
    for (const key in fields) put(key, fieldText(fields[key]));
  });
  block.bytes("raw", (i) => rows[i]?.raw ?? NO_ROW_BYTES);
  return { columns: block.columns, rows: rows.length, bytes: block.finish() };
}

/** All detections of a batch as one Native block for the table `detections`. */
export function encodeDetections(detections: readonly DetectionRow[], stream: number): EncodedBlock {
  const block = new NativeBlock(detections.length);
  const at = reader(detections);
  block.instant("time", (i) => boundedTime(at(i).row));
  block.instant("received", (i) => at(i).row.receivedMs);
  block.uint32("stream", () => stream);
  block.bigUint64("seq", (i) => at(i).row.seq);
  block.word("unit_id", (i) => at(i).row.unitId);
  block.word("source_id", (i) => at(i).row.sourceId);
  block.word("rule_id", (i) => at(i).rule.id);
  block.word("rule_title", (i) => at(i).rule.title);
  block.word("rule_level", (i) => at(i).rule.level);
  block.word("rule_author", (i) => at(i).rule.author);
  block.words("tactics", (i) => at(i).rule.tactics);
  block.words("techniques", (i) => at(i).rule.techniques);
  block.word("entity_kind", (i) => at(i).entity.kind);
  block.string("entity", (i) => at(i).entity.value);
  for (const column of ["dataset", "who", "where_from", "with_what", "did_what", "host_name", "user_name"] as const) {
    block.word(column, (i) => at(i).row.hot[column]);
  }
  block.string("what", (i) => at(i).row.hot.what);
  block.ip("source_ip", (i) => at(i).row.hot.source_ip);
  return { columns: block.columns, rows: detections.length, bytes: block.finish() };
}

export function boundedTime(row: EventRow): number {
  const { timeMs } = row.event;
  return timeMs >= MIN_TIME_MS && timeMs <= MAX_TIME_MS ? timeMs : row.receivedMs;
}

function hotColumn(block: NativeBlock, { column, kind }: ColumnSpec, hot: (row: number) => HotColumns): void {
  const key = column as keyof HotColumns;
  const text = (row: number): string => hot(row)[key] as string;
  const number = (row: number): number => hot(row)[key] as number;
  if (kind === "text") block.string(column, text);
  else if (kind === "word") block.word(column, text);
  else if (kind === "ip") block.ip(column, text);
  else if (kind === "severity") block.uint8(column, number);
  else if (kind === "pid") block.uint32(column, number);
  else if (kind === "count") block.uint64(column, number);
  else block.uint16(column, number);
}

function fieldText(value: FieldValue | undefined): string {
  if (typeof value === "string") return value;
  if (value === null || value === undefined) return "";
  return Array.isArray(value) ? JSON.stringify(value) : String(value);
}

/** Row access for getters that the block calls with indexes in range only. */
function reader<T>(rows: readonly T[]): (index: number) => T {
  return (index) => rows[index] as T;
}
