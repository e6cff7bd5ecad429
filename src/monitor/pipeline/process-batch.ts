import { decodeFrames, decodeMeta, openEnvelope, type RecordMeta } from "../collect/index.ts";
import { type ExceptionSet, type MatchedEvent, NO_EXCEPTIONS } from "../detect/index.ts";
import type { OwnerFact } from "../enrich/index.ts";
import {
  emptyFields,
  emptyHotColumns,
  entityOf,
  type Fields,
  type LogSource,
  type ParsedEvent,
  type RuleFacts,
} from "../event/index.ts";
import { type Parsed, type ParseHints, TableHead } from "../parse/index.ts";
import { BaseMatchList } from "./base-matches.ts";
import { DetectionBlock } from "./detection-block.ts";
import { DetectionGroups } from "./detection-groups.ts";
import { EnvelopeReader } from "./envelope-reader.ts";
import { EventBlock } from "./event-block.ts";
import type { AlreadyStored, Base, BatchResult, RecordInput, SourceTally } from "./job.ts";
import { type EventRow, eventSeq } from "./row.ts";

/** What a worker needs: how to read a line and which rules match it. Both are pure. */
export type LineEngines = {
  /** Adds to the event what follows from its values and from what was learned before, and learns from it unless told not to. */
  readonly enrich?: (
    event: ParsedEvent,
    seen: { readonly unitId: string; readonly atMs: number },
    learns: boolean,
  ) => void;
  /** What enriching the events since the last call has taught. */
  readonly owners?: () => readonly OwnerFact[];
  readonly parse: (bytes: Buffer, hints: ParseHints) => Parsed;
  readonly match: (event: MatchedEvent) => readonly RuleFacts[];
  readonly exceptedBy: ExceptionSet["exceptedBy"];
  /** What correlations listen to in the event that was matched last. */
  readonly bases?: () => readonly Base[];
};

export type Batch = {
  readonly stream: number;
  readonly records: readonly RecordInput[];
  readonly alreadyStored: AlreadyStored;
  readonly isAgain?: boolean;
  readonly isPreview?: boolean;
};

/** The log's checksums make an unreadable record next to impossible; its bytes are kept all the same, as one event. */
const UNREADABLE: RecordMeta = { sourceId: "unreadable", unitId: "", transport: "file", peer: "", format: "auto" };
const NO_RULES: readonly string[] = [];
const NO_BASES: readonly Base[] = [];

/** Raw bytes to ready-to-insert blocks, in one pass over each event: parse, match, encode. One per thread. */
export class BatchProcessor {
  #events = new EventBlock();
  #detections = new DetectionBlock();
  readonly #envelopes = new EnvelopeReader();

  process(
    { stream, records, alreadyStored, isAgain, isPreview }: Batch,
    engines: LineEngines,
  ): Omit<BatchResult, "kind" | "id" | "busyMs" | "slowRules"> {
    const pass: Pass = {
      engines,
      stream,
      learns: !isPreview,
      skip: skipping(alreadyStored),
      groups: new DetectionGroups(),
      bases: new BaseMatchList(),
      excepted: 0,
      ...(isAgain && { again: new Map<string, number>() }),
    };
    const tallies = new Map<string, SourceTally>();
    try {
      for (const record of records) count(tallies, this.#record(record, pass));
    } catch (error) {
      // What the failed batch has pushed so far must not slip into the next one.
      this.#events = new EventBlock();
      this.#detections = new DetectionBlock();
      throw error;
    }
    return {
      events: this.#events.finish(),
      detections: this.#detections.finish(),
      groups: pass.groups.all(),
      excepted: pass.excepted,
      bases: pass.bases.all(),
      owners: engines.owners?.() ?? [],
      sources: [...tallies.values()],
      ...(pass.again && { readers: Object.fromEntries(pass.again) }),
    };
  }

  #record(record: RecordInput, pass: Pass): SourceTally {
    const decodedMeta = decodeMeta(record.meta);
    const decodedFrames = decodeFrames(record.payload);
    const meta = decodedMeta.ok ? decodedMeta.value : UNREADABLE;
    const frames = decodedFrames.ok ? decodedFrames.value : [Buffer.from(record.payload)];
    const head = new TableHead(meta.format, meta.head);
    let problems = 0;
    frames.forEach((framed, frame) => {
      const { event, envelope } = openEnvelope(framed, meta.transport);
      const beside = this.#envelopes.read(envelope);
      const place = { record, meta, head, seq: eventSeq(record.seq, (record.frame ?? 0) + frame), envelope: beside };
      const problem = this.#event(event, place, pass);
      if (problem !== "") problems += 1;
    });
    return { sourceId: meta.sourceId, events: frames.length, bytes: record.payload.length, problems };
  }

