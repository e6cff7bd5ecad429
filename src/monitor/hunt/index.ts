export { type CorrelationHit, FileCorrelation } from "./correlation/file-correlation.ts";
export { correlationCsvLine, correlationJsonLine, csvHeader, csvLine, jsonLine } from "./format/rows.ts";
export { renderTable, type TableOptions } from "./format/table.ts";
export { cut as printable } from "./format/width.ts";
export type { BaseHit, Found, Hit } from "./found.ts";
export { Hunter, type HunterDeps, type Wanted } from "./hunter.ts";
export { type RuleTally, Summary } from "./summary.ts";
export { createRowReader } from "./table-rows.ts";
