import { isAbsolute } from "node:path";
import { RE2JS } from "re2js";
import { z } from "zod";
import { Bytes } from "./bytes.ts";

/** What is read of a followed file at once. */
const MAX_EVENT_BYTES = 256 * 1024;

/** How the lines of one event are known. */
const Multiline = z
  .strictObject({
    /** RE2, found anywhere in a line: the first line of an event. */
    startPattern: z
      .string()
      .min(1)
      .max(1000)
      .refine(isRegex, { error: "must be a regular expression of RE2" })
      .optional(),
    /** Lines that begin with a space or a tab, and empty ones, belong to the one before. */
    continuation: z.literal("indent").optional(),
    maxLines: z.int().min(1).max(10_000).default(500),
    maxBytes: Bytes.refine((bytes) => bytes <= MAX_EVENT_BYTES, { error: "must be at most 256 KiB" }).default(
      MAX_EVENT_BYTES,
    ),
    waitSeconds: z.number().min(0.1).max(3600).default(5),
  })
  .refine(({ startPattern, continuation }) => (startPattern === undefined) !== (continuation === undefined), {
    error: "needs one of startPattern and continuation",
  });

/** One entry of `tail`. */
export const FollowedFiles = z.strictObject({
  path: z
    .string()
    .max(4096)
    .refine((path) => isAbsolute(path) && !path.includes("\0"), {
      error: "must be an absolute path; * ? [] may stand for parts of names, ** for directories",
    }),
  /** The source of all these files; absent = each file has its own. */
  name: z.string().trim().min(1).max(120).optional(),
  /** The id of the unit that the events belong to; absent = the whole group. */
  unit: z.string().min(1).max(80).optional(),
  /** Where to begin in files that are there when Yagura first sees this setting. */
  from: z.enum(["start", "end"]).default("start"),
  /** Files that are left out: patterns of names, or of whole paths when they have a slash. */
  exclude: z.array(z.string().min(1).max(4096)).max(100).default([]),
  multiline: Multiline.optional(),
});

function isRegex(text: string): boolean {
  try {
    return RE2JS.compile(text) !== undefined;
  } catch {
    return false;
  }
}
