import type { FieldScalar, FieldValue } from "../../event/index.ts";
import { MAX_ITEMS } from "../bounds.ts";
import type { ZeekTable } from "../table/table.ts";

const ESCAPES = /(?:\\x[0-9a-fA-F]{2})+|\\\\/g;

/**
 * Takes off what Zeek's ASCII writer escapes: `\xNN` for separators and what does not print, `\\` for a backslash. Bytes that are no
 * UTF-8, and NUL, which engines refuse, stay escaped, as in Zeek's JSON.
 */
export function unescapeZeek(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replaceAll(ESCAPES, (escaped) => {
    if (escaped === "\\\\") return "\\";
    const plain = Buffer.from(escaped.replaceAll("\\x", ""), "hex").toString("utf8");
    return plain.includes("\ufffd") || plain.includes("\0") ? escaped : plain;
  });
}

const NUMBERS = new Set(["count", "int", "port", "double", "interval", "time"]);
const isPlainNumber = /^-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/;

/** A cell as Zeek's JSON writer would say it; of a longer list, one item more than an event keeps. Undefined for an unset one, which that leaves out. */
export function zeekValue(cell: string, type: string, table: ZeekTable): FieldValue | undefined {
  if (cell === table.unsetField) return undefined;
  const inner = innerType(type);
  if (inner === undefined) return scalarOf(cell, type, table);
  if (cell === table.emptyField) return [];
  return cell
    .split(table.setSeparator, MAX_ITEMS + 1)
    .map((item) => (item === table.unsetField ? null : scalarOf(item, inner, table)));
}

/** `set[addr]`, `vector[string]` → their elements' type. */
function innerType(type: string): string | undefined {
  const open = type.indexOf("[");
  return open > 0 && type.endsWith("]") ? type.slice(open + 1, -1) : undefined;
}

/** Numbers that a double cannot hold stay text. */
function scalarOf(cell: string, type: string, table: ZeekTable): FieldScalar {
  if (type === "bool") return cell === "T" ? true : cell === "F" ? false : cell;
  if (NUMBERS.has(type)) {
    if (!isPlainNumber.test(cell)) return cell;
    const value = Number(cell);
    return Number.isFinite(value) && (Number.isSafeInteger(value) || !Number.isInteger(value)) ? value : cell;
  }
  return cell === table.emptyField ? "" : unescapeZeek(cell);
}
