import type { Encoding } from "../../src/kernel/encoding/contract.ts";

/** Names are the same in every language. */
export const ENCODING_NAMES: Readonly<Record<Encoding, string>> = {
  "utf-8": "UTF-8",
  "utf-16le": "UTF-16 LE",
  "utf-16be": "UTF-16 BE",
  shift_jis: "Shift_JIS (Windows-31J)",
  "euc-jp": "EUC-JP",
  "iso-2022-jp": "ISO-2022-JP (JIS)",
  "windows-1252": "Windows-1252 (Latin-1)",
};
