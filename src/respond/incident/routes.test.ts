import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { recordDetectionGroups } from "../../monitor/alert/index.ts";
import { groupOf, T0 } from "../../monitor/alert/testing.ts";
import { type Cast, createCast, openTestHouse, type TestHouse } from "../../organization/testing.ts";
import { IncidentCounts, type IncidentDetail, type IncidentPage, IncidentsByAlert } from "./contract.ts";
import { incidentRoutes } from "./routes.ts";

let house: TestHouse;
let cast: Cast;
let serial = 0;
beforeAll(async () => {
  house = await openTestHouse({ routes: [incidentRoutes()] });
  cast = await createCast(house.organization, house.app);
});
afterAll(() => house?.close());

const call = (method: "GET" | "POST" | "PATCH" | "DELETE", url: string, payload?: object, headers = cast.admin) =>
  house.app.inject({ method, url, headers: { ...headers }, ...(payload && { payload }) });

async function newAlert(unitId: string): Promise<string> {
  serial += 1;
  const entity = `host-${serial}`;
  await house.state.transaction((tx) => recordDetectionGroups(tx, [groupOf({ unitId, host: entity })], new Date(T0)));
  const { rows } = await house.state.db.execute<{ id: string }>(
    `SELECT id FROM alert WHERE entity = '${entity}' ORDER BY id DESC LIMIT 1`,
  );
  return rows[0]?.id ?? "";
}
async function newIncident(unitId: string): Promise<IncidentDetail> {
  const alertIds = [await newAlert(unitId)];
  const answer = await call("POST", "/api/v1/incidents", { title: "x", alertIds });
  if (answer.statusCode !== 200) throw new Error(answer.body);
  return answer.json<IncidentDetail>();
}

/** Who may do what where: tests/acceptance/access-matrix. */
describe("The routes of incidents", () => {
  it("carry an incident from opening to closing, with real people as owners and everything audited", async () => {
    const { id, number, alerts } = await newIncident(cast.units.own);
    const before = house.audited.length;
    const patched = await call("PATCH", `/api/v1/incidents/INC-${number}`, {
      version: 1,
      change: { ownerId: cast.adminId, status: "closed", closingReason: "訓練だった", disposition: "benign" },
    });
    expect(patched.json()).toMatchObject({ id, status: "closed", owner: { name: "髙橋 﨑子" } });
    const stale = await call("PATCH", `/api/v1/incidents/${id}`, { version: 1, change: { title: "late" } });
    expect(stale.statusCode).toBe(409);
    const found = await call("GET", `/api/v1/incidents?status=closed&owner=${cast.adminId}`);
    expect(found.json<IncidentPage>().items.map((row) => row.id)).toEqual([id]);
    const by = await call("GET", `/api/v1/incidents/by-alerts?ids=${alerts[0]?.id},alert_none`);
    expect(IncidentsByAlert.parse(by.json()).items).toMatchObject([{ incident: { id, number } }]);
    expect(IncidentCounts.parse((await call("GET", "/api/v1/incidents/counts")).json()).total).toBeGreaterThan(0);
    expect(house.audited.slice(before).map(({ action }) => action)).toEqual(["incident.close"]);
  });

  it.each([
    ["GET", "/api/v1/incidents?status=done", undefined],
    ["GET", "/api/v1/incidents/by-alerts", undefined],
    ["POST", "/api/v1/incidents", { title: "x", alertIds: [] }],
    ["POST", "/api/v1/incidents", { title: "x".repeat(201), alertIds: ["a"] }],
    ["PATCH", "/api/v1/incidents/INC-1", { version: 1, change: { status: "closed" } }],
    ["POST", "/api/v1/incidents/INC-1/notes", { text: "  " }],
  ] as const)("%s %s refuses %j", async (method, url, payload) => {
    const answer = await call(method, url, payload);
    expect(answer.statusCode).toBe(400);
    expect(answer.headers["content-type"]).toContain("application/problem+json");
  });
});
