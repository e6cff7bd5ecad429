import { type Encoding, isEncoding } from "./contract.ts";

/** The encoding that a label of the Encoding Standard means (`Windows-31J`, `sjis`, `latin1` …); undefined when it is none of ours. */
export function encodingOf(label: string): Encoding | undefined {
  const name = OTHER_NAMES.get(label.trim().toLowerCase()) ?? standardName(label);
  return name !== undefined && isEncoding(name) ? name : undefined;
}

function standardName(label: string): string | undefined {
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return undefined;
  }
}

/** Names that people use and the standard does not know. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ["cp932", "shift_jis"],
  ["ms932", "shift_jis"],
  ["shiftjis", "shift_jis"],
  ["eucjp", "euc-jp"],
  ["jis", "iso-2022-jp"],
  ["cp50220", "iso-2022-jp"],
  ["cp50221", "iso-2022-jp"],
  ["utf16le", "utf-16le"],
  ["utf16be", "utf-16be"],
]);
