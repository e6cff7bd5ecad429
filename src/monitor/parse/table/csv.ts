import { clip, MAX_FIELDS, MAX_MESSAGE_CHARS } from "../bounds.ts";
import type { JsonObject } from "../flatten.ts";
import { toInstantMs } from "../instant.ts";
import { type ParseHints, type Reading, setTimeMs, zoneOf } from "../reading.ts";
import { cellsOf, columnName } from "./cells.ts";
import type { CsvTable } from "./table.ts";

/** Reads an event that is there under names already. */
export type EventReader = (event: Reading, object: JsonObject, hints: ParseHints) => void;

/** What a CSV row needs: its header, and who reads an event under names. */
type Context = { readonly table: CsvTable; readonly hints: ParseHints; readonly readEvent: EventReader };

/**
 * CSV (RFC 4180, or `;`, tab, `|`) under its header, one record a line: read as the JSON object of the same names would be, so that
 * exports of Windows events, entry systems and clouds are recognized by their names. Empty cells are left out; cells beyond the header
 * are `column<n>`. Answers: see json/generic-json.ts.
 */
export function readCsvRow(event: Reading, text: string, { table, hints, readEvent }: Context): void {
  const row: Record<string, string> = Object.create(null);
  cellsOf(text, table.delimiter, MAX_FIELDS + 1).forEach((cell, at) => {
    if (cell !== "") row[table.names[at] ?? columnName(at)] = cell;
  });
  readEvent(event, row, hints);
  if (Number.isNaN(event.timeMs) && hints.isForMatching !== true) setTimeOfParts(event, row, zoneOf(hints));
  const { hot } = event;
  if (hot.dataset === "json") hot.dataset = "csv";
  if (hot.message === "") hot.message = clip(text, MAX_MESSAGE_CHARS);
}

/** Sheets and appliances part the day from the clock: `Date,Time,…`. */
function setTimeOfParts(event: Reading, row: Readonly<Record<string, string>>, zone: string): void {
  let [day, clock] = ["", ""];
  for (const name in row) {
    if (/^date$/i.test(name)) day = row[name] ?? "";
    else if (/^time$/i.test(name)) clock = row[name] ?? "";
  }
  const ms = day === "" || clock === "" ? Number.NaN : toInstantMs(`${day} ${clock}`, zone);
  if (!Number.isNaN(ms)) setTimeMs(event, ms);
}
