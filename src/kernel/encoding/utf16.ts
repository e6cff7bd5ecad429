/** How much of a text is looked at. */
const HEAD_BYTES = 4_096;
/** So many ASCII characters in a row, each with a zero byte beside it, are no accident. */
const ENOUGH_IN_A_ROW = 4;
/** A zero byte on the other side (U+3000, U+4E00) may stand beside so many on the right one. */
const ODDITIES = 4;

export type Utf16 = "utf-16le" | "utf-16be";

/**
 * Whether bytes are UTF-16: by their byte order mark, else by the zero bytes of ASCII characters on one side, among characters that
 * logs are written in. Text without either (Japanese alone) cannot be told, so a whole file's head is better than a line.
 */
export function sniffUtf16(bytes: Uint8Array): Utf16 | undefined {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  const length = Math.min(bytes.length & ~1, HEAD_BYTES);
  if (length < 4) return undefined;
  if (looksLike(bytes, { length, high: 1 })) return "utf-16le";
  return looksLike(bytes, { length, high: 0 }) ? "utf-16be" : undefined;
}

/** `high`: where in a unit its high byte stands. */
function looksLike(bytes: Uint8Array, { length, high }: { length: number; high: 0 | 1 }): boolean {
  let [ascii, inRow, longest, oddities] = [0, 0, 0, 0];
  for (let at = 0; at < length; at += 2) {
    const top = bytes[at + high] ?? 0;
    const low = bytes[at + 1 - high] ?? 0;
    if (!isUsual(top, low)) return false;
    if (low === 0) oddities += 1;
    inRow = top === 0 ? inRow + 1 : 0;
    if (top === 0) ascii += 1;
    longest = Math.max(longest, inRow);
  }
  return ascii > ODDITIES * oddities && (longest >= ENOUGH_IN_A_ROW || ascii * 2 === length);
}

/** Printable ASCII, Latin letters, punctuation, kana, CJK ideographs, Hangul, surrogates, compatibility and full-width forms. */
function isUsual(top: number, low: number): boolean {
  if (top === 0) return low >= 0x20 ? low !== 0x7f : low === 0x09 || low === 0x0a || low === 0x0d;
  return top <= 0x05 || (top >= 0x1e && top <= 0x27) || (top >= 0x30 && top <= 0xdf) || top >= 0xf9;
}
