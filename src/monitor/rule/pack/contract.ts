import { z } from "zod";

/**
 * Rule packs: named, versioned collections of Sigma files. Instants are UTC ISO 8601 with milliseconds.
 *
 * GET   /api/v1/rule-packs                                    → PackList
 * GET   /api/v1/rule-packs/:name                              → PackDetail
 * GET   /api/v1/rule-packs/:name/versions/:version/difference → PackDifference, from the version in force to that one
 * POST  /api/v1/rule-packs/read-archive                       PackArchiveQuery, the archive as the body → PackPreview
 * POST  /api/v1/rule-packs/read-git                           PackGitInput → PackPreview
 * POST  /api/v1/rule-packs/import                             PackImport → PackDetail (201)
 * POST  /api/v1/rule-packs/:name/rollback                     PackRollback → PackDetail
 * POST  /api/v1/rule-packs/:name/switch                       PackSwitch → PackDetail
 * POST  /api/v1/rule-packs/:name/remove                       PackRemove → PackRemoved
 */

/** Bounds of what is kept. */
export const MAX_PACKS = 50;
export const MAX_PACK_VERSIONS = 30;

/** Items in lists of a preview; the totals say how many there are. */
export const MAX_LISTED = 1_000;

const Name = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,59}$/, {
  error: "A pack's name has 1 to 60 of a-z, 0-9 and . _ - and begins with a letter or digit.",
});
const prose = z
  .string()
  .trim()
  .max(500)
  .overwrite((value) => value.replaceAll("\0", "\uFFFD").toWellFormed());
const reason = prose.min(1);
const Line = z
  .string()
  .max(1_000)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u);
const Version = z.coerce.number().int().min(1).max(2_000_000_000);
/** A folder inside the archive or repository; what lies beside it is left out. */
const folder = Line.default("");

export const PackName = Name;
const Person = z.object({ id: z.string(), name: z.string() });

/** Where a version came from. `from`: a file or folder name, or a URL without any password. */
const PackSource = z.object({
  kind: z.enum(["archive", "directory", "git"]),
  from: z.string(),
  ref: z.string().optional(),
  commit: z.string().optional(),
  folder: z.string().optional(),
});
const PackCounts = z.object({
  files: z.number(),
  bytes: z.number(),
  rules: z.number(),
  correlations: z.number(),
  filters: z.number(),
  /** Documents that cannot run. */
  rejected: z.number(),
  /** Files that were not taken in, each with a reason. */
  leftOut: z.number(),
  licenses: z.number(),
});
export type PackSource = z.infer<typeof PackSource>;
export type PackCounts = z.infer<typeof PackCounts>;

const PackVersionRow = z.object({
  version: z.number(),
  at: z.string(),
  by: Person,
  comment: z.string(),
  source: PackSource,
  /** SHA-256 over paths and contents: equal = the same pack. */
  contentHash: z.string(),
  counts: PackCounts,
});
const PackRow = z.object({
  name: z.string(),
  isEnabled: z.boolean(),
  /** The version in force. */
  current: PackVersionRow,
  /** The highest version; above the one in force after a return to an older one. */
  lastVersion: z.number(),
  /** Of the last import, return or switch. */
  changed: z.object({ at: z.string(), by: Person, reason: z.string() }),
});
export const PackList = z.object({
  items: z.array(PackRow),
  /** Whether git is installed where Yagura runs. */
  hasGit: z.boolean(),
});
export const PackParams = z.object({ name: Name });
export const PackDetail = PackRow.extend({
  /** Newest first. */
  versions: z.array(PackVersionRow),
  licenses: z.array(z.object({ path: z.string(), text: z.string() })),
  /** What is to be known of a change that succeeded. */
  note: z.string().optional(),
});

const CHANGES = ["added", "changed", "removed"] as const;
const DocumentKind = z.enum(["rule", "correlation", "filter"]);
const DifferenceItem = z.object({
  change: z.enum(CHANGES),
  id: z.string(),
  title: z.string(),
  kind: DocumentKind,
  path: z.string(),
});
export const PackDifference = z.object({
  /** The version it is the difference to; null = the pack is new. */
  from: z.number().nullable(),
  added: z.number(),
  changed: z.number(),
  removed: z.number(),
  unchanged: z.number(),
  items: z.array(DifferenceItem),
});
export const PackVersionParams = PackParams.extend({ version: Version });

const PackFinding = z.object({
  path: z.string(),
  line: z.number().optional(),
  id: z.string().optional(),
  title: z.string().optional(),
  reason: z.string(),
});
/** A rule id that something else has too, and which of them runs. */
const PackDuplicate = z.object({
  id: z.string(),
  title: z.string(),
  path: z.string(),
  with: z.enum(["own", "pack", "directory", "same-pack"]),
  origin: z.string(),
  runs: z.enum(["this", "other"]),
});
/** A Sigma filter, and what it would narrow besides the pack's own rules: filters hold for every rule. */
const PackFilter = z.object({
  id: z.string(),
  title: z.string(),
  path: z.string(),
  line: z.number().optional(),
  /** It is for any rule of its log source. */
  isAny: z.boolean(),
  /** How many rules outside the pack, and the titles of a few. */
  outside: z.number(),
  examples: z.array(z.string()),
});
export const PackPreview = z.object({
  previewId: z.string(),
  name: z.string(),
  source: PackSource,
  contentHash: z.string(),
  counts: PackCounts,
  difference: PackDifference,
  /** The pack in force has exactly this content. */
  isSame: z.boolean(),
  rejected: z.array(PackFinding),
  leftOut: z.array(PackFinding),
  duplicates: z.object({ total: z.number(), items: z.array(PackDuplicate) }),
  /** Those that narrow most rules outside the pack come first. */
  filters: z.object({ total: z.number(), items: z.array(PackFilter) }),
  licenses: z.array(z.object({ path: z.string(), firstLine: z.string() })),
});

export const PackArchiveQuery = z.object({
  /** Absent = from the file's name. */
  name: Name.optional(),
  /** The archive's own name. */
  file: Line.min(1),
  folder,
});
export const PackGitInput = z.object({
  name: Name.optional(),
  url: Line.min(1),
  /** A branch or tag; "" = the repository's own default. */
  ref: Line.default(""),
  folder,
});
export const PackImport = z.object({ previewId: z.string().max(100), comment: prose.default("") });
export const PackRollback = z.object({ version: Version, reason });
export const PackSwitch = z.object({ isEnabled: z.boolean(), reason });
export const PackRemove = z.object({ reason });
export const PackRemoved = z.object({ name: z.string(), note: z.string().optional() });

export type PackVersionRow = z.infer<typeof PackVersionRow>;
export type PackRow = z.infer<typeof PackRow>;
export type PackList = z.infer<typeof PackList>;
export type PackRemoved = z.infer<typeof PackRemoved>;
export type PackDetail = z.infer<typeof PackDetail>;
export type PackDifference = z.infer<typeof PackDifference>;
export type PackFinding = z.infer<typeof PackFinding>;
export type PackDuplicate = z.infer<typeof PackDuplicate>;
export type PackPreview = z.infer<typeof PackPreview>;
export type DocumentKind = z.infer<typeof DocumentKind>;
