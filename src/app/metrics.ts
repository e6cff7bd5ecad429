import { Counter, collectDefaultMetrics, Registry, Summary } from "prom-client";
import type { IntakeSnapshot } from "../monitor/collect/index.ts";
import type { PipelineSnapshot } from "../monitor/pipeline/index.ts";
import type { GramSnapshot } from "../monitor/search/index.ts";
import type { WalStats } from "../platform/wal/index.ts";
import { scrapedGauge, scrapedTotal } from "./scraped.ts";

export type MetricSources = {
  wal(): WalStats;
  intake(): IntakeSnapshot;
  /** Undefined until the engines are ready. */
  pipeline(): PipelineSnapshot | undefined;
  grams(): GramSnapshot | undefined;
  /** Since when no source can be heard; undefined while they can. */
  deafSinceMs(): number | undefined;
  rules(): {
    readonly loaded: number;
    readonly rejected: number;
    readonly overBudget: number;
    /** Undefined before the first measurement. */
    readonly microsecondsPerEvent: number | undefined;
  };
};

export type Metrics = { readonly registry: Registry; observeDelay(seconds: number): void };

/** Prometheus figures, read from the parts' own snapshots at scrape time: nothing is counted twice. */
export function createMetrics(from: MetricSources): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: "yagura_" });
  walMetrics(registry, from);
  intakeMetrics(registry, from);
  pipelineMetrics(registry, from);
  gramMetrics(registry, from);
  silenceMetrics(registry, from);
  const delay = new Summary({
    name: "yagura_event_to_alert_seconds",
    help: "From receipt of a batch's oldest event to its alerts being recorded and its events searchable",
    percentiles: [0.5, 0.9, 0.99],
    maxAgeSeconds: 600,
    ageBuckets: 5,
    registers: [registry],
  });
  return { registry, observeDelay: (seconds) => delay.observe(seconds) };
}

function walMetrics(registry: Registry, { wal }: MetricSources): void {
  scrapedGauge(registry, "yagura_wal_bytes", "Bytes in the write-ahead log's segments", () => wal().bytes);
  scrapedGauge(registry, "yagura_wal_max_bytes", "Disk budget of the write-ahead log", () => wal().maxBytes);
  scrapedGauge(registry, "yagura_wal_full", "1 while senders are refused for lack of room", () => Number(wal().isFull));
  scrapedGauge(
    registry,
    "yagura_wal_backlog_records",
    "Durable records not yet stored in the engines",
    () => wal().lastSeq - wal().checkpointSeq,
  );
  scrapedTotal(
    registry,
    "yagura_wal_corrupt_records_total",
    "Records whose checksum failed",
    () => wal().corruptRecords.count,
  );
  scrapedTotal(registry, "yagura_wal_fsyncs_total", "Group commits", () => wal().fsyncs);
  scrapedTotal(registry, "yagura_wal_write_errors_total", "Writes that the disk refused", () => wal().writeErrors);
}

function intakeMetrics(registry: Registry, { intake }: MetricSources): void {
  scrapedGauge(
    registry,
    "yagura_intake_in_flight_bytes",
    "Bytes received and not yet durable",
    () => intake().inFlightBytes,
  );
  perSource(
    registry,
    "yagura_intake_events_total",
    "Events made durable, by source",
    intake,
    (row) => row.acceptedEvents,
  );
  perSource(registry, "yagura_intake_bytes_total", "Bytes made durable, by source", intake, (row) => row.acceptedBytes);
  new Counter({
    name: "yagura_intake_rejected_total",
    help: "Events refused, by source and reason",
    labelNames: ["source", "reason"],
    registers: [registry],
    collect() {
      this.reset();
      for (const row of intake().sources) {
        for (const [reason, count] of Object.entries(row.rejected)) this.inc({ source: row.sourceId, reason }, count);
      }
    },
  });
  new Counter({
    name: "yagura_intake_auth_failures_total",
    help: "Requests with a wrong or missing token, by transport",
    labelNames: ["transport"],
    registers: [registry],
    collect() {
      this.reset();
      for (const [transport, count] of Object.entries(intake().authFailures)) this.inc({ transport }, count);
    },
  });
}

