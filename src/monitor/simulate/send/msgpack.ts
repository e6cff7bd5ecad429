import { strange } from "./peer.ts";

/** MessagePack of what JSON can say, and bytes. Whole numbers that fit go as integers, others as float 64. */
export function encode(value: unknown): Buffer {
  if (value === null || value === undefined) return Buffer.from([0xc0]);
  if (typeof value === "boolean") return Buffer.from([value ? 0xc3 : 0xc2]);
  if (typeof value === "number") return number(value);
  if (typeof value === "string") return Buffer.concat([head(0xdb, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(0xc6, value.length), value]);
  if (Array.isArray(value)) return Buffer.concat([head(0xdd, value.length), ...value.map(encode)]);
  const entries = Object.entries(value);
  return Buffer.concat([head(0xdf, entries.length), ...entries.flat().map(encode)]);
}

function head(kind: number, size: number): Buffer {
  const bytes = Buffer.from([kind, 0, 0, 0, 0]);
  bytes.writeUInt32BE(size, 1);
  return bytes;
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(9);
  if (Number.isSafeInteger(value)) {
    bytes[0] = 0xd3;
    bytes.writeBigInt64BE(BigInt(value), 1);
  } else {
    bytes[0] = 0xcb;
    bytes.writeDoubleBE(value, 1);
  }
  return bytes;
}

/** Fluentd's EventTime: seconds and nanoseconds as extension type 0 of eight bytes. */
export function eventTime(atMs: number): Buffer {
  const bytes = Buffer.from([0xd7, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  bytes.writeUInt32BE(Math.floor(atMs / 1000), 2);
  bytes.writeUInt32BE((atMs % 1000) * 1_000_000, 6);
  return bytes;
}

/** What servers of the Forward protocol say: truth, texts as their bytes, lists, maps. */
export type Said = boolean | Buffer | readonly Said[];
type Read = { readonly value: Said; readonly end: number };
const MAX_ITEMS = 64;
const SIZED: ReadonlyMap<number, number> = new Map([
  [0xd9, 1],
  [0xda, 2],
  [0xdb, 4],
  [0xc4, 1],
  [0xc5, 2],
  [0xc6, 4],
]);

/** The value at `at`; a map is the list of its names and values in turn. undefined: more bytes are needed. Errors: AppError `upstream`. */
export function decode(bytes: Buffer, at = 0, depth = 0): Read | undefined {
  const first = bytes[at];
  if (first === undefined) return undefined;
  if (first === 0xc2 || first === 0xc3) return { value: first === 0xc3, end: at + 1 };
  if (first >= 0x80 && first < 0xa0) return items(bytes, at, depth, (first & 15) * (first < 0x90 ? 2 : 1));
  const sizeBytes = SIZED.get(first) ?? 0;
  if (sizeBytes === 0 && (first & 0xe0) !== 0xa0) throw strange("this is no answer of the Forward protocol");
  if (bytes.length < at + 1 + sizeBytes) return undefined;
  const size = sizeBytes === 0 ? first & 31 : bytes.readUIntBE(at + 1, sizeBytes);
  const start = at + 1 + sizeBytes;
  if (bytes.length < start + size) return undefined;
  return { value: bytes.subarray(start, start + size), end: start + size };
}

function items(bytes: Buffer, at: number, depth: number, count: number): Read | undefined {
  if (depth > 3 || count > MAX_ITEMS) throw strange("an answer that is nested too deeply");
  const value: Said[] = [];
  let end = at + 1;
  for (let i = 0; i < count; i += 1) {
    const item = decode(bytes, end, depth + 1);
    if (item === undefined) return undefined;
    value.push(item.value);
    end = item.end;
  }
  return { value, end };
}
