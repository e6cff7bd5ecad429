export { FORMATS } from "./contract.ts";
export {
  CUSTOM_PREFIX,
  type CustomParser,
  compileParser,
  type DocumentProblem,
  MAX_PARSERS,
  runTests,
  type TestOutcome,
} from "./custom/index.ts";
export {
  CHUNK_BYTES,
  checkFileHeader,
  type Damage,
  type EvtxRecord,
  FILE_HEADER_BYTES,
  isEvtx,
  LOSSES,
  readChunk,
} from "./evtx/index.ts";
export { createParser, type Parser } from "./parser.ts";
export type { Parsed, ParseHints } from "./reading.ts";
export { cellsOf, columnName, MAX_COLUMNS, readCsvHeader } from "./table/cells.ts";
export { TableHead } from "./table/head.ts";
export { type FlatMembers, FlatWindows, sourceOfFlat } from "./windows/flat-text.ts";
