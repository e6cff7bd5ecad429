import { CSV_BOM, csvRecord } from "../../kernel/csv.ts";
import { fileStamp } from "../../kernel/file-stamp.ts";
import { revealed } from "../../kernel/visible.ts";
import { localTime, zonedRange, zonedTime } from "../../kernel/zone.ts";
import { type Ctx, takenByUnit } from "../../organization/access/index.ts";
import { toPdf } from "../../platform/pdf/index.ts";
import { eventsByUnit } from "./by-unit.ts";
import { type EventRow, type ExportQuery, MAX_EXPORT_ROWS, MAX_JSON_ROWS, MAX_PDF_ROWS } from "./contract.ts";
import type { SearchDeps } from "./deps.ts";
import { readColumns, rowView, selectRow } from "./row.ts";
import { isoOf, rangeView, type Scope, scopeOf } from "./scope.ts";
import { type EventKey, walkEvents } from "./walk.ts";

const CHUNK_ROWS = 5_000;
/** A printed list, and a document that is read in one piece, may not outgrow the memory of who makes and who opens it. */
const MAX_ROWS_OF = {
  csv: MAX_EXPORT_ROWS,
  ndjson: MAX_EXPORT_ROWS,
  json: MAX_JSON_ROWS,
  pdf: MAX_PDF_ROWS,
} as const satisfies Record<ExportQuery["format"], number>;
/** Of one printed value, and of all together: drawing takes a second for some 50,000, and has a minute. The files of data have all. */
const MAX_PRINTED_CHARS = 600;
const MAX_PRINTED_TOTAL = 300_000;
const DEFAULT_COLUMNS = [
  "event.action",
  "event.outcome",
  "host.name",
  "user.name",
  "source.ip",
  "destination.ip",
  "message",
];

export type ExportFile = {
  readonly name: string;
  readonly contentType: string;
  readonly chunks: AsyncIterable<string | Buffer>;
};

/**
 * Matching events as a file, written while it is read, at most 100,000 (10,000 as one JSON document, 1,000 printed). When more
 * match, the file's name says how many of how many it holds. Who took what out is audited before the first row leaves.
 * Errors: as `searchEvents`; one in the middle breaks the download off instead of ending it as if complete.
 */
export async function exportEvents(
  deps: SearchDeps,
  ctx: Ctx,
  input: ExportQuery & { readonly signal?: AbortSignal },
): Promise<ExportFile> {
  const scope = await scopeOf(deps, ctx, input);
  const names = readColumns(input.columns);
  const columns = names.length > 0 ? names : DEFAULT_COLUMNS;
  const { format, q, unit } = input;
  const limit = Math.min(input.limit, MAX_ROWS_OF[format]);
  // Checked before anything is recorded: a column that is none is refused.
  const rows = rowsOf(deps, scope, { ...input, limit, columns, select: selectRow(columns) });
  const found = await eventsByUnit(deps, scope, input.signal);
  const matching = found.reduce((sum, { count }) => sum + count, 0);
  const entry = {
    action: "event.export",
    target: { kind: "search", id: format },
    detail: { q, unit, limit, matching, columns, ...rangeView(scope) },
  };
  await ctx.change(
    () => takenByUnit(entry, found),
    async () => undefined,
  );
  const stamp = fileStamp(new Date(scope.clock.nowMs));
  const cut = matching > limit ? `-first-${limit}-of-${matching}` : "";
  const about: About = { input, columns, scope, matching, limit, madeBy: ctx.actor.name };
  const { contentType, chunks } = drawn(rows, about);
  return { name: `events-${stamp}${cut}.${format}`, contentType, chunks };
}

type About = {
  readonly input: ExportQuery;
  readonly columns: readonly string[];
  readonly scope: Scope;
  readonly matching: number;
  readonly limit: number;
  readonly madeBy: string;
};

function drawn(rows: AsyncIterable<EventRow[]>, about: About): Omit<ExportFile, "name"> {
  switch (about.input.format) {
    case "csv":
      return { contentType: "text/csv; charset=utf-8", chunks: csvOf(rows, about.columns, about.input.tz) };
    case "ndjson":
      return { contentType: "application/x-ndjson; charset=utf-8", chunks: ndjsonOf(rows) };
    case "json":
      return { contentType: "application/json; charset=utf-8", chunks: jsonOf(rows, about) };
    case "pdf":
      return { contentType: "application/pdf", chunks: pdfOf(rows, about) };
  }
}

type RowsAsk = Pick<ExportQuery, "sort" | "limit"> & {
  readonly columns: readonly string[];
  readonly select: ReturnType<typeof selectRow>;
  readonly signal?: AbortSignal;
};

