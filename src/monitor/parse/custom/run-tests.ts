import type { FieldValue } from "../../event/index.ts";
import type { Parsed, ParseHints } from "../reading.ts";
import type { CompiledParser } from "./compile.ts";
import { targetOfEcs } from "./mapping.ts";
import type { DocumentTest } from "./schema.ts";

/** Reads one line with the parser under test in force. */
type ParseLine = (bytes: Buffer, hints: ParseHints) => Parsed;

/** One thing that a test expected and that came otherwise. `name`: a field, a column, an answer, `time` or `matches`. */
type Mismatch = { readonly name: string; readonly expected: string; readonly actual: string };
export type TestOutcome = {
  readonly line: number;
  readonly isPassed: boolean;
  readonly mismatches: Mismatch[];
};

const SIX = ["who", "where_from", "with_what", "what", "did_what"] as const;

/**
 * Runs the document's own tests through the whole parser, as lines that arrive at the time that they expect, else at `nowMs`: a date
 * without a year must mean next year what it means today, or a version could not be gone back to.
 */
export function runTests({ parser, tests, testLines }: CompiledParser, parse: ParseLine, nowMs: number): TestOutcome[] {
  const format = parser.isPinnedOnly ? `custom.${parser.id}` : "auto";
  return tests.map((test, at) => {
    const parsed = parse(Buffer.from(test.line), {
      format,
      transport: "try",
      peer: "",
      receivedAtMs: arrivalMs(test, nowMs),
    });
    const mismatches = compare(test, parsed, parser.id);
    return { line: testLines[at] ?? 1, isPassed: mismatches.length === 0, mismatches };
  });
}

function arrivalMs({ time = "" }: DocumentTest, nowMs: number): number {
  const ms = Date.parse(time);
  return Number.isNaN(ms) ? nowMs : ms;
}

function compare(test: DocumentTest, parsed: Parsed, id: string): Mismatch[] {
  const isTaken = parsed.takenBy === id;
  if (isTaken !== test.matches) return [{ name: "matches", expected: String(test.matches), actual: String(isTaken) }];
  if (!test.matches) return [];
  const { hot, fields, timeMs } = parsed;
  const pairs: [string, string | undefined, string][] = [
    ...Object.entries(test.fields ?? {}).map(([name, value]): [string, string, string] => [
      name,
      value,
      shown(fields[name]),
    ]),
    ...Object.entries(test.columns ?? {}).map(([name, value]): [string, string | undefined, string] => [
      name,
      value,
      String(hot[targetOfEcs(name).column]),
    ]),
    ...SIX.map((name): [string, string | undefined, string] => [name, test[name], hot[name]]),
    ["time", test.time, Number.isNaN(timeMs) ? "" : new Date(timeMs).toISOString()],
  ];
  return pairs.flatMap(([name, expected, actual]) =>
    expected === undefined || expected === actual || (name === "time" && Date.parse(expected) === timeMs)
      ? []
      : [{ name, expected, actual }],
  );
}

const shown = (value: FieldValue | undefined): string =>
  value === undefined ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);
