import type { EventsDb } from "../../platform/events/index.ts";
import { NativeBlock } from "../../platform/native/index.ts";
import { COLUMNS, emptyHotColumns, type HotColumns } from "../event/index.ts";

/** An event to store in a test; what is not given is absent. Instants are UTC milliseconds. */
export type SampleEvent = Partial<HotColumns> & {
  readonly timeMs: number;
  readonly receivedMs?: number;
  readonly stream?: number;
  readonly seq: bigint;
  readonly unitId?: string;
  readonly sourceId?: string;
  readonly problem?: string;
  readonly answered?: number;
  readonly ruleIds?: readonly string[];
  readonly fields?: Readonly<Record<string, string>>;
  readonly raw?: string | Uint8Array;
};

export type SampleDetection = {
  readonly timeMs: number;
  readonly stream?: number;
  readonly seq: bigint;
  readonly unitId?: string;
  readonly ruleId: string;
  readonly title?: string;
  readonly level: string;
  readonly tactics?: readonly string[];
  readonly techniques?: readonly string[];
  readonly entity?: string;
};

let batches = 0;

/** Stores events the way the pipeline does: one Native block. */
export async function storeEvents(events: EventsDb, samples: readonly SampleEvent[]): Promise<void> {
  const rows = samples.map((sample) => ({ ...emptyHotColumns(), ...sample }));
  const at = (i: number) => rows[i] ?? unreachable();
  const block = new NativeBlock(rows.length);
  block.instant("time", (i) => at(i).timeMs);
  block.instant("received", (i) => at(i).receivedMs ?? at(i).timeMs);
  block.uint32("stream", (i) => at(i).stream ?? 1);
  block.bigUint64("seq", (i) => at(i).seq);
  block.word("unit_id", (i) => at(i).unitId ?? "unit_hq");
  block.word("source_id", (i) => at(i).sourceId ?? "source_fw");
  block.word("problem", (i) => at(i).problem ?? "");
  block.uint8("answered", (i) => at(i).answered ?? 0);
  block.words("rule_ids", (i) => at(i).ruleIds ?? []);
  for (const { column, kind } of COLUMNS) {
    const text = (i: number): string => String(at(i)[column]);
    const number = (i: number): number => Number(at(i)[column]);
    if (kind === "text") block.string(column, text);
    else if (kind === "word") block.word(column, text);
    else if (kind === "ip") block.ip(column, text);
    else if (kind === "severity") block.uint8(column, number);
    else if (kind === "pid") block.uint32(column, number);
    else if (kind === "count") block.uint64(column, number);
    else block.uint16(column, number);
  }
  block.map("fields", (i, put) => {
    for (const [key, value] of Object.entries(at(i).fields ?? {})) put(key, value);
  });
  block.bytes("raw", (i) => Buffer.from(at(i).raw ?? ""));
  await insert(events, "events", block);
}

export async function storeDetections(events: EventsDb, samples: readonly SampleDetection[]): Promise<void> {
  const at = (i: number) => samples[i] ?? unreachable();
  const block = new NativeBlock(samples.length);
  block.instant("time", (i) => at(i).timeMs);
  block.instant("received", (i) => at(i).timeMs);
  block.uint32("stream", (i) => at(i).stream ?? 1);
  block.bigUint64("seq", (i) => at(i).seq);
  block.word("unit_id", (i) => at(i).unitId ?? "unit_hq");
  block.word("rule_id", (i) => at(i).ruleId);
  block.word("rule_title", (i) => at(i).title ?? at(i).ruleId);
  block.word("rule_level", (i) => at(i).level);
  block.words("tactics", (i) => at(i).tactics ?? []);
  block.words("techniques", (i) => at(i).techniques ?? []);
  block.string("entity", (i) => at(i).entity ?? "");
  await insert(events, "detections", block);
}

async function insert(events: EventsDb, table: string, block: NativeBlock): Promise<void> {
  batches += 1;
  await events.insertNative(table, block.columns, block.finish(), `test-${table}-${batches}`);
}

function unreachable(): never {
  throw new Error("a block asks for its own rows only");
}
