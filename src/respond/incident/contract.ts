import { z } from "zod";
import { AlertRow, AlertStatus, Disposition, Level, PersonRef } from "../../monitor/alert/contract.ts";

/**
 * Everything the web needs to know of incidents. Instants are UTC ISO 8601 with milliseconds. `:id` is an id or `INC-12`.
 *
 * GET    /api/v1/incidents                       IncidentListQuery → IncidentPage
 * POST   /api/v1/incidents                       IncidentInput → IncidentDetail; 409 when an alert is in another one
 * GET    /api/v1/incidents/counts                → IncidentCounts
 * GET    /api/v1/incidents/by-alerts?ids=a,b     → IncidentsByAlert
 * GET    /api/v1/incidents/:id                   → IncidentDetail
 * PATCH  /api/v1/incidents/:id                   IncidentPatch → IncidentChanged; 409 when the version is old
 * POST   /api/v1/incidents/:id/notes             IncidentNoteInput → IncidentDetail
 * POST   /api/v1/incidents/:id/alerts            IncidentAlertsInput → IncidentDetail
 * DELETE /api/v1/incidents/:id/alerts/:alertId   → IncidentDetail
 */

/** Alerts that one incident may hold. */
export const MAX_INCIDENT_ALERTS = 500;
const MAX_TITLE_CHARS = 200;
const MAX_SUMMARY_CHARS = 20_000;
const MAX_NOTE_CHARS = 4_000;
const MAX_REASON_CHARS = 1_000;

export const IncidentStatus = z.enum(["open", "contained", "resolved", "closed"]);

/** ATT&CK's enterprise tactics in the order of its matrix; `defense-evasion` was split by version 19 of it. */
export const TACTIC_ORDER = [
  "reconnaissance",
  "resource-development",
  "initial-access",
  "execution",
  "persistence",
  "privilege-escalation",
  "defense-evasion",
  "stealth",
  "defense-impairment",
  "credential-access",
  "discovery",
  "lateral-movement",
  "collection",
  "command-and-control",
  "exfiltration",
  "impact",
] as const;

export const QUESTIONS = ["when", "who", "whereFrom", "withWhat", "what", "didWhat"] as const;
const Question = z.enum(QUESTIONS);

/** Ids and words: one line without control characters or broken surrogates. */
const Id = z
  .string()
  .min(1)
  .max(300)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u);
const storable = (text: string): string => text.replaceAll("\0", "\uFFFD").toWellFormed();
/** Prose as typed; what a database cannot hold is replaced, never refused. */
const prose = (maxChars: number) => z.string().trim().min(1).max(maxChars).overwrite(storable);
const Title = z
  .string()
  .overwrite((text) => storable(text.replaceAll(/[\p{Cc}\s]+/gu, " ")))
  .trim()
  .min(1)
  .max(MAX_TITLE_CHARS);
const Summary = z.string().trim().max(MAX_SUMMARY_CHARS).overwrite(storable);
/** `a,b,c` in a URL. */
const listOf = <T extends z.ZodType<unknown, string>>(item: T, max: number) =>
  z
    .string()
    .max(max * 60)
    .transform((text) => text.split(",").filter((part) => part !== ""))
    .pipe(z.array(item).max(max));
const AlertIds = z.array(Id).min(1).max(MAX_INCIDENT_ALERTS);

