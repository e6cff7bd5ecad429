import type { Turn } from "../kernel/turn.ts";
import {
  alertDeps,
  alertFiguresByRule,
  alertRoutes,
  createAlertSink,
  createQueueKeeper,
} from "../monitor/alert/index.ts";
import {
  type AuthenticateToken,
  bulkRoutes,
  createBatches,
  createChannels,
  createCounters,
  createIntake,
  createTurnedAwayLog,
  type HecOptions,
  hecRoutes,
  ingestRoutes,
  otlpRoutes,
  type ReceiverDeps,
  type TurnedAwayLog,
} from "../monitor/collect/index.ts";
import { readMatch } from "../monitor/detect/index.ts";
import { keepNetworksInForce, networkRoutes, openOwnerJournal } from "../monitor/enrich/index.ts";
import { FORMATS } from "../monitor/parse/index.ts";
import {
  eventSeq,
  type Pipeline,
  startPipeline,
  startWorkerPool,
  type Warn,
  type WorkerPool,
} from "../monitor/pipeline/index.ts";
import {
  createExceptedCounter,
  createLogSourceFinder,
  createRuleHitCounter,
  exceptionRoutes,
  keepExceptionsInForce,
  openRuleCatalog,
  type RuleDeps,
  readPackTexts,
  readRuleState,
  ruleRoutes,
  type SlowRule,
  switchOffSlowRule,
  withoutTrials,
} from "../monitor/rule/index.ts";
import { type PackDeps, packRoutes } from "../monitor/rule/pack/index.ts";
import { type GramUpkeep, startGramUpkeep } from "../monitor/search/index.ts";
import {
  createSourceStatistics,
  type Endpoints,
  LOOK_EVERY_MS,
  openSourceResolver,
  type SourceDeps,
  type SourceResolver,
  sourceRoutes,
} from "../monitor/source/index.ts";
import { openParsersInForce, workbenchRoutes } from "../monitor/workbench/index.ts";
import { decide } from "../organization/access/index.ts";
import type { Organization } from "../organization/index.ts";
import { createSourceToken, revokeSourceToken } from "../organization/token/index.ts";
import type { HttpServer } from "../platform/http/index.ts";
import type { Logger } from "../platform/log/index.ts";
import type { Config } from "./config.ts";
import type { Engines } from "./engines.ts";
import { capturesBy, fileOpener, partLimits, type Spool } from "./ingest/index.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import { type PlaceholderLists, readPlaceholderLists } from "./placeholder-lists.ts";
import { readPlaces } from "./places.ts";
import { openReread } from "./reread.ts";
import { packDeps } from "./rule-packs.ts";
import { type RuleFile, readRuleFiles } from "./rules-on-disk.ts";
import { heardBy, openSilence } from "./silence.ts";
import { storedEvents } from "./stored-events.ts";

export type MonitoringDeps = {
  readonly config: Config;
  readonly engines: Engines;
  readonly organization: Organization;
  readonly endpoints: Endpoints;
  readonly log: Logger;
  /** Where the windows of correlations outlive the process. */
  readonly correlationDirectory: string;
  /** Where it is kept who had which address. */
  readonly ownerDirectory: string;
  /** Where uploaded archives lie while they are read. */
  /** For archives on their way in, whichever way they come. */
  readonly spool: Spool;
  /** One at a time writes into days that are stored: reading again, and what deletes by policy. */
  readonly turn: Turn;
};

export type Monitoring = {
  readonly bulk: ReceiverDeps;
  readonly hec: HecOptions;
  readonly turnedAway: TurnedAwayLog;
  readonly metrics: Metrics;
  readonly sources: SourceDeps;
  readonly packs: PackDeps;
  readonly rules: RuleDeps;
  /** The text of a loaded rule. */
  readonly ruleText: (id: string) => string | undefined;
  /** What a loaded rule is called in Japanese, where it says so. */
  readonly titleJaOf: (id: string) => string | undefined;
  /** Compiles a rule for stored events on a thread, with the placeholders and filters that are in force there. */
  readonly compileHunt: WorkerPool["compileHunt"];
  routes(app: HttpServer): Promise<void>;
  pipeline(): Pipeline | undefined;
  /** Stops taking in, stores what can be stored now; the rest waits in the log. */
  close(): Promise<void>;
};

/** Events that wait longer than this to be stored have the machine to themselves. */
const BEHIND_MS = 1_000;

