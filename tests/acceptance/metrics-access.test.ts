import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { Config } from "../../src/app/config.ts";
import { type RunningServer, startServer } from "../../src/app/server.ts";
import { type Cast, createCast } from "../../src/organization/testing.ts";
import { createToken } from "../../src/organization/token/index.ts";

let directory: string;
let server: RunningServer;
let cast: Cast;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "yagura-metrics-"));
  const off = { enabled: false };
  const config = Config.parse({
    data: directory,
    http: { port: 0 },
    syslog: { udp: off, tcp: off },
    log: { level: "error" },
    workers: 1,
    rules: { own: false },
  });
  server = await startServer(config, undefined);
  cast = await createCast(server.organization, server.app);
});
afterAll(async () => {
  await server?.close();
  await rm(directory, { recursive: true, force: true });
});

const get = async (headers: object = {}, remoteAddress = "192.0.2.10", url = "/metrics") =>
  (await server.app.inject({ url, headers: { ...headers }, remoteAddress })).statusCode;

describe("The figures for Prometheus", () => {
  test.each(["127.0.0.1", "127.8.0.1", "::1", "::ffff:127.0.0.1"])(
    "are open to this machine at %s",
    async (address) => {
      expect(await get({}, address)).toBe(200);
    },
  );

  test.each([
    ["a stranger", "192.0.2.10", {}],
    ["a stranger through a proxy on this machine", "127.0.0.1", { "x-forwarded-for": "127.0.0.1" }],
    ["the same by the newer header", "127.0.0.1", { forwarded: "for=192.0.2.10" }],
    ["a wrong token", "192.0.2.10", { authorization: `Bearer ygr_${"0".repeat(43)}` }],
  ])("are not for %s", async (_, address, headers) => {
    expect(await get(headers, address)).toBe(401);
  });

  it("need system:read at the root of the group elsewhere", async () => {
    const ctx = await server.organization.contexts.system("test");
    const tokenAt = async (unitId: string) => {
      const grants = [{ role: "auditor" as const, unitId }];
      const input = { name: "prometheus", kind: "api" as const, unitId, grants, sourceId: null, expiresAt: null };
      return { authorization: `Bearer ${(await createToken(ctx, server.organization.deps, input)).secret}` };
    };
    expect(await get(cast.admin)).toBe(200);
    expect(await get(await tokenAt(cast.units.root))).toBe(200);
    expect(await get(await tokenAt(cast.units.own))).toBe(403);
    for (const headers of [cast.ingest, cast.roles.integration, cast.withoutRole]) expect(await get(headers)).toBe(403);
  });

  it("are apart from the health pages, which anybody may ask", async () => {
    expect(await get({}, "192.0.2.10", "/healthz")).toBe(200);
    expect([200, 503]).toContain(await get({}, "192.0.2.10", "/readyz"));
  });
});
