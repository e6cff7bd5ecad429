import type { Registry } from "prom-client";
import type { Tail } from "../monitor/collect/index.ts";
import { scrapedGauge, scrapedTotal } from "./scraped.ts";

type Stats = ReturnType<Tail["stats"]>;

const GAUGES = [
  ["yagura_tail_files", "Files followed now", "files"],
  ["yagura_tail_behind_bytes", "Bytes of followed files that are not yet durable", "bytesBehind"],
] as const satisfies readonly (readonly [string, string, keyof Stats])[];

const COUNTERS = [
  ["yagura_tail_rotations_total", "Files that lost their name to another file, or were removed", "rotations"],
  [
    "yagura_tail_truncations_total",
    "Files that were cut or written anew, and read again from the start",
    "truncations",
  ],
  ["yagura_tail_long_lines_total", "Lines refused for their length", "longLines"],
  ["yagura_tail_errors_total", "Paths that could not be followed, and failures of reading", "errors"],
] as const satisfies readonly (readonly [string, string, keyof Stats])[];

/** Figures of the followed files, read from the collector's own counts at scrape time. */
export function addTailMetrics(registry: Registry, tail: Tail): void {
  for (const [name, help, key] of GAUGES) scrapedGauge(registry, name, help, () => tail.stats()[key]);
  for (const [name, help, key] of COUNTERS) scrapedTotal(registry, name, help, () => tail.stats()[key]);
}
