const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;
/** Objects and lists in one JSON value: a parsed one costs a hundred bytes and more, for as few as two that were sent. */
export const MAX_CONTAINERS = 1_000_000;

/** Would parsing this JSON cost far more memory than its bytes do? */
export function hasTooManyContainers(json: Buffer): boolean {
  if (json.length < 2 * MAX_CONTAINERS) return false;
  let containers = 0;
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at];
    if (byte === QUOTE) at = stringEnd(json, at) - 1;
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) containers += 1;
  }
  return containers > MAX_CONTAINERS;
}

/** One past the closing quote of the string that starts at `from`; the end of the bytes when there is none. */
export function stringEnd(json: Buffer, from: number): number {
  for (let at = from + 1; at < json.length; at += 1) {
    if (json[at] === BACKSLASH) at += 1;
    else if (json[at] === QUOTE) return at + 1;
  }
  return json.length;
}
