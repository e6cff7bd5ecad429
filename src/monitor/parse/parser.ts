import type { LogSource } from "../event/index.ts";
import { MAX_LINE_BYTES, MAX_MESSAGE_CHARS } from "./bounds.ts";
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

/** A parser for one worker: it keeps small caches and no state about lines. */
export function createParser(): Parser {
  return { parse, parseEvent };
}

function parse(bytes: Buffer, hints: ParseHints): Parsed {
  const event = newReading();
  const isWhole = bytes.length <= MAX_LINE_BYTES;
  const read = hints.table === undefined ? decode : decodeRow;
  const text = isWhole ? read(bytes, bytes.length) : decode(bytes, MAX_MESSAGE_CHARS);
  if (!isWhole) {
    note(event, "line_too_long");
    readRaw(event, text, true);
  } else if (text === "") {
    note(event, "empty");
    readRaw(event, text, true);
  } else readLine(event, text, hints);
  const mayEscape = text.includes("\\u");
  cleanEvent(text, event, mayEscape);
  event.isVerbatim &&= isLiteral(text, mayEscape);
  if (hints.envelope !== undefined) applyEnvelope(event, hints.envelope, hints);
  return finish(event);
}

function parseEvent(object: JsonObject, hints: ParseHints): Parsed {
  const event = newReading();
  readEvent(event, object, hints);
  return finish(event);
}

/** UTF-8 with U+FFFD for what is none, without a byte order mark and the white space around. Node's decoder is as fast on ASCII as latin1's. */
function decode(bytes: Buffer, length: number): string {
  const text = bytes.toString("utf8", 0, length);
  const first = text.charCodeAt(0);
  const last = text.charCodeAt(text.length - 1);
  return first > 32 && first !== 0xfeff && last > 32 ? text : text.trim();
}

/** In a row the white space around is of its first and last cell. */
const decodeRow = (bytes: Buffer, length: number): string =>
  bytes
    .toString("utf8", 0, length)
    .replace(/^\ufeff/, "")
    .replace(/\r?\n?$/, "");

function finish(event: Reading): Parsed {
  const { fields, hot, problem, timeMs, isVerbatim, made } = event;
  const logsource: LogSource = { product: hot.product, category: hot.category, service: hot.service };
  return { timeMs, problem, fields, hot, logsource, made: isVerbatim ? made : undefined };
}
