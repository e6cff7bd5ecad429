import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { recordDetectionGroups } from "../../monitor/alert/index.ts";
import { groupOf, T0 } from "../../monitor/alert/testing.ts";
import { type Cast, createCast, openTestHouse, type TestHouse } from "../../organization/testing.ts";
import { incidentRoutes } from "../incident/index.ts";
import { KillChain, KillChainStrips } from "./contract.ts";
import { killChainRoutes } from "./routes.ts";
import { DEFAULT_MAPPING } from "./steps.ts";

let house: TestHouse;
let cast: Cast;
beforeAll(async () => {
  house = await openTestHouse({ routes: [incidentRoutes(), killChainRoutes] });
  cast = await createCast(house.organization, house.app);
});
afterAll(() => house?.close());

const call = (method: "GET" | "POST" | "PUT", url: string, payload?: object, headers = cast.admin) =>
  house.app.inject({ method, url, headers: { ...headers }, ...(payload && { payload }) });
const read = async () => KillChain.parse((await call("GET", "/api/v1/kill-chain")).json());

describe("What of ATT&CK counts as which step", () => {
  it("is as delivered until it is changed, is audited with what differs, and goes back by a reset", async () => {
    expect(await read()).toMatchObject({
      ...DEFAULT_MAPPING,
      version: 0,
      isDefault: true,
      changed: null,
      mayChange: true,
    });
    const techniques = { ...DEFAULT_MAPPING.techniques, T1059: "actions" };
    const before = house.audited.length;
    const changed = await call("PUT", "/api/v1/kill-chain", { ...DEFAULT_MAPPING, techniques, version: 0 });
    expect(changed.json()).toMatchObject({ version: 1, isDefault: false, changed: { by: { name: "髙橋 﨑子" } } });
    const reset = await call("POST", "/api/v1/kill-chain/reset", { version: 1 });
    expect(reset.json()).toMatchObject({ ...DEFAULT_MAPPING, version: 2, isDefault: true });
    const told = house.audited.slice(before);
    expect(told.map(({ action }) => action)).toEqual(["kill-chain.change", "kill-chain.reset"]);
    expect(told[0]?.detail).toEqual({ changes: ["T1059: – → actions"] });
  });

  it("tells the second of two who opened the same version, and keeps what the first wrote", async () => {
    const { version } = await read();
    const first = { ...DEFAULT_MAPPING, techniques: { T1486: "actions" }, version };
    expect((await call("PUT", "/api/v1/kill-chain", first)).statusCode).toBe(200);
    const late = await call("PUT", "/api/v1/kill-chain", { ...DEFAULT_MAPPING, techniques: {}, version });
    expect(late.statusCode).toBe(409);
    expect(late.body).toContain("髙橋 﨑子");
    expect((await call("POST", "/api/v1/kill-chain/reset", { version })).statusCode).toBe(409);
    expect((await read()).techniques).toEqual({ T1486: "actions" });
    expect((await call("PUT", "/api/v1/kill-chain", { ...first, version: 99 })).statusCode).toBe(409);
  });

  it("is one for the group: whoever handles the incidents of a part of it reads it and may not change it", async () => {
    const { version } = await read();
    const analyst = cast.roles.analyst;
    expect((await call("GET", "/api/v1/kill-chain", undefined, analyst)).json()).toMatchObject({ mayChange: false });
    const answer = await call("PUT", "/api/v1/kill-chain", { ...DEFAULT_MAPPING, version }, analyst);
    expect(answer.statusCode).toBe(403);
    expect((await call("POST", "/api/v1/kill-chain/reset", { version }, analyst)).statusCode).toBe(403);
  });

  it.each([
    ["a step that is none", { tactics: { execution: "winning" } }],
    ["a technique that is none", { techniques: { TA0001: "delivery" } }],
    ["a tactic that is none", { tactics: { "<script>": "delivery" } }],
    [
      "a thousand and one techniques",
      { techniques: Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`T${1000 + i}`, "delivery"])) },
    ],
  ])("refuses %s", async (_, wrong) => {
    const answer = await call("PUT", "/api/v1/kill-chain", { ...DEFAULT_MAPPING, ...wrong, version: 0 });
    expect(answer.statusCode).toBe(400);
  });
});

describe("How far incidents went", () => {
  it("is told of several at once, with the alerts of each step, and of none that the reader may not see", async () => {
    const groups = [
      groupOf({
        unitId: cast.units.own,
        host: "a1",
        rule: { id: "r1", level: "low", tactics: ["initial-access"] },
        atMs: T0,
      }),
      groupOf({
        unitId: cast.units.own,
        host: "a1",
        rule: { id: "r2", level: "high", tactics: ["impact"] },
        atMs: T0 + 60_000,
      }),
    ];
    await house.state.transaction((tx) => recordDetectionGroups(tx, groups, new Date(T0)));
    const { rows } = await house.state.db.execute<{ id: string }>(
      "SELECT id FROM alert WHERE entity = 'a1' ORDER BY first_at",
    );
    const alertIds = rows.map(({ id }) => id);
    const opened = await call("POST", "/api/v1/incidents", { title: "x", alertIds });
    const { id } = opened.json<{ id: string }>();
    const url = `/api/v1/kill-chain/incidents?ids=${id},incident_none`;
    const { items } = KillChainStrips.parse((await call("GET", url)).json());
    expect(items).toMatchObject([
      {
        incidentId: id,
        steps: [
          { step: "delivery", alertIds: [alertIds[0]], firstAt: new Date(T0).toISOString() },
          { step: "actions", alertIds: [alertIds[1]] },
        ],
      },
    ]);
    const none = await call("GET", url, undefined, cast.withoutRole);
    expect(none.statusCode).toBe(403);
  });
});
