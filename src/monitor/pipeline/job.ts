import type {
  Captured,
  CorrelationProgram,
  ExceptionSpec,
  FilterReport,
  Finding,
  Hunt,
  SentRule,
} from "../detect/index.ts";
import type { DeclaredNetwork, OwnerFact } from "../enrich/index.ts";
import type { DetectionGroup, LogSource, RuleFacts } from "../event/index.ts";
import type { CostReport } from "./cost-report.ts";
import type { TryParserInput, TryParserOutcome } from "./try-parser.ts";
import type { TryInput, TryOutcome } from "./try-rule.ts";

/** One write-ahead-log record on its way to a worker. The bytes are cloned: they are views on the log reader's own memory. */
export type RecordInput = {
  readonly seq: number;
  readonly receivedAtMs: number;
  readonly meta: Uint8Array;
  readonly payload: Uint8Array;
  /** Number of the first event in the record it came with; undefined = 0. For stored events that are read again one by one. */
  readonly frame?: number;
};

export type RuleText = {
  readonly text: string;
  readonly origin: string;
  readonly muted?: readonly string[];
  readonly trial?: readonly string[];
};

/** What every thread is told at its start. */
export type ThreadSettings = {
  /** What `%name%` in rules stands for. */
  readonly placeholders: Readonly<Record<string, readonly string[]>>;
  /** What a rule may cost per event, measured on one event in `sampleEvery`; undefined = rules are not measured. */
  readonly budget?: { readonly microsecondsPerEvent: number; readonly sampleEvery: number };
  /** Databases of places (MMDB), in memory that all threads share. */
  readonly places?: readonly Uint8Array[];
  /** Milliseconds that a try, a lint or a hunt's compilation may take on its thread; undefined = 5,000. */
  readonly asideMs?: number;
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
  readonly rules: readonly ReportedRule[];
  /** Correlations that name a rule which is not among these texts. */
  readonly open: readonly (ReportedRule & { readonly missing: string; readonly rejection: RejectedRule })[];
  readonly rejected: readonly RejectedRule[];
  /** Sigma filters, each with the ids or names of the rules that it is for. */
  readonly narrowing: readonly ReportedFilter[];
};
type ReportedFilter = {
  readonly id: string;
  readonly title: string;
  readonly origin: string;
  readonly line?: number;
  readonly logsource: LogSource;
  readonly rules: "any" | readonly string[];
};
type ReportedRule = {
  readonly facts: RuleFacts;
  /** It serves a correlation and raises no alerts of its own. */
  readonly isPart: boolean;
  readonly name: string;
  readonly logsource: LogSource;
  readonly origin: string;
  /** Ids or names of the rules that a correlation lists. */
  readonly parts?: readonly string[];
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
  | { readonly kind: "hunt"; readonly id: number; readonly text: string; readonly ruleId: string | undefined }
  | { readonly kind: "lint"; readonly id: number; readonly text: string }
  | { readonly kind: "compile"; readonly id: number; readonly rules: readonly RuleText[] }
  | { readonly kind: "rules"; readonly version: number; readonly rules: readonly RuleText[] }
  | { readonly kind: "parsers"; readonly texts: readonly string[] }
  | ({ readonly kind: "try-parser"; readonly id: number } & TryParserInput)
  | { readonly kind: "exceptions"; readonly exceptions: readonly ExceptionSpec[] }
  | { readonly kind: "networks"; readonly networks: readonly DeclaredNetwork[] }
  | { readonly kind: "owners"; readonly facts: readonly OwnerFact[] }
  | {
      readonly kind: "batch";
      readonly id: number;
      readonly stream: number;
      readonly records: readonly RecordInput[];
      readonly alreadyStored: AlreadyStored;
      /** Stored events that are read again: only what is understood now makes rows, and known detections are in no group. */
      readonly isAgain?: boolean;
      /** Nothing of it is stored: nobody learns from it who had which address. */
      readonly isPreview?: boolean;
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

/** A rule that an event fired and correlations listen to, with what they read from the event. */
export type Base = SentRule & { readonly values: Captured };

/** The six answers and who they are about, as an alert shows them. */
export type Seen = Omit<DetectionGroup["sample"], "stream" | "seq" | "timeMs">;

/**
 * A batch's matches for correlation, in the order of arrival, packed: most texts repeat, and an object a match would cost the threads
 * more than matching did. Texts are places in `words`.
 */
export type BaseMatches = {
  readonly rules: readonly SentRule[];
  readonly words: readonly string[];
  /** By event. `about`: its unit, its source, and what is seen of it (`SEEN`), 11 words each. */
  readonly seq: BigUint64Array;
  readonly timeMs: Float64Array;
  readonly receivedMs: Float64Array;
  readonly about: Uint32Array;
  /** By match: places in `rules` and among the events. `values`: as many words as the rule wants, or ABSENT. */
  readonly rule: Uint32Array;
  readonly event: Uint32Array;
  readonly values: Uint32Array;
};

/** A Sigma filter in force. `appliesTo`: the first rules that it narrows, of `narrowed`. */
export type NarrowingFilter = FilterReport & { readonly narrowed: number };

export type BatchResult = {
  readonly kind: "done";
  readonly id: number;
  readonly events: EncodedBlock;
  readonly detections: EncodedBlock;
  readonly groups: readonly DetectionGroup[];
  /** Detections that fall under an exception: stored, and in no group. */
  readonly excepted: number;
  /** Of events that are read again: who understands them now, a published parser or a dataset of the built-in ones. */
  readonly readers?: Readonly<Record<string, number>>;
  /** What correlations listen to. */
  readonly bases: BaseMatches;
  readonly sources: readonly SourceTally[];
  /** Who has which address from when on, as far as the thread did not know it. */
  readonly owners: readonly OwnerFact[];
  /** Rules that were found over their time budget in this batch. */
  readonly slowRules: readonly SlowRule[];
  /** What rules cost since the thread's last report; undefined while none is due. */
  readonly costs?: CostReport | undefined;
  /** Milliseconds of work in the worker, and when the oldest record of the batch was received. */
  readonly busyMs: number;
};

export type WorkerReport =
  | BatchResult
  /** Work on an order that a person waits for has begun: what the thread had to do before does not count against it. */
  | { readonly kind: "begun"; readonly id: number }
  | { readonly kind: "hunt-compiled"; readonly id: number; readonly hunt: Hunt }
  | { readonly kind: "linted"; readonly id: number; readonly findings: readonly Finding[] }
  | { readonly kind: "tried"; readonly id: number; readonly outcome: TryOutcome }
  | { readonly kind: "parser-tried"; readonly id: number; readonly outcome: TryParserOutcome }
  | { readonly kind: "compiled"; readonly id: number; readonly report: CompileReport }
  | { readonly kind: "failed"; readonly id: number; readonly reason: string }
  | { readonly kind: "rules-failed"; readonly version: number; readonly reason: string }
  | {
      readonly kind: "rules-ready";
      readonly version: number;
      readonly rules: number;
      readonly rejected: number;
      readonly correlations: CorrelationProgram;
      readonly filters: readonly NarrowingFilter[];
    };
