import { decodeText, type Encoding } from "../../kernel/encoding/index.ts";
import { cellsOf, columnName, MAX_COLUMNS, readCsvHeader } from "../parse/index.ts";

/** One row of a CSV file under the names of its header. Empty cells are left out: a table has a cell for every column in every row. */
export type Row = { readonly [name: string]: string };
type RowOptions = {
  /** What the rows are in; without it each is looked at. Not UTF-16, whose line ends are two bytes. */
  readonly encoding?: Encoding | undefined;
  readonly maxBytes: number;
  readonly onRow: (row: Row) => void;
  /** A row above maxBytes, or of more than MAX_COLUMNS cells, which is skipped. */
  readonly onTooLarge: () => void;
};

const QUOTE = 0x22;
const LF = 0x0a;

/**
 * Reads CSV (RFC 4180) as it comes: quoted cells may hold line ends and doubled quotes; the header's most frequent delimiter of `,` `;`
 * `|` and tab counts. A quote that never closes takes the rest of the file, up to maxBytes. Holds at most one row.
 */
export function createRowReader({ encoding, maxBytes, onRow, onTooLarge }: RowOptions) {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let isQuoted = false;
  let header: { names: readonly string[]; delimiter: string } | undefined;

  const take = (last: Buffer): void => {
    const isTooLarge = heldBytes + last.length > maxBytes;
    const text = isTooLarge ? "" : decodeText(Buffer.concat([...held, last]), encoding).text.replace(/\r$/, "");
    held = [];
    heldBytes = 0;
    isQuoted = false;
    if (isTooLarge) onTooLarge();
    else if (text.trim() === "") return;
    else if (header === undefined) header = readCsvHeader(text.replace(/^\uFEFF/, ""));
    else {
      const cells = cellsOf(text, header.delimiter, MAX_COLUMNS + 1);
      if (cells.length > MAX_COLUMNS) onTooLarge();
      else onRow(rowOf(header.names, cells));
    }
  };

  return {
    push(chunk: Buffer): void {
      let from = 0;
      for (let at = 0; at < chunk.length; at += 1) {
        const byte = chunk[at];
        if (byte === QUOTE) isQuoted = !isQuoted;
        else if (byte === LF && (!isQuoted || heldBytes + at - from > maxBytes)) {
          take(chunk.subarray(from, at));
          from = at + 1;
        }
      }
      heldBytes += chunk.length - from;
      if (heldBytes <= maxBytes) held.push(chunk.subarray(from));
      else held = [];
    },
    end(): void {
      if (heldBytes > 0) take(Buffer.alloc(0));
    },
  };
}

function rowOf(names: readonly string[], cells: readonly string[]): Row {
  const row: Record<string, string> = Object.create(null);
  cells.forEach((cell, index) => {
    if (cell !== "") row[names[index] ?? columnName(index)] = clean(cell);
  });
  return row;
}

/** The parser's own bound on text: no NUL, no half surrogate pairs (decoded UTF-8 has none). */
const clean = (cell: string): string => (cell.includes("\0") ? cell.replaceAll("\0", "\ufffd") : cell);
