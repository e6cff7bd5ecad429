import { AppError } from "../../kernel/errors.ts";
import type { CorrelationProgram, ExceptionSpec, Finding, Hunt } from "../detect/index.ts";
import { type DeclaredNetwork, OwnerBook, type OwnerFact } from "../enrich/index.ts";
import type {
  AlreadyStored,
  BatchResult,
  CompileReport,
  NarrowingFilter,
  RecordInput,
  RuleText,
  SlowRule,
  ThreadSettings,
} from "./job.ts";
import { type RuleCostFigures, RuleCosts } from "./rule-costs.ts";
import { type Order, type Report, type RulesReady, type Task, Thread, type ThreadEvents } from "./thread.ts";
import type { TryParserInput, TryParserOutcome } from "./try-parser.ts";
import type { TryInput, TryOutcome } from "./try-rule.ts";

export type BatchOrder = {
  readonly stream: number;
  readonly records: readonly RecordInput[];
  readonly alreadyStored: AlreadyStored;
  readonly isAgain?: boolean;
  readonly isPreview?: boolean;
};
export type Warn = (message: string, detail: object) => void;

export type WorkerPool = {
  readonly size: number;
  /** Processes a batch on a free thread. Never rejects for bad input: a record that kills threads is stored as raw bytes. */
  run(order: BatchOrder): Promise<BatchResult[]>;
  /** Stores a batch's bytes without parsing: for what the engine refuses to take in parsed form. */
  runRaw(order: BatchOrder): Promise<BatchResult>;
  /** Compiles rules on a thread, so that thousands of them, or one that hangs the compiler, do not hold up the process. */
  compile(rules: readonly RuleText[]): Promise<CompileReport>;
  /**
   * Runs one rule over lines, apart from the rules in use. Of this, `compileHunt` and `lint` two wait or run at a time, for five seconds
   * each. Errors: `over_limit` past two; `invalid` past its time, which ends the thread.
   */
  tryRule(input: TryInput): Promise<TryOutcome>;
  /** Compiles a parser that somebody writes, runs its tests and reads lines by it. Errors: those of tryRule. */
  tryParser(input: TryParserInput): Promise<TryParserOutcome>;
  /** One rule as a search over stored events, with the placeholders and filters that its thread uses. */
  compileHunt(text: string, ruleId?: string): Promise<Hunt>;
  /** What is odd in a rule's text. */
  lint(text: string): Promise<readonly Finding[]>;
  /** Hands new rules to every thread; resolves when all use them. Batches keep flowing meanwhile. */
  setRules(rules: readonly RuleText[]): Promise<void>;
  /** Hands the exceptions in force to every thread; each uses them from its next batch on. */
  setExceptions(exceptions: readonly ExceptionSpec[]): void;
  /** Hands the published parsers to every thread, in the same way. */
  setParsers(texts: readonly string[]): void;
  /** Hands the declared networks to every thread; each uses them from its next batch on. */
  setNetworks(networks: readonly DeclaredNetwork[]): void;
  /** Hands every thread what an earlier run knew of who had which address. */
  addOwners(facts: readonly OwnerFact[]): void;
  /** Everything that is known of who had which address. */
  owners(): readonly OwnerFact[];
  /** Called with what a batch has taught of that, once for each fact that is new. */
  onOwners(listener: (facts: readonly OwnerFact[]) => void): void;
  /** The correlations of the newest rules that a thread uses; undefined before the first. */
  correlations(): CorrelationProgram | undefined;
  /** Sigma filters of the newest rules that a thread uses, with what they narrow. */
  filters(): readonly NarrowingFilter[];
  /** What rules cost on the events that threads sample. */
  readonly costs: RuleCostFigures;
  /** Threads that ended by themselves since the start. */
  crashes(): number;
  close(): Promise<void>;
};

/** Tries, lints and hunts that wait or run at a time: they share the threads with the events. */
const MAX_ASIDE = 2;

const PLAIN: ThreadSettings = { placeholders: {} };

export type SlowRuleListener = (rules: readonly SlowRule[]) => void;