  /** Returns the parser's problem with the event; "" when it has none. */
  #event(raw: Buffer, { record, meta, head, seq, envelope }: Place, pass: Pass): string {
    const bare = hintsOf(record, meta, head.tableOf(raw));
    const hints = envelope === undefined ? bare : { ...bare, envelope };
    const event = pass.engines.parse(raw, hints);
    if (pass.again && !countReader(pass.again, event)) return event.problem;
    const { fields } = event;
    const atMs = Number.isNaN(event.timeMs) ? record.receivedAtMs : event.timeMs;
    pass.engines.enrich?.(event, { unitId: meta.unitId, atMs }, pass.learns);
    const { rules, bases } = hitsIn(raw, { event, hints }, pass.engines);
    // An event of Yagura's own is about another source: what a rule finds in it is found of that one.
    const about = meta.transport === "internal" ? fields["log_source.id"] : undefined;
    const row: EventRow = {
      event,
      receivedMs: record.receivedAtMs,
      seq,
      unitId: meta.unitId,
      sourceId: meta.sourceId,
      raw,
      ruleIds: pass.again ? pass.skip.ruleIds(seq, rules) : idsOf(rules),
    };
    if (!pass.skip.event(seq)) this.#events.add(row, pass.stream);
    if (rules.length + bases.length > 0) {
      const sourceId = typeof about === "string" ? about : row.sourceId;
      this.#found({ ...row, sourceId, logsource: event.logsource }, { rules, bases }, pass);
    }
    return event.problem;
  }

  #found(row: EventRow & { logsource: LogSource }, { rules, bases }: Hits, pass: Pass): void {
    const entity = entityOf(row.event.hot, row.sourceId);
    const { hot } = row.event;
    const fields = allFields(row.event);
    const { logsource, unitId, receivedMs } = row;
    const ids = bases.length === 0 ? row.ruleIds : [...row.ruleIds, ...bases.map(({ id }) => id)];
    const excepted = pass.engines.exceptedBy({ fields, hot, logsource, unitId, receivedMs }, ids);
    for (const rule of rules) {
      const exceptionId = excepted.get(rule.id) ?? "";
      const isKnown = pass.skip.detection(row.seq, rule.id);
      // Told once already: a replay of the log is kept apart by the alerts' checkpoint, an event that is read again is not.
      if (isKnown && pass.again) continue;
      if (!isKnown) this.#detections.add(row, { rule, entity, exceptionId }, pass.stream);
      if (exceptionId === "") pass.groups.add(row, { rule, entity }, pass.stream);
      else pass.excepted += 1;
    }
    const correlated = excepted.size === 0 ? bases : bases.filter(({ id }) => !excepted.has(id));
    if (correlated.length > 0) pass.bases.add(row, correlated);
  }
}

type Place = {
  readonly record: RecordInput;
  readonly meta: RecordMeta;
  readonly head: TableHead;
  readonly seq: bigint;
  readonly envelope: ParseHints["envelope"];
};
/** Rules that raise alerts, and what correlations listen to: a rule may be among both. */
type Hits = { readonly rules: readonly RuleFacts[]; readonly bases: readonly Base[] };
type Read = { readonly event: Parsed; readonly hints: ParseHints };
type Pass = {
  readonly engines: LineEngines;
  readonly stream: number;
  readonly learns: boolean;
  readonly skip: ReturnType<typeof skipping>;
  readonly groups: DetectionGroups;
  excepted: number;
  readonly bases: BaseMatchList;
  /** Events by who understands them now; undefined unless stored events are read again. */
  readonly again?: Map<string, number>;
};

