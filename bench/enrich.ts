/**
 * What enrichment costs an event on the mixed load, in microseconds of CPU time: the adding itself, and the block's encoding with and
 * without what was added. First pass = caches are cold; then the median of five. Prints JSON. Usage: node bench/enrich.ts
 */
import { loadavg } from "node:os";
import { Enricher, openPlaces } from "../src/monitor/enrich/index.ts";
import type { ParsedEvent } from "../src/monitor/event/index.ts";
import { createParser } from "../src/monitor/parse/index.ts";
import { EventBlock } from "../src/monitor/pipeline/event-block.ts";
import { loadOf } from "./loads.ts";

const EVENTS = 10_000;
const ROUNDS = 5;
const AT_MS = Date.UTC(2026, 10, 27);

const parser = createParser();
const hints = { format: "auto", transport: "bulk", peer: "192.0.2.1", receivedAtMs: AT_MS };
/** The lines without the document that carries them: as documents their values would stay unread. */
const lineIn = (doc: string): string => /"message":("(?:[^"\\]|\\.)*")\}$/.exec(doc)?.[1] ?? "";
const docs = loadOf("mix")
  .docs.slice(0, EVENTS)
  .map((doc) => Buffer.from(lineIn(doc) === "" ? doc : String(JSON.parse(lineIn(doc)))));
const parsed = (): ParsedEvent[] => docs.map((doc) => parser.parse(doc, hints));

function microseconds(work: (event: ParsedEvent) => void, events: readonly ParsedEvent[]): number {
  const before = process.cpuUsage();
  for (const event of events) work(event);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / events.length;
}

const enricher = new Enricher(openPlaces([]));
enricher.setNetworks(
  Array.from({ length: 200 }, (_, i) => ({ cidr: `10.${i}.0.0/16`, name: `net ${i}`, unitId: "u", unitIds: "any" })),
);
enricher.learn(
  Array.from({ length: 50_000 }, (_, i) => ({
    ...{
      unitId: "u",
      address: `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`,
      kind: "lease" as const,
      atMs: AT_MS - 1_000,
    },
    ...{ untilMs: AT_MS + 86_400_000, host: `pc${i}`, user: "", mac: "00:11:22:33:44:55", session: "" },
  })),
);
const enrich = (event: ParsedEvent): void => enricher.enrich(event, { unitId: "u", atMs: AT_MS });

const block = new EventBlock();
let seq = 0n;
const encode = (event: ParsedEvent): void => {
  seq += 1n;
  const place = { receivedMs: AT_MS, seq, unitId: "u", sourceId: "s", raw: Buffer.alloc(0), ruleIds: [] };
  block.add({ event, ...place }, 1);
};
const encoding = (events: readonly ParsedEvent[]): number => {
  const cost = microseconds(encode, events);
  block.finish();
  return cost;
};

const first = microseconds(enrich, parsed());
const rounds = Array.from({ length: ROUNDS }, () => {
  const plain = parsed();
  const encodePlain = encoding(plain);
  const enriching = microseconds(enrich, plain);
  return { encodePlain, enriching, encodeAdded: encoding(plain) };
});
const median = (values: readonly number[]): number =>
  Number([...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]?.toFixed(2));
const sample = parsed();
for (const event of sample) enrich(event);
const added = sample.reduce((sum, event) => sum + Object.keys(event.added ?? {}).length, 0);
const result = {
  events: docs.length,
  loadAverage: loadavg()[0],
  valuesAddedPerEvent: Number((added / sample.length).toFixed(2)),
  microsecondsPerEvent: {
    firstPass: Number(first.toFixed(2)),
    enriching: median(rounds.map(({ enriching }) => enriching)),
    encodeWithout: median(rounds.map(({ encodePlain }) => encodePlain)),
    encodeWith: median(rounds.map(({ encodeAdded }) => encodeAdded)),
  },
};
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
