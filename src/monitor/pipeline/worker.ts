import { parentPort, workerData } from "node:worker_threads";
import {
  BudgetWatch,
  compileExceptions,
  compileHunt,
  type ExceptionSet,
  type ExceptionSpec,
  type FilterReport,
  lintRules,
  NO_EXCEPTIONS,
  RuleCompiler,
  type RuleCost,
  type RuleSet,
} from "../detect/index.ts";
import { Enricher, openPlaces } from "../enrich/index.ts";
import type { Fields } from "../event/index.ts";
import { type CustomParser, createParser } from "../parse/index.ts";
import { compileReport } from "./compile-report.ts";
import { type CostReport, CostReporter } from "./cost-report.ts";
import type { Base, NarrowingFilter, SlowRule, ThreadSettings, WorkerOrder, WorkerReport } from "./job.ts";
import { allFields, BatchProcessor, type LineEngines, rawOnlyEngines } from "./process-batch.ts";
import { compilePublished, tryParser } from "./try-parser.ts";
import { tryRule } from "./try-rule.ts";

/** The thread's own state: a parser with its caches, and the rules it was last given. */
let customParsers: readonly CustomParser[] = [];
let parser = createParser();
const { placeholders, budget, places }: ThreadSettings = workerData;
const enricher = new Enricher(openPlaces(places ?? []));
const costs = budget && { every: budget.sampleEvery, nowNs: () => performance.now() * 1e6 };
const compiler = new RuleCompiler({ placeholders, ...(costs && { costs }) });
let rules: RuleSet = compiler.compile([]);
let watch: BudgetWatch | undefined;
let reporter: CostReporter | undefined;
let matched = 0;
let exceptionSpecs: readonly ExceptionSpec[] = [];
let exceptions: ExceptionSet = NO_EXCEPTIONS;

const NO_BASES: readonly Base[] = [];
/** Of the event that was matched last. */
let bases = NO_BASES;

function baseOf(index: number, fields: Fields): readonly Base[] {
  const values = rules.capture(index, fields);
  const id = rules.rules[index]?.facts.id;
  return values === undefined || id === undefined ? NO_BASES : [{ id, wanted: rules.wanted(index), values }];
}

const basesOf = (hits: readonly number[], fields: Fields): readonly Base[] =>
  hits.flatMap((index) => baseOf(index, fields));

/** A rule that only serves correlations raises no alerts of its own. */
const alertingRule = (index: number) => (rules.rules[index]?.alerts ? rules.rules[index] : undefined);

const processor = new BatchProcessor();

const engines: LineEngines = {
  parse: (bytes, hints) => parser.parse(bytes, hints),
  enrich: (event, seen, learns) => enricher.enrich(event, seen, learns),
  owners: () => enricher.takeNews(),
  match: (event) => {
    matched += 1;
    const hits = rules.match(event);
    bases = hits.length === 0 ? NO_BASES : basesOf(hits, allFields(event));
    return hits.length === 0 ? [] : hits.flatMap((index) => alertingRule(index)?.facts ?? []);
  },
  exceptedBy: (event, ruleIds) => exceptions.exceptedBy(event, ruleIds),
  bases: () => bases,
};

/** Exceptions are read anew with every set of rules: the rule's log source says where their fields are. */
function except(specs: readonly ExceptionSpec[]): void {
  exceptionSpecs = specs;
  exceptions = compileExceptions(specs, rules.rules, placeholders);
}

/** A filter for any rule narrows thousands. */
const cut = (filter: FilterReport): NarrowingFilter => ({
  ...filter,
  appliesTo: filter.appliesTo.slice(0, MAX_NARROWED),
  narrowed: filter.appliesTo.length,
});
const MAX_NARROWED = 200;

function slowRules(measured: readonly RuleCost[]): readonly SlowRule[] {
  if (watch === undefined || budget === undefined) return [];
  const over = watch.observe(measured, Math.floor(matched / budget.sampleEvery));
  return over.flatMap(({ rule, microsecondsPerEvent }) => {
    const ruleId = rules.rules[rule]?.facts.id;
    return ruleId === undefined ? [] : [{ ruleId, microsecondsPerEvent }];
  });
}

