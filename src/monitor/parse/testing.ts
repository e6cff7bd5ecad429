import { answeredQuestions } from "../event/index.ts";
import { createParser } from "./parser.ts";
import type { Parsed, ParseHints } from "./reading.ts";

/** When the fixtures arrive: Monday 2026-11-23, noon UTC. */
const RECEIVED_MS = Date.UTC(2026, 10, 23, 12);

const parser = createParser();

/** Parses one line as if it had arrived at RECEIVED_MS from 192.0.2.99. */
export function parseLine(line: string | Buffer, hints: Partial<ParseHints> = {}): Parsed {
  return parser.parse(Buffer.isBuffer(line) ? line : Buffer.from(line), {
    format: "auto",
    transport: "file",
    peer: "192.0.2.99:514",
    receivedAtMs: RECEIVED_MS,
    ...hints,
  });
}

export const parseJson = (value: unknown, hints: Partial<ParseHints> = {}): Parsed =>
  parseLine(JSON.stringify(value), hints);

/** The six answers as a reader sees them. */
export const answersOf = (event: Parsed): Record<string, string> => ({
  when: Number.isNaN(event.timeMs) ? "" : new Date(event.timeMs).toISOString(),
  who: event.hot.who,
  from: event.hot.where_from,
  with: event.hot.with_what,
  what: event.hot.what,
  did: event.hot.did_what,
});

export type Share = { events: number; atLeastFive: number };

/** How many events answer at least five of the six questions, by dataset. */
export function shareByDataset(events: readonly Parsed[]): Map<string, Share> {
  const shares = new Map<string, Share>();
  for (const event of events) {
    const share = shares.get(event.hot.dataset) ?? { events: 0, atLeastFive: 0 };
    share.events += 1;
    if (answeredQuestions(event) >= 5) share.atLeastFive += 1;
    shares.set(event.hot.dataset, share);
  }
  return shares;
}
