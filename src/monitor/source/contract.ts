import { z } from "zod";
import { ENCODING_CHOICES } from "../../kernel/encoding/contract.ts";

/**
 * Everything the web needs to know of sources: who sends logs, how they arrive, how well they are understood.
 *
 * GET   /api/v1/sources                          SourceListQuery → SourcePage
 * GET   /api/v1/sources/:id                      → SourceDetail
 * GET   /api/v1/sources/:id/parse-failures       ParseFailureQuery → ParseFailures
 * POST  /api/v1/sources                          SourceCreate → SourceCreated (201)
 * PATCH /api/v1/sources/:id                      SourceUpdate → SourceDetail; 409 when the version is old
 * POST  /api/v1/sources/:id/archive              SourceArchive → SourceDetail; its token stops working
 */

export const MAX_SOURCES = 10_000;
/** Senders that nobody registered get a source of their own up to this number; later ones share "other". */
export const MAX_AUTOMATIC_SOURCES = 1_000;

export const Transport = z.enum([
  "bulk",
  "ndjson",
  "syslog-udp",
  "syslog-tcp",
  "syslog-tls",
  "relp",
  "lumberjack",
  "forward",
  "hec",
  "otlp",
  "flow-udp",
  "kafka",
  "file",
]);
/** `token`: HTTP senders with their own secret; `syslog`: recognized by address or host name; `file`: imports. */
export const SourceKind = z.enum(["token", "syslog", "file"]);

/** One line as typed, any script, without control characters. */
const name = z
  .string()
  .trim()
  .min(1)
  .max(120)
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}\p{Cs}]+$/u);
const id = z
  .string()
  .min(1)
  .max(80)
  .regex(/^[\w.:-]+$/);
const unitId = id;
/** "auto", or the id of a parser. */
const format = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/)
  .default("auto");
/** IANA name; how times without offset are read. "" = UTC. */
const timeZone = z.string().max(64).default("");
/** What the bytes are in; "auto" looks at each line. Raw bytes are kept as they came either way. */
const encoding = z.enum(ENCODING_CHOICES).default("auto");
/** Minutes without an event after which an alert is raised; null = by the source's own cadence, 0 = never. */
const silenceMinutes = z.union([z.literal(0), z.number().int().min(5).max(100_000)]).nullable();

/**
 * All given parts must hold; the most specific source wins. Empty = matches nothing (token sources match by their token).
 * A host name is the sender's own claim: give an address too where that matters.
 */
export const SourceMatch = z.object({
  /** Restrict to one way in. */
  transport: Transport.optional(),
  /** IP address or CIDR, such as `10.1.0.0/16` or `2001:db8::/32`. */
  peer: z.string().trim().min(1).max(64).optional(),
  /** Syslog host name; `*` stands for any run of characters. Case does not matter. */
  hostName: z
    .string()
    .trim()
    .min(1)
    .max(255)
    .regex(/^[^\p{Cc}\p{Cs}]+$/u)
    .optional(),
});

export const SourceCreate = z.object({
  name,
  kind: SourceKind,
  unitId,
  match: SourceMatch.default({}),
  format,
  timeZone,
  encoding,
});
export const SourceUpdate = z.object({
  version: z.number().int().min(1),
  name: name.optional(),
  unitId: unitId.optional(),
  match: SourceMatch.optional(),
  format: format.removeDefault().optional(),
  timeZone: timeZone.removeDefault().optional(),
  encoding: encoding.removeDefault().optional(),
  isEnabled: z.boolean().optional(),
  silenceMinutes: silenceMinutes.optional(),
});
export const SourceArchive = z.object({ version: z.number().int().min(1) });
export const SourceParams = z.object({ id });

/** Share (0–1) of events that answer each of the six questions; `when` = the log carried its own time. */
export const SourceCoverage = z.object({
  /** Measured on events received since then: the last 24 hours, or less where millions of events are many times enough. */
  since: z.string(),
  when: z.number(),
  who: z.number(),
  whereFrom: z.number(),
  withWhat: z.number(),
  what: z.number(),
  didWhat: z.number(),
  /** Answered questions per event, 0–6. */
  average: z.number(),
});

/**
 * `zone`: times are whole or half hours off, as if read in a wrong time zone. `ahead`: times lie in our future. `behind`: every event is late
 * by about as much: a slow clock, or a delay on the way. `late`: events come when they come, so that nothing can be said of the clock.
 */
export const SourceClock = z.object({
  verdict: z.enum(["ok", "zone", "ahead", "behind", "late"]),
  /** The sender's time minus ours, delivery left out as far as it can be; positive = its clock is ahead. */
  offsetMs: z.number(),
  /** Half hours in `zone`: what its time zone seems to be off by; 0 otherwise. */
  zoneMinutes: z.number(),
  /** Events it was measured on. */
  events: z.number(),
});

export const SPARKLINE_BUCKETS = 48;
export const SourceFigures = z.object({
  /** Events per second over the last 5 minutes. */
  ratePerSecond: z.number(),
  /** Last 24 hours. */
  events: z.number(),
  /** Events per half hour, oldest first, 48 values. */
  sparkline: z.array(z.number()),
  /** When we last received from it (up to 30 days back). */
  lastSeenAt: z.string().nullable(),
  /** Events of the last 24 hours that the parser did not understand (they are stored and searchable). */
  parseFailures: z.number(),
  /** null when nothing came in that time. */
  coverage: SourceCoverage.nullable(),
  /** received − time in milliseconds (median, 95th percentile); null when no event carried its own time. */
  lag: z.object({ medianMs: z.number(), p95Ms: z.number() }).nullable(),
  /** The sender's clock against ours; null when too few events carried their own time. */
  clock: SourceClock.nullable(),
  datasets: z.array(z.object({ dataset: z.string(), events: z.number() })),
});
/** Lines that were refused at the door since the process started: too long, over limit, wrong token … */
export const Rejection = z.object({ reason: z.string(), count: z.number() });

