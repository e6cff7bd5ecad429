import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { recordDetectionGroups } from "../../monitor/alert/index.ts";
import { groupOf, T0 } from "../../monitor/alert/testing.ts";
import { type TestContexts, TREE, testContexts } from "../../monitor/source/testing.ts";
import type { Ctx } from "../../organization/access/index.ts";
import { createContextFactory } from "../../organization/access/index.ts";
import { createLogger } from "../../platform/log/index.ts";
import type { State } from "../../platform/state/index.ts";
import { openTestState } from "../../platform/state/testing.ts";
import { addIncidentNote, changeIncident, openIncident } from "../incident/conduct.ts";
import { removeAlert } from "../incident/membership.ts";
import { incidentDeps, readIncident } from "../incident/service.ts";
import { listIncidents } from "../incident/store.ts";
import { FORM_SETTINGS } from "./alert.ts";
import { createFormer } from "./former.ts";
import { mergeIncidents, splitIncident, undoRelation } from "./hand.ts";
import { createFormation, type Formation } from "./pass.ts";
import { readVerdicts } from "./store.ts";
import { listGroups, readFormation } from "./view.ts";

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

/** `between`: what somebody does after all was read and before anything is written. */
type Meanwhile = { readonly between?: () => Promise<unknown>; readonly transaction?: State["transaction"] };

function newFormation({ between, transaction = state.transaction }: Meanwhile = {}): Formation {
  const former = createFormer();
  const factory = createContextFactory({
    state: { ...state, transaction },
    tree: { current: async () => TREE, invalidate: () => undefined },
    writeAudit: async () => undefined,
    log: createLogger("silent"),
    now: () => new Date(T0 + 60_000),
  });
  return createFormation({
    state: { ...state, transaction },
    former: {
      ...former,
      form: async (order) => {
        const shapes = await former.form(order);
        await between?.();
        return shapes;
      },
    },
    system: () => factory.system("formation"),
    tree: async () => TREE,
    settings: FORM_SETTINGS,
    titleJaOf: (ruleId) => (ruleId === "r1" ? "不審な実行" : undefined),
  });
}

type Wanted = Parameters<typeof groupOf>[0] & { readonly minute?: number };
/** Alerts of the rule `id` on a machine that share nothing else unless they say so. */
const found = (id: string, wanted: Wanted = {}) =>
  groupOf({
    ...wanted,
    atMs: T0 + (wanted.minute ?? 0) * 60_000,
    rule: { id, title: `Rule ${id}`, ...wanted.rule },
    sample: { user_name: "", source_ip: "", ...wanted.sample },
  });
/** Received now by the machine's clock: what is old is not joined. */
const record = (...groups: Parameters<typeof recordDetectionGroups>[1]) =>
  state.transaction((tx) => recordDetectionGroups(tx, groups, new Date()));

async function settle(of = formation): Promise<void> {
  for (let passes = 0; passes < 20; passes += 1) if ((await of.pass()) === undefined) return;
  throw new Error("formation does not come to rest");
}

/** Incidents that are not closed, each with the rules of its alerts. */
async function incidents(): Promise<Record<string, string>> {
  const { rows } = await state.db.execute<{ number: number; rules: string }>(sql`
    SELECT i.number, string_agg(a.rule_id || '@' || a.entity, ' ' ORDER BY a.rule_id, a.entity) AS rules FROM incident i
    JOIN incident_alert l ON l.incident_id = i.id AND l.removed_entry IS NULL JOIN alert a ON a.id = l.alert_id
    WHERE i.status <> 'closed' GROUP BY i.id ORDER BY i.number`);
  return Object.fromEntries(rows.map(({ number, rules }) => [`INC-${number}`, rules]));
}
const alertId = async (rule: string): Promise<string> => {
  const { rows } = await state.db.execute<{ id: string }>(
    sql`SELECT id FROM alert WHERE rule_id = ${rule} ORDER BY created_at DESC, id DESC LIMIT 1`,
  );
  return rows[0]?.id ?? "";
};

