/** Text whose characters are bytes (0-255): what `utf16le` and its kin hand on to `base64`. */
export type Bytes = Uint8Array;

export const ENCODINGS = ["utf16le", "wide", "utf16be", "utf16"] as const;
export type Encoding = (typeof ENCODINGS)[number];

export const utf8 = (text: string): Bytes => new TextEncoder().encode(text);

/** `utf16` puts a byte order mark first and is little-endian, as the Sigma modifiers appendix shows. */
export function encode(text: string, encoding: Encoding): Bytes {
  const mark = encoding === "utf16" ? "\ufeff" : "";
  const units = mark + text;
  const bytes = new Uint8Array(units.length * 2);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < units.length; i++) view.setUint16(i * 2, units.charCodeAt(i), encoding !== "utf16be");
  return bytes;
}

/** Bytes as text, one character a byte. */
export const bytesAsText = (bytes: Bytes): string => Buffer.from(bytes).toString("latin1");

export const base64 = (bytes: Bytes): string => Buffer.from(bytes).toString("base64");

/**
 * The part of the Base64 form that stays the same when the bytes stand 0, 1 or 2 bytes after a multiple of three:
 * characters that also depend on the neighbors are cut off. A single byte leaves nothing at one of the three places.
 */
export function base64Offsets(bytes: Bytes): readonly string[] {
  const forms = [0, 1, 2].map((shift) => {
    const text = base64(Buffer.concat([Buffer.alloc(shift), bytes]));
    const cutStart = [0, 2, 3][shift] ?? 0;
    const cutEnd = [0, 3, 2][(bytes.length + shift) % 3] ?? 0;
    return text.slice(cutStart, text.length - cutEnd);
  });
  return forms.filter((form) => form !== "");
}