function costReport(measured: readonly RuleCost[]): CostReport | undefined {
  if (budget === undefined) return undefined;
  const events = Math.floor(matched / budget.sampleEvery);
  return reporter?.report({ costs: measured, events, nowMs: performance.now() });
}

function readBy(texts: readonly string[]): void {
  customParsers = compilePublished(texts);
  parser = createParser(customParsers);
}

const NOTICES = ["exceptions", "parsers", "networks", "owners"] as const;
type Notice = Extract<WorkerOrder, { kind: (typeof NOTICES)[number] }>;
const isNotice = (order: WorkerOrder): order is Notice => NOTICES.some((kind) => kind === order.kind);

/** What is in force from the next order on, and is not answered. */
function heed(order: Notice): void {
  if (order.kind === "exceptions") except(order.exceptions);
  else if (order.kind === "parsers") readBy(order.texts);
  else if (order.kind === "networks") enricher.setNetworks(order.networks);
  else enricher.learn(order.facts);
}

function obey(order: Exclude<WorkerOrder, Notice>): WorkerReport {
  if (order.kind === "rules") {
    rules = compiler.compile(order.rules);
    const soFar = rules.costs();
    watch = budget && new BudgetWatch(budget.microsecondsPerEvent, soFar);
    reporter = budget && new CostReporter(order.version, rules.rules, soFar);
    matched = 0;
    except(exceptionSpecs);
    const { rules: loaded, rejected, program, filters } = rules;
    const figures = { rules: loaded.length, rejected: rejected.length };
    return {
      kind: "rules-ready",
      version: order.version,
      ...figures,
      correlations: program,
      filters: filters.map(cut),
    };
  }
  if (order.kind === "compile") {
    return { kind: "compiled", id: order.id, report: compileReport(order.rules, placeholders) };
  }
  if (order.kind === "lint")
    return {
      kind: "linted",
      id: order.id,
      findings: lintRules({ text: order.text, origin: "lint" }, { placeholders }),
    };
  if (order.kind === "try-parser")
    return { kind: "parser-tried", id: order.id, outcome: tryParser(order, customParsers) };
  // Read as the stream reads its rules, so that what is said of a rule is what it does when it runs.
  const asLive = { placeholders, filters: rules.activeFilters };
  if (order.kind === "try") return { kind: "tried", id: order.id, outcome: tryRule(order, parser, asLive) };
  if (order.kind === "hunt")
    return { kind: "hunt-compiled", id: order.id, hunt: compileHunt(order.text, order.ruleId, asLive) };
  const startedAt = performance.now();
  const result = processor.process(order, order.rawOnly ? rawOnlyEngines : engines);
  const measured = rules.costs();
  const found = { slowRules: slowRules(measured), costs: costReport(measured) };
  return { kind: "done", id: order.id, ...result, ...found, busyMs: performance.now() - startedAt };
}

/** Orders that a person waits for, and the stream behind them. */
const isAside = (order: WorkerOrder): order is Extract<WorkerOrder, { kind: "try" | "try-parser" | "lint" | "hunt" }> =>
  order.kind === "try" || order.kind === "try-parser" || order.kind === "lint" || order.kind === "hunt";

parentPort?.on("message", (order: WorkerOrder) => {
  if (isNotice(order)) return heed(order);
  if (isAside(order)) parentPort?.postMessage({ kind: "begun", id: order.id } satisfies WorkerReport);
  let report: WorkerReport;
  try {
    report = obey(order);
  } catch (error) {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    report =
      order.kind === "rules"
        ? { kind: "rules-failed", version: order.version, reason }
        : { kind: "failed", id: order.id, reason };
  }
  const moved = report.kind === "done" ? [report.events.bytes.buffer, report.detections.bytes.buffer] : [];
  parentPort?.postMessage(report, moved as ArrayBuffer[]);
});