export function startWorkerPool(
  size: number,
  warn: Warn,
  settings: ThreadSettings = PLAIN,
  onSlowRules: SlowRuleListener = () => undefined,
): WorkerPool {
  const pool = new Pool(size, { warn, settings, onSlowRules });
  return {
    size,
    run: (order) => pool.runApart(order),
    runRaw: (order) => pool.batch(order, true),
    compile: (rules) => pool.compile(rules),
    tryRule: (input) => pool.tryRule(input),
    tryParser: (input) => pool.tryParser(input),
    compileHunt: (text, ruleId) => pool.compileHunt(text, ruleId),
    lint: (text) => pool.lint(text),
    setRules: (rules) => pool.setRules(rules),
    setExceptions: (exceptions) => pool.setExceptions(exceptions),
    setParsers: (texts) => pool.setParsers(texts),
    setNetworks: (networks) => pool.setNetworks(networks),
    addOwners: (facts) => pool.addOwners(facts),
    owners: () => [...pool.owners.facts()],
    onOwners: (listener) => {
      pool.onOwners = listener;
    },
    correlations: () => pool.ready?.correlations,
    filters: () => pool.ready?.filters ?? [],
    costs: pool.costs,
    crashes: () => pool.crashes,
    close: () => pool.close(),
  };
}

type PoolParts = {
  readonly warn: Warn;
  readonly settings: ThreadSettings;
  readonly onSlowRules: SlowRuleListener;
};

class Pool {
  crashes = 0;
  ready: RulesReady | undefined;
  readonly costs = new RuleCosts();
  readonly owners = new OwnerBook();
  onOwners = (_: readonly OwnerFact[]): void => undefined;
  readonly #threads = new Set<Thread>();
  readonly #queue: Task[] = [];
  readonly #warn: Warn;
  readonly #settings: ThreadSettings;
  readonly #onSlowRules: SlowRuleListener;
  #rules: readonly RuleText[] = [];
  #rulesVersion = 0;
  #exceptions: readonly ExceptionSpec[] = [];
  #parsers: readonly string[] = [];
  #networks: readonly DeclaredNetwork[] = [];
  #waiting: { readonly version: number; done(): void }[] = [];
  #aside = 0;
  #isClosing = false;

  constructor(size: number, { warn, settings, onSlowRules }: PoolParts) {
    this.#warn = warn;
    this.#settings = settings;
    this.#onSlowRules = onSlowRules;
    for (let i = 0; i < size; i += 1) this.#start();
  }

  /** One poisonous record must not hold up the rest: on failure records run one by one, and the guilty one is stored unparsed. */
  async runApart(order: BatchOrder): Promise<BatchResult[]> {
    try {
      return [await this.batch(order, false)];
    } catch (error) {
      if (this.#isClosing) throw error;
      this.#warn("a batch failed; its records run one by one", {
        records: order.records.length,
        reason: String(error),
      });
    }
    const results: BatchResult[] = [];
    for (const record of order.records) results.push(await this.#alone({ ...order, records: [record] }, record.seq));
    return results;
  }

  async compile(rules: readonly RuleText[]): Promise<CompileReport> {
    const report = await this.#submit({ kind: "compile", rules });
    if (report.kind !== "compiled") throw new Error(`a compilation was answered with ${report.kind}`);
    return report.report;
  }

  async tryRule(input: TryInput): Promise<TryOutcome> {
    const report = await this.#submitAside({ kind: "try", ...input });
    if (report.kind !== "tried") throw new Error(`a try was answered with ${report.kind}`);
    return report.outcome;
  }

  async tryParser(input: TryParserInput): Promise<TryParserOutcome> {
    const report = await this.#submitAside({ kind: "try-parser", ...input });
    if (report.kind !== "parser-tried") throw new Error(`a try was answered with ${report.kind}`);
    return report.outcome;
  }

  async compileHunt(text: string, ruleId: string | undefined): Promise<Hunt> {
    const report = await this.#submitAside({ kind: "hunt", text, ruleId });
    if (report.kind !== "hunt-compiled") throw new Error(`a hunt was answered with ${report.kind}`);
    return report.hunt;
  }

  async lint(text: string): Promise<readonly Finding[]> {
    const report = await this.#submitAside({ kind: "lint", text });
    if (report.kind !== "linted") throw new Error(`a lint was answered with ${report.kind}`);
    return report.findings;
  }