describe("A pass", () => {
  it("opens an incident of what belongs together, owned by nobody, and comes to rest", async () => {
    await record(found("r1", { host: "ws1" }), found("r2", { host: "ws1", minute: 5 }), found("r3", { host: "ws9" }));
    await settle();
    expect(await incidents()).toEqual({ "INC-1": "r1@ws1 r2@ws1", "INC-2": "r3@ws9" });
    const incident = await readIncident(taro, "INC-1");
    expect(incident).toMatchObject({ title: "Rule r1 – ws1", owner: null, severity: "medium", status: "open" });
    expect(incident.entries.map(({ kind, actor }) => [kind, actor.kind])).toEqual([["opened", "system"]]);
    expect((await state.db.execute(sql`SELECT * FROM alert_unformed`)).rows).toEqual([]);
  });

  it("names it by its rule in both languages, findable by either, until a person names it", async () => {
    await record(found("r1", { host: "ws1" }), found("r3", { host: "ws9" }));
    await settle();
    expect(await readIncident(taro, "INC-1")).toMatchObject({ title: "Rule r1 – ws1", titleJa: "不審な実行 – ws1" });
    expect(await readIncident(taro, "INC-2")).toMatchObject({ title: "Rule r3 – ws9", titleJa: null });
    const query = { sort: "updated", order: "desc", limit: 10 } as const;
    const numbers = async (q: string) =>
      (await listIncidents(state.db, { ...query, q }, { scope: { all: true }, me: "" })).items.map((one) => one.number);
    expect(await numbers("不審な")).toEqual([1]);
    const edit = async (change: Parameters<typeof changeIncident>[1]["change"]) => {
      const { version } = await readIncident(taro, "INC-1");
      return await changeIncident(taro, { id: "INC-1", version, change }, incidentDeps);
    };
    expect(await edit({ severity: "high", title: "Rule r1 – ws1" })).toMatchObject({ titleJa: "不審な実行 – ws1" });
    expect(await edit({ title: "Ransomware" })).toMatchObject({ title: "Ransomware", titleJa: null });
    expect([await numbers("不審な"), await numbers("ransomware")]).toEqual([[], [1]]);
  });

  it("adds what comes later, and what has grown into the neighborhood", async () => {
    await record(
      found("r1", { host: "ws1" }),
      found("r2", { host: "fs1", minute: 3, rule: { level: "informational" } }),
    );
    await settle();
    expect(await incidents()).toEqual({ "INC-1": "r1@ws1" });
    await record(
      found("r2", { host: "fs1", minute: 4, rule: { level: "informational" }, sample: { user_name: "taro" } }),
      found("r1", { host: "ws1", minute: 4, sample: { user_name: "CORP\\taro" } }),
    );
    await settle();
    expect(await incidents()).toEqual({ "INC-1": "r1@ws1 r2@fs1" });
  });

  it("gives the same incidents whatever the portions, and after a start anew", async () => {
    const groups = Array.from({ length: 40 }, (_, i) =>
      found(`r${i % 7}`, {
        host: `ws${i % 5}`,
        minute: (i * 37) % 400,
        rule: { level: i % 3 === 0 ? "low" : "medium" },
        sample: { user_name: i % 4 === 0 ? `user${i % 3}` : "" },
      }),
    );
    await record(...groups);
    await settle();
    const whole = Object.values(await incidents()).sort();
    await settle(newFormation());
    expect(Object.values(await incidents()).sort()).toEqual(whole);
    await state.db.execute(
      sql`TRUNCATE alert, alert_touched, alert_unformed, incident, incident_entry, incident_alert CASCADE`,
    );
    const again = newFormation();
    for (const group of groups.toReversed()) {
      await record(group);
      await again.pass();
    }
    await settle(again);
    expect(Object.values(await incidents()).sort()).toEqual(whole);
  });

  it("gives the same incidents where novelty and quiet days decide, whenever it looks and in whatever order", async () => {
    const day = 24 * 60;
    const low = (id: string, host: string, minute: number) => found(id, { host, minute, rule: { level: "low" } });
    const groups = [
      low("r0", "ws0", 0),
      ...[13, 17, 21].map((on) => low("r1", `early${on}`, on * day)),
      // New, then seen again after quiet days, then elsewhere for days.
      ...[16, 20, 26].map((on) => low("r2", "ws1", on * day)),
      ...[17, 18, 19, 20].map((on) => low("r2", `later${on}`, on * day)),
      // Never quiet for two days, told of in pieces.
      ...[15, 16.5, 18].map((on) => low("r3", "ws2", on * day)),
      low("r0", "ws2", 18 * day + 5),
      // Alone it is nothing; new, it is one with what began again beside it.
      low("r0", "ws3", 22 * day),
      low("r4", "ws3", 22 * day + 9),
    ];
    const replayed = async (ordered: typeof groups, every: number) => {
      await state.db.execute(
        sql`TRUNCATE alert, alert_touched, alert_unformed, incident, incident_entry, incident_alert CASCADE`,
      );
      const fresh = newFormation();
      for (const [place, group] of ordered.entries()) {
        await record(group);
        if (place % every === 0) await fresh.pass();
      }
      await settle(fresh);
      return Object.values(await incidents()).sort();
    };
    const whole = ["r0@ws2 r3@ws2", "r0@ws3 r4@ws3", "r2@ws1"];
    expect(await replayed(groups, groups.length)).toEqual(whole);
    const mixed = groups.map((group, i) => ({ group, at: (i * 7) % groups.length })).sort((a, b) => a.at - b.at);
    const orders = [groups, groups.toReversed(), mixed.map(({ group }) => group)];
    for (const ordered of orders) expect(await replayed(ordered, 1)).toEqual(whole);
    expect(await replayed(groups.toReversed(), 4)).toEqual(whole);
  });

  it("joins two incidents that nobody has touched when an alert connects them, and says so", async () => {
    await record(found("r1", { host: "ws1" }));
    await settle();
    await record(found("r2", { host: "fs1", minute: 20 }));
    await settle();
    expect(await incidents()).toEqual({ "INC-1": "r1@ws1", "INC-2": "r2@fs1" });
    await record(found("r3", { host: "ws1", minute: 10, sample: { user_name: "taro" } }));
    await record(found("r4", { host: "fs1", minute: 11, sample: { user_name: "taro" } }));
    await settle();
    expect(await incidents()).toEqual({ "INC-1": "r1@ws1 r2@fs1 r3@ws1 r4@fs1" });
    const { relations } = await readFormation(taro, "INC-2");
    expect(relations).toMatchObject([{ kind: "merged-into", isFrom: true, other: { number: 1 }, mayUndo: false }]);
  });

  it("keeps what is below the threshold as a group, with what it has", async () => {
    const low = { level: "informational" } as const;
    await record(found("r1", { host: "ws1", rule: low }), found("r2", { host: "ws1", minute: 1, rule: low }));
    await settle();
    expect(await incidents()).toEqual({});
    const { items, total } = await listGroups(taro, { limit: 10 });
    expect(total).toBe(1);
    expect(items).toMatchObject([{ alerts: 2, hiddenAlerts: 0, score: 1.5, threshold: 25 }]);
  });
});

