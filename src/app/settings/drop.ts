import { isAbsolute } from "node:path";
import { z } from "zod";
import { ENCODINGS } from "../../kernel/encoding/index.ts";
import { Secret } from "./secret.ts";

const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const Prefix = z
  .string()
  .max(1024)
  .refine((prefix) => !prefix.startsWith("/"), { error: "must not begin with /" });
const Endpoint = z.url({ protocol: /^https?$/ }).refine((text) => new URL(text).href === `${new URL(text).origin}/`, {
  error: "must be https://HOST or https://HOST:PORT",
});

const Bucket = z
  .strictObject({
    name: z.string().regex(BUCKET, { error: "is no name that buckets have" }),
    prefix: Prefix.default(""),
    region: z
      .string()
      .regex(/^[a-z0-9-]{1,40}$/)
      .default("us-east-1"),
    /** Absent = AWS. */
    endpoint: Endpoint.optional(),
    /** Absent = true with an endpoint, false at AWS. */
    pathStyle: z.boolean().optional(),
    ca: z.string().min(1).max(4096).optional(),
    /** Absent, both = from the environment: AWS_ACCESS_KEY_ID and so on. */
    accessKeyId: Secret.optional(),
    secretAccessKey: Secret.optional(),
    sessionToken: Secret.optional(),
    sorted: z.boolean().default(false),
  })
  .refine(({ accessKeyId, secretAccessKey }) => (accessKeyId === undefined) === (secretAccessKey === undefined), {
    error: "needs accessKeyId and secretAccessKey, or neither",
  })
  .transform((bucket) => ({ ...bucket, pathStyle: bucket.pathStyle ?? bucket.endpoint !== undefined }));

const Entry = z
  .strictObject({
    /** Of the place, and of the source of its events. */
    name: z.string().trim().min(1).max(120),
    unit: z.string().min(1).max(80).optional(),
    format: z.string().min(1).max(64).optional(),
    timeZone: z
      .string()
      .refine((zone) => isTimeZone(zone), { error: "is no time zone, such as Asia/Tokyo" })
      .optional(),
    encoding: z.enum(ENCODINGS).optional(),
    after: z
      .union([z.enum(["keep", "delete"]), z.strictObject({ moveTo: Prefix.min(1) })], {
        error: "must be keep, delete or { moveTo: … }",
      })
      .default("keep"),
    pollSeconds: z.number().min(0.1).max(86_400).optional(),
    bucket: Bucket.optional(),
    directory: z
      .string()
      .max(4096)
      .refine((path) => isAbsolute(path) && !path.includes("\0"), { error: "must be an absolute path" })
      .transform((path) => path.replace(/(?<=.)\/+$/, ""))
      .optional(),
    /** So long a file of the directory must stay as it is before it is taken. */
    settleSeconds: z.number().min(0).max(86_400).default(10),
  })
  .refine(({ bucket, directory }) => (bucket === undefined) !== (directory === undefined), {
    error: "needs a bucket or a directory, and not both",
  })
  .refine(({ directory, after }) => directory === undefined || typeof after === "string" || isPlainName(after.moveTo), {
    path: ["after"],
    error: "moveTo must be the name of a folder in the directory",
  })
  .refine(({ bucket, after }) => typeof after === "string" || !bucket?.prefix.startsWith(after.moveTo), {
    path: ["after"],
    error: "moveTo must be another prefix than the one that is read, and not above it",
  });

/** Buckets and directories, each once. */
export const Drop = z
  .array(Entry)
  .max(50)
  .default([])
  .refine((entries) => new Set(entries.map(({ name }) => name)).size === entries.length, {
    error: "names a place twice",
  })
  .refine((entries) => new Set(entries.map(placeOf)).size === entries.length, { error: "has a place twice" });

const placeOf = ({ bucket, directory }: z.infer<typeof Entry>): string =>
  JSON.stringify([directory, bucket?.endpoint, bucket?.name, bucket?.prefix]);

const isPlainName = (name: string): boolean =>
  !name.includes("/") && !name.includes("\0") && name !== "." && name !== "..";

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
