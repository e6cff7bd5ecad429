import fc from "fast-check";
import { expect, it } from "vitest";
import { headFor, LineHead } from "../../collect/lines/line-head.ts";
import { TableHead } from "./head.ts";

/** Cuts lines into records as the log does, each with what it carries, and says by which table every line is read. */
function tablesOf(lines: readonly Buffer[], format: string, sizes: readonly number[]): unknown[] {
  const carried = new LineHead();
  const tables: unknown[] = [];
  for (let at = 0, record = 0; at < lines.length; record += 1) {
    const size = sizes[record % sizes.length] ?? 1;
    let head: TableHead | undefined;
    for (const line of lines.slice(at, at + size)) {
      carried.add(line);
      head ??= new TableHead(format, headFor(format, carried.head));
      tables.push(head.tableOf(line));
    }
    at += size;
  }
  return tables;
}

const LINES = [
  "#separator |",
  "#separator \\x09",
  "#path|conn",
  "#fields|a|b",
  "#fields\ta\tb",
  "#types|count|string",
  "#close|x",
  "#Software: IIS",
  "#Fields: a b",
  "#Time Format: Local",
  "1|2",
  "a,b",
  "# remark",
  "",
];

it.each(["auto", "csv"])("A row is read by the same table wherever its file was cut into records (%s)", (format) => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...LINES), { maxLength: 20 }),
      fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }),
      (texts, sizes) => {
        const lines = texts.map((text) => Buffer.from(text));
        expect(tablesOf(lines, format, sizes)).toEqual(tablesOf(lines, format, [lines.length + 1]));
      },
    ),
    { numRuns: 2_000 },
  );
});