  setRules(rules: readonly RuleText[]): Promise<void> {
    this.#rules = rules;
    this.#rulesVersion += 1;
    const version = this.#rulesVersion;
    this.costs.use(version, rules);
    for (const thread of this.#threads) thread.setRules(version, rules);
    return new Promise((done) => this.#waiting.push({ version, done }));
  }

  setExceptions(exceptions: readonly ExceptionSpec[]): void {
    this.#exceptions = exceptions;
    for (const thread of this.#threads) thread.setExceptions(exceptions);
  }

  setParsers(texts: readonly string[]): void {
    this.#parsers = texts;
    for (const thread of this.#threads) thread.setParsers(texts);
  }

  setNetworks(networks: readonly DeclaredNetwork[]): void {
    this.#networks = networks;
    for (const thread of this.#threads) thread.setNetworks(networks);
  }

  /** Threads tell of the same fact when they meet it at the same time: it is passed on once. */
  addOwners(facts: readonly OwnerFact[]): readonly OwnerFact[] {
    const news = facts.filter((fact) => this.owners.learn(fact));
    if (news.length > 0) for (const thread of this.#threads) thread.addOwners(news);
    return news;
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    await Promise.all([...this.#threads].map((thread) => thread.end()));
    for (const task of this.#queue.splice(0)) task.reject(new Error("the pool is closed"));
  }

  async #alone(order: BatchOrder, seq: number): Promise<BatchResult> {
    try {
      return await this.batch(order, false);
    } catch (error) {
      if (this.#isClosing) throw error;
      this.#warn("a record cannot be parsed; its bytes are stored as they are", { seq, reason: String(error) });
      return this.batch(order, true);
    }
  }

  async batch(order: BatchOrder, rawOnly: boolean): Promise<BatchResult> {
    const report = await this.#submit({ kind: "batch", ...order, rawOnly });
    if (report.kind !== "done") throw new Error(`a batch was answered with ${report.kind}`);
    if (report.slowRules.length > 0) this.#onSlowRules(report.slowRules);
    if (report.costs) this.costs.add(report.costs);
    const news = this.addOwners(report.owners);
    if (news.length > 0) this.onOwners(news);
    return report;
  }

  async #submitAside(order: Order): Promise<Report> {
    if (this.#aside >= MAX_ASIDE)
      throw new AppError("over_limit", "Other rules are being tried or checked. Try again in a moment.");
    this.#aside += 1;
    try {
      return await this.#submit(order);
    } finally {
      this.#aside -= 1;
    }
  }

  #submit(order: Order): Promise<Report> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ order, resolve, reject });
      this.#feed();
    });
  }

  #feed(): void {
    for (const thread of this.#threads) {
      if (thread.isBusy) continue;
      const task = this.#queue.shift();
      if (!task) return;
      thread.give(task);
    }
  }

  #start(): void {
    const events: ThreadEvents = {
      onIdle: () => this.#feed(),
      onRules: (_, ready) => {
        this.#renew(ready);
        this.#settleRules();
      },
      onError: (error) => this.#warn("a parser thread failed", { reason: error.message }),
      onExit: () => {
        this.#threads.delete(thread);
        if (this.#isClosing) return;
        this.crashes += 1;
        this.#start();
        this.#feed();
      },
    };
    const thread: Thread = new Thread(events, this.#settings);
    if (this.#parsers.length > 0) thread.setParsers(this.#parsers);
    if (this.#exceptions.length > 0) thread.setExceptions(this.#exceptions);
    if (this.#networks.length > 0) thread.setNetworks(this.#networks);
    if (this.owners.addresses > 0) thread.addOwners([...this.owners.facts()]);
    if (this.#rulesVersion > 0) thread.setRules(this.#rulesVersion, this.#rules);
    this.#threads.add(thread);
  }

  /** Every thread compiles the same rules: the first to be ready speaks for all. */
  #renew(ready: RulesReady | undefined): void {
    if (ready !== undefined && ready.version > (this.ready?.version ?? 0)) this.ready = ready;
  }

  #settleRules(): void {
    const oldest = Math.min(...[...this.#threads].map((thread) => thread.rulesVersion));
    for (const waiter of this.#waiting) if (waiter.version <= oldest) waiter.done();
    this.#waiting = this.#waiting.filter((waiter) => waiter.version > oldest);
  }
}
