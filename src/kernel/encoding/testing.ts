import type { Encoding } from "./contract.ts";

/** Text as bytes, the way back of the platform's own decoders. Throws for a character that the encoding does not have. */
export function encodeText(text: string, encoding: Encoding): Buffer {
  switch (encoding) {
    case "utf-8":
      return Buffer.from(text, "utf8");
    case "utf-16le":
      return Buffer.from(text, "utf16le");
    case "utf-16be":
      return Buffer.from(text, "utf16le").swap16();
    case "iso-2022-jp":
      return iso2022Jp(text);
    default:
      return Buffer.concat([...text].map((char) => bytesOf(char, encoding)));
  }
}

/** The characters that an encoding has beyond ASCII, those in private use left out. */
export const charactersOf = (encoding: Encoding): string[] =>
  [...tableOf(encoding).keys()].filter((char) => char > "\x7f" && !/\p{Co}/u.test(char));

function bytesOf(char: string, encoding: Encoding): Buffer {
  const bytes = char <= "\x7f" ? Buffer.from(char) : tableOf(encoding).get(char);
  if (bytes === undefined) throw new Error(`${encoding} has no ${char}`);
  return bytes;
}

function iso2022Jp(text: string): Buffer {
  let isKanji = false;
  const parts = [...text].map((char) => {
    const wasKanji = isKanji;
    isKanji = char > "\x7f";
    const shift = isKanji === wasKanji ? "" : isKanji ? "\x1b$B" : "\x1b(B";
    const bytes = isKanji ? bytesOf(char, "euc-jp").map((byte) => byte & 0x7f) : Buffer.from(char);
    return Buffer.concat([Buffer.from(shift), bytes]);
  });
  return Buffer.concat([...parts, Buffer.from(isKanji ? "\x1b(B" : "")]);
}

const TABLES = new Map<Encoding, ReadonlyMap<string, Buffer>>();

/** Read off the decoder: every sequence of one and two bytes, and of three in EUC-JP. The first sequence of a character counts. */
function tableOf(encoding: Encoding): ReadonlyMap<string, Buffer> {
  const known = TABLES.get(encoding);
  if (known !== undefined) return known;
  const decoder = new TextDecoder(encoding);
  const table = new Map<string, Buffer>();
  const put = (...bytes: number[]): void => {
    const char = decoder.decode(Uint8Array.from(bytes));
    if ([...char].length === 1 && char !== "\ufffd" && !table.has(char)) table.set(char, Buffer.from(bytes));
  };
  for (let first = 0x80; first <= 0xff; first += 1) put(first);
  for (let first = 0x80; first <= 0xff; first += 1)
    for (let second = 0x40; second <= 0xff; second += 1) put(first, second);
  if (encoding === "euc-jp")
    for (let second = 0xa1; second <= 0xfe; second += 1)
      for (let third = 0xa1; third <= 0xfe; third += 1) put(0x8f, second, third);
  TABLES.set(encoding, table);
  return table;
}
