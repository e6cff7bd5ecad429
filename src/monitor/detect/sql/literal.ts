/** Why a rule has no SQL form. Everything else about the rule is fine. */
export class Inexpressible extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = "Inexpressible";
  }
}

const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", "'": "\\'", "\0": "\\0", "\n": "\\n", "\r": "\\r" };

/**
 * A text as a ClickHouse string literal: the one place where a rule's text enters SQL. Throws Inexpressible for half a surrogate
 * pair, which UTF-8 cannot write. Source: ClickHouse SQL reference, "Syntax", string literals.
 */
export function textLiteral(text: string): string {
  if (!text.isWellFormed())
    throw new Inexpressible("a text holds half a surrogate pair, which no stored value can hold");
  return `'${text.replace(/[\\'\0\n\r]/g, (char) => ESCAPES[char] ?? char)}'`;
}

export const textList = (texts: readonly string[]): string => texts.map(textLiteral).join(", ");

/** A number exactly: whole ones as digits, others as the bytes of the double, so that no parser rounds on the way. */
export function numberLiteral(value: number): string {
  if (Number.isSafeInteger(value)) return `toFloat64(${value})`;
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return `reinterpretAsFloat64(unhex('${bytes.toString("hex")}'))`;
}

export const allOfSql = (parts: readonly string[]): string => joined(parts, "AND", "1");
export const anyOfSql = (parts: readonly string[]): string => joined(parts, "OR", "0");

function joined(parts: readonly string[], operator: string, none: string): string {
  if (parts.length <= 1) return parts[0] ?? none;
  return `(${parts.join(` ${operator} `)})`;
}

/** Values of an array, each handed on under a name: SQL's way to use one result several times. */
export const mapSql = (name: string, values: string, body: string): string => `arrayMap(${name} -> ${body}, ${values})`;

export const bindSql = (name: string, value: string, body: string): string => `${mapSql(name, `[${value}]`, body)}[1]`;
