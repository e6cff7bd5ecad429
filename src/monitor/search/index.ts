export { CSV_BOM, csvRecord } from "./csv.ts";
export type { Reader, SearchDeps } from "./deps.ts";
export { type GramSnapshot, type GramUpkeep, startGramUpkeep } from "./grams/index.ts";
export { searchEvents } from "./page.ts";
export { newestRawEvents } from "./raw-events.ts";
export { searchRoutes } from "./routes.ts";
export { addressCell, rowView, type StoredRow, selectRow } from "./row.ts";
export { IN_RANGE, rangeParams, unitCondition, unitParams, unitsOf } from "./scope.ts";
