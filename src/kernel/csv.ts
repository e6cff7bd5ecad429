/** Excel needs it to read UTF-8. */
export const CSV_BOM = "\ufeff";

/**
 * One CSV record with CRLF (RFC 4180). Text that a spreadsheet would run as a formula gets a leading apostrophe (OWASP
 * "CSV injection"; the full-width signs count too, since Japanese Excel reads them); numbers stay numbers.
 */
export function csvRecord(cells: readonly (string | number)[]): string {
  return `${cells.map(csvCell).join(",")}\r\n`;
}

function csvCell(cell: string | number): string {
  if (typeof cell === "number") return String(cell);
  const text = /^[=+\-@\t\r\n＝＋－＠]/.test(cell.trimStart()) || /^[\t\r\n]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