/** False when the event is understood no better than before. */
function countReader(readers: Map<string, number>, { problem, hot, takenBy }: Parsed): boolean {
  if (problem !== "" || hot.dataset === "raw") return false;
  const reader = takenBy || hot.dataset;
  readers.set(reader, (readers.get(reader) ?? 0) + 1);
  return true;
}

function hitsIn(raw: Buffer, { event, hints }: Read, engines: LineEngines): Hits {
  const { fields, logsource, made, decoded, added } = event;
  const rules = engines.match({ fields, logsource, text: made && { bytes: raw, made }, added });
  const hits = { rules, bases: engines.bases?.() ?? NO_BASES };
  if (decoded === undefined || hints.encoding !== undefined) return hits;
  const other = asUtf8(raw, hints, engines);
  return both(hits, hitsIn(raw, { ...other, event: { ...other.event, added } }, engines));
}

/** The event's own fields, and what was added to them. */
export const allFields = ({
  fields,
  added,
}: {
  readonly fields: Fields;
  readonly added?: Fields | undefined;
}): Fields => (added === undefined ? fields : Object.assign(emptyFields(), fields, added));

/**
 * The other reading of a line whose encoding was only guessed. A stray byte in a request may make a line look like Shift_JIS, where
 * it takes the next letter with it: whoever writes into a log must not hide from rules that way.
 */
function asUtf8(raw: Buffer, guessed: ParseHints, { parse }: LineEngines): Read {
  const hints = { ...guessed, encoding: "utf-8", isForMatching: true };
  return { event: parse(raw, hints), hints };
}

const both = (one: Hits, other: Hits): Hits => ({
  rules: joined(one.rules, other.rules),
  bases: joined(one.bases, other.bases),
});

function joined<T extends { readonly id: string }>(one: readonly T[], other: readonly T[]): readonly T[] {
  const more = other.filter(({ id }) => one.every((known) => known.id !== id));
  return more.length === 0 ? one : [...one, ...more];
}

/** Events and detections are stored one after the other: a crash between the two leaves the second to be done. */
function skipping(stored: AlreadyStored) {
  const events = new Set(stored.events);
  const detections = new Set(stored.detections);
  const knownOf = (seq: bigint): string[] =>
    stored.detections.flatMap((one) => (one.startsWith(`${seq}/`) ? [one.slice(one.indexOf("/") + 1)] : []));
  return {
    event: (seq: bigint): boolean => events.size > 0 && events.has(seq.toString()),
    detection: (seq: bigint, ruleId: string): boolean => detections.size > 0 && detections.has(`${seq}/${ruleId}`),
    /** Rules that matched before and rules that match now. */
    ruleIds: (seq: bigint, rules: readonly RuleFacts[]): readonly string[] =>
      detections.size === 0 ? idsOf(rules) : [...new Set([...knownOf(seq), ...idsOf(rules)])],
  };
}

const idsOf = (rules: readonly RuleFacts[]): readonly string[] =>
  rules.length === 0 ? NO_RULES : rules.map((rule) => rule.id);

function hintsOf(record: RecordInput, meta: RecordMeta, table: ParseHints["table"]): ParseHints {
  const { format, transport, peer, timeZone, encoding } = meta;
  return {
    ...{ format, transport, peer, receivedAtMs: record.receivedAtMs },
    ...(timeZone !== undefined && { timeZone }),
    ...(encoding !== undefined && { encoding }),
    ...(table && { table }),
  };
}

function count(tallies: Map<string, SourceTally>, one: SourceTally): void {
  const sum = tallies.get(one.sourceId);
  tallies.set(one.sourceId, {
    sourceId: one.sourceId,
    events: (sum?.events ?? 0) + one.events,
    bytes: (sum?.bytes ?? 0) + one.bytes,
    problems: (sum?.problems ?? 0) + one.problems,
  });
}

/** Engines that understand nothing: for a record that has killed a worker before. Its bytes are stored and shown. */
export const rawOnlyEngines: LineEngines = {
  parse: (bytes) => ({
    timeMs: Number.NaN,
    problem: "parser_crashed",
    fields: emptyFields(),
    hot: { ...emptyHotColumns(), dataset: "raw", message: bytes.toString("utf8", 0, 4096) },
    logsource: { product: "", category: "", service: "" },
  }),
  match: () => [],
  ...NO_EXCEPTIONS,
};
