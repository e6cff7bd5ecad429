/** What a parser that somebody wrote may cost: it runs on every line that passes its recognition. */

export const MAX_DOCUMENT_CHARS = 65_536;
/** Parsers published at a time. */
export const MAX_PARSERS = 200;
/** A longer message is left to the built-in readers. */
export const MAX_READ_CHARS = 32_768;
export const MAX_PATTERN_CHARS = 4_096;
export const MAX_PATTERNS = 32;
export const MAX_STEPS = 8;
/** RE2 is linear in the text, but also in its instructions: together they bound what one line may cost. */
export const MAX_REGEX_INSTRUCTIONS = 1_000;
export const MAX_REGEX_CHARS = 8_192;
/** Pieces of one grok pattern, defined ones written out. */
export const MAX_PIECES = 256;
export const MAX_DEFINE_DEPTH = 8;
export const MAX_TESTS = 100;
export const MAX_PROBLEMS = 50;
