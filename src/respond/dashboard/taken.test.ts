import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type TestContexts, testContexts } from "../../monitor/source/testing.ts";
import type { State } from "../../platform/state/index.ts";
import { openTestState } from "../../platform/state/testing.ts";
import { recordTaken } from "./taken.ts";

let state: State;
let contexts: TestContexts;
beforeAll(async () => {
  state = await openTestState();
  contexts = testContexts(state, new Date("2026-11-28T09:30:00.000Z"));
});
afterAll(() => state?.close());
beforeEach(() => {
  contexts.audits.length = 0;
});

const range = { from: "2026-11-22T00:00:00.000Z", to: "2026-11-28T09:30:00.000Z" };

describe("A board that leaves as a file", () => {
  it("is recorded in each unit whose figures it holds, once", async () => {
    const units = ["unit_root", "unit_osaka", "unit_root"];
    const query = { days: 7, unit: "unit_root" };
    await recordTaken(await contexts.as(), { what: "units", format: "csv", query, range, units });
    const told = {
      action: "dashboard.export",
      target: { kind: "dashboard", id: "units" },
      detail: { what: "units", format: "csv", days: 7, unit: "unit_root", range, units: 2 },
    };
    expect(contexts.audits).toMatchObject([
      { ...told, unitId: "unit_root" },
      { ...told, unitId: "unit_osaka" },
    ]);
  });

  it("is recorded in its reader's own units where none was named", async () => {
    const osaka = await contexts.as({ units: ["unit_osaka"] });
    await recordTaken(osaka, { what: "rules", format: "pdf", query: { days: 7 }, range, units: [] });
    expect(contexts.audits).toMatchObject([{ unitId: "unit_osaka", detail: { what: "rules", format: "pdf", range } }]);
  });
});