async function* rowsOf(deps: SearchDeps, scope: Scope, ask: RowsAsk): AsyncGenerator<EventRow[]> {
  let after: EventKey | undefined;
  for (let left = ask.limit; left > 0; ) {
    const direction = ask.sort === "time:asc" ? "asc" : "desc";
    const wanted = Math.min(left, CHUNK_ROWS);
    const walk = { direction, rows: wanted, after, asOf: scope.clock.nowMs } as const;
    const found = await walkEvents(deps, scope, { select: ask.select, walk, signal: ask.signal });
    if (found.length > 0) yield found.map((row) => rowView(row, ask.columns));
    const last = found.at(-1);
    if (last === undefined || found.length < wanted) return;
    after = { time: Date.parse(isoOf(last.time)), stream: last.stream, seq: last.seq };
    left -= found.length;
  }
}

async function* csvOf(
  pages: AsyncIterable<EventRow[]>,
  columns: readonly string[],
  timeZone: string,
): AsyncGenerator<string> {
  const six = ["who", "where_from", "with_what", "what", "did_what"];
  yield CSV_BOM +
    csvRecord(["id", "time", `time (${timeZone})`, "unit", "source", "event.dataset", ...six, "rules", ...columns]);
  for await (const page of pages) yield page.map((row) => csvRecord(cellsOf(row, columns, timeZone))).join("");
}

function cellsOf(row: EventRow, columns: readonly string[], timeZone: string): (string | number)[] {
  const { who, whereFrom, withWhat, what, didWhat } = row.six;
  return [
    row.id,
    row.time,
    localTime(row.time, timeZone),
    row.unitId,
    row.sourceId,
    row.dataset,
    who,
    whereFrom,
    withWhat,
    what,
    didWhat,
    row.ruleIds.join(" "),
    ...columns.map((name) => row.values[name] ?? ""),
  ];
}

async function* ndjsonOf(pages: AsyncIterable<EventRow[]>): AsyncGenerator<string> {
  for await (const page of pages) yield page.map((row) => `${JSON.stringify(row)}\n`).join("");
}

async function* jsonOf(
  pages: AsyncIterable<EventRow[]>,
  { input, scope, matching, limit }: About,
): AsyncGenerator<string> {
  const head = { query: input.q, range: rangeView(scope), matching, isCut: matching > limit };
  yield `${JSON.stringify(head).slice(0, -1)},"items":[`;
  let before = "\n";
  for await (const page of pages) {
    yield `${before}${page.map((row) => JSON.stringify(row)).join(",\n")}`;
    before = ",\n";
  }
  yield "\n]}\n";
}

const WORDS = {
  title: { ja: "検索結果", en: "Search results" },
  all: { ja: "すべてのログ", en: "every log" },
  query: { ja: "検索条件", en: "Query" },
  range: { ja: "期間", en: "Window" },
  matching: { ja: "一致した件数", en: "Logs that match" },
  cut: { ja: "先頭から載せた件数", en: "Printed, from the first" },
  made: { ja: "作成者と日時", en: "Made by, at" },
} as const;

const printed = (text: string): string => revealed(text, MAX_PRINTED_CHARS);

async function* pdfOf(pages: AsyncIterable<EventRow[]>, about: About): AsyncGenerator<Buffer> {
  const { input, columns, scope } = about;
  const madeAt = new Date(scope.clock.nowMs);
  const rows: (readonly [string, string])[] = [];
  let room = MAX_PRINTED_TOTAL;
  for await (const page of pages) {
    for (const row of page) {
      const said = Object.values(row.six).filter(Boolean).join(" / ");
      const cells = columns.flatMap((name) => (row.values[name] === undefined ? [] : [`${name}: ${row.values[name]}`]));
      const line = [
        `${localTime(row.time, input.tz)}\n${printed(row.dataset || row.problem)}`,
        [said, ...cells].filter(Boolean).map(printed).join("\n") || "–",
      ] as const;
      room -= line[0].length + line[1].length;
      if (room >= 0) rows.push(line);
    }
  }
  const title = WORDS.title[input.language];
  yield await toPdf(
    {
      language: input.language,
      title,
      subtitle: zonedRange(rangeView(scope), input.tz),
      blocks: [
        { kind: "rows", rows: headOf(about, rows.length) },
        { kind: "heading", text: title },
        { kind: "rows", rows },
      ],
    },
    madeAt,
  );
}

/** What was asked, how much of it is printed, and who had it made; all times in the zone that it was asked in. */
export function headOf({ input, scope, matching, madeBy }: About, printedRows: number): [string, string][] {
  const say = (key: keyof typeof WORDS): string => WORDS[key][input.language];
  return [
    [say("query"), printed(input.q) || say("all")],
    [say("range"), zonedRange(rangeView(scope), input.tz)],
    [say("matching"), String(matching)],
    ...(matching > printedRows ? [[say("cut"), String(printedRows)] as [string, string]] : []),
    [say("made"), `${revealed(madeBy)} ${zonedTime(new Date(scope.clock.nowMs), input.tz)}`],
  ];
}
