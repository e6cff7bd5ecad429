import { CSV_BOM, csvRecord } from "../../kernel/csv.ts";
import { fileStamp } from "../../kernel/file-stamp.ts";
import { revealed } from "../../kernel/visible.ts";
import { localTime, zonedRange, zonedTime } from "../../kernel/zone.ts";
import { clockOf } from "../../monitor/search/index.ts";
import type { Ctx } from "../../organization/access/index.ts";
import { type Block, type ReportDocument, toMarkdown, toPdf } from "../../platform/pdf/index.ts";
import type { CellResult, NotebookExport, WholeNotebook } from "./contract.ts";
import { readWhole } from "./service.ts";
import { findHead } from "./store.ts";

type NotebookFile = { readonly name: string; readonly mediaType: string; readonly bytes: Buffer };
/** For whom it is written. */
type Reader = Pick<NotebookExport, "language" | "tz">;

const WORDS = {
  incident: { ja: "インシデント", en: "Incident" },
  owner: { ja: "作成者", en: "Owner" },
  changed: { ja: "最終更新", en: "Last changed" },
  made: { ja: "出力者と日時", en: "Taken out by, at" },
  note: { ja: "メモ", en: "Note" },
  query: { ja: "検索", en: "Query" },
  range: { ja: "期間", en: "Window" },
  events: { ja: "ログ件数", en: "Logs" },
  before: { ja: "前回の件数と日時", en: "Logs the time before, at" },
  ran: { ja: "実行者と日時", en: "Run by, at" },
  partial: { ja: "閲覧できる組織の分だけを載せた", en: "Only of the units that you may read" },
  hidden: { ja: "この結果を見る権限がない", en: "This result is not yours to see" },
  never: { ja: "まだ実行していない", en: "Not run yet" },
  every: { ja: "すべてのログ", en: "every log" },
  cut: {
    ja: "長いため、PDF ではここまでを載せています。続きは Markdown、CSV、JSON の書き出しにあります。",
    en: "Cut here: this notebook is too long to print. The exports as Markdown, CSV and JSON have all of it.",
  },
} as const;

/** Of one printed value; the file of data has it whole. */
const MAX_PRINTED_CHARS = 400;
/** Of one printed notebook: about 300 pages, and a quarter of the time that a drawing may take. */
const MAX_PRINTED_TOTAL = 300_000;

/** The notebook as its reader sees it: hidden runs stay hidden. Bounded by what a notebook holds; audited. Errors: `not_found`, `invalid` (time zone). */
export async function exportNotebook(
  ctx: Ctx,
  { id, format, language, tz }: NotebookExport & { readonly id: string },
): Promise<NotebookFile> {
  const reader: Reader = { language, tz: clockOf(ctx, tz).timeZone };
  const notebook = await readWhole(ctx, id);
  const unitId = (await findHead(ctx.state, id))?.incidentUnitId ?? notebook.sharedWithUnitId;
  const entry = {
    action: "notebook.export",
    target: { kind: "notebook", id },
    ...(unitId !== null && { unitId }),
    detail: { title: notebook.title, format },
  };
  await ctx.change(entry, async () => undefined);
  const name = `notebook-${fileStamp(ctx.now())}.${format}`;
  switch (format) {
    case "json":
      return {
        name,
        mediaType: "application/json; charset=utf-8",
        bytes: Buffer.from(`${JSON.stringify(notebook, null, 2)}\n`),
      };
    case "csv":
      return { name, mediaType: "text/csv; charset=utf-8", bytes: Buffer.from(toCsv(notebook)) };
    case "md":
      return {
        name,
        mediaType: "text/markdown; charset=utf-8",
        bytes: Buffer.from(toMarkdown(reportOf(ctx, notebook, reader))),
      };
    case "pdf":
      return { name, mediaType: "application/pdf", bytes: await toPdf(printable(ctx, notebook, reader), ctx.now()) };
  }
}

/** One line a note, one a run, and one each event of it. */
function toCsv({ cells }: WholeNotebook): string {
  const lines: (string | number)[][] = [
    ["cell", "line", "text", "events", "time", "unit", "who", "where_from", "with_what", "what", "did_what", "values"],
  ];
  cells.forEach(({ kind, body, snapshot, changedAt, isHidden }, at) => {
    const number = at + 1;
    const state = isHidden ? "hidden" : snapshot ? snapshot.events : "";
    lines.push([number, kind, snapshot?.q ?? body, state, snapshot?.ranAt ?? changedAt, "", "", "", "", "", "", ""]);
    for (const row of snapshot?.rows ?? []) {
      const values = Object.entries(row.values).map(([name, value]) => `${name}=${value}`);
      const { who, whereFrom, withWhat, what, didWhat } = row.six;
      lines.push([
        number,
        "event",
        row.id,
        "",
        row.time,
        row.unitId,
        who,
        whereFrom,
        withWhat,
        what,
        didWhat,
        values.join("; "),
      ]);
    }
  });
  return CSV_BOM + lines.map((cells) => csvRecord(cells)).join("");
}

