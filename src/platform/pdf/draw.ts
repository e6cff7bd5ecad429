import { createRequire } from "node:module";
import PDFDocument from "pdfkit";
import type { Block, ReportDocument } from "./document.ts";
import { MARGIN, type Pdf, type Print, SIZE } from "./page.ts";
import { drawTable } from "./table.ts";

const FONT = createRequire(import.meta.url).resolve(
  "@expo-google-fonts/biz-udpgothic/400Regular/BIZUDPGothic_400Regular.ttf",
);
const LABEL_WIDTH = 140;

/** The report as A4 pages. The same tree and the same time give the same bytes, so that an approved hash can be checked. */
export async function drawPdf(report: ReportDocument, madeAt: Date): Promise<Buffer> {
  const pdf = new PDFDocument({
    size: "A4",
    layout: report.isWide ? "landscape" : "portrait",
    margin: MARGIN,
    lang: report.language,
    font: FONT,
    info: { Title: report.title, CreationDate: madeAt, ModDate: madeAt },
  });
  const chunks: Buffer[] = [];
  const done = new Promise<Buffer>((resolve, reject) => {
    pdf.on("data", (chunk: Buffer) => chunks.push(chunk));
    pdf.on("end", () => resolve(Buffer.concat(chunks)));
    pdf.on("error", reject);
  });
  const print = printable(pdf);
  pdf.fontSize(16).text(print(report.title));
  pdf.fontSize(SIZE).text(print(report.subtitle)).moveDown();
  for (const block of report.blocks) draw(pdf, block, print);
  pdf.end();
  return await done;
}

function draw(pdf: Pdf, block: Block, print: Print): void {
  if (block.kind === "heading") {
    // A heading is not left alone at the foot of a page.
    if (pdf.y > pdf.page.height - MARGIN - 60) pdf.addPage();
    pdf.moveDown(0.8).fontSize(12).text(print(block.text), MARGIN).fontSize(SIZE).moveDown(0.2);
    return;
  }
  if (block.kind === "text") {
    pdf.text(print(block.text) || " ", MARGIN, undefined, { lineGap: 2 });
    return;
  }
  if (block.kind === "table") {
    drawTable(pdf, block, print);
    return;
  }
  for (const [label, value] of block.rows) drawRow(pdf, print(label), print(value));
  pdf.x = MARGIN;
}

function drawRow(pdf: Pdf, label: string, value: string): void {
  const width = pdf.page.width - 2 * MARGIN - LABEL_WIDTH - 12;
  const height = Math.max(pdf.heightOfString(label, { width: LABEL_WIDTH }), pdf.heightOfString(value, { width }));
  if (pdf.y + height > pdf.page.height - MARGIN) pdf.addPage();
  const top = pdf.y;
  pdf.text(label, MARGIN, top, { width: LABEL_WIDTH });
  const below = pdf.y;
  pdf.text(value || "–", MARGIN + LABEL_WIDTH + 12, top, { width });
  pdf.y = Math.max(pdf.y, below) + 3;
  pdf.x = MARGIN;
}

/** A character that the font lacks is told by its number: an empty box would hide which name was meant. */
function printable(pdf: Pdf): Print {
  const known = new Map<string, string>();
  const shown = (character: string): string => {
    const code = character.codePointAt(0) ?? 0;
    return character === "\n" || hasGlyph(pdf, code)
      ? character
      : `〓[U+${code.toString(16).toUpperCase().padStart(4, "0")}]`;
  };
  return (text) =>
    [...text.replaceAll("\t", "  ").replace(/[\p{Cc}\p{Cf}]/gu, (each) => (each === "\n" ? each : ""))]
      .map((character) => {
        const text = known.get(character) ?? shown(character);
        known.set(character, text);
        return text;
      })
      .join("");
}

/** pdfkit keeps its font engine (fontkit) to itself; the font set by `font` above is embedded, so it has this method. */
function hasGlyph(pdf: Pdf, code: number): boolean {
  const { _font } = pdf as unknown as { _font: { font: { hasGlyphForCodePoint(code: number): boolean } } };
  return _font.font.hasGlyphForCodePoint(code);
}
