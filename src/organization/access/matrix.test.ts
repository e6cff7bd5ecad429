import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPerson } from "../person/index.ts";
import { type Cast, createCast, openTestHouse, type TestHouse } from "../testing.ts";
import { createToken } from "../token/index.ts";
import { createUnit } from "../unit/index.ts";
import { type Aim, routeMatrix } from "./testing.ts";

describe("Every route of the room × every role × every place in the tree", () => {
  let house: TestHouse;
  let cast: Cast;
  let serial = 0;
  beforeAll(async () => {
    house = await openTestHouse();
    cast = await createCast(house.organization, house.app);
  });
  afterAll(() => house.close());

  const system = () => house.organization.contexts.system("test");
  const somebody = async (unitId: string) => {
    serial += 1;
    const input = {
      name: "対象",
      kana: null,
      romaji: null,
      email: `m${serial}@example.jp`,
      unitId,
      locale: "ja",
      grants: [],
    };
    return (await createPerson(await system(), house.organization.deps, { ...input, locale: "ja" })).id;
  };
  const someUnit = async (parentId: string) => {
    const input = {
      kind: "department",
      name: { ja: "課", en: "Section" },
      parentId,
      country: "JP",
      timeZone: "Asia/Tokyo",
    } as const;
    return (await createUnit(await system(), house.organization.deps, input)).id;
  };
  const someToken = async (unitId: string) => {
    const input = { name: "fw", kind: "ingest" as const, unitId, grants: [], sourceId: null, expiresAt: null };
    return (await createToken(await system(), house.organization.deps, input)).token.id;
  };
  const person =
    (suffix = "", payload = {}): Aim =>
    async (unitId) => ({
      url: `/api/v1/people/${await somebody(unitId)}${suffix}`,
      payload,
    });

  it("answers as the permission table says", async () => {
    const aims: Record<string, Aim> = {
      "GET /api/v1/units/:id": (unitId) => ({ url: `/api/v1/units/${unitId}` }),
      "POST /api/v1/units": (parentId) => ({
        url: "/api/v1/units",
        payload: { kind: "department", name: { ja: "課", en: "Section" }, parentId },
      }),
      "PATCH /api/v1/units/:id": (unitId) => ({ url: `/api/v1/units/${unitId}`, payload: { country: "JP" } }),
      "POST /api/v1/units/:id/move": async (unitId) => ({
        url: `/api/v1/units/${await someUnit(unitId)}/move`,
        payload: { parentId: unitId },
      }),
      "POST /api/v1/units/:id/archive": async (unitId) => ({ url: `/api/v1/units/${await someUnit(unitId)}/archive` }),
      "POST /api/v1/units/:id/restore": async (unitId) => ({ url: `/api/v1/units/${await someUnit(unitId)}/restore` }),
      "GET /api/v1/people": (unitId) => ({ url: `/api/v1/people?unitId=${unitId}` }),
      "GET /api/v1/people/:id": person(),
      "POST /api/v1/people": (unitId) => {
        serial += 1;
        return { url: "/api/v1/people", payload: { name: "新人", email: `n${serial}@example.jp`, unitId } };
      },
      "PATCH /api/v1/people/:id": person("", { kana: "タイショウ", email: `p@example.jp` }),
      "POST /api/v1/people/:id/invitation": person("/invitation"),
      "POST /api/v1/people/:id/deactivate": person("/deactivate"),
      "POST /api/v1/people/:id/reactivate": person("/reactivate"),
      "POST /api/v1/people/:id/reset-second-factor": person("/reset-second-factor"),
      "PUT /api/v1/people/:id/grants": async (unitId) => ({
        url: `/api/v1/people/${await somebody(unitId)}/grants`,
        payload: { grants: [{ role: "employee", unitId }] },
      }),
      "POST /api/v1/tokens": (unitId) => ({ url: "/api/v1/tokens", payload: { name: "fw", kind: "ingest", unitId } }),
      "POST /api/v1/tokens/:id/revoke": async (unitId) => ({ url: `/api/v1/tokens/${await someToken(unitId)}/revoke` }),
    };
    const tree = await house.organization.tree.current();
    const report = await routeMatrix(house.app, { ...cast, tree, routes: house.organization.guard.routes(), aims });
    expect(report.failures).toEqual([]);
    expect(report.unusedAims).toEqual([]);
    expect(report.routes).toBeGreaterThanOrEqual(28);
    // Nobody, a wrong token, no role and 8 roles at each door; 8 roles at 4 places for each aimed route.
    expect(report.cells).toBe(report.routes * 11 + Object.keys(aims).length * 32);
  });

  it("lets an ingest token pass no door but the one for events", async () => {
    for (const url of ["/api/v1/me", "/api/v1/units", "/api/v1/tokens", "/api/openapi.json"]) {
      expect((await house.app.inject({ url, headers: cast.ingest })).statusCode, url).toBe(403);
    }
  });

  it("slows wrong tokens from one address, and never a good one behind the same address", async () => {
    const send = (headers: object) =>
      house.app.inject({ url: "/api/v1/units", headers: { ...headers }, remoteAddress: "192.0.2.7" });
    const statuses = [];
    for (let i = 0; i < 61; i += 1)
      statuses.push((await send({ authorization: `Bearer ygr_${String(i).padStart(43, "0")}` })).statusCode);
    expect([statuses[59], statuses[60]]).toEqual([401, 429]);
    expect((await send(cast.roles.integration)).statusCode).toBe(200);
  });

  it("refuses to register a route that does not say who may use it", async () => {
    const careless = openTestHouse({
      routes: [
        async (app) => {
          app.get("/api/v1/careless", async () => "secret");
        },
      ],
    });
    await expect(careless).rejects.toThrow(/GET \/api\/v1\/careless does not say who may use it/);
  });

  it("audits a refused write, but not without end", async () => {
    const before = house.audited.length;
    for (let i = 0; i < 30; i += 1) {
      await house.app.inject({ method: "POST", url: "/api/v1/units", payload: {}, headers: cast.withoutRole });
    }
    const refused = house.audited.slice(before).filter((record) => record.action === "access.refused");
    expect(refused.length).toBeLessThanOrEqual(20);
    expect(house.audited.find((record) => record.action === "access.refused")).toMatchObject({
      actor: { kind: "person" },
      target: { kind: "route" },
    });
  });
});
