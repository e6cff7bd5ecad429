export {
  ACTIONS,
  type Action,
  FORMATS,
  type FormatId,
  OUTCOMES,
  type Outcome,
  PROBLEMS,
  type Problem,
} from "./contract.ts";
export { createParser, type Parser } from "./parser.ts";
export type { Parsed, ParseHints } from "./reading.ts";
