const [QUOTE, BACKSLASH, COMMA, MINUS, PLUS, DOT, ZERO, NINE, OPEN, CLOSE, SPACE] = [
  34, 92, 44, 45, 43, 46, 48, 57, 91, 93, 32,
];
const WORDS = ["true", "false", "null"].map((word) => Uint8Array.from(word, (char) => char.charCodeAt(0)));

/** Index after a value that is no string: a number, a word, or a list of strings and such. -1 when it is anything else. */
export const endOfBare = (bytes: Uint8Array, from: number): number =>
  bytes[from] === OPEN ? endOfList(bytes, from) : endOfPlain(bytes, from);

/** Index after a number or a word, -1 when it is neither. */
export function endOfPlain(bytes: Uint8Array, from: number): number {
  const first = bytes[from] ?? 0;
  if (first === MINUS || isDigit(first)) return endOfNumber(bytes, from);
  const word = WORDS.find((one) => one.every((code, index) => bytes[from + index] === code));
  return word === undefined ? -1 : from + word.length;
}

const isDigit = (code: number): boolean => code >= ZERO && code <= NINE;

/** Source: RFC 8259, section 6. */
function endOfNumber(bytes: Uint8Array, from: number): number {
  let at = bytes[from] === MINUS ? from + 1 : from;
  if (bytes[at] === ZERO) at++;
  else at = endOfDigits(bytes, at);
  if (at > 0 && bytes[at] === DOT) at = endOfDigits(bytes, at + 1);
  if (at < 0 || ((bytes[at] ?? 0) | 32) !== 101) return at;
  const sign = bytes[at + 1];
  return endOfDigits(bytes, sign === PLUS || sign === MINUS ? at + 2 : at + 1);
}

/** At least one digit is needed: -1 without. */
function endOfDigits(bytes: Uint8Array, from: number): number {
  let at = from;
  while (isDigit(bytes[at] ?? 0)) at++;
  return at === from ? -1 : at;
}

/** A flat list. Of its strings only what has no backslash; that of other strings is valid is known already. */
function endOfList(bytes: Uint8Array, from: number): number {
  let at = skipSpace(bytes, from + 1);
  if (bytes[at] === CLOSE) return at + 1;
  for (;;) {
    at = bytes[at] === QUOTE ? endOfString(bytes, at) : bytes[at] === OPEN ? -1 : endOfBare(bytes, at);
    if (at < 0) return -1;
    at = skipSpace(bytes, at);
    if (bytes[at] === CLOSE) return at + 1;
    if (bytes[at] !== COMMA) return -1;
    at = skipSpace(bytes, at + 1);
  }
}

function endOfString(bytes: Uint8Array, from: number): number {
  for (let at = from + 1; ; at++) {
    const code = bytes[at] ?? 0;
    if (code === QUOTE) return at + 1;
    if (code === BACKSLASH) at++;
    else if (code === 0) return -1;
  }
}

function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  while (bytes[at] === SPACE) at++;
  return at;
}

/** Length without the white space at the end. */
export function trimmedLength(text: Uint8Array): number {
  let length = text.length;
  for (; length > 0; length--) {
    const code = text[length - 1];
    if (code !== SPACE && code !== 13 && code !== 10 && code !== 9) break;
  }
  return length;
}
