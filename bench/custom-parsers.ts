/**
 * What parsers that people write cost: processor time a line of one that takes every line (grok, grok then key=value, regex), and what ten
 * others add to lines that are not theirs. CPU time, so that the machine's load does not count. Prints JSON. Usage: node bench/custom-parsers.ts
 */
import { compileParser, createParser } from "../src/monitor/parse/index.ts";

const LINES = 40_000;
const ROUNDS = 3;

const documentOf = (id: string, mark: string, read: string): string => `parser: ${id}
title: ${id}
recognize: { contains: "${mark}" }
read:
${read}
columns: { user.name: card, source.ip: reader }
tests: [{ line: x, matches: false }]
`;

function parserOf(id: string, mark: string, read: string) {
  const outcome = compileParser(documentOf(id, mark, read));
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
  return outcome.compiled.parser;
}

const door = (i: number): string =>
  `ACME-DOOR 2026/11/20 09:${String(i % 60).padStart(2, "0")}:00 door=${i % 40}F card=u${i % 500} reader=10.1.2.${i % 250} result=OK`;
const cef = (i: number): string =>
  `CEF:0|Acme|Wall|1.0|100|Connection closed|5|src=10.1.2.${i % 250} spt=${i % 65535} dst=203.0.113.${i % 250} dpt=443 proto=TCP act=allow`;

const PAIRS =
  "ACME-DOOR %{DATE:d} %{TIME:t} door=%{NOTSPACE:door} card=%{USER:card} reader=%{IP:reader} result=%{WORD:result}";
const CASES = {
  grok: { line: door, parsers: [parserOf("grok", "ACME-DOOR", `  grok: "${PAIRS}"`)] },
  "grok, then key=value": {
    line: door,
    parsers: [
      parserOf(
        "pairs",
        "ACME-DOOR",
        `  - grok: "ACME-DOOR %{DATE:d} %{TIME:t} %{REST:r}"\n  - { from: r, keyvalue: {} }`,
      ),
    ],
  },
  regex: {
    line: door,
    parsers: [
      parserOf(
        "regex",
        "ACME-DOOR",
        "  regex: 'door=(?P<door>\\S+) card=(?P<card>\\S+) reader=(?P<reader>\\S+) result=(?P<result>\\w+)'",
      ),
    ],
  },
  "CEF without": { line: cef, parsers: [] },
  "CEF beside ten others": {
    line: cef,
    parsers: Array.from({ length: 10 }, (_, i) =>
      parserOf(`other-${i}`, `OTHER-${i}`, `  grok: "OTHER-${i} %{REST:r}"`),
    ),
  },
};

const results = Object.entries(CASES).map(([name, { line, parsers }]) => {
  const lines = Array.from({ length: LINES }, (_, i) => Buffer.from(line(i)));
  const { parse } = createParser(parsers);
  const rounds = Array.from({ length: ROUNDS }, () => {
    const before = process.cpuUsage();
    for (const bytes of lines)
      parse(bytes, { format: "auto", transport: "bench", peer: "", receivedAtMs: 1_795_000_000_000 });
    const { user, system } = process.cpuUsage(before);
    return (user + system) / LINES;
  });
  const microseconds = rounds.toSorted((one, two) => one - two)[1] ?? 0;
  return {
    case: name,
    microsecondsPerLine: Number(microseconds.toFixed(2)),
    linesPerSecondPerCore: Math.round(1e6 / microseconds),
  };
});
console.log(JSON.stringify(results, null, 2));
