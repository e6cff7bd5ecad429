import { CSV_BOM, csvRecord } from "../../kernel/csv.ts";
import type { Cell, ReportDocument, Table } from "../../platform/pdf/index.ts";
import type { SheetLanguage } from "./contract.ts";

/** A board as a table: the CSV and the PDF are two drawings of it. */
export type Sheet = {
  readonly language: SheetLanguage;
  readonly title: string;
  readonly subtitle: string;
  /** What was chosen, one line each: a file without it could not be told from another. */
  readonly filters: readonly string[];
  readonly filtersTitle: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Value[])[];
  /** The last row; it would be the longest bar of every column, and has none. */
  readonly total: readonly Value[] | undefined;
  readonly notes: readonly string[];
};
export type Column = {
  readonly title: string;
  readonly width: number;
  readonly isNumber?: boolean;
  readonly isBar?: boolean;
  /** For machines: not printed. */
  readonly isData?: boolean;
  /** What the numbers are in; people read it in the text. */
  readonly unit?: string;
};
/** `number`: for machines; `text`: for people. null = not known. */
export type Value = { readonly number: number | null; readonly text: string } | string;

const textOf = (value: Value): string => (typeof value === "string" ? value : value.text);

/** Numbers as numbers, what is not known empty, so that a spreadsheet reckons right. */
export function toCsv({ columns, rows, total }: Sheet): string {
  const cells = [...rows, ...(total ? [total] : [])].map((row) =>
    row.map((value) => (typeof value === "string" ? value : (value.number ?? ""))),
  );
  return (
    CSV_BOM +
    [columns.map(({ title, unit }) => (unit ? `${title} [${unit}]` : title)), ...cells].map(csvRecord).join("")
  );
}

export function toReport(sheet: Sheet): ReportDocument {
  const { language, title, subtitle, filters, filtersTitle, notes } = sheet;
  return {
    language,
    isWide: true,
    title,
    subtitle,
    blocks: [
      { kind: "text", text: `${filtersTitle}: ${filters.join(" ／ ")}` },
      { kind: "text", text: "" },
      tableOf(sheet),
      ...notes.map((text) => ({ kind: "text" as const, text })),
    ],
  };
}

function tableOf(sheet: Sheet): Table {
  const isPrinted = sheet.columns.map(({ isData }) => isData !== true);
  const printed = <T>(cells: readonly T[]): T[] => cells.filter((_, i) => isPrinted[i]);
  const columns = printed(sheet.columns);
  const rows = sheet.rows.map(printed);
  const total = sheet.total && printed(sheet.total);
  const most = columns.map((_, i) => Math.max(0, ...rows.map((row) => numberOf(row[i]))));
  const cellOf = (value: Value, i: number): Cell => {
    const top = most[i] ?? 0;
    if (!columns[i]?.isBar || typeof value === "string" || value.number === null || top === 0) return textOf(value);
    return { text: value.text, share: value.number / top };
  };
  const last = total ? [total.map(textOf)] : [];
  return { kind: "table", columns, rows: [...rows.map((row) => row.map(cellOf)), ...last] };
}

const numberOf = (value: Value | undefined): number =>
  value === undefined || typeof value === "string" ? 0 : (value.number ?? 0);
