import type { EventsDb } from "../../platform/events/index.ts";
import { NativeBlock } from "../../platform/native/index.ts";
import { type DecodedLine, emptyHotColumns, type HotColumns } from "../event/index.ts";
import { EventBlock } from "../pipeline/event-block.ts";
import type { EventRow } from "../pipeline/row.ts";

/** An event to store in a test; what is not given is absent. Instants are UTC milliseconds. */
export type SampleEvent = Partial<HotColumns> & {
  readonly timeMs: number;
  readonly receivedMs?: number;
  readonly stream?: number;
  readonly seq: bigint;
  readonly unitId?: string;
  readonly sourceId?: string;
  readonly problem?: string;
  readonly ruleIds?: readonly string[];
  readonly fields?: Readonly<Record<string, string>>;
  readonly raw?: string | Uint8Array;
  readonly decoded?: DecodedLine | undefined;
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

/** Stores events the way the pipeline does: one Native block, encoded by its code. */
export async function storeEvents(events: EventsDb, samples: readonly SampleEvent[]): Promise<void> {
  const block = new EventBlock();
  for (const sample of samples) block.add(rowOf(sample), sample.stream ?? 1);
  await insert(events, "events", block.finish());
}

function rowOf(sample: SampleEvent): EventRow {
  const {
    timeMs,
    receivedMs,
    seq,
    unitId,
    sourceId,
    problem,
    ruleIds,
    fields,
    raw,
    decoded,
    stream: _,
    ...hot
  } = sample;
  return {
    event: { timeMs, problem: problem ?? "", fields: { ...fields }, hot: { ...emptyHotColumns(), ...hot }, decoded },
    receivedMs: receivedMs ?? timeMs,
    seq,
    unitId: unitId ?? "unit_hq",
    sourceId: sourceId ?? "source_fw",
    raw: Buffer.from(raw ?? ""),
    ruleIds: ruleIds ?? [],
  };
}

export async function storeDetections(events: EventsDb, samples: readonly SampleDetection[]): Promise<void> {
  const block = new NativeBlock();
  const [time, received, stream, seq] = [
    block.instant("time"),
    block.instant("received"),
    block.uint("stream", 4),
    block.bigUint("seq"),
  ];
  const [unit, rule, title, level] = [
    block.word("unit_id"),
    block.word("rule_id"),
    block.word("rule_title"),
    block.word("rule_level"),
  ];
  const [tactics, techniques, entity] = [block.words("tactics"), block.words("techniques"), block.string("entity")];
  for (const sample of samples) {
    time.push(sample.timeMs);
    received.push(sample.timeMs);
    stream.push(sample.stream ?? 1);
    seq.push(sample.seq);
    unit.push(sample.unitId ?? "unit_hq");
    rule.push(sample.ruleId);
    title.push(sample.title ?? sample.ruleId);
    level.push(sample.level);
    tactics.push(sample.tactics ?? []);
    techniques.push(sample.techniques ?? []);
    entity.push(sample.entity ?? "");
    block.endRow();
  }
  await insert(events, "detections", { columns: block.columns, bytes: block.finish() });
}

type Encoded = { readonly columns: readonly string[]; readonly bytes: Uint8Array };

async function insert(events: EventsDb, table: string, { columns, bytes }: Encoded): Promise<void> {
  batches += 1;
  await events.insertNative(table, columns, bytes, `test-${table}-${batches}`);
}
