import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Config } from "../../../src/app/config.ts";
import { type RunningServer, startServer } from "../../../src/app/server.ts";
import { type Aim, routeMatrix } from "../../../src/organization/access/testing.ts";
import { type Cast, createCast } from "../../../src/organization/testing.ts";
import { caseAims } from "./case-aims.ts";
import { collectorMatrix } from "./collector-matrix.ts";
import { dashboardAims } from "./dashboard-aims.ts";
import { dutyAims } from "./duty-aims.ts";
import { exceptionAims } from "./exception-aims.ts";
import { formationAims } from "./formation-aims.ts";
import { huntingAims } from "./hunting-aims.ts";
import { incidentAims } from "./incident-aims.ts";
import { monitorAims } from "./monitor-aims.ts";
import { networkAims } from "./network-aims.ts";
import { notifyAims } from "./notify-aims.ts";
import { organizationAims } from "./organization-aims.ts";
import { packAims } from "./pack-aims.ts";
import { parserAims } from "./parser-aims.ts";
import { retentionAims } from "./retention-aims.ts";
import { retroHuntAims } from "./retro-hunt-aims.ts";
import { searchAims } from "./search-aims.ts";
import { UNAIMED } from "./unaimed.ts";

/** These authenticate by token themselves, in their protocols' own words: each of their routes is aimed at below. */
const FACADES = ["/elastic", "/services/collector", "/otlp"];
const isFacade = (url: string): boolean => FACADES.some((prefix) => url.startsWith(prefix));
/** Public for this machine alone, and checked by its handler; see metrics-access.test.ts. */
const isMetrics = (url: string): boolean => url === "/metrics";

describe("Every route of the program × every role × every place in the tree", () => {
  let directory: string;
  let server: RunningServer;
  let cast: Cast;
  let aims: Readonly<Record<string, Aim>>;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "yagura-matrix-"));
    const off = { enabled: false };
    const config = Config.parse({
      data: directory,
      http: { port: 0 },
      syslog: { udp: off, tcp: off },
      log: { level: "error" },
      workers: 1,
    });
    server = await startServer(config, undefined);
    cast = await createCast(server.organization, server.app);
    aims = {
      ...organizationAims(server.organization, cast),
      ...(await monitorAims(server, cast)),
      ...(await exceptionAims(server, cast)),
      ...(await searchAims(server, cast)),
      ...retroHuntAims(server, cast),
      ...retentionAims(server, cast),
      ...packAims(cast),
      ...parserAims(cast),
      ...networkAims(server),
      ...incidentAims(server, cast),
      ...formationAims(server, cast),
      ...(await caseAims(server, cast)),
      ...dutyAims(server, cast),
      ...dashboardAims(),
      ...huntingAims(server, cast),
      ...notifyAims(server, cast),
    };
  });
  afterAll(async () => {
    await server?.close();
    await rm(directory, { recursive: true, force: true });
  });

  it("answers as the permission table says, and no route that names an object is left out", async () => {
    const routes = server.organization.guard.routes().filter(({ url }) => !isFacade(url) && !isMetrics(url));
    const tree = await server.organization.tree.current();
    const report = await routeMatrix(server.app, { ...cast, tree, routes, aims, unaimed: UNAIMED });
    console.info(`access matrix: ${report.routes} routes, ${report.cells} cells`);
    expect(report.missing).toEqual([]);
    expect(report.unused).toEqual([]);
    expect(report.failures).toEqual([]);
    expect(report.routes).toBeGreaterThan(60);
  }, 600_000);

  it("takes events on the collectors' routes from tokens that may send alone, before a body is read", async () => {
    const report = await collectorMatrix(server, cast, FACADES);
    console.info(`collectors: ${report.routes} routes, ${report.cells} cells`);
    expect(report.failures).toEqual([]);
    expect(report.routes).toBeGreaterThan(30);
  });
});
