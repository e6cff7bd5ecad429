import { COLUMNS, type FieldValue } from "../event/index.ts";
import {
  type CustomParser,
  compileParser,
  createParser,
  type DocumentProblem,
  type Parsed,
  runTests,
  type TestOutcome,
} from "../parse/index.ts";

export type TryParserInput = {
  /** The document being written; "" = lines are read by what is in force. */
  readonly text: string;
  readonly lines: readonly string[];
  readonly timeZone: string;
  readonly nowMs: number;
};
type TriedByParser = {
  readonly takenBy: string;
  readonly dataset: string;
  readonly problem: string;
  readonly logsource: Parsed["logsource"];
  readonly six: Record<"when" | "who" | "whereFrom" | "withWhat" | "what" | "didWhat", string>;
  readonly fields: { readonly name: string; readonly value: string }[];
  readonly columns: { readonly name: string; readonly value: string }[];
};
export type TryParserOutcome = {
  /** What the document calls itself; "" when it does not compile. */
  readonly parserId: string;
  readonly problems: DocumentProblem[];
  readonly tests: TestOutcome[];
  readonly lines: TriedByParser[];
};

const MAX_SHOWN_CHARS = 2_000;

/**
 * Compiles a document, runs its tests with it alone in force, and reads lines with it before the parsers that are published. A
 * document without recognition of its own reads the lines as those of a source pinned to it.
 */
export function tryParser(
  { text, lines, timeZone, nowMs }: TryParserInput,
  published: readonly CustomParser[],
): TryParserOutcome {
  const outcome = text.trim() === "" ? undefined : compileParser(text);
  const compiled = outcome?.ok ? outcome.compiled : undefined;
  const own = compiled?.parser;
  const parser = createParser([...(own ? [own] : []), ...published.filter(({ id }) => id !== own?.id)]);
  const format = own?.isPinnedOnly ? `custom.${own.id}` : "auto";
  const hints = { format, transport: "try", peer: "", receivedAtMs: nowMs, ...(timeZone !== "" && { timeZone }) };
  return {
    parserId: own?.id ?? "",
    problems: outcome === undefined || outcome.ok ? [] : [...outcome.problems],
    tests: compiled === undefined ? [] : runTests(compiled, createParser([compiled.parser]).parse, nowMs),
    lines: lines.map((line) => viewOf(parser.parse(Buffer.from(line), hints))),
  };
}

function viewOf({ hot, fields, timeMs, problem, logsource, takenBy = "" }: Parsed): TriedByParser {
  return {
    takenBy,
    dataset: hot.dataset,
    problem,
    logsource,
    six: {
      when: Number.isNaN(timeMs) ? "" : new Date(timeMs).toISOString(),
      who: hot.who,
      whereFrom: hot.where_from,
      withWhat: hot.with_what,
      what: hot.what,
      didWhat: hot.did_what,
    },
    fields: Object.keys(fields).map((name) => ({ name, value: shown(fields[name]) })),
    columns: COLUMNS.filter(({ ecs }) => ecs.includes(".") && ecs !== "event.dataset").flatMap(({ column, ecs }) =>
      hot[column] === "" || hot[column] === 0 ? [] : [{ name: ecs, value: shown(hot[column]) }],
    ),
  };
}

function shown(value: FieldValue | undefined): string {
  const text = typeof value === "object" ? JSON.stringify(value) : String(value ?? "");
  return text.length > MAX_SHOWN_CHARS ? `${text.slice(0, MAX_SHOWN_CHARS).toWellFormed()}…` : text;
}

/** Documents that do not compile any more are left out: what was published compiled then. */
export function compilePublished(texts: readonly string[]): CustomParser[] {
  return texts.flatMap((text) => {
    const outcome = compileParser(text);
    return outcome.ok ? [outcome.compiled.parser] : [];
  });
}
