import { z } from "zod";
import { Line, Prose, Id as Ref } from "../incident/wire.ts";

/**
 * Notification duties as the web sees them. Instants are UTC ISO 8601; days are `yyyy-mm-dd` in the authority's zone.
 *
 * GET  /api/v1/duties/register                          → DutyRegister
 * POST /api/v1/duties/register                          EntryInput → RegisterEntry
 * PUT  /api/v1/duties/register/:id                      EntrySave → RegisterEntry; 409 with what the other person wrote
 * GET  /api/v1/duties/register/:id/versions             → EntryVersions
 * PUT  /api/v1/duties/units/:id                         ProfileSave → Profile
 * GET  /api/v1/duties/clocks                            → OpenClocks
 * GET  /api/v1/incidents/:id/duties                     → DutyCase
 * POST /api/v1/incidents/:id/duties/known               KnownInput → DutyCase
 * POST /api/v1/incidents/:id/duties/facts               FactsInput → DutyCase
 * POST /api/v1/incidents/:id/duties/entries             AddEntryInput → DutyCase
 * POST /api/v1/incidents/:id/duties/entries/remove      RemoveEntryInput → DutyCase
 * POST /api/v1/incidents/:id/duties/changes             DecideInput → DutyCase: confirm or withdraw what makes a deadline later
 * GET  /api/v1/incidents/:id/duties/draft               DraftQuery → Draft; `.md` and `.pdf` → the file
 * PUT  /api/v1/incidents/:id/duties/draft               DraftSave → Draft
 * POST /api/v1/incidents/:id/duties/documents           DocumentInput → DutyCase
 * GET  /api/v1/incidents/:id/duties/documents/:document → the file
 * POST /api/v1/incidents/:id/duties/documents/:document/approve → DutyCase
 * POST /api/v1/incidents/:id/duties/filings             FilingInput → DutyCase
 * POST /api/v1/incidents/:id/duties/filings/void        VoidInput → DutyCase: it was recorded by mistake
 */
export const CATEGORIES = [
  "authority",
  "police",
  "headquarters",
  "customer",
  "insurer",
  "exchange",
  "supplier",
  "other",
] as const;
export const Category = z.enum(CATEGORIES);
/** What a unit below may see, and is bound by, of the register of the units above it. */
export const SHARED_CATEGORIES = ["authority", "police", "headquarters"] as const;
export const FACTS = [
  "personalData",
  "specialCare",
  "propertyDamage",
  "improperPurpose",
  "overThousand",
  "strongEncryption",
  "euPersonalData",
  "riskUnlikely",
  "highRisk",
  "significantIncident",
  "criticalInfrastructure",
  "crime",
  "ransomwareOrDdos",
  "materialFact",
  "insured",
] as const;
export const Fact = z.enum(FACTS);
/** "unknown" is an answer; a question that nobody has answered yet has none. Neither is ever read as "no". */
export const Answer = z.enum(["yes", "no", "unknown"]);
export const CALENDARS = ["jp-government", "jp-business", "be", "weekends", "none"] as const;
export const Language = z.enum(["ja", "en"]);
export const MAX_FILE_BYTES = 10 * 2 ** 20;

const Both = (max: number) => z.object({ ja: Line(max).min(1), en: Line(max).min(1) });
const BothProse = (max: number) => z.object({ ja: Prose(max), en: Prose(max) });
const Id = z.string().regex(/^[\w-]{1,80}$/);
const Key = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, "small letters, digits and hyphens");
const ClockId = z.string().regex(/^[\w-]{1,80}:[a-z][a-z0-9-]{0,39}$/);
/** Years whose holidays are known to the calendars. */
const Day = z.iso.date().refine((day) => day >= "2016-01-01" && day <= "2099-12-31", "between 2016 and 2099");
const Instant = z.iso
  .datetime({ offset: true })
  .refine((at) => at >= "2016" && at < "2099", "between 2016 and 2098")
  .overwrite((at) => new Date(at).toISOString());
