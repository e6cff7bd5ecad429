import { headLineOf } from "../../event/index.ts";
import { clip, MAX_MESSAGE_CHARS } from "../bounds.ts";
import { bounded, classify, type ParseHints, type Reading, setField } from "../reading.ts";
import { readZeekRow } from "../zeek/row.ts";
import { type EventReader, readCsvRow } from "./csv.ts";
import { guessTable } from "./guess.ts";
import { readW3cRow } from "./w3c.ts";

/** A line that tells of columns is kept as what it is, and answers "what"; TableHead has read what it says. */
export function readHeadLine(event: Reading, text: string, { table, format }: ParseHints): boolean {
  const family = table?.kind === "csv" && table.header === text ? "csv" : headLineOf(text)?.family;
  if (family === undefined || (format !== "auto" && format !== family)) return false;
  classify(event.hot, `${family}.header`, { product: "", category: "", service: "" });
  event.hot.message = clip(text, MAX_MESSAGE_CHARS);
  setField(event, "message", text);
  event.hot.what = bounded(event.hot.message);
  return true;
}

/** A row of the table that the lines above tell of. False when none do, or when the line does not fit into it. */
export function readRow(
  event: Reading,
  text: string,
  { hints, readEvent }: { hints: ParseHints; readEvent: EventReader },
): boolean {
  const { table, format } = hints;
  if (table === undefined || (format !== "auto" && format !== table.kind)) return false;
  if (table.kind === "zeek") return readZeekRow(event, text, table);
  if (table.kind === "w3c") return readW3cRow(event, text, { table, hints });
  readCsvRow(event, text, { table, hints, readEvent });
  return true;
}

/** A row whose head nobody has: as the columns that its writer has by default, when every cell is of their type. */
export function readUnheaded(event: Reading, text: string, hints: ParseHints): boolean {
  const table = guessTable(text);
  if (table === undefined || (hints.format !== "auto" && hints.format !== table.kind)) return false;
  return table.kind === "zeek" ? readZeekRow(event, text, table) : readW3cRow(event, text, { table, hints });
}
