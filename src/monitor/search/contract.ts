import { z } from "zod";
import { ENCODINGS } from "../../kernel/encoding/contract.ts";

/**
 * Everything the web needs to know of search: parameters in, shapes out. Instants in answers are UTC ISO 8601 with
 * milliseconds. A query that is none is a problem `invalid` whose facts are `{ position, expected, code }`; the language
 * itself is in `language/` and pure, so that the query bar can check and edit a query while it is typed.
 */

export const PAGE_ROWS = 500;
export const MAX_ROWS = 10_000;
export const MAX_EXPORT_ROWS = 100_000;
export const MAX_JSON_ROWS = 10_000;
export const MAX_PDF_ROWS = 1_000;
const MAX_QUERY_CHARS = 4_000;
export const MAX_BUCKETS = 120;

/** `${stream}-${seq}`: the event's place in the write-ahead log, stable for ever. */
const EventId = z.string().regex(/^\d{1,10}-\d{1,20}$/);

/** ISO 8601 with offset, or relative: `now`, `now-15m` (s, m, h, d, w). The answer carries the resolved range. */
const InstantText = z
  .string()
  .max(40)
  .regex(/^(now(-\d{1,6}[smhdw])?|\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2}))$/);

const Range = z.object({ from: z.string(), to: z.string() });

const scope = {
  /** The query language (README): `host.name:dc1 and not event.outcome:success`. Empty = every event. */
  q: z.string().max(MAX_QUERY_CHARS).default(""),
  /** Inclusive. */
  from: InstantText.default("now-24h"),
  /** Exclusive. */
  to: InstantText.default("now"),
  /** Unit ids separated by commas; each stands for its whole subtree. Empty = all units that the person may read. */
  unit: z.string().max(2_000).default(""),
  /** IANA time zone of the viewer: how dates without offset in `q` are read, and how histogram buckets align. */
  tz: z.string().max(64).default("Asia/Tokyo"),
};
export const SearchScope = z.object(scope);

/** Field names separated by commas (ECS name, column name, or vendor field as `fields.NAME`; `\,` is a comma inside a name). At most 40. */
const columns = z.string().max(4_000).default("");

export const SearchQuery = z.object({
  ...scope,
  columns,
  /** `time:desc` (default), `time:asc`, or any hot column such as `destination.bytes:desc`. */
  sort: z
    .string()
    .max(80)
    .regex(/^[\w.]+:(asc|desc)$/)
    .default("time:desc"),
  /** `nextCursor` of the page before. A cursor belongs to one q/range/sort; columns may change between pages. */
  cursor: z.string().max(400).optional(),
  limit: z.coerce.number().int().min(1).max(PAGE_ROWS).default(100),
});

/** Who, where from, with what, what, did what. いつ (when) is the event's `time`; "" = the log did not say. */
const SixQuestions = z.object({
  who: z.string(),
  whereFrom: z.string(),
  withWhat: z.string(),
  what: z.string(),
  didWhat: z.string(),
});

/** 64-bit counts above 2^53 come as text, all other numbers as numbers. */
const CellValue = z.union([z.string(), z.number()]);

export const EventRow = z.object({
  id: EventId,
  time: z.string(),
  received: z.string(),
  unitId: z.string(),
  sourceId: z.string(),
  dataset: z.string(),
  /** Why the parser did not understand the line; "" = it did. */
  problem: z.string(),
  ruleIds: z.array(z.string()),
  six: SixQuestions,
  /** The requested columns that are present, by the name they were asked for. Absent columns are left out. */
  values: z.record(z.string(), CellValue),
});

/** Something worth telling about a query that is valid: `code` is the key of the translated text. */
export const QueryNote = z.object({
  code: z.enum(["unknown_field", "looks_like_field", "deleted_by_policy"]),
  field: z.string().optional(),
  /** Names that exist and are close to `field`. */
  suggestions: z.array(z.string()).optional(),
  /** `deleted_by_policy`: how many events of the range are gone, and the time of the newest of them. */
  events: z.number().optional(),
  until: z.string().optional(),
});

export const SearchPage = z.object({
  items: z.array(EventRow),
  nextCursor: z.string().optional(),
  range: Range,
  /** True when the list ended at MAX_ROWS although more events match: narrow the query or export. */
  capped: z.boolean(),
  notes: z.array(QueryNote),
});

const DetectionOfEvent = z.object({
  ruleId: z.string(),
  title: z.string(),
  level: z.string(),
  author: z.string(),
  /** The exception under which it raised no alert; null = it counts. */
  exceptionId: z.string().nullable(),
  tactics: z.array(z.string()),
  techniques: z.array(z.string()),
});