/** The room from the sender to the alert. */
export async function openMonitoring(deps: MonitoringDeps): Promise<Monitoring> {
  const { engines, organization, log } = deps;
  const now = (): number => Date.now();
  const placeholders = await readPlaceholderLists(deps.config.rules);
  const warn: Warn = (message, detail) => log.warn(detail, message);
  const budget = deps.config.rules.budgetMicroseconds;
  const places = await readPlaces(deps.config.enrichment.databases);
  const settings = { placeholders: placeholders.lists, places, ...(budget > 0 && { budget: budgetOf(budget) }) };
  let slowRules = (_: readonly SlowRule[]): void => undefined;
  const pool = startWorkerPool(deps.config.workers, warn, settings, (found) => slowRules(found));
  const owners = await openOwners(deps, pool);
  const networks = openNetworks(deps, pool);
  await networks();
  const sources = await openSourceResolver({
    system: () => organization.contexts.system("collector"),
    rootUnitId: async () => (await organization.tree.current()).rootId,
    now,
  });
  const rules = await openRules(deps, pool, { unreadableLists: placeholders.unreadable, sources });
  slowRules = rules.switchOff;
  const exceptions = openExceptions(deps, pool);
  await exceptions.inForce.tick();
  const parsers = await openParsersInForce({ state: engines.state.db, apply: (texts) => pool.setParsers(texts) });
  const ticking = setInterval(() => {
    void exceptions.tick();
    // What was published while the state engine was about to go away.
    parsers.refresh().catch((err: unknown) => log.warn({ err }, "parsers could not be read; the last ones stay"));
    void networks().catch((err: unknown) => log.warn({ err }, "networks could not be read; the last ones stay"));
    rules.tick();
  }, TICK_MS);
  const counted = createCounters();
  const silence = await openSilence(deps, sources);
  const counters = heardBy(silence, counted, now);
  const looking = setInterval(() => void silence.look(), LOOK_EVERY_MS);
  const queue = openQueueKeeper(deps);
  const intake = createIntake({
    wal: engines.wal,
    resolveSource: (origin) => sources.resolve(origin),
    knownSource: (origin) => sources.known(origin),
    now,
    counters,
  });
  const batches = createBatches(now);
  await batches.recover(engines.wal);

  let pipeline: Pipeline | undefined;
  let grams: GramUpkeep | undefined;
  let delayMs = 0;
  const metrics = createMetrics({
    wal: () => engines.wal.stats(),
    intake: () => intake.snapshot(),
    pipeline: () => pipeline?.snapshot(),
    grams: () => grams?.snapshot(),
    deafSinceMs: () => silence.deafSinceMs(),
    rules: () => ({
      loaded: rules.catalog.activeRules().length,
      rejected: rules.catalog.rejected().length,
      overBudget: rules.overBudget(),
      microsecondsPerEvent: pool.costs.totalMicroseconds,
    }),
  });
  let isClosing = false;
  const isOnTrial = (ruleId: string): boolean => rules.catalog.isOnTrial(ruleId, now());
  const isBusy = (): boolean =>
    hasBacklog(engines) && (delayMs > BEHIND_MS || (pipeline?.snapshot().isEngineAway ?? true));
  const rereading = openReread({ ...deps, pool, sources, isOnTrial, isBusy, grams: () => grams });
  const starting = Promise.all([engines.eventsReady, pool.setRules(rules.catalog.activeRules())])
    .then(async () => {
      if (isClosing) return;
      pipeline = startPipeline({
        wal: engines.wal,
        events: engines.events,
        alerts: withoutTrials(
          createAlertSink(engines.state, () => new Date()),
          isOnTrial,
        ),
        pool,
        correlation: { directory: deps.correlationDirectory, program: () => pool.correlations() },
        log,
        onStored: (batchDelayMs) => {
          delayMs = batchDelayMs;
          metrics.observeDelay(batchDelayMs / 1000);
        },
      });
      grams = startGrams(deps, isBusy);
      rereading.wake();
    })
    .catch((err: unknown) => {
      if (!isClosing) log.error({ err }, "events are collected but not stored: the pipeline could not start");
    });

  const bulk: ReceiverDeps = {
    intake,
    authenticateToken: tokenAuthentication(organization),
    countWrongToken: organization.guard.countWrongToken,
    onBug: (err) => log.error({ err }, "a collector failed"),
  };
  const openFile = fileOpener({
    ...partLimits(intake.limits),
    spool: deps.spool,
    captures: capturesBy(deps.config.tshark),
  });
  const turnedAway = createTurnedAwayLog({ warn: (facts, message) => log.warn(facts, message) });
  const hec = { allowsQueryToken: deps.config.hec.queryToken, channels: createChannels() };
  const sourceDeps: SourceDeps = {
    resolver: sources,
    statistics: createSourceStatistics(engines.events, now),
    rejections: () => counters.snapshot().sources,
    silence: (row) => silence.of(row),
    deafSinceMs: () => silence.deafSinceMs(),
    tokens: sourceTokens(organization),
    endpoints: deps.endpoints,
    formats: () => [...FORMATS, ...parsers.formats()],
  };
  return {
    bulk,
    hec,
    turnedAway,
    metrics,
    sources: sourceDeps,
    packs: rules.packs,
    rules: rules.deps,
    ruleText: (id) => rules.catalog.textOf(id),
    titleJaOf: (id) => rules.catalog.entries().get(id)?.titleJa || undefined,
    compileHunt: (text, ruleId) => pool.compileHunt(text, ruleId),
    pipeline: () => pipeline,
    routes: async (app) => {
      await app.register(bulkRoutes(bulk), { prefix: "/elastic" });
      await app.register(hecRoutes(bulk, hec), { prefix: "/services/collector" });
      await app.register(otlpRoutes(bulk), { prefix: "/otlp" });
      await app.register(ingestRoutes({ intake, batches, formats: new Set<string>(FORMATS), openFile }));
      await app.register(alertRoutes(alertDeps));
      await app.register(rules.routes);
      await app.register(packRoutes(rules.packs));
      await app.register(
        exceptionRoutes({
          catalog: rules.catalog,
          tree: organization.tree,
          readMatch: (match) => readMatch(match, placeholders.lists),
          excepted: createExceptedCounter(engines.events),
          onChanged: () => exceptions.inForce.refresh(),
        }),
      );
      await app.register(sourceRoutes(sourceDeps));
      await app.register(
        workbenchRoutes({
          inForce: parsers,
          tryParser: (input) => pool.tryParser(input),
          events: engines.events,
          unitOfSource: (id) => sources.sources().get(id)?.unitId,
        }),
      );
      await rereading.routes(app);
      await app.register(networkRoutes({ tree: organization.tree, onChanged: networks }));
    },
    close: async () => {
      isClosing = true;
      turnedAway.close();
      clearInterval(ticking);
      clearInterval(looking);
      await queue.close();
      engines.stopWaiting();
      await intake.drain();
      await silence.close().catch((err: unknown) => log.warn({ err }, "what was learned of the sources is not kept"));
      await starting;
      await rereading.close();
      await grams?.close();
      await pipeline?.close();
      await pool.close();
      await owners.settled();
    },
  };
}