describe("A pass that something comes between", () => {
  it("leaves out the one incident that refuses, and writes the others", async () => {
    await record(found("r1", { host: "ws1" }));
    await settle();
    await record(found("r2", { host: "ws1", minute: 5 }), found("r3", { host: "ws9" }));
    const alertIds = [await alertId("r2")];
    const between = () => openIncident(taro, { title: "Mine", alertIds }, incidentDeps);
    const passed = await newFormation({ between }).pass();
    expect(passed).toMatchObject({ skipped: 1, steps: 1 });
    expect(await incidents()).toEqual({ "INC-1": "r1@ws1", "INC-2": "r2@ws1", "INC-3": "r3@ws9" });
  });

  it("does not close what a person has just taken in hand", async () => {
    await record(found("r1", { host: "ws1" }));
    await settle();
    await state.db.execute(sql`UPDATE alert SET level = 'informational'`);
    const between = () => addIncidentNote(taro, { id: "INC-1", text: "I look at it" });
    expect(await newFormation({ between }).pass()).toMatchObject({ skipped: 1 });
    expect(await incidents()).toEqual({ "INC-1": "r1@ws1" });
  });

  it("goes on after the answer to a commit was lost", async () => {
    let losing = 0;
    const transaction: State["transaction"] = async (work) => {
      const result = await state.transaction(work);
      losing -= 1;
      if (losing >= 0) throw new Error("the connection broke");
      return result;
    };
    await record(found("r1", { host: "ws1" }), found("r2", { host: "ws1", minute: 5 }));
    const shaken = newFormation({ transaction });
    await settle(shaken);
    await record(found("r4", { host: "ws1", minute: 7 }), found("r5", { host: "ws7" }));
    losing = 1;
    await expect(shaken.pass()).rejects.toThrow("the connection broke");
    await record(found("r3", { host: "ws1", minute: 9 }));
    await settle(shaken);
    expect(await incidents()).toEqual({ "INC-1": "r1@ws1 r2@ws1 r3@ws1 r4@ws1", "INC-2": "r5@ws7" });
  });

  it("does not open anew what stays open in an incident that was closed long ago", async () => {
    await record(found("r1", { host: "ws1" }));
    await settle();
    const { version } = await readIncident(taro, "INC-1");
    const change = { status: "closed", closingReason: "x", disposition: "benign" } as const;
    await changeIncident(taro, { id: "INC-1", version, change }, incidentDeps);
    await state.db.execute(sql`UPDATE alert SET status = 'open', disposition = NULL, reason = ''`);
    await state.db.execute(sql`UPDATE incident SET closed_at = now() - interval '60 days'`);
    const passed = await newFormation().pass();
    expect(passed).toMatchObject({ steps: 0, skipped: 0 });
  });
});