export const EventParams = z.object({ id: EventId });
/** `time` (the row's time) makes the look-up immediate; without it the whole store is asked. */
export const EventQuery = z.object({ time: InstantText.optional() });
export const EventDetail = EventRow.extend({
  /** Every hot column that is present, by ECS name. */
  values: z.record(z.string(), CellValue),
  /** Every field as the vendor sent it. */
  fields: z.record(z.string(), z.string()),
  /** What Yagura added, by name: none of it is the sender's word. Those with a column are among `values` too. */
  added: z.record(z.string(), z.string()),
  raw: z.object({
    /** Bytes that are no UTF-8 are given in `base64` too; the text is then as `encoding` reads it, or has U+FFFD for them. At most 1 MiB is sent; `bytes` is the true length. */
    text: z.string(),
    base64: z.string().optional(),
    /** What the bytes are in; null = UTF-8. */
    encoding: z.enum(ENCODINGS).nullable(),
    sha256: z.string(),
    bytes: z.number(),
    isCut: z.boolean(),
  }),
  detections: z.array(DetectionOfEvent),
  /** Up to five events before (oldest first) and after on the same host, or the same source when no host is known. */
  neighbors: z.object({ by: z.enum(["host", "source"]), before: z.array(EventRow), after: z.array(EventRow) }),
});

export const SurroundingQuery = z.object({
  time: InstantText.optional(),
  by: z.enum(["host", "account", "address", "source"]).default("host"),
  /** How far to look to either side; a week when left out. */
  minutes: z.coerce.number().int().min(1).max(10_080).optional(),
  before: z.coerce.number().int().min(0).max(200).default(50),
  after: z.coerce.number().int().min(0).max(200).default(50),
  columns,
});
/** `by` says what was used: `source` when the event names none of what was asked for. Both lists oldest first. */
export const Surroundings = z.object({
  by: z.enum(["host", "account", "address", "source"]),
  /** What is the same in all of them: a host's name, a person's, an address, or a source's id. */
  value: z.string(),
  /** By what else one could look: what this event names. */
  choices: z.array(z.enum(["host", "account", "address", "source"])),
  before: z.array(EventRow),
  event: EventRow,
  after: z.array(EventRow),
});

export const HISTOGRAM_SPLITS = ["none", "outcome", "level", "dataset", "unit"] as const;
export const HistogramQuery = z.object({ ...scope, split: z.enum(HISTOGRAM_SPLITS).default("none") });
export const Histogram = z.object({
  range: Range,
  /** Nominal width; edges align to the viewer's clock, so a day with a clock change is longer or shorter. */
  bucketMs: z.number(),
  /** `total` of each bucket = sum of `counts`; `counts[i]` belongs to `groups[i]`. */
  buckets: z.array(z.object({ start: z.string(), end: z.string(), total: z.number(), counts: z.array(z.number()) })),
  /** Split `none`: [""] . `dataset`/`unit`: the five largest, then "…other". `level`: the event's highest detection level, "" = none. */
  groups: z.array(z.string()),
  total: z.number(),
});
export const OTHER_GROUP = "…other";

const TopValue = z.object({
  value: CellValue,
  count: z.number(),
  /** 0–1: part of the examined events that have this value. */
  share: z.number(),
});
export const FieldSummary = z.object({
  /** The name to type in a query. */
  name: z.string(),
  /** Column name, or "" for a vendor field. */
  column: z.string(),
  kind: z.enum(["text", "word", "ip", "port", "count", "number", "pid", "status", "severity", "vendor"]),
  /** 0–1: part of the examined events that have the field. */
  share: z.number(),
  /** Distinct values among the examined events (estimated above some thousands). Vendor fields in the list: undefined until asked. */
  cardinality: z.number().optional(),
  top: z.array(TopValue),
});
export const FieldListQuery = z.object({ ...scope, columns });
export const FieldList = z.object({
  range: Range,
  /** True when the figures come from a random part of the matching events. */
  sampled: z.boolean(),
  rowsExamined: z.number(),
  rowsMatching: z.number(),
  fields: z.array(FieldSummary),
});

export const FieldValuesQuery = z.object({
  ...scope,
  field: z.string().min(1).max(200),
  /** Only values that contain this text, any case: completion while typing. */
  contains: z.string().max(200).default(""),
  limit: z.coerce.number().int().min(1).max(200).default(20),
});
export const FieldValues = z.object({
  range: Range,
  sampled: z.boolean(),
  rowsExamined: z.number(),
  rowsMatching: z.number(),
  field: FieldSummary,
});

/** The names the language knows, for completion and help. */
export const KnownField = z.object({
  name: z.string(),
  column: z.string(),
  kind: z.string(),
  aliases: z.array(z.string()),
});
export const SearchSchema = z.object({ fields: z.array(KnownField) });

