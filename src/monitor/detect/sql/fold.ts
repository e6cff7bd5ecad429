/**
 * `foldCase` of a String expression: lower case by Unicode, and one form for a sigma. Nearly all values are ASCII, for which
 * lowering bytes will do. That the engine's Unicode is ours is for `two-engines.test.ts` and `unicodeProofSql` to show.
 */
export const foldSql = (text: string): string =>
  `if(length(${text}) = lengthUTF8(${text}), lower(${text}), ${foldWordSql(text)})`;

/** The same for columns of few distinct values, such as field names. */
export const foldWordSql = (text: string): string => `replaceAll(lowerUTF8(${text}), 'ς', 'σ')`;

/** Every character that UTF-8 can write, in order: what the fold of both engines is compared over. */
const FIRST = 1;
const LAST = 0x10ffff;
const SURROGATES = { first: 0xd800, last: 0xdfff };

/** A query whose one row has `folded`: the MD5, in hexadecimal, of every character folded. */
export const unicodeProofSql = (): string => {
  const bytes = `multiIf(code < 128, char(code), code < 2048, char(192 + bitShiftRight(code, 6), 128 + bitAnd(code, 63)),
    code < 65536, char(224 + bitShiftRight(code, 12), 128 + bitAnd(bitShiftRight(code, 6), 63), 128 + bitAnd(code, 63)),
    char(240 + bitShiftRight(code, 18), 128 + bitAnd(bitShiftRight(code, 12), 63), 128 + bitAnd(bitShiftRight(code, 6), 63), 128 + bitAnd(code, 63)))`;
  return `SELECT lower(hex(MD5(arrayStringConcat(groupArray(${foldSql("one")}))))) AS folded FROM (
    SELECT ${bytes} AS one FROM (SELECT toUInt32(number) AS code FROM numbers(${FIRST}, ${LAST}))
    WHERE code NOT BETWEEN ${SURROGATES.first} AND ${SURROGATES.last} ORDER BY code)`;
};

/** The same characters as text, for the other side of the comparison. */
export function everyCharacter(): string {
  const characters: string[] = [];
  for (let code = FIRST; code <= LAST; code++)
    if (code < SURROGATES.first || code > SURROGATES.last) characters.push(String.fromCodePoint(code));
  return characters.join("");
}
