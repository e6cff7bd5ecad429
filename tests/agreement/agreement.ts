import type { FieldValue } from "../../src/monitor/event/index.ts";
import { createParser, type Parsed, TableHead } from "../../src/monitor/parse/index.ts";

/** What a line's own reference says that it holds, and what we made of it. `ours` is undefined where we have no such name. */
export type Claim = {
  readonly name: string;
  readonly expected: string;
  readonly ours: string | undefined;
  readonly agrees: boolean;
};

/** The references' "nothing there" is "(none)" too. */
const isMissing = ({ ours }: Claim): boolean => ours === undefined || ours === "" || ours === "(none)";

const OFTEN = 3;

/** The fields that are most often not as the reference says, and how often. */
function mostFrequent(wrong: readonly Claim[]): string {
  const counts = new Map<string, number>();
  for (const claim of wrong) {
    const name = `${claim.name} ${isMissing(claim) ? "missing" : "different"}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([, a], [, b]) => b - a).slice(0, OFTEN);
  return sorted.map(([name, count]) => `${name} ${count}`).join(", ");
}

/** One format's line in the table. */
export class Tally {
  readonly format: string;
  lines = 0;
  recognized = 0;
  expected = 0;
  agreeing = 0;
  readonly disagreements: { readonly line: string; readonly claims: readonly Claim[] }[] = [];

  constructor(format: string) {
    this.format = format;
  }

  add(line: string, event: Parsed, claims: readonly Claim[]): void {
    this.lines += 1;
    if (isRecognized(event)) this.recognized += 1;
    this.expected += claims.length;
    const wrong = claims.filter(({ agrees }) => !agrees);
    this.agreeing += claims.length - wrong.length;
    if (wrong.length > 0) this.disagreements.push({ line, claims: wrong });
  }

  get row() {
    const { format, lines, recognized, expected: compared, agreeing: equal } = this;
    const wrong = this.disagreements.flatMap(({ claims }) => claims);
    const missing = wrong.filter(isMissing).length;
    const percent = compared === 0 ? null : Math.floor((1000 * equal) / compared) / 10;
    const different = wrong.length - missing;
    return { format, lines, recognized, compared, equal, missing, different, percent, often: mostFrequent(wrong) };
  }
}

export class Tallies {
  readonly #all = new Map<string, Tally>();
  /** What the references hold and this check does not judge, and why: lines or fields, by reason. */
  readonly left = new Map<string, number>();

  of(format: string): Tally {
    const tally = this.#all.get(format) ?? new Tally(format);
    this.#all.set(format, tally);
    return tally;
  }

  leave(reason: string, count = 1): void {
    this.left.set(reason, (this.left.get(reason) ?? 0) + count);
  }

  get all(): readonly Tally[] {
    return [...this.#all.values()].sort((a, b) => a.format.localeCompare(b.format));
  }
}

/** A line that only its envelope was read of is not recognized: syslog's own dataset says that no reader knew the message. */
const isRecognized = ({ problem, hot }: Parsed): boolean =>
  !["unrecognized", "not_the_pinned_format", "broken_json"].includes(problem) && hot.dataset !== "syslog";

const parser = createParser();
const HINTS = { format: "auto", transport: "file", peer: "", receivedAtMs: Date.UTC(2026, 7, 21) };

/** Reads a file's lines as the product does: each by what stands above it. */
export function readLines(lines: readonly string[]): Parsed[] {
  const head = new TableHead("auto");
  return lines.map((line) => {
    const bytes = Buffer.from(line);
    const table = head.tableOf(bytes);
    return parser.parse(bytes, { ...HINTS, ...(table && { table }) });
  });
}

export const told = (value: FieldValue | undefined): string | undefined =>
  value === undefined || value === null ? undefined : typeof value === "object" ? JSON.stringify(value) : String(value);
