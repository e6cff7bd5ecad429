import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { auditRoutes, writeAudit } from "../evidence/audit/index.ts";
import { createTurn } from "../kernel/turn.ts";
import { countAlerts } from "../monitor/alert/index.ts";
import { followFiles } from "../monitor/collect/index.ts";
import { entityRoutes } from "../monitor/entity/index.ts";
import { deletedWithin } from "../monitor/retention/index.ts";
import { createRetroHunts, type RetroHunts, retroHuntRoutes } from "../monitor/retrohunt/index.ts";
import { createRuleTrends, createUnitLogsFinder } from "../monitor/rule/index.ts";
import { countDetected, type SearchDeps, searchRoutes } from "../monitor/search/index.ts";
import type { Endpoints } from "../monitor/source/index.ts";
import { tokenIn } from "../organization/access/index.ts";
import { createOrganization, type Organization } from "../organization/index.ts";
import { readOrCreateKey } from "../platform/auth/index.ts";
import { type DataDirectory, openDataDirectory } from "../platform/directory/index.ts";
import { closeHttpServer, createHttpServer, type HttpServer, serveWebApp } from "../platform/http/index.ts";
import { createLogger } from "../platform/log/index.ts";
import type { State } from "../platform/state/index.ts";
import { type CaseDeps, caseRoutes, fatesOfEvidence, openEvidenceFiles } from "../respond/casework/index.ts";
import { crisisRoutes } from "../respond/crisis/index.ts";
import { dashboardRoutes } from "../respond/dashboard/index.ts";
import { dutyRoutes } from "../respond/duty/index.ts";
import { handoverRoutes } from "../respond/handover/index.ts";
import { countIncidents, incidentDeps, incidentRoutes, readIncidentsByAlerts } from "../respond/incident/index.ts";
import { killChainRoutes } from "../respond/killchain/index.ts";
import { notebookRoutes } from "../respond/notebook/index.ts";
import { storyRoutes } from "../respond/story/index.ts";
import { warRoomRoutes } from "../respond/warroom/index.ts";
import { closeEach } from "./closing.ts";
import type { Config } from "./config.ts";
import { serveControl } from "./control.ts";
import { openDrop } from "./drop.ts";
import { openDuties } from "./duties.ts";
import { type Engines, openEngines } from "./engines.ts";
import { type Forming, openFormation } from "./formation.ts";
import { addHealthRoutes } from "./health.ts";
import { createSpool } from "./ingest/index.ts";
import { openKafka } from "./kafka.ts";
import { addListenerMetrics } from "./listener-metrics.ts";
import { type Listeners, openListeners } from "./listeners.ts";
import { openLive } from "./live.ts";
import { type Monitoring, openMonitoring } from "./monitoring.ts";
import { named } from "./named.ts";
import { type Notifying, openNotify } from "./notify.ts";
import { obeyControl, ROOT_UNIT_NAME } from "./obey-control.ts";
import { openRetention, type Retention } from "./retention.ts";
import { addTailMetrics } from "./tail-metrics.ts";
import { VERSION } from "./version.ts";

export type RunningServer = {
  /** Where people open the app. */
  readonly url: string;
  /** Where this machine reaches the server, whatever stands in front of it. */
  readonly address: string;
  /** The one-time link for the first administrator; undefined when there is one already. */
  readonly setupLink: string | undefined;
  readonly state: State;
  readonly organization: Organization;
  readonly monitoring: Monitoring;
  readonly listeners: Listeners;
  readonly app: HttpServer;
  close(): Promise<void>;
};

const CLOSE_GRACE_MS = 3_000;
/** The embedded engine is ready in a fraction of this; a server that takes longer is waited for in the background. */
const EVENTS_PATIENCE_MS = 5_000;

/** Starts everything on one data directory. `webDirectory` undefined = no web app (tests of the API alone). */
export async function startServer(config: Config, webDirectory: string | undefined): Promise<RunningServer> {
  const directory = await openDataDirectory(config.data);
  const closing: (() => Promise<unknown>)[] = [() => directory.release()];
  const closeAll = async (): Promise<void> => {
    await closeEach(closing.splice(0).reverse());
  };
  try {
    return await open({ config, directory, webDirectory, closing, closeAll });
  } catch (error) {
    await closeAll();
    throw error;
  }
}