describe("An incident that is open", () => {
  it("keeps its old alerts, and is not withdrawn because they are old", async () => {
    await record(found("r1", { host: "ws1" }));
    await settle();
    await state.db.execute(sql`UPDATE alert SET updated_at = now() - interval '60 days'`);
    await settle(newFormation());
    expect(await incidents()).toEqual({ "INC-1": "r1@ws1" });
    await record(found("r2", { host: "ws1", minute: 5 }));
    await settle(newFormation());
    expect(await incidents()).toEqual({ "INC-1": "r1@ws1 r2@ws1" });
  });

  it("rises to the unit above when an alert of another unit joins it", async () => {
    await record(found("r1", { host: "ws1", unitId: "unit_osaka", sample: { user_name: "taro" } }));
    await settle();
    expect(await readIncident(taro, "INC-1")).toMatchObject({ unitId: "unit_osaka" });
    await record(found("r2", { host: "fs1", unitId: "unit_kyoto", minute: 5, sample: { user_name: "taro" } }));
    await settle();
    expect(await readIncident(taro, "INC-1")).toMatchObject({ unitId: "unit_root", alertCount: 2 });
  });

  it("is written once, and a change that brings nothing needs one look", async () => {
    await record(found("r1", { host: "ws1" }));
    await settle();
    await record(found("r1", { host: "ws1", minute: 1 }));
    expect(await formation.pass()).toMatchObject({ steps: 0 });
    expect(await formation.pass()).toBeUndefined();
  });
});

describe("An alert that was quiet for two days", () => {
  it("joins what happens when it is seen again", async () => {
    const recurring = { host: "ws1", rule: { level: "low" } } as const;
    await record(found("r1", recurring));
    await record(found("r1", { ...recurring, minute: 6 * 24 * 60 }));
    await record(found("r2", { host: "ws1", minute: 6 * 24 * 60 + 5 }));
    await settle();
    expect(await incidents()).toEqual({ "INC-1": "r1@ws1 r2@ws1" });
  });
});

