export { type Block, type ReportDocument, toMarkdown } from "./document.ts";
export { toPdf } from "./pdf.ts";
