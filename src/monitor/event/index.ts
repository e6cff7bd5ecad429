export { ADDED_NAMES } from "./added.ts";
export {
  COLUMNS,
  type ColumnKind,
  type ColumnName,
  type ColumnSpec,
  type HotColumns,
  isNumericKind,
} from "./columns.ts";
export {
  type DetectionGroup,
  type Entity,
  type EntityKind,
  entityOf,
  isLaterSample,
  LEVELS,
  type Level,
  type RuleFacts,
} from "./detection.ts";
export {
  answeredQuestions,
  type DecodedLine,
  emptyHotColumns,
  type FieldScalar,
  type Fields,
  type FieldValue,
  type LogSource,
  type ParsedEvent,
} from "./event.ts";
export { adoptFields, emptyFields } from "./field-bag.ts";
export { type HeadLine, HeadLines, headLineOf } from "./head-line.ts";
export {
  type WindowsPlace,
  windowsLogSource,
  windowsPlaces,
  windowsRoutes,
  windowsRoutesOf,
} from "./logsource/windows.ts";
export {
  collectTouched,
  keepTouched,
  MAX_TOUCHED,
  spelled,
  TOUCHED_ROLES,
  type Touched,
  type TouchedKind,
  touchedBy,
} from "./touched.ts";
