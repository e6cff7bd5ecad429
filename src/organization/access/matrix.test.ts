import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { type Cast, createCast, openTestHouse, type TestHouse } from "../testing.ts";
import { type MatrixFixtures, routeMatrix } from "./testing.ts";

/** The whole program is walked in tests/acceptance/access-matrix; here the walk itself is seen to find what is wrong. */
describe("The walk through route × role × place", () => {
  const KEY = "GET /api/v1/cabinets/:id :id";
  const aims = { [KEY]: (unitId: string) => ({ url: `/api/v1/cabinets/${unitId}` }) };
  let house: TestHouse;
  let cast: Cast;
  beforeAll(async () => {
    house = await openTestHouse({
      routes: [
        async (app) => {
          app.get(
            "/api/v1/cabinets/:id",
            { config: { access: "unit:read" } },
            async () => "open to all who read units",
          );
          app.post(
            "/api/v1/drawers",
            {
              config: { access: "incident:write" },
              schema: { body: z.object({ label: z.string(), contents: z.array(z.object({ ownerId: z.string() })) }) },
            },
            async () => "stored",
          );
        },
      ],
    });
    cast = await createCast(house.organization, house.app);
  });
  afterAll(() => house?.close());

  async function walk(given: Pick<MatrixFixtures, "aims" | "unaimed">) {
    const isNew = ({ url }: { url: string }) => /cabinets|drawers/.test(url);
    const routes = house.organization.guard.routes().filter(isNew);
    return await routeMatrix(house.app, { ...cast, tree: await house.organization.tree.current(), routes, ...given });
  }

  it("misses every parameter in path, query and body that could name an object, unless it is aimed or explained", async () => {
    const drawer = "POST /api/v1/drawers contents.ownerId";
    expect((await walk({ aims: {}, unaimed: {} })).missing).toEqual([KEY, drawer]);
    expect((await walk({ aims, unaimed: { [drawer]: "A person." } })).missing).toEqual([]);
  });

  it("names aims and reasons that belong to nothing, and a reason beside an aim", async () => {
    const { unused } = await walk({ aims, unaimed: { [KEY]: "Both.", "GET /api/v1/cabinet/:id :id": "A typo." } });
    expect(unused).toEqual([KEY, "GET /api/v1/cabinet/:id :id"]);
  });

  it("finds a route that checks the permission and not the unit", async () => {
    const { failures } = await walk({ aims, unaimed: {} });
    expect(failures).toContain(`${KEY} by analyst aimed at sibling: expected refused, answered 200`);
    expect(failures).toContain(`${KEY} by analyst aimed at the parent: expected refused, answered 200`);
    expect(failures.join("\n")).not.toMatch(/analyst aimed at (own|child)/);
  });

  it("aims every role at the same target until one has changed it", async () => {
    const aimedAt: string[] = [];
    const counting = (unitId: string) => {
      aimedAt.push(unitId);
      return { url: `/api/v1/cabinets/${unitId}` };
    };
    await walk({ aims: { [KEY]: counting }, unaimed: {} });
    expect(aimedAt.toSorted()).toEqual(Object.values(cast.units).toSorted());
    aimedAt.length = 0;
    await walk({ aims: { "POST /api/v1/drawers contents.ownerId": counting }, unaimed: {} });
    const at = (unitId: string) => aimedAt.filter((one) => one === unitId).length;
    expect(at(cast.units.own)).toBeGreaterThan(1);
    expect(at(cast.units.sibling)).toBe(1);
  });

  it("takes an answer that leaves the object out for a refusal", async () => {
    const silent = { [KEY]: (unitId: string) => ({ url: `/api/v1/cabinets/${unitId}`, tellsOf: () => false }) };
    const { failures } = await walk({ aims: silent, unaimed: {} });
    expect(failures).toContain(`${KEY} by analyst aimed at own: expected admitted, answered 200`);
    expect(failures.join("\n")).not.toMatch(/analyst aimed at (sibling|the parent)/);
  });
});

describe("The guard before every route", () => {
  let house: TestHouse;
  let cast: Cast;
  beforeAll(async () => {
    house = await openTestHouse();
    cast = await createCast(house.organization, house.app);
  });
  afterAll(() => house?.close());

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
    // Routes that read tokens themselves count against the same address.
    expect(() => house.organization.guard.countWrongToken("192.0.2.7")).toThrow(/Too many attempts/);
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
