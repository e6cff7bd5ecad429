import { type Cell, type Table, textOf } from "./document.ts";
import { MARGIN, type Pdf, type Print, SIZE } from "./page.ts";

const SMALL = 8;
const GAP = 6;
const RULE = "#c9c5ba";
/** Readable on paper in grey too: the text says the figure, the bar compares. */
const BAR = "#8fb0cf";
const BAR_HEIGHT = 2.5;

type Placed = Table["columns"][number] & { readonly x: number; readonly points: number };

/** A table over as many pages as it takes; its head is drawn again on each. */
export function drawTable(pdf: Pdf, { columns, rows }: Table, print: Print): void {
  const placed = place(pdf, columns);
  pdf.fontSize(SMALL);
  drawHead(pdf, placed, print);
  for (const row of rows) {
    const cells = row.map((cell) => ({ cell, text: print(textOf(cell)) || " " }));
    const height = Math.max(
      ...placed.map(({ points }, i) => pdf.heightOfString(cells[i]?.text ?? "", { width: points })),
    );
    if (pdf.y + height + GAP > pdf.page.height - MARGIN) {
      pdf.addPage();
      drawHead(pdf, placed, print);
    }
    const top = pdf.y;
    for (const [i, column] of placed.entries()) {
      const { cell, text } = cells[i] ?? { cell: "", text: " " };
      drawCell(pdf, { text, top, column });
      if (typeof cell !== "string") drawBar(pdf, { share: cell.share, top: top + height, column });
    }
    pdf.y = top + height + GAP;
  }
  pdf.fontSize(SIZE);
  pdf.x = MARGIN;
  pdf.moveDown(0.5);
}

function place(pdf: Pdf, columns: Table["columns"]): Placed[] {
  const whole = columns.reduce((sum, { width }) => sum + width, 0);
  const room = pdf.page.width - 2 * MARGIN - GAP * (columns.length - 1);
  let x = MARGIN;
  return columns.map((column) => {
    const points = (column.width / whole) * room;
    const at = { ...column, x, points };
    x += points + GAP;
    return at;
  });
}

function drawHead(pdf: Pdf, columns: readonly Placed[], print: Print): void {
  const titles = columns.map(({ title }) => print(title));
  const height = Math.max(...columns.map(({ points }, i) => pdf.heightOfString(titles[i] ?? "", { width: points })));
  if (pdf.y + height + 4 * GAP > pdf.page.height - MARGIN) pdf.addPage();
  const top = pdf.y;
  for (const [i, column] of columns.entries()) drawCell(pdf, { text: titles[i] ?? "", top, column });
  const below = top + height + 2;
  pdf
    .moveTo(MARGIN, below)
    .lineTo(pdf.page.width - MARGIN, below)
    .lineWidth(0.5)
    .strokeColor(RULE)
    .stroke();
  pdf.y = below + 4;
}

type At = { readonly top: number; readonly column: Placed };

const drawCell = (pdf: Pdf, { text, top, column: { x, points, isNumber } }: At & { text: string }): void =>
  void pdf.text(text, x, top, { width: points, align: isNumber ? "right" : "left" });

function drawBar(pdf: Pdf, { share, top, column: { x, points } }: At & Pick<Exclude<Cell, string>, "share">): void {
  const width = Math.min(1, Math.max(0, share)) * points;
  if (width > 0) pdf.rect(x, top, width, BAR_HEIGHT).fill(BAR).fillColor("black");
}
