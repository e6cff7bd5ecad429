import type { Registry } from "prom-client";
import type { DropFolders, PlaceStats } from "../monitor/collect/index.ts";
import { scrapedPlaces } from "./scraped.ts";

const GAUGES = [
  ["yagura_drop_reachable", "Whether the place could be listed at the last look", "reachable"],
  ["yagura_drop_waiting", "Objects listed at the last whole look that are still to be taken", "waiting"],
] as const satisfies readonly (readonly [string, string, keyof PlaceStats])[];

const COUNTERS = [
  ["yagura_drop_objects_total", "Objects whose events are in the log", "objects"],
  ["yagura_drop_bytes_total", "Bytes of objects that were read, as they lay there", "bytes"],
  ["yagura_drop_events_total", "Events of objects that are in the log", "events"],
  ["yagura_drop_repeated_total", "Events of objects read again that were in the log already, and left out", "repeated"],
  ["yagura_drop_aside_total", "Objects that cannot be read and were left alone", "aside"],
  ["yagura_drop_partly_total", "Objects of which some could not be read", "partly"],
  ["yagura_drop_failures_total", "Looks, reads, moves and deletions that failed and are tried again", "failures"],
] as const satisfies readonly (readonly [string, string, keyof PlaceStats])[];

/** Figures of the drop folders, read from their own counts at scrape time. */
export function addDropMetrics(registry: Registry, folders: DropFolders): void {
  scrapedPlaces(registry, { label: "drop", gauges: GAUGES, totals: COUNTERS, read: () => folders.stats() });
}
