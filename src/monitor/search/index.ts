export { eventsByUnit } from "./by-unit.ts";
export type { Histogram, SearchScope } from "./contract.ts";
export type { EventAccess, Reader, SearchDeps } from "./deps.ts";
export { summarize } from "./field-summary.ts";
export { sampleOf } from "./fields.ts";
export { countDetected } from "./funnel.ts";
export { type GramSnapshot, type GramUpkeep, startGramUpkeep } from "./grams/index.ts";
export { histogramIn } from "./histogram.ts";
export { IN_DETECTIONS_RANGE } from "./language/field-condition.ts";
export { searchEvents } from "./page.ts";
export { newestRawEvents } from "./raw-events.ts";
export { searchRoutes } from "./routes.ts";
export { addressCell, rowView, type StoredRow, selectRow } from "./row.ts";
export {
  clockOf,
  IN_RANGE,
  isoOf,
  rangeOf,
  rangeParams,
  rangeView,
  type Scope,
  scopeOf,
  scopeOfQuery,
  unitCondition,
  unitParams,
  unitsOf,
} from "./scope.ts";
export { type Snapshot, takeSnapshot } from "./snapshot.ts";
export { walkEvents } from "./walk.ts";
