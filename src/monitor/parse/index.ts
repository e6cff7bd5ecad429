export { FORMATS } from "./contract.ts";
export { createParser, type Parser } from "./parser.ts";
export type { Parsed, ParseHints } from "./reading.ts";