/** What is at or before the log's checkpoint is stored for good; nothing is replayed into the middle of it. */
const hasBacklog = ({ wal }: MonitoringDeps["engines"]): boolean => wal.stats().lastSeq > wal.stats().checkpointSeq;

function startGrams({ engines: { events, wal }, log }: MonitoringDeps, isBusy: () => boolean): GramUpkeep {
  return startGramUpkeep({
    events,
    stream: wal.stream,
    storedThrough: () => eventSeq(wal.stats().checkpointSeq + 1, 0) - 1n,
    isBusy,
    log,
  });
}

async function openRules(
  { config, engines, log, organization }: MonitoringDeps,
  pool: WorkerPool,
  { unreadableLists, sources }: { unreadableLists: PlaceholderLists["unreadable"]; sources: SourceResolver },
) {
  const files = await readRuleFiles(config.rules.directories, config.rules.own);
  const catalog = await openRuleCatalog({
    directories: files.rules,
    unreadable: [...files.unreadable, ...unreadableLists],
    compile: (texts) => pool.compile(texts),
    readState: () => readRuleState(engines.state.db),
    readPackTexts: (pack) => readPackTexts(engines.state.db, pack),
  });
  log.info({ rules: catalog.entries().size, rejected: catalog.rejected().length }, "rules compiled");
  const trials = (): string =>
    catalog
      .activeRules()
      .flatMap(({ trial }) => trial ?? [])
      .join("\n");
  let appliedTrials = trials();
  const onRulesChanged = (): void => {
    appliedTrials = trials();
    pool
      .setRules(catalog.activeRules())
      .catch((err: unknown) => log.error({ err }, "new rules could not be put to use"));
  };
  const deps: RuleDeps = {
    catalog,
    compile: (texts) => pool.compile(texts),
    hits: createRuleHitCounter(engines.events),
    logSources: createLogSourceFinder(engines.events, () => Date.now()),
    lint: (text) => pool.lint(text),
    tryRule: (input) => pool.tryRule(input),
    findEvents: storedEvents({ engines, organization, sources }),
    filters: () => pool.filters(),
    costs: { of: (origin, ruleId) => pool.costs.of(origin, ruleId), budget: config.rules.budgetMicroseconds },
    alertFigures: (ctx, scope) => alertFiguresByRule(ctx.state, scope),
    onRulesChanged,
  };
  const compile = (texts: readonly RuleFile[]) => pool.compile(texts);
  const packs = packDeps(config, { catalog, compile, onRulesChanged });
  let overBudget = 0;
  // One after another: every thread that meets the rule tells of it, and the second finds it switched off.
  let last: Promise<void> = Promise.resolve();
  const switchOff = (found: readonly SlowRule[]): void => {
    last = last.then(async () => {
      const ctx = await organization.contexts.system("time budget");
      for (const slow of found)
        if (await switchOffSlowRule(ctx, slow, { budget: config.rules.budgetMicroseconds, catalog, onRulesChanged }))
          overBudget += 1;
    });
    last = last.catch((err: unknown) =>
      log.error({ err, found }, "a rule over its time budget could not be switched off"),
    );
  };
  // A correlation whose trial has ended alerts by itself from now on, instead of the rules that it lists.
  const tick = (): void => {
    if (trials() !== appliedTrials) onRulesChanged();
  };
  return { catalog, deps, routes: ruleRoutes(deps), packs, switchOff, tick, overBudget: () => overBudget };
}

