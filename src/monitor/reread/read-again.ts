import { isEncoding } from "../../kernel/encoding/index.ts";
import type { EventsDb } from "../../platform/events/index.ts";
import { encodeFrames, encodeMeta, putInEnvelope, type RecordMeta } from "../collect/index.ts";
import { type BatchOrder, type BatchResult, recordPlace, type WorkerPool } from "../pipeline/index.ts";
import { detectionsOf, type RawEvent, rawOf, understoodOf, type Within } from "./stored.ts";

/** How a source's events are read now. */
export type SourceReading = {
  readonly unitId: string;
  readonly format: string;
  readonly timeZone: string;
  /** "auto", or what the source says. */
  readonly encoding: string;
};
export type Readers = { readonly events: EventsDb; readonly pool: Pick<WorkerPool, "run"> };

export const LIMITS = { maxRows: 200_000, maxSeconds: 120, isBackground: true } as const;

/**
 * Has the threads read a slice as they read the stream: parsers, enrichment and rules in force. Rows come of what is understood now and
 * has no such row yet; groups of what was not found before. A preview teaches them nothing.
 */
export async function readAgain(
  { events, pool }: Readers,
  slice: Within,
  how: SourceReading & { readonly isPreview?: boolean },
): Promise<BatchResult[]> {
  const [raw, stored, known] = [
    await rawOf(events, slice, LIMITS),
    await understoodOf(events, slice, LIMITS),
    await detectionsOf(events, slice, LIMITS),
  ];
  if (raw.length === 0) return [];
  const order: BatchOrder = {
    stream: slice.stream,
    records: raw.map((event) => recordOf(event, slice.sourceId, how)),
    alreadyStored: {
      events: stored.map(({ seq }) => seq),
      detections: known.map(({ seq, ruleId }) => `${seq}/${ruleId}`),
    },
    isAgain: true,
    ...(how.isPreview && { isPreview: true }),
  };
  return await pool.run(order);
}

/** One event as a record of its own, under the number that it has. */
function recordOf(event: RawEvent, sourceId: string, how: SourceReading): BatchOrder["records"][number] {
  const envelope = envelopeOf(event);
  const encoding = [event.encoding, how.encoding].find(isEncoding);
  const meta: RecordMeta = {
    sourceId,
    unitId: event.unitId,
    // The protocol is not kept; of what it changes in reading, what came around an event can be told, and who sent a line without a host.
    transport: envelope ? "hec" : event.hostIp === "" ? "file" : "syslog-udp",
    peer: event.hostIp,
    format: how.format,
    ...(how.timeZone !== "" && { timeZone: how.timeZone }),
    ...(encoding && { encoding }),
  };
  const frame = envelope ? putInEnvelope(envelope, event.raw) : event.raw;
  return {
    ...recordPlace(BigInt(event.seq)),
    receivedAtMs: event.receivedMs,
    meta: encodeMeta(meta),
    payload: encodeFrames([frame]),
  };
}

const ENVELOPE_NAMES = ["host", "source", "sourcetype", "index"];

/** What Splunk HEC sent around the event, told from the fields that it left; undefined when nothing came around it. */
function envelopeOf({ beside, dataset, timeMs, receivedMs }: RawEvent): Buffer | undefined {
  if (Object.keys(beside).length === 0) return undefined;
  const named = ENVELOPE_NAMES.flatMap((name) => {
    const value = beside[`splunk.${name}`];
    return value === undefined ? [] : [[name, value]];
  });
  // Plain text has one field of its own; of other events one cannot tell which were beside.
  const fields = Object.entries(beside).filter(([name]) => name !== "message" && !name.startsWith("splunk."));
  return Buffer.from(
    JSON.stringify({
      ...Object.fromEntries(named),
      ...(timeMs !== receivedMs && { time: timeMs / 1000 }),
      ...(dataset === "raw" && { fields: Object.fromEntries(fields) }),
    }),
  );
}
