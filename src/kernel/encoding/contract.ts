/** The encodings that text is read in, by their WHATWG names. The browser and the API name them so too. */
export const ENCODINGS = [
  "utf-8",
  "utf-16le",
  "utf-16be",
  "shift_jis", // as Windows-31J (CP932): with NEC's and IBM's characters
  "euc-jp",
  "iso-2022-jp",
  "windows-1252",
] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** What a source may be pinned to. "auto" looks at each line. */
export const ENCODING_CHOICES = ["auto", ...ENCODINGS] as const;
export type EncodingChoice = (typeof ENCODING_CHOICES)[number];

export const isEncoding = (name: string): name is Encoding => (ENCODINGS as readonly string[]).includes(name);
