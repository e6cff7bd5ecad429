import {
  emptyFields,
  emptyHotColumns,
  type Fields,
  type FieldValue,
  type HotColumns,
  type LogSource,
  type ParsedEvent,
} from "../event/index.ts";
import { clip, MAX_ANSWER_CHARS, MAX_FIELDS, MAX_NAME_CHARS, MAX_VALUE_CHARS } from "./bounds.ts";
import type { Action, Outcome, Problem } from "./contract.ts";
import { LATEST_MS, toInstantMs } from "./instant.ts";
import type { Table } from "./table/table.ts";

/** Reads a line by a parser that somebody wrote; false, and the event untouched, when none takes it. */
export type CustomReader = (event: Reading, text: string, hints: ParseHints) => boolean;

/** What the collector knows of a line. peer: the sender's address, with or without a port; timeZone: IANA name of the source. */
export type ParseHints = {
  readonly format: string;
  readonly transport: string;
  readonly peer: string;
  readonly receivedAtMs: number;
  readonly timeZone?: string;
  /** What the line's bytes are in, where that is known; else they are looked at. */
  readonly encoding?: string;
  /** What the lines above say of this one, when it is a row of a table (TableHead). */
  readonly table?: Table | undefined;
  /** What a protocol sent around the line (`envelope.ts`). */
  readonly envelope?: Readonly<Record<string, unknown>>;
  /** syslog's program, where the text is a message without its header. */
  readonly program?: string;
  /** Parsers that people wrote, which are asked before the built-in readers. */
  readonly custom?: CustomReader | undefined;
  /** Only what rules read is wanted: fields and log source. The time, the columns and the answers may be left out. */
  readonly isForMatching?: boolean;
};

/** A parsed line. `logsource` equals hot.product/category/service. */
export type Parsed = ParsedEvent & {
  readonly logsource: LogSource;
  /**
   * When every value is in the line as JSON writes it: those that are not, being of our own making. Undefined when that is not
   * certain, or when the line has Unicode escapes, or letters beyond ASCII that are ASCII's in lower case.
   */
  readonly made?: readonly FieldValue[] | undefined;
  /** Id of the parser that somebody wrote and that read the line; "" for the built-in readers. */
  readonly takenBy?: string;
};

/** An event while a format fills it. isVerbatim: its values, but for those `made`, are in the line as JSON writes them. */
export type Reading = ParsedEvent & {
  fieldCount: number;
  isVerbatim: boolean;
  made: readonly FieldValue[];
  takenBy: string;
};

const NONE: readonly FieldValue[] = [];

export const newReading = (): Reading => ({
  timeMs: Number.NaN,
  problem: "",
  fields: emptyFields(),
  hot: emptyHotColumns(),
  decoded: undefined,
  fieldCount: 0,
  isVerbatim: false,
  made: NONE,
  takenBy: "",
});

/** The first problem is the one that is told. */
export function note(event: ParsedEvent, problem: Problem): void {
  if (event.problem === "") event.problem = problem;
}

/** Sets the event's instant; an absurd or unreadable one is noted and the event stays without its own time. */
export function setTimeMs(event: ParsedEvent, ms: number): void {
  if (ms >= 0 && ms <= LATEST_MS) {
    event.timeMs = ms;
    return;
  }
  event.timeMs = Number.NaN;
  note(event, Number.isNaN(ms) ? "time_unreadable" : "time_absurd");
}

/** Sets the time from a value that a log wrote; absent and empty values leave the event without a time and without blame. */
export function setTime(event: ParsedEvent, value: unknown, zone: string): void {
  if (value === undefined || value === null || value === "" || value === "-") return;
  setTimeMs(event, toInstantMs(value, zone));
}

export const zoneOf = (hints: ParseHints): string => hints.timeZone ?? "";

/** Keeps one value under one name, within the bounds. A name seen before is replaced, as JSON does. */
export function setField(event: Reading, name: string, value: FieldValue): void {
  const key = name.length > MAX_NAME_CHARS ? clip(name, MAX_NAME_CHARS) : name;
  if (event.fieldCount >= MAX_FIELDS && !(key in event.fields)) {
    note(event, "too_many_fields");
    return;
  }
  event.fieldCount += 1;
  event.fields[key] =
    typeof value === "string" && value.length > MAX_VALUE_CHARS ? clip(value, MAX_VALUE_CHARS) : value;
}

/** Adds a field of our own making (an envelope's, a taxonomy name) unless the vendor sent one of that name. */
export function addField(event: Reading, name: string, value: FieldValue): void {
  if (value !== "" && event.fields[name] === undefined) setField(event, name, value);
}

/** Adds a field whose value is not the vendor's. */
export function makeField(event: Reading, name: string, value: FieldValue): void {
  addField(event, name, value);
  event.made = [...event.made, value];
}

/** A field as text: "" when absent, null, a list, or the dash that logs write for "nothing". */
export function textOf(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value === "string") return value === "-" ? "" : value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

/** The first of the named fields that says something. */
export function firstText(fields: Fields, names: readonly string[]): string {
  for (const name of names) {
    const text = textOf(fields, name);
    if (text !== "") return text;
  }
  return "";
}

/** A path's last part, whichever slash its system uses. */
export function baseName(path: string): string {
  const at = Math.max(path.lastIndexOf("\\"), path.lastIndexOf("/"));
  return at < 0 ? path : path.slice(at + 1);
}

export function classify(hot: HotColumns, dataset: string, source: LogSource): void {
  hot.dataset = dataset;
  hot.product = source.product;
  hot.category = source.category;
  hot.service = source.service;
}

export function act(hot: HotColumns, action: Action | "", outcome: Outcome | ""): void {
  hot.event_action = action;
  hot.did_what = action;
  hot.event_outcome = outcome;
}

export const bounded = (text: string): string => (text.length > MAX_ANSWER_CHARS ? clip(text, MAX_ANSWER_CHARS) : text);

/** `ip:port`, `[v6]:port`, or whichever half is known. */
export function endpoint(host: string, port: number): string {
  if (port === 0) return host;
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
