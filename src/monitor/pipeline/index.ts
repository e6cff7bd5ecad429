export { compileReport } from "./compile-report.ts";
export type { BatchResult, RuleText } from "./job.ts";
export type { PipelineSnapshot } from "./meter.ts";
export { type AlertSink, type Pipeline, startPipeline } from "./pipeline.ts";
export { eventSeq, recordPlace } from "./row.ts";
export type { RuleCostFigure } from "./rule-costs.ts";
export type { TryParserInput, TryParserOutcome } from "./try-parser.ts";
export { type BatchOrder, startWorkerPool, type Warn, type WorkerPool } from "./worker-pool.ts";
