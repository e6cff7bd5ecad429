import type { ExceptionSpec, Finding } from "../detect/index.ts";
import type { DetectionGroup, LogSource, RuleFacts } from "../event/index.ts";
import type { TryInput, TryOutcome } from "./try-rule.ts";

/** One write-ahead-log record on its way to a worker. The bytes are cloned: they are views on the log reader's own memory. */
export type RecordInput = {
  readonly seq: number;
  readonly receivedAtMs: number;
  readonly meta: Uint8Array;
  readonly payload: Uint8Array;
};

export type RuleText = { readonly text: string; readonly origin: string };

/** What every thread is told at its start. */
export type ThreadSettings = {
  /** What `%name%` in rules stands for. */
  readonly placeholders: Readonly<Record<string, readonly string[]>>;
  /** What a rule may cost per event, measured on one event in `sampleEvery`; undefined = rules are not measured. */
  readonly budget?: { readonly microsecondsPerEvent: number; readonly sampleEvery: number };
};
/** A rule that costs more than it may. */
export type SlowRule = { readonly ruleId: string; readonly microsecondsPerEvent: number };

/** What an earlier run stored of these records before it ended: left out of the blocks, so that nothing arrives twice. */
export type AlreadyStored = {
  /** Event seqs, decimal. */
  readonly events: readonly string[];
  /** `${seq}/${ruleId}` */
  readonly detections: readonly string[];
};

/** What compiling says of rule texts; `facts` feed the catalog that people see. */
export type CompileReport = {
  readonly rules: readonly { readonly facts: RuleFacts; readonly logsource: LogSource; readonly origin: string }[];
  readonly rejected: readonly RejectedRule[];
};
export type RejectedRule = {
  readonly origin: string;
  readonly line?: number;
  readonly id?: string;
  readonly title?: string;
  readonly reason: string;
};

export type WorkerOrder =
  | ({ readonly kind: "try"; readonly id: number } & TryInput)
  | { readonly kind: "lint"; readonly id: number; readonly text: string }
  | { readonly kind: "compile"; readonly id: number; readonly rules: readonly RuleText[] }
  | { readonly kind: "rules"; readonly version: number; readonly rules: readonly RuleText[] }
  | { readonly kind: "exceptions"; readonly exceptions: readonly ExceptionSpec[] }
  | {
      readonly kind: "batch";
      readonly id: number;
      readonly stream: number;
      readonly records: readonly RecordInput[];
      readonly alreadyStored: AlreadyStored;
      /** `true`: store the bytes without parsing. The last resort for a record that has killed a worker. */
      readonly rawOnly: boolean;
    };

/** `name` says which rows are inside: two blocks of one stream with the same name hold the same rows. */
export type EncodedBlock = {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: number;
  readonly bytes: Uint8Array;
};

/** What one source sent in a batch. */
export type SourceTally = {
  readonly sourceId: string;
  readonly events: number;
  readonly bytes: number;
  readonly problems: number;
};

export type BatchResult = {
  readonly kind: "done";
  readonly id: number;
  readonly events: EncodedBlock;
  readonly detections: EncodedBlock;
  readonly groups: readonly DetectionGroup[];
  /** Detections that fall under an exception: stored, and in no group. */
  readonly excepted: number;
  readonly sources: readonly SourceTally[];
  /** Rules that were found over their time budget in this batch. */
  readonly slowRules: readonly SlowRule[];
  /** Milliseconds of work in the worker, and when the oldest record of the batch was received. */
  readonly busyMs: number;
};

export type WorkerReport =
  | BatchResult
  | { readonly kind: "linted"; readonly id: number; readonly findings: readonly Finding[] }
  | { readonly kind: "tried"; readonly id: number; readonly outcome: TryOutcome }
  | { readonly kind: "compiled"; readonly id: number; readonly report: CompileReport }
  | { readonly kind: "failed"; readonly id: number; readonly reason: string }
  | { readonly kind: "rules-failed"; readonly version: number; readonly reason: string }
  | { readonly kind: "rules-ready"; readonly version: number; readonly rules: number; readonly rejected: number };