const openNetworks = ({ engines, organization }: MonitoringDeps, pool: WorkerPool) =>
  keepNetworksInForce({
    state: engines.state.db,
    tree: organization.tree,
    apply: (networks) => pool.setNetworks(networks),
  });

/** Who had which address: what was known before the start goes to the threads, what they learn goes to the disk. */
async function openOwners({ ownerDirectory, log }: MonitoringDeps, pool: WorkerPool) {
  const journal = openOwnerJournal({
    directory: ownerDirectory,
    known: () => pool.owners(),
    warn: (err) => log.warn({ err }, "who had which address could not be written down; a restart will not know it"),
  });
  const { facts, unreadable } = await journal.read();
  if (unreadable > 0) log.warn({ unreadable }, "lines about who had which address cannot be read and are left out");
  pool.addOwners(facts);
  pool.onOwners((news) => journal.append(news));
  return journal;
}

const TICK_MS = 60_000;
/** How soon what analysts found moves the queue. */
const QUEUE_EVERY_MS = 5_000;

/** The keeper of the alert queue at its interval; `close` waits for the look that runs. */
function openQueueKeeper({ engines, log }: Pick<MonitoringDeps, "engines" | "log">) {
  const keeper = createQueueKeeper(engines.state);
  let last: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    last = keeper.look().catch((err: unknown) => log.warn({ err }, "the alert queue could not be kept; next time"));
  }, QUEUE_EVERY_MS);
  return {
    close: async () => {
      clearInterval(timer);
      await last;
    },
  };
}
/** Measuring costs about a microsecond a measured rule: one event in so many keeps it below what one can measure. */
const budgetOf = (microsecondsPerEvent: number) => ({ microsecondsPerEvent, sampleEvery: 32 });

function openExceptions({ engines, organization, log }: MonitoringDeps, pool: WorkerPool) {
  const inForce = keepExceptionsInForce({
    state: engines.state.db,
    tree: organization.tree,
    now: () => new Date(),
    system: () => organization.contexts.system("exceptions"),
    apply: (exceptions) => pool.setExceptions(exceptions),
  });
  const tick = (): Promise<void> =>
    inForce.tick().catch((err: unknown) => log.warn({ err }, "exceptions could not be read; the last ones stay"));
  return { inForce, tick };
}

function tokenAuthentication({ tokens, tree }: Organization): AuthenticateToken {
  return async (secret) => {
    const token = await tokens.verify(secret);
    if (!token) return undefined;
    const mayIngest = decide({ actor: token.actor, tree: await tree.current() }, "event:ingest", token.unitId);
    if (!mayIngest) return undefined;
    return {
      tokenId: token.id,
      tokenName: token.name,
      unitId: token.unitId,
      ...(token.sourceId !== null && { sourceId: token.sourceId }),
    };
  };
}

function sourceTokens({ deps }: Organization): SourceDeps["tokens"] {
  return {
    create: async (ctx, wanted) => {
      const { token, secret } = await createSourceToken(ctx, wanted);
      return { tokenId: token.id, secret };
    },
    revoke: (ctx, token) => revokeSourceToken(ctx, deps, token),
  };
}
