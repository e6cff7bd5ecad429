import { z } from "zod";

/** How events are sent over HTTP without a shipper: `POST /api/v1/ingest`. */

/** How many refused events an answer names; the count is always whole. */
export const MAX_NAMED_REJECTIONS = 100;

export const IngestQuery = z.object({
  /** The parser to use, such as `cef`; without it the format is found out per event. */
  format: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/)
    .optional(),
  /** The encoding of the events, such as `Windows-31J`; without it that of the Content-Type, the source, or the bytes themselves. */
  encoding: z.string().max(40).optional(),
  /** The name under which the events are kept, such as the file's or the device's. */
  source: z.string().trim().min(1).max(120).optional(),
  /** For which unit, when the sender may send for several. */
  unit: z.string().min(1).max(80).optional(),
  /** The body is a whole file of this name, in any form: an event log, a table, text or JSON, gzip, zstd, an archive of such. */
  file: z.string().trim().min(1).max(255).optional(),
  /** `file` marks an import of files that already lay somewhere, as `yagura ingest` does. */
  transport: z.enum(["ndjson", "file"]).default("ndjson"),
});

/** A refused event by its 1-based line in the body, or in that file of an archive. */
const Rejection = z.object({ line: z.int(), reason: z.string(), file: z.string().optional() });

/** Why a file, one of an archive, or a part of one could not be read. */
export const PROBLEM_CODES = ["archive", "capture", "binary", "encrypted", "link", "packing", "damaged"] as const;
export type ProblemCode = (typeof PROBLEM_CODES)[number];
const FileProblem = z.object({ file: z.string(), code: z.enum(PROBLEM_CODES), detail: z.string() });

export const IngestAnswer = z.object({
  /** Events that are on disk now. */
  accepted: z.int(),
  /** Of these, how many an earlier try with the same Idempotency-Key had already brought. */
  repeated: z.int(),
  rejectedCount: z.int(),
  /** The first refused events. */
  rejected: z.array(Rejection).max(MAX_NAMED_REJECTIONS),
  /** Of a file: what could not be read, while the rest was. The first ones; `problemCount` counts all. */
  problems: z.array(FileProblem).max(MAX_NAMED_REJECTIONS).optional(),
  problemCount: z.int().optional(),
});
export type FileProblem = z.infer<typeof FileProblem>;
export type IngestQuery = z.infer<typeof IngestQuery>;
export type IngestAnswer = z.infer<typeof IngestAnswer>;