describe("What a person has decided", () => {
  it("stands: an alert that was taken out does not come back, and its incident is not merged away", async () => {
    await record(found("r1", { host: "ws1" }), found("r2", { host: "ws1", minute: 5 }));
    await settle();
    await removeAlert(taro, { id: "INC-1", alertId: await alertId("r2") });
    await settle();
    await settle(newFormation());
    const after = await incidents();
    expect(after["INC-1"]).toBe("r1@ws1");
    expect(after).toEqual({ "INC-1": "r1@ws1", "INC-2": "r2@ws1" });
  });

  it("ends an incident: what goes on is another one that continues it", async () => {
    await record(found("r1", { host: "ws1" }));
    await settle();
    const { version } = await readIncident(taro, "INC-1");
    const change = { status: "closed", closingReason: "cleaned", disposition: "true-positive" } as const;
    await changeIncident(taro, { id: "INC-1", version, change }, incidentDeps);
    await settle();
    expect(await incidents()).toEqual({});
    // The same rule on the same machine, as a new alert: it does not disappear in what is closed.
    await record(found("r1", { host: "ws1", minute: 30 }));
    await settle();
    expect(await incidents()).toEqual({ "INC-2": "r1@ws1" });
    const { relations, cluster } = await readFormation(taro, "INC-2");
    expect(relations).toMatchObject([{ kind: "continues", isFrom: true, other: { number: 1 } }]);
    expect(cluster?.joins).toMatchObject([{ with: null, shared: [{ kind: "host", value: "ws1" }] }]);
  });

  it("keeps why the incident was formed when it is closed, and its alerts are no group any more", async () => {
    await record(found("r1", { host: "ws1" }), found("r2", { host: "ws1", minute: 5 }));
    await settle();
    const { cluster } = await readFormation(taro, "INC-1");
    const { version } = await readIncident(taro, "INC-1");
    const change = { status: "closed", closingReason: "cleaned", disposition: "benign" } as const;
    await changeIncident(taro, { id: "INC-1", version, change }, incidentDeps);
    await record(found("r3", { host: "ws1", minute: 9, rule: { level: "informational" } }));
    await settle();
    await settle(newFormation());
    expect(cluster?.score).toBeGreaterThan(25);
    expect((await readFormation(taro, "INC-1")).cluster).toEqual(cluster);
    expect(await listGroups(taro, { limit: 10 })).toEqual({ items: [], total: 0 });
  });

  it("stands when a split is taken back: what was closed since is not opened", async () => {
    await record(found("r1", { host: "ws1" }), found("r2", { host: "ws1", minute: 5 }));
    await settle();
    await splitIncident(taro, { id: "INC-1", alertIds: [await alertId("r2")], title: "t", reason: "r" });
    const { version } = await readIncident(taro, "INC-1");
    const change = { status: "closed", closingReason: "cleaned", disposition: "benign" } as const;
    await changeIncident(taro, { id: "INC-1", version, change }, incidentDeps);
    const [relation] = (await readFormation(taro, "INC-1")).relations;
    const undo = undoRelation(taro, { id: "INC-1", relationId: relation?.id ?? "" });
    await expect(undo).rejects.toMatchObject({ code: "conflict" });
    expect(await readIncident(taro, "INC-1")).toMatchObject({ status: "closed", closingReason: "cleaned" });
  });

  it("takes alerts from an incident that formed by itself, and not from one that somebody works on", async () => {
    await record(found("r1", { host: "ws1" }));
    await settle();
    const alertIds = [await alertId("r1")];
    const mine = await openIncident(taro, { title: "Mine", alertIds }, incidentDeps);
    expect(mine).toMatchObject({ number: 2, alertCount: 1 });
    expect(await readIncident(taro, "INC-1")).toMatchObject({
      status: "closed",
      closingReason: "yagura:yielded:INC-2",
      alertCount: 0,
    });
    await settle();
    expect(await incidents()).toEqual({ "INC-2": "r1@ws1" });
    const hanako = await contexts.as({ person: "花子" });
    await expect(openIncident(hanako, { title: "Hers", alertIds }, incidentDeps)).rejects.toMatchObject({
      code: "conflict",
    });
  });

  it("merges and splits, stands against every later pass, and can be taken back without losing history", async () => {
    await record(found("r1", { host: "ws1" }), found("r2", { host: "ws1", minute: 5 }), found("r3", { host: "ws9" }));
    await settle();
    const before = await incidents();
    const split = { alertIds: [await alertId("r2")], title: "Another thing", reason: "a drill" };
    const { number } = await splitIncident(taro, { id: "INC-1", ...split });
    await settle();
    await settle(newFormation());
    expect(await incidents()).toEqual({ ...before, "INC-1": "r1@ws1", [`INC-${number}`]: "r2@ws1" });
    const [relation] = (await readFormation(taro, "INC-1")).relations;
    expect(relation).toMatchObject({ kind: "split-from", isFrom: false, by: "太郎", reason: "a drill", mayUndo: true });
    await undoRelation(taro, { id: "INC-1", relationId: relation?.id ?? "" });
    await settle(newFormation());
    expect(await incidents()).toEqual(before);

    await mergeIncidents(taro, { id: "INC-2", intoId: "INC-1", reason: "one attacker" });
    await settle(newFormation());
    expect(await incidents()).toEqual({ "INC-1": "r1@ws1 r2@ws1 r3@ws9" });
    const { relations } = await readFormation(taro, "INC-2");
    await undoRelation(taro, { id: "INC-2", relationId: relations[0]?.id ?? "" });
    await settle(newFormation());
    expect(await incidents()).toEqual(before);
    const undone = undoRelation(taro, { id: "INC-2", relationId: relations[0]?.id ?? "" });
    await expect(undone).rejects.toMatchObject({ code: "not_found" });
    expect((await readIncident(taro, "INC-1")).entries.map(({ kind }) => kind)).toEqual([
      "alerts-removed",
      "alerts-added",
      "alerts-added",
      "alerts-removed",
      "opened",
    ]);
    await expect(mergeIncidents(taro, { id: "INC-1", intoId: "INC-1", reason: "x" })).rejects.toMatchObject({
      code: "conflict",
    });
    const all = { alertIds: [await alertId("r3")], title: "t", reason: "r" };
    await expect(splitIncident(taro, { id: "INC-2", ...all })).rejects.toMatchObject({ code: "invalid" });
  });

  it("teaches rules: one verdict per act of closing, however many alerts, and the next incident needs more", async () => {
    await record(...Array.from({ length: 6 }, (_, i) => found("r1", { host: `ws${i}` })));
    await settle();
    expect(Object.keys(await incidents())).toHaveLength(6);
    const { applyChange, pickByFilter } = await import("../../monitor/alert/change.ts");
    for (const [act, hosts] of [
      ["one", "('ws0','ws1','ws2')"],
      ["two", "('ws3')"],
    ] as const) {
      await state.transaction((tx) =>
        applyChange(
          tx,
          {
            id: `change_${act}`,
            at: new Date(T0),
            actor: { kind: "person", id: "p", name: "p" },
            after: { status: "closed", disposition: "false-positive", reason: "backup" },
            note: undefined,
          },
          pickByFilter(sql.raw(`a.rule_id = 'r1' AND a.entity IN ${hosts}`)),
        ),
      );
    }
    expect(await readVerdicts(state.db)).toEqual(new Map([["r1", { right: 0, wrong: 2 }]]));
    await settle();
    // Half of the trust is gone, so what nobody has worked on is withdrawn.
    expect(await incidents()).toEqual({});
    const withdrawn = await readIncident(taro, "INC-5");
    expect(withdrawn).toMatchObject({ status: "closed", closingReason: expect.stringContaining("yagura:withdrawn:") });
  });
});

describe("Why an incident is one", () => {
  it("is told with numbers that add up, as far as the reader may see", async () => {
    await record(
      found("r1", { host: "ws1", unitId: "unit_osaka", sample: { user_name: "taro" }, rule: { level: "high" } }),
      found("r2", { host: "fs1", unitId: "unit_kyoto", minute: 12, sample: { user_name: "taro" } }),
    );
    await settle();
    expect(await readIncident(taro, "INC-1")).toMatchObject({ unitId: "unit_root", alertCount: 2 });
    const { cluster } = await readFormation(taro, "INC-1");
    expect(cluster?.score).toBe(cluster?.parts.reduce((sum, { points }) => sum + points, 0));
    expect(cluster?.joins).toMatchObject([{ with: { ruleTitle: "Rule r1" }, apartMs: 720_000 }]);
    const osaka = await contexts.as({ units: ["unit_osaka"], person: "花子" });
    await expect(readFormation(osaka, "INC-1")).rejects.toMatchObject({ code: "not_found" });
  });
});
