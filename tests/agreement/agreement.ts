import type { FieldValue } from "../../src/monitor/event/index.ts";
import { createParser, type Parsed, TableHead } from "../../src/monitor/parse/index.ts";

/** What a line's own reference says that it holds, and what we made of it. `ours` is undefined where we have no such name. */
export type Claim = {
  readonly name: string;
  readonly expected: string;
  readonly ours: string | undefined;
  readonly agrees: boolean;
};

/** One format's line in the table. */
export class Tally {
  readonly format: string;
  lines = 0;
  recognized = 0;
  expected = 0;
  agreeing = 0;
  /** Fields for which we have no name at all; they count as expected and do not agree. */
  unmapped = 0;
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
    this.unmapped += wrong.filter(({ ours }) => ours === undefined).length;
    if (wrong.length > 0) this.disagreements.push({ line, claims: wrong });
  }

  get row() {
    const { format, lines, recognized, expected, agreeing, unmapped } = this;
    const percent = expected === 0 ? null : Math.floor((1000 * agreeing) / expected) / 10;
    return { format, lines, recognized, expected, unmapped, agreeing, percent };
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
