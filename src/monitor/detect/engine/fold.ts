/** Codes below this fold by table; the lower case of others can depend on their neighbors or change their number. */
export const ASCII = 128;

/** ASCII code → code of its lower case. */
export const FOLDED: Uint8Array = Uint8Array.from({ length: ASCII }, (_, code) =>
  code >= 65 && code <= 90 ? code + 32 : code,
);

/** Whether every character is ASCII. */
export const isAscii = (text: string): boolean => /^[\0-\x7f]*$/.test(text);
