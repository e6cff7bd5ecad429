import { fileTimeText, systemTimeText } from "./instant.ts";
import type { Scalar, Value } from "./json.ts";

/** Value types of binary XML ([MS-EVEN6] §2.2.12). An array has ARRAY set beside the type of its items. */
export const TYPE = {
  null: 0x00,
  string: 0x01,
  ansiString: 0x02,
  int8: 0x03,
  uint8: 0x04,
  int16: 0x05,
  uint16: 0x06,
  int32: 0x07,
  uint32: 0x08,
  int64: 0x09,
  uint64: 0x0a,
  real32: 0x0b,
  real64: 0x0c,
  bool: 0x0d,
  binary: 0x0e,
  guid: 0x0f,
  size: 0x10,
  fileTime: 0x11,
  systemTime: 0x12,
  sid: 0x13,
  hex32: 0x14,
  hex64: 0x15,
  handle: 0x20,
  binXml: 0x21,
  xml: 0x23,
} as const;
export const ARRAY = 0x80;

const MAX_ITEMS = 4_096;
const ansi = new TextDecoder("windows-1252");

/** Where a value lies in the chunk. */
export type Place = { readonly bytes: Buffer; readonly start: number; readonly size: number };

/**
 * One value as exporters write it into JSON: integers as numbers (as text past 2^53), GUIDs in upper case without braces, hexadecimal
 * types as `0x1f`, times as ISO 8601, binary as hexadecimal digits. A value whose size does not suit its type is null.
 */
export function readValue(type: number, { bytes, start, size }: Place): Value {
  if ((type & ARRAY) !== 0) return readArray(type & ~ARRAY, { bytes, start, size });
  switch (type) {
    case TYPE.string:
    case TYPE.xml:
      return readText(bytes, start, size);
    case TYPE.ansiString:
      return cleanText(withoutEnd(ansi.decode(bytes.subarray(start, start + size))));
    case TYPE.binary:
      return bytes.toString("hex", start, start + size).toUpperCase();
    case TYPE.sid:
      return sizeOfSid(bytes, start, size) === size ? readSid(bytes, start) : null;
    default:
      return readFixed(type, { bytes, start, size });
  }
}

function readFixed(type: number, { bytes, start, size }: Place): Scalar {
  switch (type) {
    case TYPE.int8:
    case TYPE.int16:
    case TYPE.int32:
    case TYPE.int64:
      return readInteger({ bytes, start, size }, true);
    case TYPE.uint8:
    case TYPE.uint16:
    case TYPE.uint32:
    case TYPE.uint64:
      return readInteger({ bytes, start, size }, false);
    case TYPE.size:
    case TYPE.hex32:
    case TYPE.hex64:
    case TYPE.handle:
      return readHex({ bytes, start, size });
    case TYPE.real32:
      return size === 4 ? realOf(bytes.readFloatLE(start)) : null;
    case TYPE.real64:
      return size === 8 ? realOf(bytes.readDoubleLE(start)) : null;
    case TYPE.bool:
      return size === 4 ? bytes.readUInt32LE(start) !== 0 : size === 1 ? bytes[start] !== 0 : null;
    case TYPE.guid:
      return size === 16 ? readGuid(bytes, start) : null;
    case TYPE.fileTime:
      return size === 8 ? fileTimeText(bytes.readUInt32LE(start), bytes.readUInt32LE(start + 4)) : null;
    case TYPE.systemTime:
      return size === 16 ? systemTimeText(bytes, start) : null;
    default:
      return null;
  }
}

/** Bytes of one item of an array; 0 for items that say themselves how long they are. */
function itemSize(type: number): number {
  if (type === TYPE.int8 || type === TYPE.uint8) return 1;
  if (type === TYPE.int16 || type === TYPE.uint16) return 2;
  if (type === TYPE.int32 || type === TYPE.uint32 || type === TYPE.real32) return 4;
  if (type === TYPE.bool || type === TYPE.hex32) return 4;
  if (type === TYPE.int64 || type === TYPE.uint64 || type === TYPE.real64) return 8;
  if (type === TYPE.fileTime || type === TYPE.hex64 || type === TYPE.size) return 8;
  return type === TYPE.guid || type === TYPE.systemTime ? 16 : 0;
}