const Zone = z.string().max(64).refine(isTimeZone, "an IANA time zone such as Europe/Brussels");

/** `civil-code`: the first day is left out unless the period begins at midnight (民法140条). */
const FirstDay = z.enum(["excluded", "counted", "civil-code"]);
const LastDay = z.enum(["as-is", "next-working-day"]);
const Count = z.number().int().min(1);
export const Period = z.discriminatedUnion("kind", [
  /** `next-full-hour`: the hour of the event does not count (Regulation 1182/71 Art. 3(1)). */
  z.object({ kind: z.literal("hours"), count: Count.max(8760), from: z.enum(["moment", "next-full-hour"]) }),
  z.object({ kind: z.literal("days"), count: Count.max(730), firstDay: FirstDay, lastDay: LastDay }),
  z.object({ kind: z.literal("working-days"), count: Count.max(250), firstDay: FirstDay }),
  z.object({
    kind: z.literal("months"),
    count: Count.max(24),
    law: z.enum(["civil-code", "eu-1182"]),
    lastDay: LastDay,
  }),
]);
export const Stage = z.object({
  key: Key,
  name: Both(120),
  /** The stage whose filing starts this clock; null = it starts when the incident became known. */
  after: Key.nullable(),
  /** null = "without undue delay": there is no number to count. */
  limit: Period.nullable(),
  /** What to aim at, before the limit. */
  target: Period.nullable(),
  /** Another limit once a question is answered with yes, such as 60 days instead of 30. */
  variants: z.array(z.object({ fact: Fact, limit: Period, target: Period.nullable() })).max(4),
  report: z.enum(["appi", "gdpr", "nis2", "general"]),
});
export const EntryContent = z
  .object({
    name: Both(160),
    category: Category,
    /** The article or clause, as a reader would look it up. */
    basis: Line(300),
    zone: Zone,
    calendar: z.enum(CALENDARS),
    /** Days off beside the calendar's own. */
    holidays: z.array(Day).max(200),
    /** Working days leave out the unit's own days off too (contracts). */
    usesUnitDaysOff: z.boolean(),
    /** A law whose date is not known yet is not in force until somebody enters the date. */
    isDateKnown: z.boolean(),
    inForceFrom: Day.nullable(),
    /** Applies when all of `all`, one of `any` (when there are any) and none of `unless` are answered with yes. */
    all: z.array(Fact).max(8),
    any: z.array(Fact).max(8),
    unless: z.array(Fact).max(8),
    /** Asked of this entry alone in each case, such as "does the contract call for a notice?"; null = not asked. */
    question: Both(300).nullable(),
    stages: z.array(Stage).min(1).max(6),
    contact: Prose(2000),
    disclose: BothProse(4000),
  })
  .superRefine((entry, issues) => {
    const say = (path: string[], message: string) => issues.addIssue({ code: "custom", path, message });
    const keys = entry.stages.map(({ key }) => key);
    if (new Set(keys).size !== keys.length) say(["stages"], "Two stages have the same key.");
    for (const [at, { after }] of entry.stages.entries())
      if (after !== null && !keys.slice(0, at).includes(after))
        say(["stages"], "A stage follows one that stands before it.");
    if (!entry.isDateKnown && entry.inForceFrom !== null) say(["inForceFrom"], "A date is given, so it is known.");
  });
export const EntryInput = z.object({ unitId: Id, content: EntryContent });
export const EntrySave = z.object({
  version: z.number().int().min(1),
  content: EntryContent,
  /** Not empty: the entry is out of use from now on. */
  retiredReason: Line(500).default(""),
});
export const EntryParams = z.object({ id: Id });
export const RegisterEntry = z.object({
  id: z.string(),
  version: z.number(),
  unitId: z.string(),
  content: EntryContent,
  retiredReason: z.string(),
  setBy: z.string(),
  setAt: z.string(),
  mayChange: z.boolean(),
});
export const EntryVersions = z.object({ items: z.array(RegisterEntry) });

