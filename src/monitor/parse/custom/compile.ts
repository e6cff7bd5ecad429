import type { LogSource } from "../../event/index.ts";
import { classify, newReading, note, type Reading, setField, setTimeMs, textOf } from "../reading.ts";
import { MAX_PROBLEMS, MAX_READ_CHARS } from "./bounds.ts";
import { compileMapping } from "./mapping.ts";
import { type DocumentProblem, Fault, type Path } from "./problem.ts";
import { type DocumentTest, noSuchColumn, ParserDocument } from "./schema.ts";
import { compileStep, compileTest, listOf, runSteps } from "./steps.ts";
import { compileTimeFormat, type TimeContext } from "./time-format.ts";
import { readYaml } from "./yaml.ts";

/** A line as recognition sees it. `message`: what stands behind syslog's header, else the line. */
export type Candidate = { readonly line: string; readonly message: string; readonly program: string };

export type CustomParser = {
  readonly id: string;
  readonly title: string;
  /** Without recognition of its own it reads only sources that are pinned to it. */
  readonly isPinnedOnly: boolean;
  /** May the line be its? As cheap as looking for a text: asked of every line. `program`: as what carries the line says it, else "". */
  readonly glance: (line: string, program: string) => boolean;
  readonly recognizes: (candidate: Candidate) => boolean;
  /** The fields of a line; undefined when no pattern fits. */
  readonly read: (candidate: Candidate) => Reading | undefined;
  /** Puts what was read into the event: fields, time, columns, answers. */
  readonly fill: (event: Reading, read: Reading, context: TimeContext & { message: string }) => void;
};

export type CompiledParser = {
  readonly parser: CustomParser;
  readonly tests: readonly DocumentTest[];
  /** Where each test stands in the document, from 1. */
  readonly testLines: readonly number[];
  readonly document: ParserDocument;
};
type CompileOutcome =
  | { readonly ok: true; readonly compiled: CompiledParser }
  | { readonly ok: false; readonly problems: readonly DocumentProblem[] };

/** Compiles one document. Never throws; whatever is wrong comes back with its line and column. */
export function compileParser(text: string): CompileOutcome {
  const yaml = readYaml(text);
  if (!yaml.ok) return yaml;
  const parsed = ParserDocument.safeParse(yaml.value);
  if (!parsed.success) {
    const found = parsed.error.issues.flatMap((issue) => problemsOf(issue));
    const problems = found.slice(0, MAX_PROBLEMS).map(({ path, reason }) => ({ ...yaml.placeOf(path), reason }));
    return { ok: false, problems };
  }
  const document = parsed.data;
  try {
    const testLines = document.tests.map((_, at) => yaml.placeOf(["tests", at]).line);
    return { ok: true, compiled: { parser: parserOf(document), tests: document.tests, testLines, document } };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { ok: false, problems: [{ ...yaml.placeOf(error.path), reason: error.message }] };
  }
}

type Issue = {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
  readonly errors?: readonly (readonly Issue[])[];
};
type Placed = { readonly path: Path; readonly reason: string };

/** Of the ways in which a value could be meant, that which came nearest says what is wrong. */
function problemsOf(issue: Issue, before: Path = []): Placed[] {
  const path = [...before, ...issue.path.map((part) => (typeof part === "symbol" ? String(part) : part))];
  if (issue.code === "unrecognized_keys" && issue.keys)
    return issue.keys.map((key) => ({
      path: [...path, key],
      reason: path.at(-1) === "columns" ? noSuchColumn(key) : `"${key}" is not known here.`,
    }));
  const ways = issue.code === "invalid_union" ? (issue.errors ?? []).filter((way) => way.length > 0) : [];
  const nearest = ways.toSorted((one, two) => depthOf(two) - depthOf(one))[0];
  if (nearest && depthOf(nearest) > 0) return nearest.flatMap((inner) => problemsOf(inner, path));
  return [{ path, reason: ways.length > 0 ? (nearest?.[0]?.message ?? issue.message) : issue.message }];
}