function reportOf(ctx: Ctx, notebook: WholeNotebook, { language, tz }: Reader): ReportDocument {
  const say = (key: keyof typeof WORDS): string => WORDS[key][language];
  const { title, incident, owner, updatedBy, updatedAt } = notebook;
  const head: [string, string][] = [
    ...(incident
      ? [
          [
            say("incident"),
            revealed(`INC-${incident.number} ${(language === "ja" ? incident.titleJa : null) ?? incident.title}`),
          ] as [string, string],
        ]
      : []),
    [say("owner"), revealed(owner.name)],
    [say("changed"), revealed(`${updatedBy} ${zonedTime(updatedAt, tz)}`)],
    [say("made"), revealed(`${ctx.actor.name} ${zonedTime(ctx.now(), tz)}`)],
  ];
  const cells = notebook.cells.flatMap(({ kind, body, snapshot, isHidden, former }, at): Block[] => {
    const number = at + 1;
    if (kind === "note")
      return [
        { kind: "heading", text: `${number}. ${say("note")}` },
        { kind: "text", text: revealed(body) },
      ];
    const heading: Block = {
      kind: "heading",
      text: `${number}. ${say("query")}: ${printed(snapshot?.q ?? body) || say("every")}`,
    };
    if (!snapshot) return [heading, { kind: "text", text: say(isHidden ? "hidden" : "never") }];
    return [heading, { kind: "rows", rows: runRows({ snapshot, former, tz }, say) }];
  });
  return {
    language,
    title: revealed(title),
    subtitle: incident ? `INC-${incident.number}` : "",
    blocks: [{ kind: "rows", rows: head }, ...cells],
  };
}

/** What a printed page has room for: the notebook up to its bound, and a line that says where it was cut. */
function printable(ctx: Ctx, notebook: WholeNotebook, reader: Reader): ReportDocument {
  const report = reportOf(ctx, notebook, reader);
  const blocks = cutTo(report.blocks, MAX_PRINTED_TOTAL);
  return blocks === report.blocks
    ? report
    : { ...report, blocks: [...blocks, { kind: "text", text: WORDS.cut[reader.language] }] };
}

/** The same blocks when they fit. */
export function cutTo(blocks: readonly Block[], maxChars: number): readonly Block[] {
  const kept: Block[] = [];
  let room = maxChars;
  for (const block of blocks) {
    const size = charsOf(block);
    if (size > room) return [...kept, ...partOf(block, room)];
    kept.push(block);
    room -= size;
  }
  return blocks;
}

/** A label takes its share of the page however short it is. */
const rowChars = ([label, value]: readonly [string, string]): number => label.length + value.length + 20;

function charsOf(block: Block): number {
  if (block.kind === "rows") return block.rows.reduce((sum, row) => sum + rowChars(row), 0);
  return block.kind === "table" ? 0 : block.text.length;
}

function partOf(block: Block, room: number): Block[] {
  if (block.kind === "text") return [{ ...block, text: `${block.text.slice(0, room).toWellFormed()}…` }];
  if (block.kind !== "rows") return [];
  let left = room;
  const rows = block.rows.filter((row) => {
    left -= rowChars(row);
    return left >= 0;
  });
  return rows.length > 0 ? [{ ...block, rows }] : [];
}

type Ran = { readonly snapshot: NonNullable<CellResult["snapshot"]>; readonly tz: string } & Pick<CellResult, "former">;

function runRows(
  { snapshot: run, former, tz }: Ran,
  say: (key: keyof typeof WORDS) => string,
): (readonly [string, string])[] {
  const events = run.rows.map(({ time, six, values }) => {
    const cells = Object.entries(values).map(([name, value]) => `${name}: ${value}`);
    const said = Object.values(six).filter(Boolean).join(" / ");
    return [localTime(time, tz), [said, ...cells].filter(Boolean).map(printed).join("\n") || "–"] as const;
  });
  return [
    [say("range"), zonedRange(run.range, tz)],
    [say("ran"), revealed(`${run.ranBy.name} ${zonedTime(run.ranAt, tz)}`)],
    [say("events"), run.isPartial ? `${run.events} (${say("partial")})` : String(run.events)],
    ...(former ? [[say("before"), `${former.events} (${localTime(former.ranAt, tz)})`] as const] : []),
    ...events,
  ];
}

const printed = (text: string): string => revealed(text, MAX_PRINTED_CHARS);
