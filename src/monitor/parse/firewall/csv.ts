/** Columns read of one line: the longest log known (PAN-OS 11 traffic) has 117. */
const MAX_COLUMNS = 256;

/** A list of values by position: an absent one is "". */
export type Columns = readonly string[];

/**
 * Splits one line of comma-separated values (RFC 4180 §2): a value that begins with `"` ends at the next lone one, and `""` in it is
 * `"`. A quote that never ends takes the rest. One pass; what follows the last column read is left out.
 */
export function splitCsv(text: string): string[] {
  const columns: string[] = [];
  let start = 0;
  while (columns.length < MAX_COLUMNS) {
    if (text.charCodeAt(start) === 34) {
      const end = closingQuote(text, start + 1);
      const value = text.slice(start + 1, end);
      columns.push(value.includes('"') ? value.replaceAll('""', '"') : value);
      const comma = text.indexOf(",", end);
      if (comma < 0) return columns;
      start = comma + 1;
      continue;
    }
    const comma = text.indexOf(",", start);
    if (comma < 0) {
      columns.push(text.slice(start));
      return columns;
    }
    columns.push(comma === start ? "" : text.slice(start, comma));
    start = comma + 1;
  }
  return columns;
}

function closingQuote(text: string, at: number): number {
  for (let end = text.indexOf('"', at); end >= 0; end = text.indexOf('"', end + 2))
    if (text.charCodeAt(end + 1) !== 34) return end;
  return text.length;
}