function perSource(
  registry: Registry,
  name: string,
  help: string,
  intake: MetricSources["intake"],
  read: (row: IntakeSnapshot["sources"][number]) => number,
): void {
  new Counter({
    name,
    help,
    labelNames: ["source"],
    registers: [registry],
    collect() {
      this.reset();
      for (const row of intake().sources) this.inc({ source: row.sourceId }, read(row));
    },
  });
}

const CORRELATION_TOTALS = [
  ["yagura_correlation_firings_total", "Firings of correlation rules", "firings"],
  ["yagura_correlation_late_events_total", "Events too late for their window, not correlated", "tooLate"],
  ["yagura_correlation_dropped_groups_total", "Groups given up for lack of room", "groupsDropped"],
  ["yagura_correlation_dropped_events_total", "Events given up for lack of room", "eventsDropped"],
  ["yagura_correlation_ungrouped_events_total", "Events without a field that they are grouped by", "ungrouped"],
] as const;

function pipelineMetrics(registry: Registry, { pipeline, rules }: MetricSources): void {
  const stored = (name: string, help: string, read: (snapshot: PipelineSnapshot) => number): void =>
    scrapedTotal(registry, name, help, () => {
      const snapshot = pipeline();
      return snapshot ? read(snapshot) : 0;
    });
  stored("yagura_events_stored_total", "Events stored and searchable", (of) => of.eventsStored);
  stored("yagura_parse_problems_total", "Events that no parser fully understood (stored raw)", (of) => of.problems);
  stored("yagura_detections_total", "Rule matches stored", (of) => of.detections);
  stored("yagura_detections_excepted_total", "Rule matches stored that fall under an exception", (of) => of.excepted);
  stored("yagura_batches_total", "Batches stored", (of) => of.batches);
  stored("yagura_engine_failures_total", "Times that an engine did not take a batch", (of) => of.engineFailures);
  stored("yagura_worker_busy_seconds_total", "Time that parser threads worked", (of) => of.busyMs / 1000);
  for (const [name, help, key] of CORRELATION_TOTALS)
    stored(name, help, (of) => of.correlations.reduce((sum, figures) => sum + figures[key], 0));
  scrapedGauge(
    registry,
    "yagura_correlation_groups",
    "Groups whose windows correlations keep",
    () => pipeline()?.correlations.reduce((sum, { groups }) => sum + groups, 0) ?? 0,
  );
  scrapedGauge(registry, "yagura_engine_away", "1 while an engine does not take batches", () =>
    Number(pipeline()?.isEngineAway ?? true),
  );
  scrapedGauge(registry, "yagura_rules_loaded", "Sigma rules in use", () => rules().loaded);
  scrapedTotal(
    registry,
    "yagura_rules_over_budget_total",
    "Rules switched off for costing more time than they may",
    () => rules().overBudget,
  );
  scrapedGauge(
    registry,
    "yagura_rules_microseconds_per_event",
    "Time in the conditions of all rules per event, a mean of sampled events; NaN before the first",
    () => rules().microsecondsPerEvent ?? Number.NaN,
  );
  scrapedGauge(registry, "yagura_rules_rejected", "Sigma rules that could not be used", () => rules().rejected);
}

function silenceMetrics(registry: Registry, { deafSinceMs }: MetricSources): void {
  scrapedGauge(
    registry,
    "yagura_silence_deaf_since_seconds",
    "Unix time since which no source can be heard, so that none is told as silent; 0 while they can",
    () => (deafSinceMs() ?? 0) / 1000,
  );
}

function gramMetrics(registry: Registry, { grams }: MetricSources): void {
  const built = (name: string, help: string, read: (of: GramSnapshot) => number): void =>
    scrapedTotal(registry, name, help, () => read(grams() ?? NO_GRAMS));
  built("yagura_search_grams_events_total", "Events whose grams were built for full-text search", (of) => of.events);
  built("yagura_search_grams_failures_total", "Times that building grams failed", (of) => of.failures);
  scrapedGauge(
    registry,
    "yagura_search_grams_pending_events",
    "Stored events without grams when last looked, at most a million; searches read them whole",
    () => grams()?.pending ?? 0,
  );
  scrapedGauge(registry, "yagura_search_grams_paused", "1 while building grams waits for events to be stored", () =>
    Number(grams()?.isPaused ?? false),
  );
}

const NO_GRAMS: GramSnapshot = { events: 0, chunks: 0, pending: 0, isPaused: false, failures: 0 };
