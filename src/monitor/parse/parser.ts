import { decodeText } from "../../kernel/encoding/index.ts";
import type { LogSource } from "../event/index.ts";
import { MAX_LINE_BYTES, MAX_MESSAGE_CHARS } from "./bounds.ts";
import { type CustomParser, createCustomReader } from "./custom/index.ts";
import { readEvent, readLine } from "./dispatch.ts";
import { applyEnvelope } from "./envelope.ts";
import type { JsonObject } from "./flatten.ts";
import { readRaw } from "./raw.ts";
import { newReading, note, type Parsed, type ParseHints, type Reading } from "./reading.ts";
import { cleanEvent, isLiteral } from "./text.ts";

export type Parser = {
  /** Reads one line. Never throws; what it cannot read comes back with a problem and the text as message. */
  parse(bytes: Buffer, hints: ParseHints): Parsed;
  /**
   * Reads an event that is JSON already, such as a record of an EVTX file or a row of a table, as parse reads its text. Its strings
   * must be free of NUL and half surrogate pairs.
   */
  parseEvent(event: JsonObject, hints: ParseHints): Parsed;
};

/** A parser for one worker: it keeps small caches and no state about lines. custom: parsers that people wrote, asked first. */
export function createParser(custom: readonly CustomParser[] = []): Parser {
  const reader = createCustomReader(custom);
  if (reader === undefined) return { parse, parseEvent };
  return {
    parse: (bytes, hints) => parse(bytes, { ...hints, custom: reader }),
    parseEvent: (event, hints) => parseEvent(event, { ...hints, custom: reader }),
  };
}

function parse(bytes: Buffer, hints: ParseHints): Parsed {
  const event = newReading();
  const isWhole = bytes.length <= MAX_LINE_BYTES;
  const decoded = decodeText(isWhole ? bytes : headOf(bytes), hints.encoding);
  const text = hints.table === undefined || !isWhole ? trimmed(decoded.text) : rowOf(decoded.text);
  if (!isWhole) {
    note(event, "line_too_long");
    readRaw(event, text, true);
  } else if (text === "") {
    note(event, "empty");
    readRaw(event, text, true);
  } else readLine(event, text, hints);
  const mayEscape = text.includes("\\u");
  cleanEvent(text, event, mayEscape);
  // Only what is UTF-8 from end to end has its values in the bytes as they are.
  event.isVerbatim &&= decoded.encoding === "utf-8" && isLiteral(text, mayEscape) && !text.includes("\ufffd");
  if (decoded.encoding !== "utf-8") event.decoded = decoded;
  if (hints.envelope !== undefined) applyEnvelope(event, hints.envelope, hints);
  return finish(event);
}

function parseEvent(object: JsonObject, hints: ParseHints): Parsed {
  const event = newReading();
  readEvent(event, object, hints);
  return finish(event);
}

/** Ends between two characters of UTF-8: a part of one more would make another encoding likely. */
function headOf(bytes: Buffer): Buffer {
  let end = MAX_MESSAGE_CHARS;
  while (end > MAX_MESSAGE_CHARS - 4 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end);
}

/** Without a byte order mark and the white space around. */
function trimmed(text: string): string {
  const first = text.charCodeAt(0);
  const last = text.charCodeAt(text.length - 1);
  return first > 32 && first !== 0xfeff && last > 32 ? text : text.trim();
}

/** In a row the white space around is of its first and last cell. */
const rowOf = (text: string): string => text.replace(/^\ufeff/, "").replace(/\r?\n?$/, "");

function finish(event: Reading): Parsed {
  const { fields, hot, problem, timeMs, isVerbatim, made, decoded, takenBy } = event;
  const logsource: LogSource = { product: hot.product, category: hot.category, service: hot.service };
  return { timeMs, problem, fields, hot, logsource, made: isVerbatim ? made : undefined, decoded, takenBy };
}
