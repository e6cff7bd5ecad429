import { bindSql, textLiteral } from "./literal.ts";

/** What JavaScript's `trim` removes: white space and line ends of Unicode, and the byte order mark. */
const BLANK =
  "\\t\\n\\v\\f\\r \\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}";
const TRIMMED = textLiteral(`(?s)\\A[${BLANK}]*(.*?)[${BLANK}]*\\z`);
export const trimSql = (text: string): string => `extract(${text}, ${TRIMMED})`;

const DECIMAL = textLiteral("\\A[-+]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][-+]?[0-9]+)?\\z");
const HEX = textLiteral("\\A0[xX][0-9a-fA-F]+\\z");
/** Digits of a hexadecimal number that are taken exactly; what follows only decides the rounding. */
const EXACT = 15;

/** The number that a trimmed text writes, as `readNumber` of rule/field-test.ts; NULL for any other text. */
export const numberSql = (text: string): string =>
  `multiIf(match(${text}, ${HEX}), ${hexSql(text)}, match(${text}, ${DECIMAL}), ${decimalSql(text)}, NULL)`;

/** The engine refuses what is too large or too near zero for a double; JavaScript reads infinity or zero. */
const decimalSql = (text: string): string =>
  `coalesce(toFloat64OrNull(${text}), if(startsWith(${text}, '-'), -1, 1) * if(${magnitudeSql(text)} > 0, inf, 0))`;

/** Place of the first digit that is not zero, relative to the point: above 0 stands before it. */
const magnitudeSql = (text: string): string =>
  bindSql(
    "whole",
    `length(extract(${text}, '\\\\A[-+]?0*([0-9]*)'))`,
    `if(whole > 0, toFloat64(whole), -toFloat64(length(extract(${text}, '\\\\.(0*)'))))`,
  ).concat(` + ${exponentSql(text)}`);

const exponentSql = (text: string): string =>
  bindSql(
    "exponent",
    `extract(${text}, '[eE]([-+]?[0-9]+)')`,
    "if(length(exponent) > 18, if(startsWith(exponent, '-'), -1e18, 1e18), toFloat64OrZero(exponent))",
  );

const bytesSql = (digits: string): string => `reinterpretAsUInt64(reverse(unhex(leftPad(${digits}, 16, '0'))))`;

/** Sixty bits and a last one that says whether anything follows round to the same double as all the digits. */
const hexSql = (text: string): string =>
  bindSql(
    "digits",
    `extract(${text}, '\\\\A0[xX]0*([0-9a-fA-F]*)')`,
    `if(length(digits) <= ${EXACT}, toFloat64(${bytesSql("digits")}),
      toFloat64(bitOr(${bytesSql(`substring(digits, 1, ${EXACT})`)}, match(substring(digits, ${EXACT + 1}), '[1-9a-fA-F]')))
      * pow(2, 4 * (toInt64(length(digits)) - ${EXACT})))`,
  );
