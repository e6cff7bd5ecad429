import { z } from "zod";

/**
 * Everything the web needs to know of alerts: parameters in, shapes out. Instants are UTC ISO 8601 with milliseconds.
 *
 * GET   /api/v1/alerts                           AlertListQuery → AlertPage
 * GET   /api/v1/alerts/facets                    AlertFilter → AlertFacets
 * GET   /api/v1/alerts/counts                    AlertCountsQuery → AlertCounts
 * GET   /api/v1/alerts/selection                 AlertSelectionQuery → AlertSelection: what "all of these" means at this moment
 * GET   /api/v1/alerts/export.csv                AlertSelectionQuery → the filtered queue as a file, at most 20,000 alerts
 * GET   /api/v1/alerts/matrix                    AlertMatrixQuery → AlertMatrix
 * GET   /api/v1/alerts/changes                   → MyChanges: the asking person's latest acts, newest first
 * GET   /api/v1/alerts/:id                       → AlertDetail
 * PATCH /api/v1/alerts/:id                       AlertPatch → AlertDetail; 409 when the version is old
 * POST  /api/v1/alerts/:id/notes                 AlertNoteInput → AlertDetail
 * POST  /api/v1/alerts/bulk                      BulkInput → BulkResult
 * POST  /api/v1/alerts/undo                      UndoInput → UndoResult
 */

const PAGE_ALERTS = 200;
/** Alerts that one bulk action may name one by one. */
export const MAX_BULK_IDS = 20_000;
/** Alerts that "all matching this filter" may touch; more is refused with `over_limit` and the true count. */
export const MAX_BULK_MATCHES = 50_000;
/** Alerts in one file. */
export const MAX_EXPORT_ALERTS = 20_000;
export const UNDO_MINUTES = 60;
/** A total beyond this is counted exactly only where counts are kept: see `AlertPage.isTotalCapped`. */
export const TOTAL_CAP = 10_000;
const MAX_NOTE_CHARS = 4_000;
const MAX_REASON_CHARS = 1_000;

export const Level = z.enum(["informational", "low", "medium", "high", "critical"]);
export const AlertStatus = z.enum(["open", "in-progress", "closed"]);
export const Disposition = z.enum(["true-positive", "false-positive", "benign"]);
const AlertEntityKind = z.enum(["host", "user", "address", "domain", "source"]);

/** `a,b,c` in a URL, an array in a JSON body. */
const listOf = <T extends z.ZodType<unknown, string>>(item: T) =>
  z.union([
    z.array(item).max(100),
    z
      .string()
      .max(8_000)
      .transform((text) => text.split(",").filter((part) => part !== ""))
      .pipe(z.array(item).max(100)),
  ]);

/** Ids and words: one line without control characters or broken surrogates. */
const Id = z
  .string()
  .min(1)
  .max(300)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u);
