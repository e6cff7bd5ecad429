import { decodeFrames, decodeMeta, type RecordMeta } from "../collect/index.ts";
import {
  type DetectionGroup,
  type Entity,
  emptyFields,
  emptyHotColumns,
  entityOf,
  type LogSource,
  type ParsedEvent,
  type RuleFacts,
} from "../event/index.ts";
import { boundedTime, type DetectionRow, encodeDetections, encodeEvents } from "./encode.ts";
import type { AlreadyStored, BatchResult, RecordInput, SourceTally } from "./job.ts";
import { type EventRow, eventSeq } from "./row.ts";

/** What a worker needs: how to read a line and which rules match it. Both are pure. */
export type Engines = {
  readonly parse: (bytes: Buffer, hints: ParseHintsOf) => ParsedEvent & { readonly logsource: LogSource };
  readonly match: (event: { fields: ParsedEvent["fields"]; logsource: LogSource }) => readonly RuleFacts[];
};
export type ParseHintsOf = { format: string; transport: string; peer: string; receivedAtMs: number; timeZone?: string };

export type Batch = {
  readonly stream: number;
  readonly records: readonly RecordInput[];
  readonly alreadyStored: AlreadyStored;
};

/** Raw bytes to ready-to-insert blocks, in one pass over each event: parse, match, encode. */
export function processBatch(batch: Batch, engines: Engines): Omit<BatchResult, "kind" | "id" | "busyMs"> {
  const rows: EventRow[] = [];
  const detections: DetectionRow[] = [];
  const tallies = new Map<string, SourceTally>();
  for (const record of batch.records) readRecord(record, { engines, rows, detections, tallies });
  const isNew = newTo(batch.alreadyStored);
  return {
    events: encodeEvents(isNew.events(rows), batch.stream),
    detections: encodeDetections(isNew.detections(detections), batch.stream),
    groups: groupDetections(detections, batch.stream),
    sources: [...tallies.values()],
  };
}

/** Events and detections are stored one after the other: a crash between the two leaves the second to be done. */
function newTo(stored: AlreadyStored) {
  const events = new Set(stored.events);
  const detections = new Set(stored.detections);
  return {
    events: (rows: EventRow[]) => (events.size === 0 ? rows : rows.filter((row) => !events.has(row.seq.toString()))),
    detections: (rows: DetectionRow[]) =>
      detections.size === 0 ? rows : rows.filter(({ row, rule }) => !detections.has(`${row.seq}/${rule.id}`)),
  };
}

type Collected = { engines: Engines; rows: EventRow[]; detections: DetectionRow[]; tallies: Map<string, SourceTally> };

/** The log's checksums make an unreadable record next to impossible; its bytes are kept all the same, as one event. */
const UNREADABLE: RecordMeta = { sourceId: "unreadable", unitId: "", transport: "file", peer: "", format: "auto" };

function readRecord(record: RecordInput, into: Collected): void {
  const decodedMeta = decodeMeta(record.meta);
  const decodedFrames = decodeFrames(record.payload);
  const meta = decodedMeta.ok ? decodedMeta.value : UNREADABLE;
  const frames = decodedFrames.ok ? decodedFrames.value : [Buffer.from(record.payload)];
  let problems = 0;
  let frame = 0;
  for (const raw of frames) {
    const seq = eventSeq(record.seq, frame);
    frame += 1;
    if (readEvent(raw, { record, meta, seq }, into)) problems += 1;
  }
  const before = into.tallies.get(meta.sourceId);
  into.tallies.set(meta.sourceId, {
    sourceId: meta.sourceId,
    events: (before?.events ?? 0) + frame,
    bytes: (before?.bytes ?? 0) + record.payload.length,
    problems: (before?.problems ?? 0) + problems,
  });
}

/** Returns whether the event could not be fully understood. */
function readEvent(raw: Buffer, at: { record: RecordInput; meta: RecordMeta; seq: bigint }, into: Collected): boolean {
  const { meta, record } = at;
  const event = into.engines.parse(raw, {
    format: meta.format,
    transport: meta.transport,
    peer: meta.peer,
    receivedAtMs: record.receivedAtMs,
    ...(meta.timeZone !== undefined && { timeZone: meta.timeZone }),
  });
  const rules = into.engines.match(event);
  const row: EventRow = {
    hot: event.hot,
    event,
    receivedMs: record.receivedAtMs,
    seq: at.seq,
    unitId: meta.unitId,
    sourceId: meta.sourceId,
    raw,
    ruleIds: rules.length === 0 ? NO_RULES : rules.map((rule) => rule.id),
  };
  into.rows.push(row);
  if (rules.length > 0) {
    const entity = entityOf(event.hot, meta.sourceId);
    for (const rule of rules) into.detections.push({ row, rule, entity });
  }
  return event.problem !== "";
}

const NO_RULES: readonly string[] = [];

/** A storm of one rule on one entity becomes one group, so that the state engine sees rows in the hundreds, not in the millions. */
function groupDetections(detections: readonly DetectionRow[], stream: number): DetectionGroup[] {
  const groups = new Map<string, DetectionGroup>();
  for (const { row, rule, entity } of detections) {
    const key = JSON.stringify([rule.id, entity.kind, entity.value, row.unitId]);
    const atMs = boundedTime(row);
    const group = groups.get(key);
    groups.set(
      key,
      group
        ? {
            ...group,
            count: group.count + 1,
            firstAtMs: Math.min(group.firstAtMs, atMs),
            lastAtMs: Math.max(group.lastAtMs, atMs),
          }
        : newGroup({ row, rule, entity: entity as Entity }, stream),
    );
  }
  return [...groups.values()];
}

function newGroup(
  { row, rule, entity }: { row: EventRow; rule: RuleFacts; entity: Entity },
  stream: number,
): DetectionGroup {
  const { dataset, who, where_from, with_what, what, did_what, host_name, user_name, source_ip } = row.hot;
  const atMs = boundedTime(row);
  return {
    rule,
    entity,
    unitId: row.unitId,
    sourceId: row.sourceId,
    count: 1,
    firstAtMs: atMs,
    lastAtMs: atMs,
    sample: {
      stream,
      seq: row.seq.toString(),
      timeMs: atMs,
      dataset,
      who,
      where_from,
      with_what,
      what,
      did_what,
      host_name,
      user_name,
      source_ip,
    },
  };
}

/** Engines that understand nothing: for a record that has killed a worker before. Its bytes are stored and shown. */
export const rawOnlyEngines: Engines = {
  parse: (bytes) => ({
    timeMs: Number.NaN,
    problem: "parser_crashed",
    fields: emptyFields(),
    hot: { ...emptyHotColumns(), dataset: "raw", message: bytes.toString("utf8", 0, 4096) },
    logsource: { product: "", category: "", service: "" },
  }),
  match: () => [],
};