type Opening = {
  readonly config: Config;
  readonly directory: DataDirectory;
  readonly webDirectory: string | undefined;
  /** What is to be closed, in the order in which it was opened. */
  readonly closing: (() => Promise<unknown>)[];
  closeAll(): Promise<void>;
};

async function open({ config, directory, webDirectory, closing, closeAll }: Opening): Promise<RunningServer> {
  const log = createLogger(config.log.level);
  const engines = await openEngines(config, directory, log);
  closing.push(() => engines.close());
  const key = await readOrCreateKey(directory.at("secret"));
  const { publicUrl, tls } = config.http;
  const isHttps = tls !== undefined || (publicUrl?.startsWith("https:") ?? false);
  const { state } = engines;
  await refuseForeignEvents(engines);
  const organization = createOrganization({
    state,
    writeAudit,
    log,
    key,
    publicUrl,
    isHttps,
    oidc: config.oidc,
  });
  closing.push(() => organization.close());
  await organization.ensureRootUnit(await organization.contexts.system("first start"), ROOT_UNIT_NAME);

  const spool = createSpool(directory.at("uploads"));
  const turn = createTurn();
  const monitoring = await openMonitoring({
    config,
    engines,
    organization,
    endpoints: endpointsOf(config),
    log,
    correlationDirectory: directory.at("correlation"),
    ownerDirectory: directory.at("owners"),
    spool,
    turn,
  });
  closing.push(() => monitoring.close());

  const retention = openRetention({ config, engines, organization, log, turn, registry: monitoring.metrics.registry });
  closing.push(() => retention.close());

  const forming = openFormation({
    config,
    engines,
    organization,
    log,
    registry: monitoring.metrics.registry,
    titleJaOf: monitoring.titleJaOf,
  });
  closing.push(() => forming.close());
  const duties = openDuties({ state, log });
  closing.push(() => duties.close());
  const live = await openLive({ state, guard: organization.guard, registry: monitoring.metrics.registry });
  closing.push(() => live.close());

  const app = await createHttpServer({
    log,
    version: VERSION,
    publicUrl,
    tls,
    trustProxy: config.http.trustProxy,
    prepare: (server) => organization.guard.install(server),
  });
  const search = searchDeps({ engines, organization });
  const { ruleText, compileHunt } = monitoring;
  const hunts = createRetroHunts({ ...search, state, ruleText, compileHunt, log });
  closing.push(() => hunts.close());
  await hunts.recover(new Date());
  const notifying = await openNotify({
    config,
    state,
    organization,
    key,
    url: endpointsOf(config).http,
    log,
    registry: monitoring.metrics.registry,
  });
  closing.push(() => notifying.close());
  const files = openEvidenceFiles(directory.at("evidence"));
  await files.sweep({ fatesOf: (ids) => fatesOfEvidence(state.db, ids), log });
  const cases = { ...incidentDeps, files };
  await addRoutes(app, { engines, organization, monitoring }, { search, hunts, retention, forming, notifying, cases });
  await app.register(live.routes);
  if (webDirectory !== undefined) await serveWebApp(app, webDirectory);
  const listeners = await openListeners(config, monitoring);
  closing.push(() => listeners.close());
  addListenerMetrics(monitoring.metrics.registry, listeners.counting);
  const { intake, onBug } = monitoring.bulk;
  if (config.tail.length > 0) {
    const checkpointPath = join(directory.at("tail"), "places.json");
    const warn = log.warn.bind(log);
    const tail = await followFiles({ intake, onBug, files: config.tail, checkpointPath, now: Date.now, warn });
    closing.push(() => tail.close());
    addTailMetrics(monitoring.metrics.registry, tail);
  }
  if (config.kafka.length > 0) {
    const kafka = await openKafka(config.kafka, { directory, engines, organization, monitoring, log });
    closing.push(() => kafka.close());
  }
  if (config.drop.length > 0) {
    const drop = await openDrop(config, { directory, spool, engines, organization, monitoring, log });
    closing.push(() => drop.close());
  }
  closing.push(() => closeHttpServer(app, CLOSE_GRACE_MS));
  const { host, port } = config.http;
  const address = await named(`The web app ${host}:${port}`, app.listen({ host, port }));
  const obeying = { organization, packs: async () => monitoring.packs };
  const control = await serveControl(directory.controlSocket, (request) => obeyControl(obeying, request));
  closing.push(() => control.close());

  const url = publicUrl ?? address;
  const setup = await organization.issueSetupToken();
  return {
    url,
    address,
    setupLink: setup && `${url}${setup.link}`,
    state,
    organization,
    monitoring,
    listeners,
    app,
    close: closeAll,
  };
}