const depthOf = (way: readonly Issue[]): number =>
  Math.max(...way.map(({ path, code }) => path.length + (code === "unrecognized_keys" ? 1 : 0)));

function parserOf(document: ParserDocument): CustomParser {
  const defined = new Map(Object.entries(document.define ?? {}));
  const steps = listOf(document.read).map((step, at) =>
    compileStep(step, defined, Array.isArray(document.read) ? ["read", at] : ["read"]),
  );
  if (steps[0]?.from !== undefined) throw new Fault(["read"], 'The first step reads the message: it has no "from".');
  const { recognizes, glance } = recognitionOf(document, steps[0]?.literal ?? "");
  const isWhole = document.on === "line";
  return {
    id: document.parser,
    title: document.title,
    isPinnedOnly: document.recognize === undefined,
    glance,
    recognizes,
    read: ({ line, message }) => {
      const text = isWhole ? line : message;
      if (text.length > MAX_READ_CHARS) return undefined;
      const into = newReading();
      return runSteps(steps, into, text) ? into : undefined;
    },
    fill: fillerOf(document),
  };
}

/** The literals of recognition and of a lone pattern are looked for in the line before anything else is done. */
function recognitionOf(
  { recognize, on }: ParserDocument,
  literal: string,
): Pick<CustomParser, "recognizes" | "glance"> {
  const contains = listOf(recognize?.contains ?? []);
  const starts = listOf(recognize?.startsWith ?? []);
  const programs = new Set(listOf(recognize?.program ?? []));
  const regex = recognize?.regex === undefined ? undefined : compileTest(recognize.regex, ["recognize", "regex"]);
  const needed = [...contains, ...(starts.length === 1 ? starts : []), literal].filter((one) => one !== "");
  const [name = ""] = programs.size === 1 ? programs : [];
  return {
    // A line that JSON carries need not name its program: what is around it does.
    glance: (line, program) => needed.every((text) => line.includes(text)) && (program !== "" || line.includes(name)),
    recognizes: ({ line, message, program }) => {
      const text = on === "line" ? line : message;
      if (programs.size > 0 && !programs.has(program)) return false;
      if (starts.length > 0 && !starts.some((start) => text.startsWith(start))) return false;
      return regex === undefined || regex(text);
    },
  };
}

function fillerOf(document: ParserDocument): CustomParser["fill"] {
  const { logsource = {}, time } = document;
  const source: LogSource = {
    product: logsource.product ?? "",
    category: logsource.category ?? "",
    service: logsource.service ?? "",
  };
  const dataset = document.dataset ?? document.parser;
  const map = compileMapping(document);
  const readTime = time && timeReaderOf(time);
  return (event, read, context) => {
    for (const name in read.fields) {
      const value = read.fields[name];
      if (value !== undefined) setField(event, name, value);
    }
    if (read.problem === "too_many_fields" || read.problem === "too_deep") note(event, read.problem);
    classify(event.hot, dataset, source);
    event.takenBy = document.parser;
    event.isVerbatim = false;
    readTime?.(event, context);
    map(event, context.message);
  };
}

type Time = NonNullable<ParserDocument["time"]>;

function timeReaderOf({ field, format, zone }: Time) {
  const names = listOf(field);
  const readers = listOf(format).map((one, at) =>
    compileTimeFormat(one, Array.isArray(format) ? ["time", "format", at] : ["time", "format"]),
  );
  if (zone !== undefined && !isZone(zone))
    throw new Fault(["time", "zone"], `"${zone}" is no time zone. Write an IANA name, such as Asia/Tokyo.`);
  return (event: Reading, context: TimeContext): void => {
    const text = names
      .map((name) => textOf(event.fields, name))
      .join(" ")
      .trim();
    if (text === "") return;
    const how = zone === undefined ? context : { ...context, zone };
    for (const read of readers) {
      const ms = read(text, how);
      if (!Number.isNaN(ms)) {
        setTimeMs(event, ms);
        return;
      }
    }
    note(event, "time_unreadable");
  };
}

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
