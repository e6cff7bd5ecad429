export { MAX_PARSERS } from "./bounds.ts";
export { type CustomParser, compileParser } from "./compile.ts";
export type { DocumentProblem } from "./problem.ts";
export { CUSTOM_PREFIX, createCustomReader } from "./reader.ts";
export { runTests, type TestOutcome } from "./run-tests.ts";