function readArray(type: number, { bytes, start, size }: Place): Value {
  if (type === TYPE.string) return textItems(readText(bytes, start, size, true));
  if (type === TYPE.ansiString) return textItems(ansi.decode(bytes.subarray(start, start + size)));
  if (type === TYPE.sid) return readSids({ bytes, start, size });
  const step = itemSize(type);
  if (step === 0) return null;
  const items: Scalar[] = [];
  for (let at = 0; at + step <= size && items.length < MAX_ITEMS; at += step)
    items.push(readFixed(type, { bytes, start: start + at, size: step }));
  return items;
}

/** Each item ends with NUL, the last one's may be missing. */
function textItems(text: string): readonly string[] {
  if (text === "") return [];
  const items = text.split("\0", MAX_ITEMS + 1);
  if (items.at(-1) === "") items.pop();
  return items.slice(0, MAX_ITEMS).map(cleanText);
}

function readSids({ bytes, start, size }: Place): readonly string[] {
  const sids: string[] = [];
  for (let at = 0; at < size && sids.length < MAX_ITEMS; ) {
    const length = sizeOfSid(bytes, start + at, size - at);
    if (length === 0) break;
    sids.push(readSid(bytes, start + at));
    at += length;
  }
  return sids;
}

/** UTF-16, without the NULs that some providers count in. `isList`: NULs inside part items and stay. */
export function readText(bytes: Buffer, start: number, size: number, isList = false): string {
  const text = bytes.toString("utf16le", start, start + (size & ~1));
  return isList ? text : cleanText(withoutEnd(text));
}

function withoutEnd(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 0) end -= 1;
  return end === text.length ? text : text.slice(0, end);
}

/** What the engines refuse, as the parser does with every event: NUL and half surrogate pairs become U+FFFD. */
function cleanText(text: string): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed();
  return whole.includes("\0") ? whole.replaceAll("\0", "\ufffd") : whole;
}

/** By the size that is there: some providers declare one integer type and store another. */
function readInteger({ bytes, start, size }: Place, isSigned: boolean): Scalar {
  if (size === 4) return isSigned ? bytes.readInt32LE(start) : bytes.readUInt32LE(start);
  if (size === 2) return isSigned ? bytes.readInt16LE(start) : bytes.readUInt16LE(start);
  if (size === 1) return isSigned ? bytes.readInt8(start) : bytes.readUInt8(start);
  if (size !== 8) return null;
  const high = isSigned ? bytes.readInt32LE(start + 4) : bytes.readUInt32LE(start + 4);
  const value = high * 0x1_0000_0000 + bytes.readUInt32LE(start);
  if (Number.isSafeInteger(value)) return value;
  return String(isSigned ? bytes.readBigInt64LE(start) : bytes.readBigUInt64LE(start));
}

function readHex({ bytes, start, size }: Place): Scalar {
  if (size === 4) return `0x${bytes.readUInt32LE(start).toString(16)}`;
  if (size !== 8) return null;
  const high = bytes.readUInt32LE(start + 4);
  const low = bytes.readUInt32LE(start).toString(16);
  return high === 0 ? `0x${low}` : `0x${high.toString(16)}${low.padStart(8, "0")}`;
}

const realOf = (value: number): Scalar => (Number.isFinite(value) ? value : String(value));

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).toUpperCase().padStart(2, "0"));
/** The first three groups are little-endian. */
const GUID_ORDER = [3, 2, 1, 0, -1, 5, 4, -1, 7, 6, -1, 8, 9, -1, 10, 11, 12, 13, 14, 15];

export function readGuid(bytes: Buffer, start: number): string {
  let text = "";
  for (const index of GUID_ORDER) text += index < 0 ? "-" : (HEX[bytes[start + index] ?? 0] ?? "");
  return text;
}

/** Bytes of the SID at `start`; 0 when there is none within `size`. */
function sizeOfSid(bytes: Buffer, start: number, size: number): number {
  if (size < 8) return 0;
  const length = 8 + 4 * bytes.readUInt8(start + 1);
  return length <= size ? length : 0;
}

/** [MS-DTYP] §2.4.2: revision, count, a 48-bit big-endian authority, 32-bit parts. */
function readSid(bytes: Buffer, start: number): string {
  const authority = bytes.readUIntBE(start + 2, 6);
  let text = `S-${bytes.readUInt8(start)}-${authority < 0x1_0000_0000 ? authority : `0x${authority.toString(16)}`}`;
  const count = bytes.readUInt8(start + 1);
  for (let part = 0; part < count; part += 1) text += `-${bytes.readUInt32LE(start + 8 + part * 4)}`;
  return text;
}
