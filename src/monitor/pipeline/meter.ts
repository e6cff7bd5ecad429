import type { WalRecord } from "../../platform/wal/index.ts";
import type { CorrelationFigures } from "../detect/index.ts";
import type { BatchResult } from "./job.ts";

export type SourceCount = { events: number; bytes: number; problems: number };

export type PipelineSnapshot = {
  readonly eventsStored: number;
  readonly bytesTaken: number;
  readonly problems: number;
  readonly detections: number;
  /** Of the detections, those under an exception. */
  readonly excepted: number;
  readonly batches: number;
  readonly engineFailures: number;
  readonly lastFailure: string | undefined;
  readonly isEngineAway: boolean;
  readonly busyMs: number;
  readonly sources: ReadonlyMap<string, SourceCount>;
  readonly correlations: readonly CorrelationFigures[];
};

export type PipelineMeter = {
  taken(records: readonly WalRecord[]): void;
  stored(results: readonly BatchResult[]): void;
  engineOk(): void;
  engineFailed(error: unknown): void;
  snapshot(): Omit<PipelineSnapshot, "correlations">;
};

/** Counts what passes through; read by metrics, health and the source page. */
export function newMeter(): PipelineMeter {
  const count = {
    eventsStored: 0,
    bytesTaken: 0,
    problems: 0,
    detections: 0,
    excepted: 0,
    batches: 0,
    engineFailures: 0,
    busyMs: 0,
  };
  const sources = new Map<string, SourceCount>();
  let lastFailure: string | undefined;
  let isEngineAway = false;
  return {
    taken: (records) => {
      for (const record of records) count.bytesTaken += record.payload.length;
    },
    stored: (results) => {
      count.batches += 1;
      for (const result of results) {
        count.eventsStored += result.events.rows;
        count.detections += result.detections.rows;
        count.excepted += result.excepted;
        count.busyMs += result.busyMs;
        for (const { sourceId, events, bytes, problems } of result.sources) {
          const source = sources.get(sourceId) ?? { events: 0, bytes: 0, problems: 0 };
          sources.set(sourceId, {
            events: source.events + events,
            bytes: source.bytes + bytes,
            problems: source.problems + problems,
          });
          count.problems += problems;
        }
      }
    },
    engineOk: () => {
      isEngineAway = false;
    },
    engineFailed: (error) => {
      isEngineAway = true;
      count.engineFailures += 1;
      lastFailure = error instanceof Error ? error.message : String(error);
    },
    snapshot: () => ({ ...count, lastFailure, isEngineAway, sources }),
  };
}
