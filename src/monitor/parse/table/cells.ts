/** Of one table, and of a column's name: every row repeats the names, so a few bytes would become gigabytes. */
export const MAX_COLUMNS = 4_096;
const MAX_NAME_CHARS = 256;
const DELIMITERS = [",", ";", "\t", "|"] as const;

/** The cells of one CSV record (RFC 4180): quoted ones may hold the delimiter and doubled quotes. At most `max`. */
export function cellsOf(text: string, delimiter: string, max = Number.MAX_SAFE_INTEGER): string[] {
  const cells: string[] = [];
  let at = 0;
  while (cells.length < max) {
    if (text[at] !== '"') {
      const end = text.indexOf(delimiter, at);
      cells.push(text.slice(at, end < 0 ? text.length : end));
      if (end < 0) return cells;
      at = end + delimiter.length;
      continue;
    }
    const end = endOfQuoted(text, at);
    const next = text.indexOf(delimiter, end + 1);
    // What follows a closing quote belongs to no standard, and to this cell.
    const rest = text.slice(end + 1, next < 0 ? text.length : next);
    cells.push(text.slice(at + 1, end).replaceAll('""', '"') + rest);
    if (next < 0) return cells;
    at = next + delimiter.length;
  }
  return cells;
}

/** The closing quote of a cell that opens at `at`; the text's length when there is none. */
function endOfQuoted(text: string, at: number): number {
  for (let end = text.indexOf('"', at + 1); end >= 0; end = text.indexOf('"', end + 2))
    if (text[end + 1] !== '"') return end;
  return text.length;
}

/**
 * A CSV header's names and its most frequent delimiter of `,` `;` tab and `|`. A column without a name, or with another's, gets its number; at most
 * MAX_COLUMNS of them.
 */
export function readCsvHeader(text: string): { names: readonly string[]; delimiter: string } {
  const counts = DELIMITERS.map((delimiter) => cellsOf(text, delimiter, MAX_COLUMNS).length);
  const delimiter = DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ",";
  const seen = new Set<string>();
  const names = cellsOf(text, delimiter, MAX_COLUMNS).map((cell, index) => {
    const name = cell.trim().slice(0, MAX_NAME_CHARS);
    const isOwn = name !== "" && !seen.has(name);
    seen.add(name);
    return isOwn ? name : columnName(index);
  });
  return { names, delimiter };
}

export const columnName = (index: number): string => `column${index + 1}`;