export const STANDING = [
  "organization",
  "representative",
  "address",
  "contactPerson",
  "phone",
  "email",
  "number",
] as const;
const StandingText = z.record(z.enum(STANDING), Line(300));
export const ProfileContent = z.object({
  standing: z.object({ ja: StandingText, en: StandingText }),
  daysOff: z.array(Day).max(366),
});
export const ProfileSave = z.object({ version: z.number().int().min(0), content: ProfileContent });
export const Profile = z.object({
  unitId: z.string(),
  /** 0 = nothing was entered yet. */
  version: z.number(),
  content: ProfileContent,
  setBy: z.string(),
  setAt: z.string().nullable(),
});
export const Template = z.object({
  key: z.string(),
  note: z.object({ ja: z.string(), en: z.string() }),
  content: EntryContent,
});
export const DutyRegister = z.object({
  entries: z.array(RegisterEntry),
  templates: z.array(Template),
  profiles: z.array(Profile),
});

export const CLOCK_STATES = [
  "not-started",
  "waiting",
  "running",
  "overdue",
  "filed",
  "filed-late",
  "no-limit",
  "not-in-force",
  "does-not-apply",
] as const;
const Named = z.object({ ja: z.string(), en: z.string() });
export const DutyDocument = z.object({
  id: z.string(),
  clock: z.string(),
  name: z.string(),
  sha256: z.string(),
  isUpload: z.boolean(),
  madeBy: z.string(),
  madeAt: z.string(),
  approvedBy: z.string().nullable(),
  approvedAt: z.string().nullable(),
  /** Whether the reader could send it with an approval that counts: by somebody else. */
  hasApproval: z.boolean(),
  /** Whether the reader is a second person who may approve it. */
  mayApprove: z.boolean(),
});
export const Filing = z.object({
  /** What voiding it names. */
  seq: z.number(),
  documentId: z.string(),
  sha256: z.string(),
  name: z.string(),
  sentAt: z.string(),
  recipient: z.string(),
  receipt: z.string(),
  note: z.string(),
  filedBy: z.string(),
  recordedAt: z.string(),
  isSupplement: z.boolean(),
  /** `before`: a second person had approved the file when it was recorded as sent; `after`: later; `none`: sent without approval. */
  approval: z.enum(["before", "after", "none"]),
  approvedBy: z.string().nullable(),
  /** It was recorded by mistake, and ends no clock. */
  voided: z.object({ by: z.string(), at: z.string(), reason: z.string() }).nullable(),
});
export const Clock = z.object({
  clock: z.string(),
  entryId: z.string(),
  entryVersion: z.number(),
  entryName: Named,
  stageName: Named,
  category: Category,
  basis: z.string(),
  zone: z.string(),
  report: Stage.shape.report,
  applies: Answer,
  state: z.enum(CLOCK_STATES),
  startsAt: z.string().nullable(),
  dueAt: z.string().nullable(),
  /** The day at whose end the deadline falls; null = the deadline is a moment. */
  lastDay: z.string().nullable(),
  /** The last day before it moved past days off. */
  movedFrom: z.string().nullable(),
  targetAt: z.string().nullable(),
  targetLastDay: z.string().nullable(),
  /** True while nothing was declared: the deadline it would have if that were done now, or at the latest. */
  isProjected: z.boolean(),
  warned: z.array(z.number()),
  filings: z.array(Filing),
  documents: z.array(DutyDocument),
});
export const CaseEntry = z.object({
  id: z.string(),
  version: z.number(),
  name: Named,
  category: Category,
  basis: z.string(),
  applies: Answer,
  question: Named.nullable(),
  contact: z.string(),
  disclose: Named,
  /** A newer version of the register, what differs in it, and the first deadline it would give. */
  newer: z
    .object({ version: z.number(), setBy: z.string(), changed: z.array(z.string()), isLater: z.boolean() })
    .nullable(),
});
const Who = z.object({ by: z.string(), at: z.string() });
/** What a change says: of a question, an entry's version, or a part of "known since", what holds now and what is wanted. */
const ChangeRow = z.object({
  /** `knownAt`, `place`, `evidence`, `reason`, a question of fact, `entry:ID` (its question), `version:ID`, `removed:ID`. */
  key: z.string(),
  /** The entry that the key names. */
  name: Named.nullable(),
  before: z.string().nullable(),
  after: z.string(),
});
export const PendingChange = Who.extend({
  seq: z.number(),
  kind: z.enum(["known", "facts", "entries"]),
  /** What becomes later, with both deadlines; null = it falls away. */
  effects: z.array(z.object({ clock: z.string(), name: Named, before: z.string(), after: z.string().nullable() })),
  mayConfirm: z.boolean(),
  mayWithdraw: z.boolean(),
  /** Something newer holds already: it can only be withdrawn. */
  isSuperseded: z.boolean(),
  rows: z.array(ChangeRow),
});
export const KnownAt = Who.extend({
  seq: z.number(),
  knownAt: z.string(),
  place: z.string(),
  evidence: z.string(),
  reason: z.string(),
  state: z.enum(["in-force", "replaced", "pending", "withdrawn"]),
});
export const DutyCase = z.object({
  incidentId: z.string(),
  number: z.number(),
  unitId: z.string(),
  /** The number of things recorded: send it back with a change. */
  version: z.number(),
  knownAt: z.string().nullable(),
  known: z.array(KnownAt),
  facts: z.record(z.string(), Answer),
  /** Questions that the entries of this case ask. */
  questions: z.array(Fact),
  entries: z.array(CaseEntry),
  /** Entries of the register that are not in this case yet. */
  others: z.array(z.object({ id: z.string(), version: z.number(), name: Named })),
  clocks: z.array(Clock),
  pending: z.array(PendingChange),
  history: z.array(
    Who.extend({
      seq: z.number(),
      kind: z.string(),
      isPending: z.boolean(),
      rows: z.array(ChangeRow.omit({ before: true })),
    }),
  ),
  /** False for a token, which may read and nothing else here: four eyes are those of people. */
  mayWrite: z.boolean(),
});

