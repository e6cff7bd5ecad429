import { readNetwork } from "../rule/address.ts";
import { allOfSql, bindSql, Inexpressible, textList, textLiteral } from "./literal.ts";

const OCTET = "(?:25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])";
const V4 = `(?:${OCTET}\\.){3}${OCTET}`;
const GROUP = "[0-9a-fA-F]{1,4}";
const GROUPS = textLiteral(`\\A(?:(?:${GROUP}:)*${GROUP})?\\z`);
/** IPv4 may stand for the last two groups of the whole address. */
const LAST_GROUPS = textLiteral(`\\A(?:(?:${GROUP}:)*(?:${GROUP}|${V4}))?\\z`);
const ASTRAL = textLiteral("[\\x{10000}-\\x{10ffff}]");

const octetsSql = (dotted: string): string =>
  `arrayStringConcat(arrayMap(octet -> lower(hex(toUInt8OrZero(octet))), splitByChar('.', ${dotted})))`;

/** Groups of an IPv6 half as hexadecimal digits, four each; the last may be written as IPv4. */
const groupsSql = (half: string): string =>
  `arrayStringConcat(arrayMap(word -> if(position(word, '.') > 0, ${octetsSql("word")}, leftPad(lower(word), 4, '0')),
    if(${half} = '', emptyArrayString(), splitByChar(':', ${half}))))`;

const v6Sql = (text: string): string =>
  bindSql(
    "halves",
    `splitByString('::', splitByChar('%', ${text})[1])`,
    `if(length(halves) > 2 OR NOT match(halves[-1], ${LAST_GROUPS}) OR (length(halves) = 2 AND NOT match(halves[1], ${GROUPS})), '',
      ${bindSql(
        "groups",
        `arrayMap(half -> ${groupsSql("half")}, halves)`,
        `multiIf(length(groups) = 1, if(length(groups[1]) = 32, groups[1], ''), length(groups[1]) + length(groups[2]) > 28, '',
          concat(groups[1], repeat('0', greatest(0, 32 - toInt64(length(groups[1]) + length(groups[2])))), groups[2]))`,
      )})`,
  );

/** UTF-16 units, in which the stream counts. */
const unitsSql = (text: string): string => `lengthUTF8(${text}) + length(extractAll(${text}, ${ASTRAL}))`;

/** An address as 32 hexadecimal digits, IPv4 mapped into IPv6; '' for text that is none. As `readAddress` of rule/address.ts. */
export const addressSql = (text: string): string =>
  `multiIf(${unitsSql(text)} NOT BETWEEN 2 AND 64, '', position(${text}, ':') > 0, ${v6Sql(text)},
    match(${text}, ${textLiteral(`\\A${V4}\\z`)}), concat('00000000000000000000ffff', ${octetsSql(text)}), '')`;

/** Whether `address`, as `addressSql` writes it, is of the network. */
export function networkSql(address: string, cidr: string): string {
  const network = readNetwork(cidr);
  if (network === undefined) throw new Inexpressible(`"${cidr}" is no network`);
  const digits = network.groups.map((group) => group.toString(16).padStart(4, "0")).join("");
  const whole = Math.floor(network.bits / 4);
  const left = network.bits % 4;
  const conditions = [`${address} != ''`, `startsWith(${address}, ${textLiteral(digits.slice(0, whole))})`];
  if (left > 0) {
    const same = (digit: number) => digit >> (4 - left) === Number.parseInt(digits.charAt(whole), 16) >> (4 - left);
    const fitting = [...Array(16).keys()].filter(same).map((digit) => digit.toString(16));
    conditions.push(`substring(${address}, ${whole + 1}, 1) IN (${textList(fitting)})`);
  }
  return allOfSql(conditions);
}