type Parts = { readonly engines: Engines; readonly organization: Organization; readonly monitoring: Monitoring };

/** An events database that is newer than this program, or not ours, stops the start; one that is only away does not. */
async function refuseForeignEvents({ eventsReady }: Engines): Promise<void> {
  await Promise.race([eventsReady, sleep(EVENTS_PATIENCE_MS, undefined, { ref: false })]);
}

/** Where senders reach us, for the snippets that people paste into their shippers. */
function endpointsOf({ http, syslog, relp, lumberjack, forward, flows }: Config): Endpoints {
  const open = (port: { enabled: boolean; host: string; port: number; tls?: unknown }) =>
    port.enabled ? { host: hostInUrl(port.host), port: port.port, isTls: port.tls !== undefined } : undefined;
  const forwardPort = open(forward);
  const local = `${http.tls ? "https" : "http"}://${hostInUrl(http.host)}:${http.port}`;
  return {
    http: http.publicUrl ?? local,
    syslog: syslog.tcp.enabled ? { host: hostInUrl(syslog.tcp.host), port: syslog.tcp.port } : undefined,
    ports: {
      syslogTls: open(syslog.tls),
      relp: open(relp),
      lumberjack: open(lumberjack),
      forward: forwardPort && { ...forwardPort, hasSharedKey: forward.sharedKey !== undefined },
      flows: open(flows),
    },
  };
}

/** Every route of the product, in one place: the access matrix test walks exactly these. */
async function addRoutes(
  app: HttpServer,
  { engines, organization, monitoring }: Parts,
  {
    search,
    hunts,
    retention,
    forming,
    notifying,
    cases,
  }: {
    readonly search: SearchDeps;
    readonly hunts: RetroHunts;
    readonly retention: Retention;
    readonly forming: Forming;
    readonly notifying: Notifying;
    readonly cases: CaseDeps;
  },
): Promise<void> {
  addHealthRoutes(app, { engines, monitoring, guard: organization.guard });
  await app.register(organization.routes);
  await app.register(auditRoutes);
  await monitoring.routes(app);
  await app.register(incidentRoutes());
  await forming.routes(app);
  await app.register(killChainRoutes);
  await app.register(storyRoutes({ events: engines.events }));
  await app.register(warRoomRoutes);
  await app.register(crisisRoutes());
  await app.register(caseRoutes(cases));
  await app.register(handoverRoutes());
  await app.register(dutyRoutes);
  await notifying.routes(app);
  await app.register(searchRoutes(search));
  await app.register(
    entityRoutes({
      ...search,
      incidentsOf: async (ctx, ids) => (await readIncidentsByAlerts(ctx, ids)).items,
      titleJaOf: monitoring.titleJaOf,
    }),
  );
  await app.register(notebookRoutes(search));
  await app.register(retroHuntRoutes(hunts));
  await retention.routes(app);
  await app.register(
    dashboardRoutes({
      rules: monitoring.rules,
      trends: createRuleTrends(engines.events),
      unitLogs: createUnitLogsFinder(engines.events),
      sources: monitoring.sources,
      volumes: retention.meter,
      funnel: {
        ...search.funnel,
        events: (range, units) => countDetected(engines.events, { range, units }),
      },
    }),
  );
}

function searchDeps({ engines, organization }: Pick<Parts, "engines" | "organization">): SearchDeps {
  return {
    events: engines.events,
    tree: organization.tree,
    funnel: {
      alerts: (ctx, range, units) => countAlerts(ctx.state, range, units),
      incidents: (ctx, range, units) => countIncidents(ctx.state, range, units),
    },
    deleted: (range, units) => deletedWithin(engines.state.db, range, units),
    isStillSignedIn: async (request) => {
      const { authorization } = request.headers;
      if (authorization === undefined) return (await organization.identity.readSession(request, true)) !== undefined;
      const secret = tokenIn(authorization);
      return secret !== undefined && (await organization.tokens.verify(secret)) !== undefined;
    },
  };
}

const hostInUrl = (host: string): string =>
  host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host.includes(":") ? `[${host}]` : host;