const Version = z.number().int().min(0);
export const CaseParams = z.object({ id: Ref });
export const DocumentParams = CaseParams.extend({ document: Id });
export const KnownInput = z.object({
  version: Version,
  knownAt: Instant,
  /** Department or supplier that came to know. */
  place: Line(200).min(1),
  evidence: Prose(2000).min(1),
  /** Asked of a correction. */
  reason: Prose(1000).default(""),
});
const FactName = z.union([Fact, z.string().regex(/^entry:[\w-]{1,80}$/)]);
export const FactsInput = z.object({ version: Version, answers: z.record(FactName, Answer) });
export const AddEntryInput = z.object({ version: Version, entryId: Id, entryVersion: z.number().int().min(1) });
export const RemoveEntryInput = z.object({ version: Version, entryId: Id, reason: Prose(1000).min(1) });
export const DecideInput = z.object({
  version: Version,
  seq: z.number().int().min(1),
  decision: z.enum(["confirm", "withdraw"]),
});
export const DraftQuery = z.object({ clock: ClockId, language: Language.default("ja") });
/** `internal`: with the rows that are for one's own people (who declared it, on what, the questions of fact). */
export const DraftFileQuery = DraftQuery.extend({ internal: z.enum(["yes", "no"]).default("no") });
const MAX_DRAFT_CHARS = 60_000;
const Fields = z
  .record(Key, Prose(8000))
  .refine((fields) => Object.keys(fields).length <= 20, "at most 20 fields")
  .refine(
    (fields) => Object.values(fields).join("").length <= MAX_DRAFT_CHARS,
    `at most ${MAX_DRAFT_CHARS} characters`,
  );
