import type { ByteReader } from "../tcp/byte-reader.ts";
import { ProtocolError } from "../tcp/protocol-error.ts";

/** What stands at the start of a MessagePack value. size: bytes of the payload, or for array and map the items (pairs). */
export type Head = {
  readonly kind: "nil" | "bool" | "uint" | "int" | "float" | "str" | "bin" | "ext" | "array" | "map";
  readonly size: number;
  /** Bytes before the payload; for `ext` its type is the last of them. */
  readonly headBytes: number;
};

const MAX_DEPTH = 64;
/** In one value. Nils of one byte become five of JSON each: millions of them would hold up all other senders. */
const MAX_VALUES = 100_000;
const MAX_HEAD_BYTES = 6;

/** By first byte, 0xc0 to 0xdf: kind, bytes of the length that follows, fixed size of the payload. */
const HEADS: readonly (readonly [Head["kind"], number, number] | undefined)[] = [
  ["nil", 0, 0],
  undefined,
  ["bool", 0, 0],
  ["bool", 0, 0],
  ...([1, 2, 4] as const).map((bytes) => ["bin", bytes, 0] as const),
  ...([1, 2, 4] as const).map((bytes) => ["ext", bytes, 0] as const),
  ["float", 0, 4],
  ["float", 0, 8],
  ...([1, 2, 4, 8] as const).map((size) => ["uint", 0, size] as const),
  ...([1, 2, 4, 8] as const).map((size) => ["int", 0, size] as const),
  ...([1, 2, 4, 8, 16] as const).map((size) => ["ext", 0, size] as const),
  ...([1, 2, 4] as const).map((bytes) => ["str", bytes, 0] as const),
  ...([2, 4] as const).map((bytes) => ["array", bytes, 0] as const),
  ...([2, 4] as const).map((bytes) => ["map", bytes, 0] as const),
];

/** The head at `at`, or undefined when more bytes are needed. Errors: `ProtocolError` for the byte that never is one. */
export function headAt(bytes: Buffer, at: number): Head | undefined {
  const first = bytes[at];
  if (first === undefined) return undefined;
  if (first < 0x80) return { kind: "uint", size: 0, headBytes: 1 };
  if (first >= 0xe0) return { kind: "int", size: 0, headBytes: 1 };
  if (first < 0x90) return { kind: "map", size: first & 15, headBytes: 1 };
  if (first < 0xa0) return { kind: "array", size: first & 15, headBytes: 1 };
  if (first < 0xc0) return { kind: "str", size: first & 31, headBytes: 1 };
  const head = HEADS[first - 0xc0];
  if (head === undefined) throw new ProtocolError("This is no MessagePack.");
  const [kind, lengthBytes, fixed] = head;
  if (at + 1 + lengthBytes > bytes.length) return undefined;
  const size = lengthBytes === 0 ? fixed : bytes.readUIntBE(at + 1, lengthBytes);
  return { kind, size, headBytes: 1 + lengthBytes + (kind === "ext" ? 1 : 0) };
}

/** The head that comes next, unread. */
export async function peekHead(reader: ByteReader): Promise<Head> {
  for (let size = 1; size <= MAX_HEAD_BYTES; size += 1) {
    const head = headAt(await reader.peek(size), 0);
    if (head !== undefined) return head;
  }
  throw new ProtocolError("This is no MessagePack.");
}

/**
 * The bytes of the next whole value; undefined when it is larger than `maxBytes`, or of too many values, and was thrown away. Every byte is looked
 * at once, however the network cuts the stream. Errors: `ProtocolError` (not MessagePack, nested too deeply), `StreamCut`.
 */
export async function readValue(reader: ByteReader, maxBytes: number): Promise<Buffer | undefined> {
  /** Values still to come, per level. */
  const left = [1];
  let at = 0;
  let isDropped = false;
  let values = 0;
  while (left.length > 0) {
    const top = left.length - 1;
    if (left[top] === 0) {
      left.pop();
      continue;
    }
    const head = headAt(reader.held(), at);
    if (head === undefined) {
      await reader.peek(reader.heldBytes() + 1);
      continue;
    }
    left[top] = (left[top] ?? 0) - 1;
    const isContainer = head.kind === "array" || head.kind === "map";
    if (isContainer) left.push(head.kind === "map" ? 2 * head.size : head.size);
    if (left.length > MAX_DEPTH) throw new ProtocolError("MessagePack nested too deeply.");
    at += head.headBytes + (isContainer ? 0 : head.size);
    values += 1;
    isDropped ||= at > maxBytes || values > MAX_VALUES;
    if (isDropped) {
      await reader.skip(at);
      at = 0;
    } else if (at > reader.heldBytes()) await reader.peek(at);
  }
  return isDropped ? undefined : await reader.exactly(at);
}

/** A short text: tags, names, digests. */
export async function readText(reader: ByteReader, maxBytes: number): Promise<Buffer> {
  const head = await peekHead(reader);
  if (head.kind !== "str" && head.kind !== "bin") throw new ProtocolError("A text is missing.");
  if (head.size > maxBytes) throw new ProtocolError(`A text of ${head.size} bytes is too long.`);
  await reader.skip(head.headBytes);
  return Buffer.from(await reader.exactly(head.size));
}

/** How many items the array has that comes next. */
export async function readArrayHead(reader: ByteReader): Promise<number> {
  const head = await peekHead(reader);
  if (head.kind !== "array") throw new ProtocolError("An array is missing.");
  await reader.skip(head.headBytes);
  return head.size;
}

/** The little that we say ourselves. */
export function pack(
  value: string | boolean | Buffer | readonly unknown[] | Readonly<Record<string, unknown>>,
): Buffer {
  if (typeof value === "boolean") return Buffer.from([value ? 0xc3 : 0xc2]);
  if (typeof value === "string") return sized(0xda, Buffer.from(value));
  if (Buffer.isBuffer(value)) return sized(0xc5, value);
  const isArray = Array.isArray(value);
  const items: readonly unknown[] = isArray ? value : Object.entries(value).flat();
  const head = (isArray ? 0x90 : 0x80) + (isArray ? items.length : items.length / 2);
  return Buffer.concat([Buffer.from([head]), ...items.map((item) => pack(packable(item)))]);
}

/** Text that a sender gave us, back to it byte for byte. Up to 65,535 bytes. */
export const packText = (bytes: Buffer): Buffer => sized(0xda, bytes);

const packable = (item: unknown): string | boolean | Buffer =>
  typeof item === "boolean" || Buffer.isBuffer(item) ? item : String(item);

function sized(kind: number, bytes: Buffer): Buffer {
  const head = Buffer.from([kind, 0, 0]);
  head.writeUInt16BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}
