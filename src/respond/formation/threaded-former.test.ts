import { afterAll, describe, expect, it } from "vitest";
import { FORM_SETTINGS } from "./alert.ts";
import { NO_DECISIONS } from "./cluster.ts";
import { createFormer, type FormOrder, type PreviewOrder } from "./former.ts";
import { alertOf } from "./testing.ts";
import { createThreadedFormer } from "./threaded-former.ts";

const order: FormOrder = {
  set: [alertOf("a"), alertOf("b", { at: 5 }), alertOf("c", { host: "ws9", level: "low" })],
  gone: [],
  isWhole: true,
  settings: FORM_SETTINGS,
  decisions: NO_DECISIONS,
  groupingRules: [],
  verdicts: new Map(),
  firstSeen: new Map(),
  settled: new Set(),
  held: new Set(),
};
const preview: PreviewOrder = {
  sinceMs: 0,
  unitIds: null,
  settings: FORM_SETTINGS,
  rule: { id: "g", effect: "never-open", ruleId: null, kind: "host", pattern: "ws1", unitIds: ["unit_root"] },
  others: [],
  verdicts: new Map(),
  firstSeen: new Map(),
};

describe("Clusters formed on a thread of their own", () => {
  const former = createThreadedFormer();
  afterAll(() => former.close());

  it("are those that are formed here, and what is alone and opens nothing is not told", async () => {
    const shapes = await former.form(order);
    expect(shapes).toEqual(await createFormer().form(order));
    expect(shapes.map(({ alertIds }) => alertIds)).toEqual([["a", "b"]]);
  });

  it("are kept from one order to the next", async () => {
    const shapes = await former.form({ ...order, isWhole: false, set: [alertOf("d", { at: 9 })], gone: ["a"] });
    expect(shapes.map(({ alertIds }) => alertIds)).toEqual([["b", "d"]]);
    expect(await former.preview(preview)).toMatchObject({
      alerts: 3,
      concerned: 2,
      incidentsWithout: 1,
      incidentsWith: 0,
    });
  });

  it("are not formed of the few that have changed by a thread that knows nothing else", async () => {
    const fresh = createThreadedFormer();
    await expect(fresh.form({ ...order, isWhole: false })).rejects.toThrow("never told of");
    expect(await fresh.form(order)).toHaveLength(1);
    await fresh.close();
    await expect(fresh.form(order)).rejects.toMatchObject({ code: "unavailable" });
  });
});