/** Prose as typed; what a database cannot hold is replaced, never refused. */
const prose = (maxChars: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(maxChars)
    .overwrite((text) => text.replaceAll("\0", "\uFFFD").toWellFormed());

/** Filters combine with "and"; several values of one filter with "or". Left out = no restriction. */
export const AlertFilter = z.object({
  status: listOf(AlertStatus).optional(),
  /** The severity that counts: the analyst's when set, else the rule's. */
  severity: listOf(Level).optional(),
  /** The rule's or device's own severity. */
  level: listOf(Level).optional(),
  /** The analyst's severity, or `none` = not judged yet. */
  judged: listOf(z.enum([...Level.options, "none"])).optional(),
  /** Person ids, `me`, or `none`. */
  assignee: listOf(Id).optional(),
  disposition: listOf(Disposition).optional(),
  rule: listOf(Id).optional(),
  entityKind: listOf(AlertEntityKind).optional(),
  /** Part of the entity from the beginning of a word, any case. */
  entity: z.string().max(300).optional(),
  /** The whole entity, letter for letter: what the facet gives. */
  entityIs: z.string().max(300).optional(),
  /** Unit ids, each meaning itself only. */
  unit: listOf(Id).optional(),
  /** One unit and all below it, however many. */
  under: Id.optional(),
  /** These alerts; with the other filters, those of them that pass. */
  id: listOf(Id).optional(),
  source: listOf(Id).optional(),
  /** ATT&CK tactic short names such as `credential-access`. */
  tactic: listOf(Id).optional(),
  /** ATT&CK technique ids; `T1003` also finds `T1003.001`. */
  technique: listOf(Id).optional(),
  /** Last seen at or after. */
  from: z.iso.datetime({ offset: true }).optional(),
  /** Last seen before. */
  to: z.iso.datetime({ offset: true }).optional(),
  /** Opened at or after, and before. */
  createdFrom: z.iso.datetime({ offset: true }).optional(),
  createdTo: z.iso.datetime({ offset: true }).optional(),
  /**
   * Words that must all occur in rule title, entity and six questions, or all in one note; each from the beginning of a word (in Japanese
   * anywhere). Width and case do not matter.
   */
  q: z.string().max(400).optional(),
});

/** `priority` is an order of what waits: where closed alerts are asked for too, `last-seen` stands in. */
export const ALERT_SORTS = ["priority", "severity", "count", "last-seen", "first-seen"] as const;
export const AlertListQuery = AlertFilter.extend({
  sort: z.enum(ALERT_SORTS).default("priority"),
  order: z.enum(["desc", "asc"]).default("desc"),
  cursor: z.string().max(600).optional(),
  limit: z.coerce.number().int().min(1).max(PAGE_ALERTS).default(50),
});

/** The first so many of a filter in an order. */
export const AlertSelectionQuery = AlertListQuery.omit({ cursor: true, limit: true });
/** Alerts and their versions as they are now: a change to exactly these collides where someone else was faster. */
export const AlertSelection = z.object({
  alerts: z.array(z.object({ id: z.string(), version: z.number() })),
  /** All that match; more than `alerts` holds when it is more than one act may name. */
  total: z.number(),
  isTotalCapped: z.boolean(),
});

export const PersonRef = z.object({ id: z.string(), name: z.string() });

/** A share 0–1 with its 95 % credible interval, and how many verdicts it rests on. */
export const Share = z.object({ share: z.number(), low: z.number(), high: z.number(), judged: z.number() });

/** "" = the log did not say. When = the sample's `time`. */
const AlertSix = z.object({
  who: z.string(),
  whereFrom: z.string(),
  withWhat: z.string(),
  what: z.string(),
  didWhat: z.string(),
});

export const AlertRow = z.object({
  id: z.string(),
  /** Grows with every change by a person (not with new detections): send it back with a change. */
  version: z.number(),
  rule: z.object({
    id: z.string(),
    title: z.string(),
    /** Shown wherever the alert is: the Detection Rule License asks for it. */
    author: z.string(),
    tactics: z.array(z.string()),
    techniques: z.array(z.string()),
  }),
  /** As the rule or device judged: the highest level seen. */
  level: Level,
  /** When the rule first said so. */
  levelAt: z.string(),
  /** As an analyst judged; null = not judged yet. */
  expertSeverity: Level.nullable(),
  /** The one that counts for sorting and filtering: expertSeverity, else level. */
  severity: Level,
  /** Who gave the expert severity and when; null = not judged, or before this was kept. */
  judged: z.object({ by: PersonRef, at: z.string() }).nullable(),
  /** How often its rule was worth the time, over the whole group; null = no verdict yet. */
  precision: Share.nullable(),
  /** Why it stands where it stands: points that add up to `score`. null = closed. */
  priority: z
    .object({ score: z.number(), severity: z.number(), precision: z.number(), waiting: z.number() })
    .nullable(),
  status: AlertStatus,
  assignee: PersonRef.nullable(),
  disposition: Disposition.nullable(),
  reason: z.string(),
  entity: z.object({ kind: AlertEntityKind, value: z.string() }),
  unitId: z.string(),
  sourceId: z.string(),
  /** Detections in this alert. */
  count: z.number(),
  firstAt: z.string(),
  lastAt: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
  /** 0 = first time; n = the same rule on the same entity was closed n times before. */
  recurrence: z.number(),
  /** The closed alert before this one. */
  formerAlertId: z.string().nullable(),
  noteCount: z.number(),
  /** The latest detection's event. */
  sample: z.object({
    /** `${stream}-${seq}`: opens the event. */
    eventId: z.string(),
    stream: z.number(),
    seq: z.string(),
    time: z.string(),
    dataset: z.string(),
    six: AlertSix,
    hostName: z.string(),
    userName: z.string(),
    sourceIp: z.string(),
    /** Of a correlation rule: the events that its latest firing rests on, the newest 50, oldest first. */
    contributing: z.array(z.object({ eventId: z.string(), time: z.string() })).optional(),
  }),
});
export const AlertPage = z.object({
  items: z.array(AlertRow),
  nextCursor: z.string().optional(),
  total: z.number(),
  /** There are more than `total`: words, entities and times are counted to 10,000 only. */
  isTotalCapped: z.boolean(),
});

/** Each facet counts under all filters but its own, so that a person sees what adding a value would bring. */
export const FacetValue = z.object({ value: z.string(), label: z.string().optional(), count: z.number() });
export const AlertFacets = z.object({
  total: z.number(),
  /** Present when not all matches were counted but so many of the newest (all values, or those of `entity` alone). */
  sample: z.object({ alerts: z.number(), of: z.enum(["all", "entity"]) }).nullable(),
  status: z.array(FacetValue),
  severity: z.array(FacetValue),
  /** Value `none` = unassigned; label = the person's name. */
  assignee: z.array(FacetValue),
  disposition: z.array(FacetValue),
  /** The 20 largest; label = title. */
  rule: z.array(FacetValue),
  entityKind: z.array(FacetValue),
  /** The 20 largest entities; value = entity, label = its kind. */
  entity: z.array(FacetValue),
  unit: z.array(FacetValue),
  tactic: z.array(FacetValue),
  technique: z.array(FacetValue),
});

/** For home: every status × severity is present, zeros included. */
export const AlertCounts = z.object({
  total: z.number(),
  unassigned: z.number(),
  mine: z.number(),
  cells: z.array(z.object({ status: AlertStatus, severity: Level, count: z.number() })),
  /** Level (rule) × expert severity of alerts judged by an analyst: the two-axis matrix. */
  judged: z.array(z.object({ level: Level, expertSeverity: Level, count: z.number() })),
  /** Created in the last 24 hours. */
  createdLastDay: z.number(),
});

/** Periods go by the hour of opening, whole hours: both ends are moved outward. */
export const AlertMatrixQuery = z.object({
  from: z.iso.datetime({ offset: true }),
  to: z.iso.datetime({ offset: true }),
  unit: listOf(Id).optional(),
  /** One unit and all below it. */
  under: Id.optional(),
});
/** A rule whose acts of judging lie on one side of its own level. Acts, not alerts. */
export const MisratedRule = z.object({
  id: z.string(),
  title: z.string(),
  level: Level,
  above: z.number(),
  same: z.number(),
  below: z.number(),
  /** Alerts that these acts judged. */
  alerts: z.number(),
  /** The share of acts on that side with its 95 % interval; the whole of it lies above one half. */
  share: Share,
  /** What was said most often. */
  usual: Level,
});
export const AlertMatrix = z.object({
  /** The period as it was counted. */
  from: z.string(),
  to: z.string(),
  /** Of the alerts opened in the period: the rule's level × the analyst's; `expertSeverity` null = not judged. Cells without alerts are left out. */
  cells: z.array(z.object({ level: Level, expertSeverity: Level.nullable(), count: z.number() })),
  /** By the acts of judging in the period, whenever their alerts were opened: rules that say too little, and too much, at most 50 each, the surest first. */
  underrated: z.array(MisratedRule),
  overrated: z.array(MisratedRule),
  /** Rules of which something was judged in the period. */
  judgedRules: z.number(),
});

export const AlertCountsQuery = z.object({ from: AlertFilter.shape.from, to: AlertFilter.shape.to });

/**
 * A change. `disposition` closes (and needs `reason`); `status` other than closed reopens and clears the disposition. Where it is for a
 * filter or for more than one alert, `disposition` and `in-progress` leave closed alerts as they are.
 * Left out = keep. `assigneeId: null` = nobody; `expertSeverity: null` = withdraw the judgment.
 */
export const AlertChange = z
  .object({
    status: AlertStatus.optional(),
    /** A person id, or `me`. */
    assigneeId: Id.nullable().optional(),
    disposition: Disposition.optional(),
    reason: prose(MAX_REASON_CHARS).optional(),
    expertSeverity: Level.nullable().optional(),
    note: prose(MAX_NOTE_CHARS).optional(),
  })
  .superRefine((change, issues) => {
    const isClosing = change.status === "closed" || change.disposition !== undefined;
    if (isClosing && (change.disposition === undefined || change.reason === undefined)) {
      issues.addIssue({
        code: "custom",
        path: ["reason"],
        message: "Closing needs a disposition and a reason, so that the rule can be judged by its results.",
      });
    }
    if (change.disposition !== undefined && change.status !== undefined && change.status !== "closed") {
      issues.addIssue({ code: "custom", path: ["status"], message: "A disposition belongs to a closed alert." });
    }
    if (Object.values(change).every((value) => value === undefined)) {
      issues.addIssue({ code: "custom", path: [], message: "Say what to change." });
    }
  });

export const AlertParams = z.object({ id: Id });
export const AlertPatch = z.object({ version: z.number().int().min(1), change: AlertChange });
export const AlertNoteInput = z.object({ text: prose(MAX_NOTE_CHARS) });

export const BulkTarget = z.union([
  /** `version` when given must still be the alert's: otherwise that one alert is left alone and counted in `conflicts`. */
  z.object({
    alerts: z
      .array(z.object({ id: Id, version: z.number().int().min(1).optional() }))
      .min(1)
      .max(MAX_BULK_IDS),
  }),
  z.object({ filter: AlertFilter }),
]);
export const BulkInput = z.object({ target: BulkTarget, change: AlertChange });

/** What an alert was before a change: enough to draw the row as it was. */
export const AlertBefore = z.object({
  id: z.string(),
  status: AlertStatus,
  assignee: PersonRef.nullable(),
  disposition: Disposition.nullable(),
  reason: z.string(),
  expertSeverity: Level.nullable(),
});
/** An alert that was left alone, and who changed it last. */
export const ConflictAlert = z.object({
  id: z.string(),
  ruleId: z.string(),
  ruleTitle: z.string(),
  entity: z.string(),
  status: AlertStatus,
  /** null = no person: the same rule and entity has an open alert. */
  changed: z.object({ by: PersonRef, at: z.string() }).nullable(),
});
export const BulkResult = z.object({
  /** For `POST /api/v1/alerts/undo`. */
  changeId: z.string(),
  changed: z.number(),
  /** Already so, or closed where many are changed at once: those are re-opened and re-judged one by one. */
  unchanged: z.number(),
  /** Changed by someone else meanwhile, or cannot be reopened because the same rule and entity has an open alert. */
  conflicts: z.number(),
  /** Up to 100 of them. */
  conflictIds: z.array(z.string()),
  /** Up to 100 of them, as they are now. */
  conflictAlerts: z.array(ConflictAlert),
  /** Not there, or not yours to change. */
  missing: z.number(),
  undoUntil: z.string(),
  /** Of the first 500 changed alerts. */
  previous: z.array(AlertBefore),
});

export const UndoInput = z.object({ changeId: Id });
export const UndoResult = z.object({
  changeId: z.string(),
  restored: z.number(),
  /** The first 500 of them. */
  restoredIds: z.array(z.string()),
  /** Changed by someone since, or an open alert of the same rule and entity stands in the way: left as they are. */
  conflicts: z.number(),
  /** Up to 100 of them, as they are now. */
  conflictAlerts: z.array(ConflictAlert),
});

export const MyChange = z.object({
  id: z.string(),
  at: z.string(),
  alerts: z.number(),
  /** What it said, the most telling part. */
  what: z.enum(["close", "status", "assign", "judge", "note"]),
  disposition: Disposition.nullable(),
  expertSeverity: Level.nullable(),
  isUndone: z.boolean(),
  /** Until when it can be taken back; null = no longer, or already done. */
  undoUntil: z.string().nullable(),
});
export const MyChanges = z.object({ items: z.array(MyChange) });

export const AlertNote = z.object({ id: z.string(), text: z.string(), author: PersonRef, at: z.string() });

/** One change as seen from one alert, newest first. Each entry of `changes` is one field. */
export const AlertHistoryEntry = z.object({
  changeId: z.string(),
  at: z.string(),
  actor: PersonRef.extend({ kind: z.string() }),
  /** Alerts changed together with this one. */
  together: z.number(),
  isUndone: z.boolean(),
  /** True when this entry took another one back. */
  isUndo: z.boolean(),
  changes: z.array(
    z.object({
      field: z.enum(["status", "assignee", "disposition", "reason", "expertSeverity", "note"]),
      before: z.string().nullable(),
      after: z.string().nullable(),
    }),
  ),
});
export const AlertAuditEntry = z.object({
  id: z.string(),
  at: z.string(),
  action: z.string(),
  actor: PersonRef,
});
/** Opens the search page on the events behind the alert. */
export const EventsLink = z.object({ q: z.string(), from: z.string(), to: z.string() });

export const AlertDetail = AlertRow.extend({
  notes: z.array(AlertNote),
  history: z.array(AlertHistoryEntry),
  /** The latest audit rows that name this alert. */
  audit: z.array(AlertAuditEntry),
  events: EventsLink,
  /** Same rule and entity, closed before (newest first, up to 10). */
  former: z.array(
    z.object({
      id: z.string(),
      disposition: Disposition.nullable(),
      reason: z.string(),
      lastAt: z.string(),
      count: z.number(),
    }),
  ),
  /** Other open alerts of the same entity (up to 20): what else happens there. */
  sameEntity: z.array(
    z.object({
      id: z.string(),
      ruleId: z.string(),
      ruleTitle: z.string(),
      severity: Level,
      status: AlertStatus,
      lastAt: z.string(),
      count: z.number(),
    }),
  ),
});

export type Level = z.infer<typeof Level>;
export type AlertStatus = z.infer<typeof AlertStatus>;
export type Disposition = z.infer<typeof Disposition>;
export type AlertFilter = z.infer<typeof AlertFilter>;
export type AlertListQuery = z.infer<typeof AlertListQuery>;
export type AlertRow = z.infer<typeof AlertRow>;
export type AlertPage = z.infer<typeof AlertPage>;
export type AlertFacets = z.infer<typeof AlertFacets>;
export type FacetValue = z.infer<typeof FacetValue>;
export type AlertCounts = z.infer<typeof AlertCounts>;
export type AlertCountsQuery = z.infer<typeof AlertCountsQuery>;
export type AlertChange = z.infer<typeof AlertChange>;
export type AlertPatch = z.infer<typeof AlertPatch>;
export type BulkInput = z.infer<typeof BulkInput>;
export type BulkTarget = z.infer<typeof BulkTarget>;
export type BulkResult = z.infer<typeof BulkResult>;
export type AlertBefore = z.infer<typeof AlertBefore>;
export type UndoResult = z.infer<typeof UndoResult>;
export type AlertNote = z.infer<typeof AlertNote>;
export type AlertHistoryEntry = z.infer<typeof AlertHistoryEntry>;
export type AlertAuditEntry = z.infer<typeof AlertAuditEntry>;
export type AlertDetail = z.infer<typeof AlertDetail>;
export type EventsLink = z.infer<typeof EventsLink>;
export type AlertMatrix = z.infer<typeof AlertMatrix>;
export type AlertMatrixQuery = z.infer<typeof AlertMatrixQuery>;
export type MisratedRule = z.infer<typeof MisratedRule>;
export type AlertSelection = z.infer<typeof AlertSelection>;
export type AlertSelectionQuery = z.infer<typeof AlertSelectionQuery>;
export type ConflictAlert = z.infer<typeof ConflictAlert>;
export type MyChange = z.infer<typeof MyChange>;
export type MyChanges = z.infer<typeof MyChanges>;
export type PersonRef = z.infer<typeof PersonRef>;
