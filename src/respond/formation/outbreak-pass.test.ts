import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { recordDetectionGroups } from "../../monitor/alert/index.ts";
import { groupOf, T0 } from "../../monitor/alert/testing.ts";
import { type TestContexts, TREE, testContexts } from "../../monitor/source/testing.ts";
import { type Ctx, createContextFactory } from "../../organization/access/index.ts";
import { createLogger } from "../../platform/log/index.ts";
import type { State } from "../../platform/state/index.ts";
import { openTestState } from "../../platform/state/testing.ts";
import { addIncidentNote, changeIncident } from "../incident/conduct.ts";
import { removeAlert } from "../incident/membership.ts";
import { incidentDeps, readIncident } from "../incident/service.ts";
import { FORM_SETTINGS } from "./alert.ts";
import { splitIncident } from "./hand.ts";
import { createFormation, type Formation } from "./pass.ts";
import { readFormation } from "./view.ts";

let state: State;
let contexts: TestContexts;
let taro: Ctx;
let formation: Formation;
beforeAll(async () => {
  state = await openTestState();
  contexts = testContexts(state, new Date(T0 + 60_000));
  taro = await contexts.as();
});
afterAll(() => state?.close());
beforeEach(async () => {
  await state.db.execute(
    sql`TRUNCATE alert, alert_change, alert_history, alert_touched, alert_unformed, incident, incident_entry, incident_alert CASCADE`,
  );
  await state.db.execute(sql`UPDATE incident_number SET last = 0`);
  formation = newFormation();
});

function newFormation(): Formation {
  const factory = createContextFactory({
    state,
    tree: { current: async () => TREE, invalidate: () => undefined },
    writeAudit: async () => undefined,
    log: createLogger("silent"),
    now: () => new Date(T0 + 60_000),
  });
  const system = () => factory.system("formation");
  return createFormation({ state, system, tree: async () => TREE, settings: FORM_SETTINGS });
}

type Wanted = Parameters<typeof groupOf>[0];
/** The worm on the machines of these numbers, a minute apart. */
const worm = (from: number, to: number, more: Wanted = {}) =>
  Array.from({ length: to - from }, (_, i) =>
    groupOf({
      host: `ws${from + i}`,
      atMs: T0 + (from + i) * 60_000,
      sample: { user_name: "", source_ip: "" },
      ...more,
      rule: { id: "worm", title: "A worm", ...more.rule },
    }),
  );
const record = (groups: Parameters<typeof recordDetectionGroups>[1]) =>
  state.transaction((tx) => recordDetectionGroups(tx, groups, new Date()));

async function settle(of = formation): Promise<void> {
  for (let passes = 0; passes < 20; passes += 1) if ((await of.pass()) === undefined) return;
  throw new Error("formation does not come to rest");
}

/** How many alerts each incident has that is not closed. */
async function incidents(): Promise<Record<string, number>> {
  const { rows } = await state.db.execute<{ number: number; alerts: string }>(sql`
    SELECT i.number, count(l.alert_id)::text AS alerts FROM incident i
    JOIN incident_alert l ON l.incident_id = i.id AND l.removed_entry IS NULL
    WHERE i.status <> 'closed' GROUP BY i.id ORDER BY i.number`);
  return Object.fromEntries(rows.map(({ number, alerts }) => [`INC-${number}`, Number(alerts)]));
}
async function alertId(host: string): Promise<string> {
  const { rows } = await state.db.execute<{ id: string }>(
    sql`SELECT id FROM alert WHERE entity = ${host} ORDER BY created_at DESC, id DESC LIMIT 1`,
  );
  return rows[0]?.id ?? "";
}

describe("A worm on forty machines", () => {
  it("is one incident, whether it is found at once or machine by machine, and says why", async () => {
    await record(worm(0, 40));
    await settle();
    expect(await incidents()).toEqual({ "INC-1": 40 });
    const { cluster } = await readFormation(taro, "INC-1");
    expect(cluster?.joins).toHaveLength(39);
    expect(cluster?.joins[0]?.outbreak).toEqual({ ruleId: "worm", kind: "host", subjects: 40, withinMs: 39 * 60_000 });
    await settle(newFormation());
    expect(await incidents()).toEqual({ "INC-1": 40 });
  });

  it("is one incident in the end where it was found machine by machine: the first takes the others in", async () => {
    for (let host = 0; host < 40; host += 5) {
      await record(worm(host, host + 5));
      await settle();
    }
    expect(await incidents()).toEqual({ "INC-1": 40 });
    expect((await readFormation(taro, "INC-1")).relations).toHaveLength(4);
    expect((await readIncident(taro, "INC-5")).closingReason).toBe("yagura:absorbed");
  });

  it("is the same one when the last machine is told of first", async () => {
    for (let host = 39; host >= 0; host -= 3) {
      await record(worm(Math.max(0, host - 2), host + 1));
      await formation.pass();
    }
    await settle();
    expect(await incidents()).toEqual({ "INC-1": 40 });
  });

  it("takes in the machine that comes late, also when somebody works on it", async () => {
    await record(worm(0, 12));
    await settle();
    await addIncidentNote(taro, { id: "INC-1", text: "I look at it" });
    await record(worm(300, 301));
    await settle();
    expect(await incidents()).toEqual({ "INC-1": 13 });
  });

  it("is over when a person closed it: who comes then opens one that continues it", async () => {
    await record(worm(0, 12));
    await settle();
    const { version } = await readIncident(taro, "INC-1");
    const change = { status: "closed", closingReason: "cleaned", disposition: "true-positive" } as const;
    await changeIncident(taro, { id: "INC-1", version, change }, incidentDeps);
    await settle();
    expect(await incidents()).toEqual({});
    await record(worm(20, 23));
    await settle();
    expect(await incidents()).toEqual({ "INC-2": 3 });
    const { relations } = await readFormation(taro, "INC-2");
    expect(relations).toMatchObject([{ kind: "continues", other: { number: 1 } }]);
  });

  it("stays split as a person split it, and what was taken out stays out", async () => {
    await record(worm(0, 12));
    await settle();
    const alertIds = [await alertId("ws3"), await alertId("ws4")];
    await splitIncident(taro, { id: "INC-1", alertIds, title: "A drill", reason: "a drill" });
    await removeAlert(taro, { id: "INC-1", alertId: await alertId("ws5") });
    await settle();
    await record(worm(30, 31));
    await settle();
    await settle(newFormation());
    expect(await incidents()).toEqual({ "INC-1": 10, "INC-2": 2, "INC-3": 1 });
  });

  it("opens nothing where it is low, however many machines there are", async () => {
    await record(worm(0, 60, { rule: { level: "low" } }));
    await settle();
    expect(await incidents()).toEqual({});
  });
});
