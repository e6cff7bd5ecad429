const BLOCK = 512;

/** A tar header's facts. `kind`: file; link (hard or symbolic); name, which gives the next file a longer name (GNU `L`, pax `x`); or other. */
export type TarHeader = {
  readonly name: string;
  readonly size: number;
  readonly kind: "file" | "link" | "longName" | "pax" | "other";
};

export const TAR_BLOCK_BYTES = BLOCK;
export const isTar = (head: Buffer): boolean => head.length >= BLOCK && head.toString("latin1", 257, 262) === "ustar";
export const isEndOfTar = (block: Buffer): boolean => block.every((byte) => byte === 0);
/** Bytes that an entry of `size` bytes takes up. */
export const paddedSize = (size: number): number => Math.ceil(size / BLOCK) * BLOCK;

/** Reads a header block (ustar, GNU, pax). Undefined when its checksum is wrong or its size is no number. */
export function readTarHeader(block: Buffer): TarHeader | undefined {
  const size = readSize(block);
  if (size === undefined || sumOf(block) !== Number.parseInt(textAt(block, 148, 8).trim(), 8)) return undefined;
  const prefix = textAt(block, 345, 155);
  const short = textAt(block, 0, 100);
  const name = prefix !== "" && block.toString("latin1", 257, 263) === "ustar\0" ? `${prefix}/${short}` : short;
  return { name, size, kind: kindOf(String.fromCharCode(block[156] ?? 0)) };
}

function kindOf(type: string): TarHeader["kind"] {
  if (type === "0" || type === "\0" || type === "7") return "file";
  if (type === "1" || type === "2") return "link";
  return type === "L" ? "longName" : type === "x" ? "pax" : "other";
}

/** The name that a GNU or pax entry gives to the file behind it; "" when it gives none. */
export function longNameOf(kind: TarHeader["kind"], content: Buffer): string {
  if (kind === "longName") return textAt(content, 0, content.length);
  return /(?:^|\n)\d+ path=([^\n]*)\n/.exec(content.toString("utf8"))?.[1] ?? "";
}

function textAt(bytes: Buffer, at: number, length: number): string {
  const field = bytes.subarray(at, at + length);
  const end = field.indexOf(0);
  return field.toString("utf8", 0, end < 0 ? field.length : end);
}

/** Octal digits, or, for what they cannot hold, a number in binary with the first bit set. */
function readSize(block: Buffer): number | undefined {
  if ((block[124] ?? 0) >= 0x80) {
    const size = block.readUIntBE(130, 6);
    return Number.isSafeInteger(size) ? size : undefined;
  }
  const size = Number.parseInt(textAt(block, 124, 12).trim() || "0", 8);
  return size >= 0 ? size : undefined;
}

/** The sum of the header's bytes, the checksum's own field counted as spaces. */
function sumOf(block: Buffer): number {
  let sum = 0;
  for (let at = 0; at < BLOCK; at += 1) sum += at >= 148 && at < 156 ? 32 : (block[at] ?? 0);
  return sum;
}
