import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Config } from "../../src/app/config.ts";
import { type RunningServer, startServer } from "../../src/app/server.ts";
import { recordDetectionGroups } from "../../src/monitor/alert/index.ts";
import { createSource } from "../../src/monitor/source/index.ts";
import { type Aim, routeMatrix } from "../../src/organization/access/testing.ts";
import { type Cast, createCast } from "../../src/organization/testing.ts";

let directory: string;
let server: RunningServer;
let cast: Cast;
let serial = 0;

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
});
afterAll(async () => {
  await server.close();
  await rm(directory, { recursive: true, force: true });
});

async function alertIn(unitId: string): Promise<string> {
  serial += 1;
  const entity = { kind: "host", value: `host-${serial}` } as const;
  const sample = {
    stream: 1,
    seq: String(serial),
    timeMs: 1,
    dataset: "",
    who: "",
    where_from: "",
    with_what: "",
    what: "",
    did_what: "",
  };
  await server.state.transaction((tx) =>
    recordDetectionGroups(
      tx,
      [
        {
          rule: { id: "rule-1", title: "A rule", level: "high", author: "Test", tactics: [], techniques: [] },
          entity,
          unitId,
          sourceId: "source-1",
          count: 1,
          firstAtMs: 1,
          lastAtMs: 1,
          sample: { ...sample, host_name: entity.value, user_name: "", source_ip: "" },
        },
      ],
      new Date(),
    ),
  );
  const { rows } = await server.state.db.execute<{ id: string }>(
    `SELECT id FROM alert WHERE entity = '${entity.value}'`,
  );
  return rows[0]?.id ?? "";
}

async function sourceIn(unitId: string): Promise<string> {
  serial += 1;
  const ctx = await server.organization.contexts.system("test");
  const input = {
    name: `source ${serial}`,
    // Syslog sources need the root, token sources token:write besides: their own tests are beside the code.
    kind: "file" as const,
    unitId,
    match: {},
    format: "auto",
    timeZone: "",
  };
  return (await createSource(ctx, input, server.monitoring.sources)).source.id;
}

const AIMS: Readonly<Record<string, Aim>> = {
  "GET /api/v1/alerts/:id": async (unitId) => ({ url: `/api/v1/alerts/${await alertIn(unitId)}` }),
  "PATCH /api/v1/alerts/:id": async (unitId) => ({
    url: `/api/v1/alerts/${await alertIn(unitId)}`,
    payload: { version: 1, change: { status: "in-progress" } },
  }),
  "POST /api/v1/alerts/:id/notes": async (unitId) => ({
    url: `/api/v1/alerts/${await alertIn(unitId)}/notes`,
    payload: { text: "seen" },
  }),
  "GET /api/v1/sources/:id": async (unitId) => ({ url: `/api/v1/sources/${await sourceIn(unitId)}` }),
  "GET /api/v1/sources/:id/parse-failures": async (unitId) => ({
    url: `/api/v1/sources/${await sourceIn(unitId)}/parse-failures`,
  }),
  "POST /api/v1/sources/:id/archive": async (unitId) => ({
    url: `/api/v1/sources/${await sourceIn(unitId)}/archive`,
    payload: { version: 1 },
  }),
  "POST /api/v1/sources": async (unitId) => {
    serial += 1;
    return {
      url: "/api/v1/sources",
      payload: { name: `new ${serial}`, kind: "file", unitId },
    };
  },
};

/** The façade authenticates by token itself, in Elasticsearch's own words; its tests are beside it. */
const isFacade = (url: string): boolean => url.startsWith("/elastic");
/** Public for this machine alone, and checked by its handler; see metrics-access.test.ts. */
const isMetrics = (url: string): boolean => url === "/metrics";

describe("Every route of the program × every role × every place in the tree", () => {
  it("answers as the permission table says", async () => {
    const routes = server.organization.guard.routes().filter(({ url }) => !isFacade(url) && !isMetrics(url));
    const tree = await server.organization.tree.current();
    const report = await routeMatrix(server.app, { ...cast, tree, routes, aims: AIMS });
    console.info(`access matrix: ${report.routes} routes, ${report.cells} cells`);
    expect(report.failures).toEqual([]);
    expect(report.unusedAims).toEqual([]);
    expect(report.routes).toBeGreaterThan(60);
  });
});
