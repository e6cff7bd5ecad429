import { isUtf8 } from "node:buffer";
import { MAX_ENVELOPE_BYTES, putInEnvelope } from "../envelope.ts";
import { hasTooManyContainers } from "../json-scan.ts";
import type { HecCode } from "./answers.ts";
import { memberBytes } from "./member.ts";

/** What may come around an event. `time`: seconds since 1970, fraction allowed, as number or text; read by the parser. */
export type Envelope = {
  readonly host?: string;
  readonly source?: string;
  readonly sourcetype?: string;
  readonly index?: string;
  readonly time?: string | number;
  readonly fields?: unknown;
};
const TEXTS = ["host", "source", "sourcetype", "index"] as const;
const MAX_TEXT_CHARS = 1_024;

export type ReadEvent = { readonly frame: Buffer; readonly code?: undefined } | { readonly code: HecCode };

/**
 * One event object of a request → its frame: a text is kept as its own bytes, anything else as it was written. `defaults`
 * are the query's, which the object overrules. Or HEC's code of what is wrong with it.
 */
export function readEvent(bytes: Buffer, defaults: Envelope): ReadEvent {
  if (hasTooManyContainers(bytes)) return { code: 27 };
  // Latin-1 keeps bytes that are no UTF-8 one by one, so that the event's text gives them back.
  const encoding = isUtf8(bytes) ? "utf8" : "latin1";
  let parsed: unknown;
  try {
    parsed = JSON.parse(bytes.toString(encoding));
  } catch {
    return { code: 6 };
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) return { code: 6 };
  const event = own(parsed, "event");
  if (event === undefined) return { code: 12 };
  if (event === null || event === "") return { code: 13 };
  const fields = own(parsed, "fields");
  if (fields !== undefined && (typeof fields !== "object" || fields === null || Array.isArray(fields)))
    return { code: 15 };
  const envelope = encodeEnvelope({ ...defaults, ...envelopeOf(parsed), ...(fields !== undefined && { fields }) });
  if (envelope === undefined) return { code: 15 };
  // The name may be written in escapes: then nobody can tell where the value stands.
  const raw = typeof event === "string" ? textBytes(event, encoding) : memberBytes(bytes, "event");
  return raw === undefined ? { code: 12 } : { frame: putInEnvelope(envelope, raw) };
}

/** Undefined when it is larger, or its fields are nested deeper, than can be kept. */
export function encodeEnvelope(envelope: Envelope): Buffer | undefined {
  try {
    const bytes = Buffer.from(JSON.stringify(envelope));
    return bytes.length > MAX_ENVELOPE_BYTES ? undefined : bytes;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The envelope that an object, or a query, names. Values of another kind are left out. */
export function envelopeOf(values: object): Envelope {
  const found: Record<string, string | number> = {};
  for (const name of TEXTS) {
    const value = own(values, name);
    if (typeof value === "string" && value !== "") found[name] = value.slice(0, MAX_TEXT_CHARS).toWellFormed();
    else if (typeof value === "number") found[name] = String(value);
  }
  const time = own(values, "time");
  if (typeof time === "number" || (typeof time === "string" && time !== "")) {
    found.time = typeof time === "string" ? time.slice(0, 64) : time;
  }
  return found;
}

const own = (values: object, name: string): unknown => Object.getOwnPropertyDescriptor(values, name)?.value;

/** A character of Latin-1 came as that byte; one past it was an escape. */
function textBytes(text: string, encoding: "utf8" | "latin1"): Buffer {
  if (encoding === "utf8") return Buffer.from(text, "utf8");
  return Buffer.concat(
    (text.match(/[\0-\xff]+|[^\0-\xff]+/g) ?? []).map((run) =>
      Buffer.from(run, run.charCodeAt(0) <= 0xff ? "latin1" : "utf8"),
    ),
  );
}
