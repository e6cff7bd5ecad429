import { fail, ok, type Result } from "../../../kernel/result.ts";
import type { RejectReason } from "../counters.ts";
import { JsonWriter } from "../json-writer.ts";
import { type Head, headAt } from "./msgpack.ts";

/** Under this name the event's tag is kept. */
const TAG = Buffer.from("fluent_tag");
const TIMESTAMP = Buffer.from("@timestamp");
const EVENT_TIME = 0;
const writer = new JsonWriter();

/**
 * A MessagePack time and record as one JSON object: the record's own fields, then `@timestamp` unless it has one, then the
 * tag. Integers of 64 bits stay whole and text stays the bytes that it was; what JSON cannot say (NaN) becomes null.
 */
export function forwardEvent(
  { time, record }: { readonly time: Buffer; readonly record: Buffer },
  tag: Buffer,
): Result<Buffer, Extract<RejectReason, "not_an_object">> {
  const head = headAt(record, 0);
  if (head?.kind !== "map") return fail("not_an_object");
  writer.clear();
  writer.ascii("{");
  let at = head.headBytes;
  let hasTime = false;
  for (let i = 0; i < head.size; i += 1) {
    hasTime ||= keyAt(record, at).equals(TIMESTAMP);
    at = writePair(record, at);
    writer.ascii(",");
  }
  const timestamp = hasTime ? undefined : timestampOf(time);
  if (timestamp !== undefined) writer.ascii(`"@timestamp":"${timestamp}",`);
  writer.string(TAG);
  writer.ascii(":");
  writer.string(tag);
  writer.ascii("}");
  return ok(writer.take());
}

/** Time and record of `[time, record]`, or of Fluent Bit's `[[time, metadata], record]`; undefined when it is neither. */
export function splitEntry(entry: Buffer): { readonly time: Buffer; readonly record: Buffer } | undefined {
  const head = headAt(entry, 0);
  if (head?.kind !== "array" || head.size < 2) return undefined;
  const timeEnd = endOf(entry, head.headBytes);
  const wrapped = headAt(entry, head.headBytes);
  const isWrapped = wrapped?.kind === "array" && wrapped.size > 0;
  const timeAt = head.headBytes + (isWrapped ? wrapped.headBytes : 0);
  return { time: entry.subarray(timeAt, timeEnd), record: entry.subarray(timeEnd, endOf(entry, timeEnd)) };
}

/** What a map says under a name, as text; undefined when it says nothing. */
export function textIn(map: Buffer, name: string): Buffer | undefined {
  const head = headAt(map, 0);
  if (head?.kind !== "map") return undefined;
  let at = head.headBytes;
  for (let i = 0; i < head.size; i += 1) {
    const key = keyAt(map, at);
    const valueAt = endOf(map, at);
    const value = whole(map, valueAt);
    if (key.toString("latin1") === name && (value.kind === "str" || value.kind === "bin")) return keyAt(map, valueAt);
    at = endOf(map, valueAt);
  }
  return undefined;
}

/** Values were found whole before they came here. */
function whole(bytes: Buffer, at: number): Head {
  const head = headAt(bytes, at);
  if (head === undefined) throw new RangeError("A MessagePack value is not whole.");
  return head;
}

const isContainer = ({ kind }: Head): boolean => kind === "array" || kind === "map";

function endOf(bytes: Buffer, from: number): number {
  let at = from;
  for (let left = 1; left > 0; left -= 1) {
    const head = whole(bytes, at);
    at += head.headBytes + (isContainer(head) ? 0 : head.size);
    if (isContainer(head)) left += head.kind === "map" ? 2 * head.size : head.size;
  }
  return at;
}

const keyAt = (bytes: Buffer, at: number): Buffer => {
  const head = whole(bytes, at);
  return bytes.subarray(at + head.headBytes, at + head.headBytes + (isContainer(head) ? 0 : head.size));
};

/** A key that is no text is written as the text of its JSON. */
function writePair(bytes: Buffer, at: number): number {
  const { kind } = whole(bytes, at);
  const valueAt = endOf(bytes, at);
  if (kind === "str" || kind === "bin") writer.string(keyAt(bytes, at));
  else if (kind === "uint" || kind === "int") {
    writer.ascii(`"${integerAt(bytes, at)}"`);
  } else writer.string(Buffer.from(kind));
  writer.ascii(":");
  return writeValue(bytes, valueAt);
}

/** Depth was bounded when the value was read. Returns where the value ends. */
function writeValue(bytes: Buffer, from: number): number {
  const head = whole(bytes, from);
  const { kind, size } = head;
  let at = from + head.headBytes;
  if (kind === "array" || kind === "map") {
    writer.ascii(kind === "array" ? "[" : "{");
    for (let i = 0; i < size; i += 1) {
      if (i > 0) writer.ascii(",");
      at = kind === "array" ? writeValue(bytes, at) : writePair(bytes, at);
    }
    writer.ascii(kind === "array" ? "]" : "}");
    return at;
  }
  if (kind === "str" || kind === "bin") writer.string(bytes.subarray(at, at + size));
  else writer.ascii(scalarAt(bytes, from, head));
  return at + size;
}

function scalarAt(bytes: Buffer, from: number, { kind, size, headBytes }: Head): string {
  const at = from + headBytes;
  if (kind === "bool") return bytes[from] === 0xc3 ? "true" : "false";
  if (kind === "uint" || kind === "int") return integerAt(bytes, from);
  if (kind === "float") return JSON.stringify(size === 4 ? bytes.readFloatBE(at) : bytes.readDoubleBE(at));
  if (kind !== "ext") return "null";
  const time = timestampOf(bytes.subarray(from, at + size));
  return time === undefined ? `"${bytes.toString("base64", at, at + size)}"` : `"${time}"`;
}

function integerAt(bytes: Buffer, from: number): string {
  const { kind, size, headBytes } = whole(bytes, from);
  const at = from + headBytes;
  if (size === 0) return String(bytes.readInt8(from));
  if (size === 8) return String(kind === "uint" ? bytes.readBigUInt64BE(at) : bytes.readBigInt64BE(at));
  return String(kind === "uint" ? bytes.readUIntBE(at, size) : bytes.readIntBE(at, size));
}

/** Seconds as a number, or EventTime (Forward protocol: seconds and nanoseconds, u32 each). Undefined outside of time. */
function timestampOf(time: Buffer): string | undefined {
  const head = whole(time, 0);
  if (head.kind === "ext" && head.size === 8 && time.readInt8(head.headBytes - 1) === EVENT_TIME) {
    const seconds = isoSeconds(time.readUInt32BE(head.headBytes));
    const nanoseconds = time.readUInt32BE(head.headBytes + 4);
    return nanoseconds < 1e9 ? `${seconds}.${String(nanoseconds).padStart(9, "0")}Z` : undefined;
  }
  if (head.kind !== "uint" && head.kind !== "float") return undefined;
  const seconds = Number(scalarAt(time, 0, head));
  return seconds >= 0 && seconds < 2 ** 33 ? new Date(seconds * 1000).toISOString() : undefined;
}

const isoSeconds = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 19);