export const DraftSave = DraftQuery.extend({ version: Version, fields: Fields });
export const Draft = z.object({
  clock: z.string(),
  language: Language,
  title: z.string(),
  /** Version to send back when saving. */
  version: z.number(),
  editedBy: z.string().nullable(),
  /** The earlier stage whose words it begins with; null = its own, or nobody worded one. */
  wordsOf: Named.nullable(),
  fields: z.array(z.object({ key: z.string(), label: z.string(), text: z.string(), isEdited: z.boolean() })),
  markdown: z.string(),
});
export const DocumentInput = z.object({
  clock: ClockId,
  from: z.discriminatedUnion("kind", [
    z.object({
      kind: z.literal("draft"),
      language: Language,
      format: z.enum(["pdf", "md"]),
      internal: z.enum(["yes", "no"]).default("no"),
    }),
    z.object({
      kind: z.literal("upload"),
      name: Line(200).min(1),
      base64: z
        .base64()
        .min(4)
        .max(Math.ceil(MAX_FILE_BYTES / 3) * 4),
    }),
  ]),
});
export const FilingInput = z.object({
  clock: ClockId,
  documentId: Id,
  sentAt: Instant,
  recipient: Line(300).min(1),
  receipt: Line(200).default(""),
  note: Prose(2000).default(""),
});
export const VoidInput = z.object({ filing: z.number().int().min(1), reason: Prose(1000).min(1) });
export const OpenClock = z.object({
  incidentId: z.string(),
  number: z.number(),
  title: z.string(),
  unitId: z.string(),
  clock: z.string(),
  entryName: Named,
  stageName: Named,
  zone: z.string(),
  applies: Answer,
  startsAt: z.string(),
  dueAt: z.string(),
  lastDay: z.string().nullable(),
  /** The highest threshold that was passed: 0, 50, 80, 95, or 100 when the deadline is over. */
  warning: z.number(),
});
/** The first 200 by deadline; `warned` and `total` count all of them. */
export const OpenClocks = z.object({
  items: z.array(OpenClock),
  total: z.number(),
  warned: z.number(),
  overdue: z.number(),
});

function isTimeZone(text: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: text });
    return true;
  } catch {
    return false;
  }
}

export type Category = z.infer<typeof Category>;
export type Fact = z.infer<typeof Fact>;
export type Answer = z.infer<typeof Answer>;
export type Language = z.infer<typeof Language>;
export type Period = z.infer<typeof Period>;
export type Stage = z.infer<typeof Stage>;
export type EntryContent = z.infer<typeof EntryContent>;
export type EntryInput = z.infer<typeof EntryInput>;
export type EntrySave = z.infer<typeof EntrySave>;
export type RegisterEntry = z.infer<typeof RegisterEntry>;
export type ProfileContent = z.infer<typeof ProfileContent>;
export type Profile = z.infer<typeof Profile>;
export type Template = z.infer<typeof Template>;
export type DutyRegister = z.infer<typeof DutyRegister>;
export type DutyDocument = z.infer<typeof DutyDocument>;
export type Filing = z.infer<typeof Filing>;
export type Clock = z.infer<typeof Clock>;
export type CaseEntry = z.infer<typeof CaseEntry>;
export type PendingChange = z.infer<typeof PendingChange>;
export type KnownAt = z.infer<typeof KnownAt>;
export type DutyCase = z.infer<typeof DutyCase>;
export type KnownInput = z.infer<typeof KnownInput>;
export type FactsInput = z.infer<typeof FactsInput>;
export type AddEntryInput = z.infer<typeof AddEntryInput>;
export type RemoveEntryInput = z.infer<typeof RemoveEntryInput>;
export type ChangeRow = z.infer<typeof ChangeRow>;
export type DecideInput = z.infer<typeof DecideInput>;
export type DraftQuery = z.infer<typeof DraftQuery>;
export type DraftSave = z.infer<typeof DraftSave>;
export type Draft = z.infer<typeof Draft>;
export type DocumentInput = z.infer<typeof DocumentInput>;
export type DraftFileQuery = z.infer<typeof DraftFileQuery>;
export type VoidInput = z.infer<typeof VoidInput>;
export type FilingInput = z.infer<typeof FilingInput>;
export type OpenClock = z.infer<typeof OpenClock>;
export type OpenClocks = z.infer<typeof OpenClocks>;