export const ExportQuery = z.object({
  ...scope,
  columns,
  /** `json` is one document of at most 10,000 events; `pdf` a printed list of at most 1,000. */
  format: z.enum(["csv", "ndjson", "json", "pdf"]),
  /** Of the words in a `pdf`. */
  language: z.enum(["ja", "en"]).default("ja"),
  sort: z.enum(["time:desc", "time:asc"]).default("time:desc"),
  limit: z.coerce.number().int().min(1).max(MAX_EXPORT_ROWS).default(MAX_EXPORT_ROWS),
});

export const TailQuery = z.object({ q: scope.q, unit: scope.unit, tz: scope.tz, columns });
/**
 * Live tail is `text/event-stream`. Events: `events` (data: TailBatch, newest last), `beat` (every 15 s, data: {}),
 * `end` (data: TailEnd) after which the server closes; the browser must not reconnect after `end` except on `limit`.
 */
export const TailBatch = z.object({
  items: z.array(EventRow),
  /** Events that matched in this second but were not sent, because people cannot read them. */
  skipped: z.number(),
});
export const TailEnd = z.object({ reason: z.enum(["signed_out", "time_limit", "shutdown", "engine"]) });

const savedSearch = {
  name: z.string().trim().min(1).max(120),
  q: z.string().max(MAX_QUERY_CHARS),
  /** Field names, in order. */
  columns: z.array(z.string().max(200)).max(40),
  /** Relative range to open it with, such as `now-24h`; undefined = keep the viewer's. */
  from: InstantText.optional(),
  /** The unit whose people may see it; null = private. */
  sharedWithUnitId: z.string().max(80).nullable(),
};
export const SavedSearchInput = z.object(savedSearch);
export const SavedSearch = z.object({
  id: z.string(),
  ...savedSearch,
  owner: z.object({ id: z.string(), name: z.string() }),
  /** May the asking person change it? Only the owner may. */
  isOwn: z.boolean(),
  /** The owner may, and who keeps the unit that it is shared with (`unit:write`). */
  mayDelete: z.boolean(),
  createdAt: z.string(),
  updatedAt: z.string(),
  /** When somebody opened it last; null = nobody since it was kept. */
  lastUsedAt: z.string().nullable(),
});
export const SavedSearchList = z.object({ items: z.array(SavedSearch) });
export const SavedSearchParams = z.object({ id: z.string().max(80) });

/** A person's own queries. Nobody else reads them, and the record of changes does not hold their words. */
export const QueryHistoryInput = z.object({
  q: z.string().max(MAX_QUERY_CHARS),
  from: InstantText,
  to: InstantText,
  columns: z.array(z.string().max(200)).max(40),
});
export const QueryHistoryQuery = z.object({
  /** Part of the query, any case and width. */
  contains: z.string().max(200).default(""),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
/** Left out = all. */
export const QueryHistoryEntry = z.object({ entry: z.string().max(80).optional() });
export const QueryHistory = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      q: z.string(),
      from: z.string(),
      to: z.string(),
      columns: z.array(z.string()),
      runs: z.number(),
      ranAt: z.string(),
    }),
  ),
});

export const FunnelQuery = z.object({ from: scope.from, to: scope.to, unit: scope.unit });
/** null = that step is not counted here (yet), never a made-up 0. */
export const Funnel = z.object({
  range: Range,
  events: z.number(),
  detections: z.number(),
  alerts: z.number().nullable(),
  incidents: z.number().nullable(),
});

export type EventRow = z.infer<typeof EventRow>;
export type EventDetail = z.infer<typeof EventDetail>;
export type SearchQuery = z.infer<typeof SearchQuery>;
export type SearchScope = z.infer<typeof SearchScope>;
export type SearchPage = z.infer<typeof SearchPage>;
export type QueryNote = z.infer<typeof QueryNote>;
export type QueryHistory = z.infer<typeof QueryHistory>;
export type QueryHistoryInput = z.infer<typeof QueryHistoryInput>;
export type QueryHistoryQuery = z.infer<typeof QueryHistoryQuery>;
export type SurroundingQuery = z.infer<typeof SurroundingQuery>;
export type Surroundings = z.infer<typeof Surroundings>;
export type HistogramQuery = z.infer<typeof HistogramQuery>;
export type Histogram = z.infer<typeof Histogram>;
export type FieldSummary = z.infer<typeof FieldSummary>;
export type FieldListQuery = z.infer<typeof FieldListQuery>;
export type FieldList = z.infer<typeof FieldList>;
export type FieldValuesQuery = z.infer<typeof FieldValuesQuery>;
export type FieldValues = z.infer<typeof FieldValues>;
export type ExportQuery = z.infer<typeof ExportQuery>;
export type TailQuery = z.infer<typeof TailQuery>;
export type TailBatch = z.infer<typeof TailBatch>;
export type SavedSearch = z.infer<typeof SavedSearch>;
export type SavedSearchInput = z.infer<typeof SavedSearchInput>;
export type Funnel = z.infer<typeof Funnel>;
export type FunnelQuery = z.infer<typeof FunnelQuery>;