/** Filters combine with "and"; several values of one filter with "or". Left out = no restriction. */
const IncidentFilter = z.object({
  /** These incidents. */
  id: listOf(Id, 100).optional(),
  status: listOf(IncidentStatus, 4).optional(),
  severity: listOf(Level, 5).optional(),
  /** Person ids, `me`, or `none`. */
  owner: listOf(Id, 100).optional(),
  /** Unit ids, each meaning itself only. */
  unit: listOf(Id, 500).optional(),
  /** Opened at or after, and before. */
  openedFrom: z.iso.datetime({ offset: true }).optional(),
  openedTo: z.iso.datetime({ offset: true }).optional(),
  /** `out` leaves out what was withdrawn or merged into another one, as the funnel and the boards do. */
  withdrawn: z.enum(["out"]).optional(),
  /** Words that must all occur in number, title or summary. Width and case do not matter. */
  q: z.string().max(400).optional(),
});
export const INCIDENT_SORTS = ["updated", "opened", "severity"] as const;
export const IncidentListQuery = IncidentFilter.extend({
  sort: z.enum(INCIDENT_SORTS).default("updated"),
  order: z.enum(["desc", "asc"]).default("desc"),
  cursor: z.string().max(600).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

export const IncidentRow = z.object({
  id: z.string(),
  /** Counted in the group: shown as `INC-12`. */
  number: z.number(),
  /** Grows with every change of a field (not with notes and alerts): send it back with a change. */
  version: z.number(),
  title: z.string(),
  /** The same in Japanese, while it is called by a rule that has a Japanese name; null when a person named it. */
  titleJa: z.string().nullable(),
  severity: Level,
  status: IncidentStatus,
  owner: PersonRef.nullable(),
  unitId: z.string(),
  openedAt: z.string(),
  updatedAt: z.string(),
  closedAt: z.string().nullable(),
  closingReason: z.string(),
  /** Linked alerts, those of units that the reader may not see included. */
  alertCount: z.number(),
});
export const IncidentPage = z.object({
  items: z.array(IncidentRow),
  nextCursor: z.string().optional(),
  total: z.number(),
});

/** For home: every status × severity is present, zeros included. `mine` and `unowned` count what is not closed. */
export const IncidentCounts = z.object({
  total: z.number(),
  mine: z.number(),
  unowned: z.number(),
  cells: z.array(z.object({ status: IncidentStatus, severity: Level, count: z.number() })),
});

/** `severity`: the highest of the alerts by default. `unitId` may be left out when all alerts are of one unit. */
export const IncidentInput = z.object({
  title: Title,
  severity: Level.optional(),
  unitId: Id.optional(),
  /** A person id, or `me`; the one who opens it by default, `null` = nobody. */
  ownerId: Id.nullable().optional(),
  summary: Summary.optional(),
  alertIds: AlertIds,
});

/**
 * Closing needs a reason; any other status reopens and clears it. Left out = keep. `disposition`: what the alerts were; those that are
 * still open are closed with it and the reason, and closing needs it where there are such.
 */
export const IncidentChange = z
  .object({
    title: Title.optional(),
    severity: Level.optional(),
    status: IncidentStatus.optional(),
    closingReason: prose(MAX_REASON_CHARS).optional(),
    disposition: Disposition.optional(),
    ownerId: Id.nullable().optional(),
    unitId: Id.optional(),
    summary: Summary.optional(),
  })
  .superRefine((change, issues) => {
    const say = (path: string[], message: string) => issues.addIssue({ code: "custom", path, message });
    if (change.status === "closed" && change.closingReason === undefined) {
      say(["closingReason"], "Closing needs a reason, so that others can follow the decision.");
    }
    if (change.closingReason !== undefined && change.status !== "closed") {
      say(["closingReason"], "A closing reason belongs to closing.");
    }
    if (change.disposition !== undefined && change.status !== "closed") {
      say(["disposition"], "What the alerts were is said when closing.");
    }
    if (Object.values(change).every((value) => value === undefined)) say([], "Say what to change.");
  });

export const IncidentParams = z.object({ id: Id });
export const IncidentAlertParams = z.object({ id: Id, alertId: Id });
export const IncidentPatch = z.object({ version: z.number().int().min(1), change: IncidentChange });
export const IncidentNoteInput = z.object({ text: prose(MAX_NOTE_CHARS) });
export const IncidentAlertsInput = z.object({ alertIds: AlertIds });
export const ByAlertsQuery = z.object({ ids: listOf(Id, 200) });

/** Alerts without an incident, and what is not the reader's to see, are left out. */
export const IncidentsByAlert = z.object({
  items: z.array(
    z.object({
      alertId: z.string(),
      incident: z.object({
        id: z.string(),
        number: z.number(),
        title: z.string(),
        titleJa: z.string().nullable(),
        status: IncidentStatus,
        /** False: it formed by itself and nobody has touched it, so that a person may take its alerts. */
        isClaimed: z.boolean(),
      }),
    }),
  ),
});

/** An alert as its incident shows it. `sample`: the event behind it, seen last. */
export const IncidentAlert = AlertRow.pick({
  id: true,
  rule: true,
  severity: true,
  entity: true,
  unitId: true,
  count: true,
  firstAt: true,
  lastAt: true,
  sample: true,
}).extend({ status: AlertStatus, disposition: Disposition.nullable() });

/** One sentence of the story: an alert's event. `known`: how many of the six questions it answers. */
const StoryStep = z.object({
  alertId: z.string(),
  ruleTitle: z.string(),
  severity: Level,
  entity: AlertRow.shape.entity,
  tactics: z.array(z.string()),
  eventId: z.string(),
  time: z.string(),
  six: AlertRow.shape.sample.shape.six,
  known: z.number(),
});
export const Story = z.object({
  /** In time order, oldest first. */
  steps: z.array(StoryStep),
  /** The questions that at least one event answers: "known 5 of 6". */
  known: z.array(Question),
  unknown: z.array(Question),
});

export const IncidentFacts = z.object({
  /** In ATT&CK's order, what it does not know last. */
  tactics: z.array(z.object({ tactic: z.string(), alerts: z.number(), firstAt: z.string() })),
  techniques: z.array(z.object({ id: z.string(), alerts: z.number() })),
  /** Whom and what it touches: most severe first, then most alerts. At most 200. */
  entities: z.array(
    z.object({
      kind: AlertRow.shape.entity.shape.kind,
      value: z.string(),
      severity: Level,
      alerts: z.number(),
      firstAt: z.string(),
      lastAt: z.string(),
    }),
  ),
  /** Detections in the alerts. */
  detections: z.number(),
  openAlerts: z.number(),
  firstAt: z.string().nullable(),
  lastAt: z.string().nullable(),
});

/** What happened to it, newest first (up to 500). */
export const IncidentEntry = z.object({
  id: z.string(),
  at: z.string(),
  actor: PersonRef.extend({ kind: z.string() }),
  kind: z.enum(["opened", "changed", "note", "alerts-added", "alerts-removed"]),
  changes: z.array(
    z.object({
      field: z.enum(["title", "severity", "status", "owner", "unit", "summary", "closingReason"]),
      before: z.string().nullable(),
      after: z.string().nullable(),
    }),
  ),
  note: z.string().nullable(),
  /** Alerts added or removed; those that the reader may see (up to 20) are named. */
  alertCount: z.number(),
  alerts: z.array(z.object({ id: z.string(), ruleTitle: z.string(), entity: z.string() })),
});

export const IncidentDetail = IncidentRow.extend({
  /** Plain text or Markdown, as typed. */
  summary: z.string(),
  alerts: z.array(IncidentAlert),
  /** Linked alerts of units that the reader may not see: story and facts leave them out. */
  hiddenAlerts: z.number(),
  story: Story,
  facts: IncidentFacts,
  entries: z.array(IncidentEntry),
});

/** After a change. Of closing: how many alerts were closed with it, and how many stay open that were not the actor's to close. */
export const IncidentChanged = IncidentDetail.extend({ closedAlerts: z.number(), leftAlerts: z.number() });

export type IncidentStatus = z.infer<typeof IncidentStatus>;
export type IncidentListQuery = z.infer<typeof IncidentListQuery>;
export type IncidentRow = z.infer<typeof IncidentRow>;
export type IncidentPage = z.infer<typeof IncidentPage>;
export type IncidentCounts = z.infer<typeof IncidentCounts>;
export type IncidentInput = z.infer<typeof IncidentInput>;
export type IncidentChange = z.infer<typeof IncidentChange>;
export type IncidentPatch = z.infer<typeof IncidentPatch>;
export type IncidentsByAlert = z.infer<typeof IncidentsByAlert>;
export type IncidentAlert = z.infer<typeof IncidentAlert>;
export type IncidentEntry = z.infer<typeof IncidentEntry>;
export type IncidentFacts = z.infer<typeof IncidentFacts>;
export type IncidentChanged = z.infer<typeof IncidentChanged>;
export type IncidentDetail = z.infer<typeof IncidentDetail>;
export type Story = z.infer<typeof Story>;
export type Question = z.infer<typeof Question>;
