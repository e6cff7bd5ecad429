import { COMMON_KANJI } from "./common-kanji.ts";

/** What characters of JIS X 0208 cost (see `cost.ts`), by where they stand: a row of 94 cells. */
const [PUNCTUATION, WIDE, HIRAGANA, KATAKANA] = [7, 8, 4.5, 5.5];
const [COMMON, LEVEL_1, LEVEL_2, VENDOR, FOREIGN, PRIVATE] = [8, 11.5, 15, 16, 14, 22];

/** Undefined where no character is. Rows 89–92 are NEC's choice of IBM's characters, 95–114 private, 115–119 IBM's. */
export function pairCost(row: number, cell: number): number | undefined {
  if (row <= 2) return PUNCTUATION;
  if (row === 3) return WIDE;
  if (row === 4) return cell <= 83 ? HIRAGANA : undefined;
  if (row === 5) return cell <= 86 ? KATAKANA : undefined;
  if (row <= 8) return FOREIGN;
  if (row === 13) return VENDOR;
  if (row < 16) return undefined;
  if (row <= 47) return row === 47 && cell > 51 ? undefined : common().has(row * 94 + cell) ? COMMON : LEVEL_1;
  if (row <= 84) return row === 84 && cell > 6 ? undefined : LEVEL_2;
  if (row < 89) return undefined;
  if (row <= 92 || (row >= 115 && row <= 119)) return VENDOR;
  return row >= 95 && row < 115 ? PRIVATE : undefined;
}

export const isHalfWidth = (byte: number): boolean => byte >= 0xa1 && byte <= 0xdf;

const [LONG, VOICED, HALF_VOICED] = [0xb0, 0xde, 0xdf];
/** ｳ, ｶ–ﾄ and ﾊ–ﾎ take a voicing mark, ﾊ–ﾎ a half-voicing one. */
const takesVoice = (byte: number): boolean =>
  byte === 0xb3 || (byte >= 0xb6 && byte <= 0xc4) || (byte >= 0xca && byte <= 0xce);
const takesHalfVoice = (byte: number): boolean => byte >= 0xca && byte <= 0xce;

/** Half-width kana of JIS X 0201: words are runs of them, with marks only where the language has them. */
export function halfWidthCost(byte: number, before: number | undefined): number {
  const follows = before !== undefined && before >= 0xa6 && before <= 0xdf;
  if (byte <= 0xa5) return PUNCTUATION;
  if (byte === VOICED) return before !== undefined && takesVoice(before) ? 2.5 : 14;
  if (byte === HALF_VOICED) return before !== undefined && takesHalfVoice(before) ? 2.5 : 14;
  if (byte === LONG) return follows ? 4 : 13;
  if (byte >= 0xa7 && byte <= 0xaf) return follows ? 5 : 12;
  return follows ? 5 : 7;
}

let places: ReadonlySet<number> | undefined;

/** The common kanji by row and cell, read off the standard's own table once it is needed. */
function common(): ReadonlySet<number> {
  if (places !== undefined) return places;
  const wanted = new Set(COMMON_KANJI);
  const euc = new TextDecoder("euc-jp");
  const found = new Set<number>();
  for (let row = 16; row <= 47; row += 1)
    for (let cell = 1; cell <= 94; cell += 1)
      if (wanted.has(euc.decode(Uint8Array.of(row + 0xa0, cell + 0xa0)))) found.add(row * 94 + cell);
  places = found;
  return found;
}
