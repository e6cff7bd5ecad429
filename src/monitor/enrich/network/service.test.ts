import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from "vitest";
import { buildUnitTree, type Ctx } from "../../../organization/access/index.ts";
import type { State } from "../../../platform/state/index.ts";
import { openTestState } from "../../../platform/state/testing.ts";
import { type TestContexts, testContexts } from "../../source/testing.ts";
import type { DeclaredNetwork } from "../address/networks.ts";
import { keepNetworksInForce } from "./in-force.ts";
import { addNetwork, listNetworks, type NetworkDeps, removeNetwork } from "./service.ts";

const T0 = new Date("2026-11-27T12:00:00.000Z");
const TREE = buildUnitTree([
  { id: "unit_root", parentId: null },
  { id: "unit_osaka", parentId: "unit_root" },
  { id: "unit_kyoto", parentId: "unit_root" },
]);
const tree = { current: async () => TREE, invalidate: () => undefined };

let state: State;
let contexts: TestContexts;
let applied: (readonly DeclaredNetwork[])[];
let deps: NetworkDeps;
let admin: Ctx;
let osaka: Ctx;
beforeAll(async () => {
  state = await openTestState();
});
afterAll(() => state?.close());
beforeEach(async () => {
  await state.db.execute(sql`TRUNCATE network`);
  contexts = testContexts(state, T0);
  admin = await contexts.as({ role: "system-administrator" });
  osaka = await contexts.as({ role: "system-administrator", units: ["unit_osaka"] });
  applied = [];
  deps = { tree, onChanged: keepNetworksInForce({ state: state.db, tree, apply: (all) => applied.push(all) }) };
});

const input = (cidr: string, unitId: string, name = "office") => ({ cidr, name, unitId });

describe("Networks", () => {
  it("are kept in their own spelling, told to the threads with the units they hold for, and on the record", async () => {
    await addNetwork(admin, input("１０.1.2.3/8", "unit_root"), deps);
    await addNetwork(osaka, input("192.168.1.0/24", "unit_osaka", "lab"), deps);
    expect(applied.at(-1)).toEqual([
      { cidr: "192.168.1.0/24", name: "lab", unitId: "unit_osaka", unitIds: ["unit_osaka"] },
      { cidr: "10.0.0.0/8", name: "office", unitId: "unit_root", unitIds: "any" },
    ]);
    expect(contexts.audits).toMatchObject([
      { action: "network.add", unitId: "unit_root", detail: { cidr: "10.0.0.0/8", name: "office" } },
      { action: "network.add", unitId: "unit_osaka" },
    ]);
  });

  it("of one's unit and of those above are seen; those of the neighbors are not", async () => {
    await addNetwork(admin, input("10.0.0.0/8", "unit_root"), deps);
    await addNetwork(admin, input("10.0.0.0/8", "unit_kyoto"), deps);
    const { items } = await listNetworks(osaka, deps);
    expect(items).toMatchObject([{ unitId: "unit_root", mayChange: false }]);
  });

  it("are removed by whoever may change the unit's sources", async () => {
    const group = await addNetwork(admin, input("10.0.0.0/8", "unit_root"), deps);
    const kyoto = await addNetwork(admin, input("10.0.0.0/8", "unit_kyoto"), deps);
    await expect(removeNetwork(osaka, group.id, deps)).rejects.toMatchObject({ code: "forbidden" });
    await expect(removeNetwork(osaka, kyoto.id, deps)).rejects.toMatchObject({ code: "not_found" });
    await removeNetwork(admin, group.id, deps);
    expect(applied.at(-1)).toHaveLength(1);
    await expect(removeNetwork(admin, group.id, deps)).rejects.toMatchObject({ code: "not_found" });
  });

  test.each([
    ["no network", input("10.0.0.0/33", "unit_root"), "invalid"],
    ["an unknown unit", input("10.0.0.0/8", "unit_tokyo"), "forbidden"],
  ])("%s is refused", async (_, wanted, code) =>
    expect(addNetwork(admin, wanted, deps)).rejects.toMatchObject({ code }),
  );

  it("are there once in a unit, and only by those who may", async () => {
    await addNetwork(admin, input("10.0.0.0/8", "unit_root"), deps);
    await expect(addNetwork(admin, input("10.9.9.9/8", "unit_root"), deps)).rejects.toMatchObject({ code: "conflict" });
    await expect(addNetwork(osaka, input("10.0.0.0/8", "unit_kyoto"), deps)).rejects.toMatchObject({
      code: "forbidden",
    });
    const reader = await contexts.as({ role: "auditor" });
    await expect(addNetwork(reader, input("10.0.0.0/8", "unit_osaka"), deps)).rejects.toMatchObject({
      code: "forbidden",
    });
  });
});
