import { clip, MAX_ITEMS, MAX_MESSAGE_CHARS } from "../bounds.ts";
import { addField, note, type Reading, setField, setTime } from "../reading.ts";
import type { ZeekTable } from "../table/table.ts";
import { zeekValue } from "./value.ts";
import { readZeek } from "./zeek.ts";

/**
 * A row of one of Zeek's tables (its ASCII writer), under the names and types of the table's head: the same fields and answers as
 * Zeek's JSON gives. False when the row has not as many cells as the head has names.
 */
export function readZeekRow(event: Reading, text: string, table: ZeekTable): boolean {
  const { names, types, separator } = table;
  const cells = text.split(separator, names.length + 1);
  if (cells.length !== names.length) return false;
  cells.forEach((cell, at) => {
    const value = zeekValue(cell, types[at] ?? "string", table);
    if (Array.isArray(value) && value.length > MAX_ITEMS) {
      note(event, "too_many_fields");
      setField(event, names[at] ?? "", value.slice(0, MAX_ITEMS));
    } else if (value !== undefined) setField(event, names[at] ?? "", value);
  });
  setTime(event, event.fields.ts, "");
  addField(event, "_path", table.path);
  readZeek(event);
  if (event.hot.message === "") event.hot.message = clip(text, MAX_MESSAGE_CHARS);
  return true;
}