export const SourceHealth = z.enum(["active", "quiet", "silent", "never", "disabled", "unknown"]);

/**
 * Whether the source's silence is noticed. `learning`: its cadence is not known yet (a day and night, ten arrivals); `off`: not
 * watched, which files never are by themselves.
 */
const SourceSilence = z.object({
  state: z.enum(["off", "learning", "sending", "silent"]),
  /** Silent since. */
  since: z.string().nullable(),
  /** Pauses within which the source spends 95 % of its time. */
  usualPauseMs: z.number().nullable(),
  /** Silent for longer than this, an alert is raised. */
  afterMs: z.number().nullable(),
  /** As set for this source: null = by its cadence, 0 = never. */
  minutes: z.number().nullable(),
});

export const SourceRow = z.object({
  id: z.string(),
  version: z.number(),
  name: z.string(),
  kind: SourceKind,
  tokenId: z.string().nullable(),
  match: SourceMatch,
  unitId: z.string(),
  format: z.string(),
  timeZone: z.string(),
  encoding: z.enum(ENCODING_CHOICES),
  isEnabled: z.boolean(),
  /** Made by Yagura for a sender that nobody had registered. */
  isAutomatic: z.boolean(),
  createdBy: z.object({ id: z.string(), name: z.string() }).nullable(),
  createdAt: z.string(),
  updatedAt: z.string(),
  archivedAt: z.string().nullable(),
  /** null = the events engine is away (see `figuresProblem`). */
  figures: SourceFigures.nullable(),
  rejections: z.array(Rejection),
  /** active: within 15 minutes; quiet: within 24 h; silent: longer ago; never: nothing in 30 days; unknown: engine away. */
  health: SourceHealth,
  silence: SourceSilence,
});

export const SourceListQuery = z.object({
  q: z.string().max(200).optional(),
  /** Unit ids, each meaning itself only: the web sends a subtree as its ids. */
  unit: z.string().max(30_000).optional(),
  kind: SourceKind.optional(),
  archived: z.enum(["no", "yes"]).default("no"),
  sort: z.enum(["name", "events", "last-seen", "parse-failures", "coverage"]).default("name"),
  order: z.enum(["asc", "desc"]).default("asc"),
  cursor: z.string().max(400).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export const SourcePage = z.object({
  items: z.array(SourceRow),
  nextCursor: z.string().optional(),
  total: z.number(),
  figuresProblem: z.string().optional(),
  /** Lines refused before any source could be named (wrong token, unknown path). */
  unattributedRejections: z.array(Rejection),
  /** Since when no source can be heard (the log is full, or the disk refuses), so that none is told as silent. */
  deafSince: z.string().nullable(),
  /** Automatic sources in use, of MAX_AUTOMATIC_SOURCES. */
  automatic: z.object({ used: z.number(), max: z.number() }),
});

/** Ready to paste. `language` is what a highlighter wants; `title` is the shipper's own name. */
export const ShipperSnippet = z.object({
  shipper: z.enum([
    "rsyslog",
    "rsyslog-tls",
    "rsyslog-relp",
    "syslog-ng",
    "filebeat",
    "winlogbeat",
    "beats",
    "fluent-bit",
    "fluent-bit-forward",
    "fluentd",
    "softflowd",
    "cisco-netflow",
    "otel-collector",
    "vector",
    "curl",
  ]),
  title: z.string(),
  language: z.enum(["ini", "yaml", "bash"]),
  /** Where the text belongs, such as `/etc/rsyslog.d/60-yagura.conf`. */
  path: z.string(),
  text: z.string(),
});
export const SourceDetail = SourceRow.extend({
  figuresProblem: z.string().optional(),
  /** With a placeholder instead of the secret, which is shown only once at creation. */
  snippets: z.array(ShipperSnippet),
});
export const SourceCreated = z.object({
  source: SourceDetail,
  /** Shown once; only for kind `token`. */
  secret: z.string().nullable(),
});

export const ParseFailureQuery = z.object({ limit: z.coerce.number().int().min(1).max(100).default(50) });
/** The last 24 hours by problem, largest first. */
export const ParseFailures = z.object({
  items: z.array(
    z.object({
      problem: z.string(),
      count: z.number(),
      lastAt: z.string(),
      dataset: z.string(),
      /** The first 2,000 characters of a recent one, as it came. */
      sampleRaw: z.string(),
      sampleEventId: z.string(),
    }),
  ),
});

export type Transport = z.infer<typeof Transport>;
export type SourceKind = z.infer<typeof SourceKind>;
export type SourceMatch = z.infer<typeof SourceMatch>;
export type SourceCreate = z.infer<typeof SourceCreate>;
export type SourceUpdate = z.infer<typeof SourceUpdate>;
export type SourceFigures = z.infer<typeof SourceFigures>;
export type SourceClock = z.infer<typeof SourceClock>;
export type SourceCoverage = z.infer<typeof SourceCoverage>;
export type SourceHealth = z.infer<typeof SourceHealth>;
export type SourceRow = z.infer<typeof SourceRow>;
export type SourceListQuery = z.infer<typeof SourceListQuery>;
export type SourcePage = z.infer<typeof SourcePage>;
export type SourceDetail = z.infer<typeof SourceDetail>;
export type SourceCreated = z.infer<typeof SourceCreated>;
export type ShipperSnippet = z.infer<typeof ShipperSnippet>;
export type ParseFailures = z.infer<typeof ParseFailures>;
export type Rejection = z.infer<typeof Rejection>;
