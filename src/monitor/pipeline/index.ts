export { type AlertSink, type RecordGroups, stateAlertSink } from "./alert-sink.ts";
export type { RuleText } from "./job.ts";
export type { PipelineSnapshot } from "./meter.ts";
export { type Pipeline, startPipeline } from "./pipeline.ts";
export { startWorkerPool, type WorkerPool } from "./worker-pool.ts";
