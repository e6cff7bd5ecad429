import { z } from "zod";

/**
 * Everything the web needs to know of parsers that people write. Instants are UTC ISO 8601 with milliseconds.
 *
 * GET   /api/v1/parsers                          → ParserList
 * GET   /api/v1/parsers/:id                      → ParserDetail
 * GET   /api/v1/parsers/:id/versions/:version    → ParserVersionText
 * PUT   /api/v1/parsers/:id                      ParserDraft → ParserDetail; a draft may be broken
 * POST  /api/v1/parsers/:id/publish              ParserPublish → ParserDetail; 400 with `problems` or `failed` tests
 * POST  /api/v1/parsers/:id/rollback             ParserRollback → ParserDetail
 * POST  /api/v1/parsers/:id/unpublish            ParserEnd → ParserDetail
 * POST  /api/v1/parsers/:id/delete               ParserEnd → ParserDeleted
 * POST  /api/v1/parsers/try                      ParserTry → ParserTried
 * GET   /api/v1/sources/:id/lines                SourceLinesQuery → SourceLines; for whoever reads events
 */

/** Documents kept at a time, published or not. */
export const MAX_DOCUMENTS = 1_000;
const MAX_TRIED_LINES = 100;
const MAX_DOCUMENT_CHARS = 65_536;
const MAX_LINE_CHARS = 32_768;

const id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,49}$/);
const clean = (value: string): boolean => !value.includes("\0") && value.isWellFormed();
const document = z
  .string()
  .min(1)
  .max(MAX_DOCUMENT_CHARS)
  .refine(clean, "The text has characters that no document may have.");
const prose = z
  .string()
  .trim()
  .max(500)
  .overwrite((value) => value.replaceAll("\0", "\uFFFD").toWellFormed());

export const ParserParams = z.object({ id });
export const ParserVersionParams = ParserParams.extend({ version: z.coerce.number().int().min(1).max(2_147_483_647) });

const revision = z.number().int().min(0).max(2_147_483_647);
/** `revision`: the one that was read; 0 for a new document. */
export const ParserDraft = z.object({ text: document, revision });
export const ParserPublish = z.object({ revision, comment: prose.default("") });
export const ParserRollback = z.object({ revision, version: z.number().int().min(1).max(2_147_483_647) });
export const ParserEnd = z.object({ revision, reason: prose.min(1) });

const Author = z.object({ id: z.string(), name: z.string() });
export const ParserRow = z.object({
  id: z.string(),
  title: z.string(),
  revision: z.number(),
  /** The version in force; null = it is a draft alone. */
  publishedVersion: z.number().nullable(),
  /** The draft differs from the version in force. */
  isChanged: z.boolean(),
  updatedAt: z.string(),
  updatedBy: Author,
});
export const ParserList = z.object({ items: z.array(ParserRow) });
export const ParserDetail = ParserRow.extend({
  text: z.string(),
  /** What was published, newest first. */
  versions: z.array(z.object({ version: z.number(), at: z.string(), by: Author, comment: z.string() })),
});
export const ParserVersionText = z.object({ version: z.number(), text: z.string() });
export const ParserDeleted = z.object({ id: z.string() });

/** How the lines are read: by the document being written, with all published ones beside it. */
export const ParserTry = z.object({
  text: z.string().max(MAX_DOCUMENT_CHARS).default(""),
  lines: z.array(z.string().max(MAX_LINE_CHARS)).max(MAX_TRIED_LINES),
  timeZone: z.string().max(64).default(""),
});

const DocumentProblem = z.object({ line: z.number(), column: z.number(), reason: z.string() });
const TestOutcome = z.object({
  /** Where the test stands in the document. */
  line: z.number(),
  isPassed: z.boolean(),
  mismatches: z.array(z.object({ name: z.string(), expected: z.string(), actual: z.string() })),
});
export const TriedParserLine = z.object({
  /** Id of the parser that took the line; "" = a built-in reader. */
  takenBy: z.string(),
  dataset: z.string(),
  /** "" = understood. */
  problem: z.string(),
  logsource: z.object({ product: z.string(), category: z.string(), service: z.string() }),
  /** The six answers; "" = the line does not give it. `when` is an instant. */
  six: z.object({
    when: z.string(),
    who: z.string(),
    whereFrom: z.string(),
    withWhat: z.string(),
    what: z.string(),
    didWhat: z.string(),
  }),
  fields: z.array(z.object({ name: z.string(), value: z.string() })),
  /** Filled columns under their names of ECS. */
  columns: z.array(z.object({ name: z.string(), value: z.string() })),
});
export const ParserTried = z.object({
  /** What is wrong with the document; empty = it compiles, or there is none. */
  problems: z.array(DocumentProblem),
  tests: z.array(TestOutcome),
  lines: z.array(TriedParserLine),
});

export const SourceLinesParams = z.object({
  id: z
    .string()
    .min(1)
    .max(80)
    .regex(/^[\w.:-]+$/),
});
export const SourceLinesQuery = z.object({
  /** Only what was not understood. */
  failed: z.enum(["yes", "no"]).default("yes"),
  limit: z.coerce.number().int().min(1).max(MAX_TRIED_LINES).default(20),
});
/** The newest of the last 7 days, the first 8,000 bytes of each as text. */
export const SourceLines = z.object({
  items: z.array(z.object({ text: z.string(), problem: z.string(), receivedAt: z.string() })),
});

export type ParserRow = z.infer<typeof ParserRow>;
export type ParserDetail = z.infer<typeof ParserDetail>;
export type ParserTry = z.infer<typeof ParserTry>;
export type ParserTried = z.infer<typeof ParserTried>;
export type TriedParserLine = z.infer<typeof TriedParserLine>;
export type SourceLines = z.infer<typeof SourceLines>;
