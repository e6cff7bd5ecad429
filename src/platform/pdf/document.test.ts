import { inflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { type ReportDocument, toMarkdown } from "./document.ts";
import { toPdf } from "./press.ts";

const MADE = new Date("2026-11-27T01:30:00Z");
const reportOf = (text: string): ReportDocument => ({
  language: "ja",
  title: "個人情報保護委員会 速報",
  subtitle: "INC-12",
  blocks: [
    { kind: "rows", rows: [["名称", text]] },
    { kind: "heading", text: "1. 概要" },
    { kind: "text", text },
  ],
});

/** The text of a PDF as a reader copies it: the glyphs of the pages through the fonts' own ToUnicode tables. */
function textIn(pdf: Buffer): string {
  const streams = pdf
    .toString("latin1")
    .split("stream\n")
    .slice(1)
    .map((part) => Buffer.from(part.slice(0, part.indexOf("\nendstream")), "latin1"))
    .flatMap((bytes) => {
      try {
        return [inflateSync(bytes).toString("latin1")];
      } catch {
        return [];
      }
    });
  const map = new Map<string, string>();
  for (const table of streams.filter((each) => each.includes("beginbfrange")))
    for (const [, from = "", , list = ""] of table.matchAll(/<([0-9a-f]+)> <([0-9a-f]+)> \[([^\]]*)\]/gi))
      for (const [at, [, hex = ""]] of [...list.matchAll(/<([0-9a-f]+)>/gi)].entries())
        map.set((Number.parseInt(from, 16) + at).toString(16).padStart(4, "0"), utf16(hex));
  return streams
    .filter((each) => each.includes(" Tf"))
    .flatMap((each) => [...each.matchAll(/<([0-9a-f]+)>/gi)].map(([, hex = ""]) => hex.match(/.{4}/g) ?? []))
    .flat()
    .map((glyph) => map.get(glyph.toLowerCase()) ?? "")
    .join("");
}
const utf16 = (hex: string): string => Buffer.from(hex, "hex").swap16().toString("utf16le");

describe("A report as PDF", () => {
  it("can be read and copied: half-width kana, variant names, circled figures and company signs are there", async () => {
    const text = textIn(await toPdf(reportOf("ｶﾅ 髙橋 﨑子 ① ㈱ 要配慮個人情報"), MADE));
    for (const part of ["個人情報保護委員会 速報", "ｶﾅ", "髙橋", "﨑子", "①", "㈱", "要配慮個人情報"])
      expect(text).toContain(part);
  });

  it("tells by its number a character that the font lacks, in place of an empty box", async () => {
    const text = textIn(await toPdf(reportOf("𠮷野"), MADE));
    expect(text).toContain("〓[U+20BB7]野");
  });

  it("has the same bytes for the same report and time, so that an approved hash can be checked", async () => {
    const [one, two] = [await toPdf(reportOf("同じ"), MADE), await toPdf(reportOf("同じ"), MADE)];
    expect(one.equals(two)).toBe(true);
  });

  it("goes on over pages however long the text is", async () => {
    const pdf = await toPdf(reportOf("長い文章です。\n".repeat(600)), MADE);
    expect(pdf.toString("latin1").match(/\/Type \/Page\b/g)?.length).toBeGreaterThan(5);
  });
});

describe("A table in a report", () => {
  const table = (rows: number): ReportDocument => ({
    ...reportOf("表"),
    isWide: true,
    blocks: [
      {
        kind: "table",
        columns: [
          { title: "組織", width: 3 },
          { title: "アラート", width: 1, isNumber: true },
        ],
        rows: Array.from({ length: rows }, (_, i) => [`大阪支店 | ${i}`, { text: `${i} 件`, share: i / rows }]),
      },
    ],
  });

  it("is there row by row, its head again on each page", async () => {
    const text = textIn(await toPdf(table(120), MADE));
    for (const part of ["大阪支店 | 0", "大阪支店 | 119", "119 件"]) expect(text).toContain(part);
    expect(text.split("組織").length).toBeGreaterThan(3);
  });

  it("is a pipe table in Markdown, figures to the right, its cells no markup", () => {
    expect(toMarkdown(table(1))).toContain("| 組織 | アラート |\n|---|---:|\n| 大阪支店 \\| 0 | 0 件 |");
  });
});

describe("A report as Markdown", () => {
  it("has headings, a table and paragraphs, and nothing that people or logs wrote is markup", () => {
    const text = toMarkdown(reportOf("[x](javascript:alert(1)) <b>|\n# not a heading\n- no list"));
    expect(text).toContain("## 1. 概要");
    expect(text).toContain("| 名称 | \\[x\\](javascript:alert(1)) \\<b\\>\\| / \\# not a heading / - no list |");
    expect(text).toContain("\\# not a heading  \n\\- no list");
  });
});
