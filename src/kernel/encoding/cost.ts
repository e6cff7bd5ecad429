import { halfWidthCost, isHalfWidth, pairCost } from "./japanese.ts";

/**
 * How unusual a text is that bytes would be in an encoding: about the bits that a writer of logs needs to say it. What is impossible
 * costs BROKEN, so that a damaged line still has a likeliest reading.
 */
const ASCII = 5;
const BROKEN = 25;
/** A character that the end of the line cuts (senders cut by bytes): UTF-8's with two bytes or more left says more than one byte. */
const CUT = 4;
const CUT_AFTER_ONE = 10;
/** In a line without another character of its kind. */
const CUT_ALONE = 12;
/** Japanese alone between Latin letters is mostly an accented letter read wrongly. */
const BESIDE_LETTER = 4;

const isLetter = (byte: number | undefined): boolean =>
  byte !== undefined && ((byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a));

const isLead = (byte: number): boolean => (byte >= 0x81 && byte <= 0x9f) || (byte >= 0xe0 && byte <= 0xfc);
const isTrail = (byte: number): boolean => byte >= 0x40 && byte <= 0xfc && byte !== 0x7f;

export function shiftJisCost(bytes: Uint8Array): number {
  let cost = 0;
  let isFirst = true;
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at] ?? 0;
    const second = bytes[at + 1];
    if (byte < 0x80) cost += ASCII;
    else if (isHalfWidth(byte)) cost += halfWidthCost(byte, bytes[at - 1]) + loneCost(bytes, at, 1);
    else if (!isLead(byte)) cost += BROKEN;
    else if (second === undefined) cost += cutCost(bytes, at, isFirst);
    else if (!isTrail(second)) cost += BROKEN;
    else {
      isFirst = false;
      cost += shiftJisPair(byte, second) + loneCost(bytes, at, 2);
      at += 1;
    }
    at += 1;
  }
  return cost;
}

/** Row and cell of JIS X 0208 by JIS X 0208 Annex 1. */
function shiftJisPair(first: number, second: number): number {
  const row = (first - (first < 0xa0 ? 0x81 : 0xc1)) * 2 + (second >= 0x9f ? 2 : 1);
  const cell = second >= 0x9f ? second - 0x9e : second - (second > 0x7f ? 0x40 : 0x3f);
  return pairCost(row, cell) ?? BROKEN;
}

/** The first half of a character at the end: likely only where others came before, and not right behind a Latin letter. */
const cutCost = (bytes: Uint8Array, at: number, isFirst: boolean): number =>
  isFirst ? BROKEN : CUT_AFTER_ONE + loneCost(bytes, at, 1) * 2;

/** What one character costs for standing between Latin letters, once for each side. */
function loneCost(bytes: Uint8Array, at: number, length: number): number {
  return (isLetter(bytes[at - 1]) ? BESIDE_LETTER : 0) + (isLetter(bytes[at + length]) ? BESIDE_LETTER : 0);
}

const [SS2, SS3] = [0x8e, 0x8f];
const isHigh = (byte: number | undefined): byte is number => byte !== undefined && byte >= 0xa1 && byte <= 0xfe;
const JIS_X_0212 = 16;

export function eucJpCost(bytes: Uint8Array): number {
  let cost = 0;
  let isFirst = true;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    const second = bytes[at + 1];
    if (byte < 0x80) cost += ASCII;
    else if (byte !== SS2 && byte !== SS3 && !isHigh(byte)) cost += BROKEN;
    else if (second === undefined) cost += cutCost(bytes, at, isFirst);
    else if (!isHigh(second)) cost += BROKEN;
    else if (byte === SS2) {
      cost += isHalfWidth(second) ? halfWidthCost(second, bytes[at - 2] === SS2 ? bytes[at - 1] : undefined) : BROKEN;
      at += 1;
    } else if (byte === SS3) {
      cost += isHigh(bytes[at + 2]) ? JIS_X_0212 : at + 2 === bytes.length && !isFirst ? CUT_AFTER_ONE : BROKEN;
      at += 2;
    } else {
      isFirst = false;
      cost += (pairCost(byte - 0xa0, second - 0xa0) ?? BROKEN) + loneCost(bytes, at, 2);
      at += 1;
    }
  }
  return cost;
}

/** Unassigned in Windows-1252. */
const NO_LATIN: ReadonlySet<number> = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d]);
/** € … ‘ ’ “ ” – —: what word processors put into text. */
const TYPOGRAPHIC: ReadonlySet<number> = new Set([0x80, 0x85, 0x91, 0x92, 0x93, 0x94, 0x96, 0x97]);

export function latinCost(bytes: Uint8Array): number {
  let cost = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x80) cost += ASCII;
    else cost += latinByte(bytes, at, byte) + (isUnusualBefore(bytes[at - 1]) ? 3 : 0);
  }
  return cost;
}

/** Of other bytes than ASCII the apostrophe alone stands before accented letters every day: l’école. */
const APOSTROPHE = 0x92;
const isUnusualBefore = (byte: number | undefined): boolean =>
  byte !== undefined && byte >= 0x80 && byte !== APOSTROPHE;

function latinByte(bytes: Uint8Array, at: number, byte: number): number {
  if (NO_LATIN.has(byte)) return BROKEN;
  if (byte === APOSTROPHE && isLetter(bytes[at - 1])) return 8;
  if (byte < 0xa0) return TYPOGRAPHIC.has(byte) ? 10 : 13;
  if (byte < 0xc0 || byte === 0xd7 || byte === 0xf7) return 11;
  return isLetter(bytes[at - 1]) || isLetter(bytes[at + 1]) ? 7.5 : 12;
}

export function utf8Cost(bytes: Uint8Array): number {
  let cost = 0;
  let isFirst = true;
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x80) {
      cost += ASCII;
      at += 1;
      continue;
    }
    const length =
      byte >= 0xf0 && byte <= 0xf4 ? 4 : byte >= 0xe0 && byte < 0xf0 ? 3 : byte >= 0xc2 && byte < 0xe0 ? 2 : 0;
    const seen = length === 0 ? 1 : continued(bytes, at, length);
    if (seen === length) {
      cost += sequenceCost(byte, length);
      isFirst = false;
    } else if (length > 0 && at + seen === bytes.length) cost += isFirst ? CUT_ALONE : seen > 1 ? CUT : CUT_AFTER_ONE;
    else cost += BROKEN;
    at += seen;
  }
  return cost;
}

/** How many bytes from `at` on belong to a sequence of `length`. */
function continued(bytes: Uint8Array, at: number, length: number): number {
  let seen = 1;
  while (seen < length && ((bytes[at + seen] ?? 0) & 0xc0) === 0x80) seen += 1;
  return seen;
}

/** 0xe3 leads kana, 0xe4–0xe9 ideographs, 0xef full-width forms. */
function sequenceCost(lead: number, length: number): number {
  if (length === 2) return lead <= 0xc9 ? 8 : 11;
  if (length === 4) return 14;
  return lead === 0xe3 ? 5 : (lead >= 0xe4 && lead <= 0xe9) || lead === 0xef ? 9 : 12;
}
