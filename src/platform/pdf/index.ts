export { type Block, type Cell, type ReportDocument, type Table, toMarkdown } from "./document.ts";
export { toPdf } from "./press.ts";
