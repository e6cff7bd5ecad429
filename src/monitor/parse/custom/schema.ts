import { z } from "zod";
import { COLUMNS } from "../../event/index.ts";
import { MAX_PATTERN_CHARS, MAX_PATTERNS, MAX_STEPS, MAX_TESTS } from "./bounds.ts";
import { FIELD_NAME } from "./grok.ts";

/** The document of one parser, as people write it. Reference: docs/parsers-custom.md. */

const text = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine((value) => !value.includes("\0") && value.isWellFormed(), "This text has characters that no log may have.");
const oneOrMore = <T extends z.ZodType>(item: T, max: number) => z.union([item, z.array(item).min(1).max(max)]);
/** YAML reads `5` as a number: as an answer or a key it is a text all the same. */
const scalar = z.union([text(1_024), z.number(), z.boolean()]).transform(String);

const fieldName = z
  .string()
  .regex(FIELD_NAME, "A field's name begins with a letter and has letters, digits and _ . @ - in it.");
const pattern = text(MAX_PATTERN_CHARS);
const separator = z.string().min(1).max(8);

const Recognize = z
  .strictObject({
    /** All of these stand in the line. */
    contains: oneOrMore(text(256), 16).optional(),
    startsWith: oneOrMore(text(256), 16).optional(),
    /** syslog's program, one of these. */
    program: oneOrMore(text(128), 16).optional(),
    /** Found in the message, after the others hold. */
    regex: pattern.optional(),
  })
  .refine(({ contains, startsWith, program }) => contains ?? startsWith ?? program, {
    message: 'Recognition needs "contains", "startsWith" or "program": a regex alone would run on every line.',
  });

const Step = z
  .strictObject({
    /** The field that is read; without it the message. */
    from: fieldName.optional(),
    grok: oneOrMore(pattern, MAX_PATTERNS).optional(),
    regex: oneOrMore(pattern, MAX_PATTERNS).optional(),
    keyvalue: z
      .strictObject({
        pair: separator.default(" "),
        equals: separator.default("="),
        quote: z.string().length(1).default('"'),
        prefix: fieldName.optional(),
      })
      .optional(),
    csv: z
      .strictObject({
        separator: separator.default(","),
        columns: z
          .array(z.union([fieldName, z.null(), z.literal("")]))
          .min(1)
          .max(512),
      })
      .optional(),
    json: z
      .strictObject({
        /** Fields beside those that the members give: name → path. */
        fields: z.record(fieldName, text(256)).optional(),
        prefix: fieldName.optional(),
      })
      .nullable()
      .optional(),
    /** A later step that does not fit leaves the line read. */
    optional: z.boolean().default(false),
  })
  .refine(
    ({ grok, regex, keyvalue, csv, json }) =>
      [grok, regex, keyvalue, csv, json].filter((one) => one !== undefined).length === 1,
    {
      message: "A step reads by exactly one of grok, regex, keyvalue, csv and json.",
    },
  );

/** A field's name, a list of names of which the first that says something counts, or more. */
const Source = z.union([
  fieldName,
  z.array(fieldName).min(1).max(16),
  z.strictObject({ value: scalar }),
  z.strictObject({ text: text(512) }),
  z.strictObject({
    from: oneOrMore(fieldName, 16),
    map: z.record(z.string().max(256), scalar).optional(),
    default: scalar.optional(),
    lower: z.boolean().optional(),
  }),
]);

const SIX = ["who", "where_from", "with_what", "what", "did_what"] as const;
const OWN: ReadonlySet<string> = new Set([...SIX, "dataset", "product", "category", "service"]);
/** The names of Elastic Common Schema that a document may fill. */
const ECS_NAMES = COLUMNS.map(({ ecs }) => ecs).filter(
  (name) => !OWN.has(name) && name !== "event.action" && name !== "event.dataset",
);

const ecsName = z.enum(ECS_NAMES);

export const noSuchColumn = (name: string): string =>
  name === "event.action"
    ? "event.action follows six.did_what: say it there."
    : `There is no column named ${name.slice(0, 60)}.`;

const Test = z.strictObject({
  line: text(16_384),
  /** The line must be left to others. */
  matches: z.boolean().default(true),
  fields: z.record(z.string().max(256), scalar).optional(),
  columns: z.partialRecord(ecsName, scalar).optional(),
  time: z.string().max(40).optional(),
  who: scalar.optional(),
  where_from: scalar.optional(),
  with_what: scalar.optional(),
  what: scalar.optional(),
  did_what: scalar.optional(),
});

const word = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, "Lower-case letters, digits and . _ - only.");

export const ParserDocument = z.strictObject({
  parser: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,49}$/, "A parser's id has lower-case letters, digits and - (up to 50)."),
  title: text(120),
  description: text(2_000).optional(),
  author: text(120).optional(),
  recognize: Recognize.optional(),
  /** What recognition and reading look at: what stands behind syslog's header, or the line as it came. */
  on: z.enum(["message", "line"]).default("message"),
  define: z
    .record(z.string().regex(/^[A-Z][A-Z0-9_]{0,40}$/, "Defined patterns have names of upper-case letters."), pattern)
    .optional(),
  read: oneOrMore(Step, MAX_STEPS),
  time: z
    .strictObject({
      field: oneOrMore(fieldName, 4),
      format: oneOrMore(text(80), 16).default("auto"),
      zone: text(64).optional(),
    })
    .optional(),
  columns: z.partialRecord(ecsName, Source).optional(),
  six: z
    .strictObject({
      who: Source.optional(),
      where_from: Source.optional(),
      with_what: Source.optional(),
      what: Source.optional(),
      did_what: Source.optional(),
    })
    .optional(),
  dataset: word.optional(),
  logsource: z
    .strictObject({ product: word.optional(), category: word.optional(), service: word.optional() })
    .optional(),
  tests: z.array(Test).min(1, "A parser needs at least one test.").max(MAX_TESTS),
});

export type ParserDocument = z.infer<typeof ParserDocument>;
export type Step = z.infer<typeof Step>;
export type Source = z.infer<typeof Source>;
export type DocumentTest = z.infer<typeof Test>;
