import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { recordDetectionGroups } from "../../monitor/alert/index.ts";
import { groupOf, T0 } from "../../monitor/alert/testing.ts";
import { undoChange } from "../../monitor/alert/triage.ts";
import { type TestContexts, testContexts } from "../../monitor/source/testing.ts";
import type { Ctx } from "../../organization/access/index.ts";
import type { State } from "../../platform/state/index.ts";
import { openTestState } from "../../platform/state/testing.ts";
import { addIncidentNote, changeIncident, openIncident } from "./conduct.ts";
import { IncidentInput, IncidentListQuery, IncidentPatch, MAX_INCIDENT_ALERTS } from "./contract.ts";
import { countIncidents } from "./count.ts";
import { addAlerts, removeAlert } from "./membership.ts";
import {
  type IncidentDeps,
  listIncidentPage,
  readIncident,
  readIncidentCounts,
  readIncidentsByAlerts,
} from "./service.ts";

let state: State;
let contexts: TestContexts;
let taro: Ctx;
beforeAll(async () => {
  state = await openTestState();
  contexts = testContexts(state, new Date(T0 + 60_000));
  taro = await contexts.as();
});
afterAll(() => state?.close());
beforeEach(async () => {
  await state.db.execute(
    sql`TRUNCATE alert, alert_change, alert_history, incident, incident_entry, incident_alert CASCADE`,
  );
  await state.db.execute(sql`UPDATE incident_number SET last = 0`);
  contexts.audits.length = 0;
});

const deps: IncidentDeps = {
  findOwner: async (_ctx, id) => (id === "person_hanako" ? { id, name: "花子" } : undefined),
  mayWork: async () => true,
};
/** Records alerts and gives their ids in the order of the groups. */
async function alerts(...groups: Parameters<typeof recordDetectionGroups>[1]): Promise<string[]> {
  await state.transaction((tx) => recordDetectionGroups(tx, groups, new Date(T0)));
  const { rows } = await state.db.execute<{ id: string; rule: string; entity: string }>(
    sql`SELECT id, rule_id AS rule, entity FROM alert`,
  );
  return groups.map(
    ({ rule, entity }) => rows.find((row) => row.rule === rule.id && row.entity === entity.value)?.id ?? "",
  );
}
async function stateOf(ids: readonly string[]): Promise<string[]> {
  const { rows } = await state.db.execute<{ id: string; told: string }>(
    sql`SELECT id, status || ' ' || coalesce(disposition, '') || ' ' || reason AS told FROM alert`,
  );
  return ids.map((id) => rows.find((row) => row.id === id)?.told ?? "");
}
const open = (input: Record<string, unknown>, of = taro) => openIncident(of, IncidentInput.parse(input), deps);
const change = (id: string, version: number, wish: Record<string, unknown>, of = taro) =>
  changeIncident(of, { id, ...IncidentPatch.parse({ version, change: wish }) }, deps);
const list = (query: Record<string, unknown> = {}, of = taro) => listIncidentPage(of, IncidentListQuery.parse(query));
const host = (name: string, more: Parameters<typeof groupOf>[0] = {}) => groupOf({ ...more, host: name });

describe("Opening an incident from alerts", () => {
  it("tells the story of the alerts, takes the highest severity, and belongs to the one who opened it", async () => {
    const ids = await alerts(
      host("dc1", {
        rule: { id: "r-2", level: "high", title: "DCSync", tactics: ["credential-access"] },
        atMs: T0 + 9000,
      }),
      host("web1", { rule: { id: "r-1", level: "low", tactics: ["initial-access"] }, atMs: T0 }),
    );
    const incident = await open({ title: "  Domain\n takeover ", alertIds: ids });
    expect(incident).toMatchObject({
      number: 1,
      version: 1,
      title: "Domain takeover",
      severity: "high",
      status: "open",
      owner: { id: "person_太郎", name: "太郎" },
      unitId: "unit_root",
      alertCount: 2,
      hiddenAlerts: 0,
      closedAt: null,
    });
    expect(incident.story.steps.map(({ alertId }) => alertId)).toEqual(ids.toReversed());
    expect(incident.story.steps[0]).toMatchObject({
      time: new Date(T0).toISOString(),
      eventId: "7-1048577",
      known: 6,
      six: { who: "EXAMPLE\\taro", whereFrom: "10.0.0.5", withWhat: "net.exe", what: "Domain Admins" },
    });
    expect(incident.facts.tactics.map(({ tactic }) => tactic)).toEqual(["initial-access", "credential-access"]);
    expect(incident.entries).toMatchObject([{ kind: "opened", alertCount: 2, actor: { name: "太郎" } }]);
    expect(incident.entries[0]?.alerts.map(({ id }) => id).sort()).toEqual(ids.toSorted());
    expect(contexts.audits).toMatchObject([
      { action: "incident.open", target: { kind: "incident", id: incident.id }, unitId: "unit_root" },
    ]);
  });

  it("counts without gaps, failed attempts included, and is found by its number", async () => {
    const [a = "", b = ""] = await alerts(host("a"), host("b"));
    await open({ title: "one", alertIds: [a] });
    await expect(open({ title: "again", alertIds: [a] })).rejects.toMatchObject({ code: "conflict" });
    const second = await open({ title: "two", alertIds: [b] });
    expect(second.number).toBe(2);
    expect((await readIncident(taro, "inc-2")).id).toBe(second.id);
    await expect(readIncident(taro, "INC-3")).rejects.toMatchObject({ code: "not_found" });
  });

  it("names the incident that an alert belongs to already", async () => {
    const [a = "", b = ""] = await alerts(host("a"), host("b"));
    await open({ title: "one", alertIds: [a] });
    await expect(open({ title: "two", alertIds: [a, b] })).rejects.toMatchObject({
      code: "conflict",
      message: "1 of the alerts already belongs to INC-1.",
      detail: { alertIds: [a], incidents: ["INC-1"] },
    });
    expect((await readIncidentsByAlerts(taro, [a, b])).items).toMatchObject([
      { alertId: a, incident: { number: 1, title: "one", status: "open" } },
    ]);
  });

  it("asks for the unit when the alerts are of several", async () => {
    const ids = await alerts(host("a", { unitId: "unit_osaka" }), host("b", { unitId: "unit_kyoto" }));
    await expect(open({ title: "x", alertIds: ids })).rejects.toMatchObject({ code: "invalid" });
    expect(await open({ title: "x", alertIds: ids, unitId: "unit_root" })).toMatchObject({ unitId: "unit_root" });
  });

  it.each([
    ["nobody", { ownerId: null }, null],
    ["another person", { ownerId: "person_hanako" }, { id: "person_hanako", name: "花子" }],
  ])("gives it to %s when asked", async (_, input, owner) => {
    expect((await open({ title: "x", alertIds: await alerts(host("a")), ...input })).owner).toEqual(owner);
  });

  it("refuses alerts and owners that do not exist", async () => {
    const [a = ""] = await alerts(host("a"));
    await expect(open({ title: "x", alertIds: [a, "alert_none"] })).rejects.toMatchObject({
      code: "not_found",
      detail: { alertIds: ["alert_none"] },
    });
    await expect(open({ title: "x", alertIds: [a], ownerId: "person_none" })).rejects.toMatchObject({
      code: "invalid",
    });
    expect((await list()).total).toBe(0);
  });
});

describe("Who sees and does what", () => {
  it("an incident is for those of its unit; foreign alerts in it are counted, never told", async () => {
    const [a = "", b = ""] = await alerts(
      host("osaka-pc", { unitId: "unit_osaka" }),
      host("kyoto-pc", { unitId: "unit_kyoto", rule: { title: "Secret of Kyoto" } }),
    );
    const { id } = await open({ title: "both", alertIds: [a, b], unitId: "unit_osaka" });
    const osaka = await contexts.as({ units: ["unit_osaka"], person: "浪花" });
    const seen = await readIncident(osaka, id);
    expect(seen).toMatchObject({ alertCount: 2, hiddenAlerts: 1, facts: { detections: 1 } });
    expect(seen.alerts.map((alert) => alert.id)).toEqual([a]);
    expect(JSON.stringify(seen)).not.toMatch(/kyoto|Kyoto/);
    await expect(removeAlert(osaka, { id, alertId: b })).rejects.toMatchObject({ code: "not_found" });

    const kyoto = await contexts.as({ units: ["unit_kyoto"], person: "みやこ" });
    await expect(readIncident(kyoto, id)).rejects.toMatchObject({ code: "not_found" });
    expect((await list({}, kyoto)).total).toBe(0);
    expect((await readIncidentCounts(kyoto)).total).toBe(0);
    expect((await readIncidentsByAlerts(kyoto, [a, b])).items).toEqual([]);
    const refusal = await open({ title: "mine", alertIds: [b] }, kyoto).catch((error: unknown) => error);
    expect(refusal).toMatchObject({
      code: "conflict",
      message: "1 of the alerts already belongs to another incident.",
    });
    expect(JSON.stringify(refusal)).not.toContain("INC-");
  });

  it("linking needs the right to write in the alert's unit and in the incident's", async () => {
    const [a = "", b = ""] = await alerts(host("a", { unitId: "unit_osaka" }), host("b", { unitId: "unit_kyoto" }));
    const osaka = await contexts.as({ units: ["unit_osaka"] });
    await expect(open({ title: "x", alertIds: [a, b], unitId: "unit_osaka" }, osaka)).rejects.toMatchObject({
      code: "not_found",
      detail: { alertIds: [b] },
    });
    await expect(open({ title: "x", alertIds: [a], unitId: "unit_kyoto" }, osaka)).rejects.toMatchObject({
      code: "forbidden",
    });
    const { id } = await open({ title: "x", alertIds: [a] }, osaka);
    await expect(change(id, 1, { unitId: "unit_kyoto" }, osaka)).rejects.toMatchObject({ code: "forbidden" });
    await expect(addAlerts(osaka, { id, alertIds: [b] })).rejects.toMatchObject({ code: "not_found" });
  });

  it("an auditor reads and changes nothing", async () => {
    const [a = ""] = await alerts(host("a"));
    const { id } = await open({ title: "x", alertIds: [a] });
    const auditor = await contexts.as({ role: "auditor" });
    expect((await readIncident(auditor, id)).title).toBe("x");
    await expect(change(id, 1, { title: "y" }, auditor)).rejects.toMatchObject({ code: "not_found" });
    await expect(addIncidentNote(auditor, { id, text: "x" })).rejects.toMatchObject({ code: "not_found" });
  });

  it("the funnel counts what was opened in the range, within the units", async () => {
    const [a = "", b = ""] = await alerts(host("a", { unitId: "unit_osaka" }), host("b"));
    await open({ title: "a", alertIds: [a] });
    await open({ title: "b", alertIds: [b] });
    const range = { fromMs: T0, toMs: T0 + 61_000 };
    expect(await countIncidents(state.db, range, { all: true })).toBe(2);
    expect(await countIncidents(state.db, range, { all: false, ids: ["unit_osaka"] })).toBe(1);
    expect(await countIncidents(state.db, range, { all: false, ids: [] })).toBe(0);
    expect(await countIncidents(state.db, { ...range, toMs: T0 + 60_000 }, { all: true })).toBe(0);
  });
});

describe("Conducting an incident", () => {
  it("goes from open to closed and back, each step in the history with its reason", async () => {
    const { id } = await open({ title: "x", alertIds: await alerts(host("a")) });
    await change(id, 1, { status: "contained" });
    const later = await contexts.as({ now: new Date(T0 + 120_000) });
    const closed = await change(
      id,
      2,
      { status: "closed", closingReason: "端末を初期化した", disposition: "benign" },
      later,
    );
    expect(closed).toMatchObject({ closedAt: new Date(T0 + 120_000).toISOString(), closingReason: "端末を初期化した" });
    const reopened = await change(id, 3, { status: "open", ownerId: null });
    expect(reopened).toMatchObject({ version: 4, closedAt: null, closingReason: "", owner: null });
    expect(
      reopened.entries.map(({ changes }) => changes.map(({ field, before, after }) => [field, before, after])),
    ).toEqual([
      [
        ["status", "closed", "open"],
        ["closingReason", "端末を初期化した", null],
        ["owner", "太郎", null],
      ],
      [
        ["status", "contained", "closed"],
        ["closingReason", null, "端末を初期化した"],
      ],
      [["status", "open", "contained"]],
      [],
    ]);
    expect(contexts.audits.map(({ action }) => action)).toEqual([
      "incident.open",
      "incident.status",
      "incident.close",
      "incident.status",
    ]);
  });

  it("closes what is still open of its alerts with it, and says what the closer may not close", async () => {
    const ids = await alerts(host("a", { unitId: "unit_osaka" }), host("b", { unitId: "unit_kyoto" }), host("c"));
    const { id } = await open({ title: "x", unitId: "unit_osaka", alertIds: ids });
    const osaka = await contexts.as({ units: ["unit_osaka"] });
    const wish = { status: "closed", closingReason: "端末を初期化した" };
    await expect(change(id, 1, wish, osaka)).rejects.toMatchObject({ code: "invalid", detail: { openAlerts: 1 } });
    const closed = await change(id, 1, { ...wish, disposition: "true-positive" }, osaka);
    expect(closed).toMatchObject({ status: "closed", closedAlerts: 1, leftAlerts: 2 });
    const told = contexts.audits.at(-1)?.detail;
    expect(told).toMatchObject({ closedAlerts: 1, leftAlerts: 2, alertChangeId: expect.any(String) });
    expect(await stateOf(ids)).toEqual(["closed true-positive 端末を初期化した", "open  ", "open  "]);
    // Reopening leaves them, and closing again asks about what is open by then.
    await change(id, 2, { status: "open" });
    const again = await change(id, 3, { ...wish, closingReason: "やはり訓練", disposition: "benign" });
    expect(again).toMatchObject({ closedAlerts: 2, leftAlerts: 0 });
    expect(await stateOf(ids)).toEqual([
      "closed true-positive 端末を初期化した",
      "closed benign やはり訓練",
      "closed benign やはり訓練",
    ]);
  });

  it("takes back what closing did to the alerts by the change that the record names", async () => {
    const ids = await alerts(host("a"));
    const { id } = await open({ title: "x", alertIds: ids });
    await change(id, 1, { status: "closed", closingReason: "done", disposition: "benign" });
    await undoChange(taro, String(contexts.audits.at(-1)?.detail?.alertChangeId));
    expect(await stateOf(ids)).toEqual(["open  "]);
  });

  it.each([
    ["closing without a reason", { status: "closed" }],
    ["a reason without closing", { closingReason: "x" }],
    ["what the alerts were without closing", { disposition: "benign", title: "x" }],
    ["nothing", {}],
    ["an empty title", { title: " \n " }],
  ])("does not take %s", (_, wish) => {
    expect(IncidentPatch.safeParse({ version: 1, change: wish }).success).toBe(false);
  });

  it("takes one of two changes made on the same version; notes never collide", async () => {
    const { id } = await open({ title: "x", alertIds: await alerts(host("a")) });
    const outcomes = await Promise.allSettled([
      change(id, 1, { severity: "critical" }),
      change(id, 1, { title: "y" }),
      addIncidentNote(taro, { id, text: "one" }),
      addIncidentNote(taro, { id, text: "two" }),
    ]);
    const failed = outcomes.filter((outcome) => outcome.status === "rejected");
    expect(failed).toMatchObject([{ reason: { code: "conflict" } }]);
    const now = await readIncident(taro, id);
    expect(now.version).toBe(2);
    expect(now.entries.flatMap(({ note }) => (note === null ? [] : [note])).sort()).toEqual(["one", "two"]);
  });

  it("keeps an unlinked alert in the history, and lets it join another incident", async () => {
    const [a = "", b = ""] = await alerts(host("a"), host("b"));
    const { id } = await open({ title: "x", alertIds: [a, b] });
    const without = await removeAlert(taro, { id, alertId: a });
    expect(without.alerts.map((alert) => alert.id)).toEqual([b]);
    expect(without.entries).toMatchObject([
      { kind: "alerts-removed", alertCount: 1, alerts: [{ id: a, entity: "a" }] },
      { kind: "opened", alertCount: 2 },
    ]);
    await expect(removeAlert(taro, { id, alertId: a })).rejects.toMatchObject({ code: "not_found" });
    const other = await open({ title: "y", alertIds: [a] });
    await removeAlert(taro, { id: other.id, alertId: a });
    const back = await addAlerts(taro, { id, alertIds: [a, b] });
    expect(back.entries.map(({ kind, alertCount }) => [kind, alertCount])).toEqual([
      ["alerts-added", 1],
      ["alerts-removed", 1],
      ["opened", 2],
    ]);
  });

  it("adds nothing to a closed incident, and not more than it can hold", async () => {
    const groups = Array.from({ length: MAX_INCIDENT_ALERTS + 1 }, (_, n) => host(`h${n}`));
    const [first = "", ...rest] = await alerts(...groups);
    const { id } = await open({ title: "x", alertIds: rest });
    await expect(addAlerts(taro, { id, alertIds: [first] })).rejects.toMatchObject({ code: "over_limit" });
    await change(id, 1, { status: "closed", closingReason: "done", disposition: "benign" });
    await expect(addAlerts(taro, { id, alertIds: [first] })).rejects.toMatchObject({ code: "conflict" });
  });
});

describe("Two people at the same moment", () => {
  it("cannot put one alert into two incidents", async () => {
    const ids = await alerts(...Array.from({ length: 6 }, (_, n) => host(`h${n}`)));
    const hanako = await contexts.as({ person: "花子" });
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, (_, n) =>
        open({ title: `try ${n}`, alertIds: n % 2 ? ids : ids.toReversed() }, n % 2 ? taro : hanako),
      ),
    );
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "conflict" });
    }
    const { items, total } = await list();
    expect({ total, number: items[0]?.number, alertCount: items[0]?.alertCount }).toEqual({
      total: 1,
      number: 1,
      alertCount: 6,
    });
  });

  it("add the same alert to two incidents: one of them gets it", async () => {
    const [a = "", b = "", c = ""] = await alerts(host("a"), host("b"), host("c"));
    const one = await open({ title: "one", alertIds: [a] });
    const two = await open({ title: "two", alertIds: [b] });
    const outcomes = await Promise.allSettled([
      addAlerts(taro, { id: one.id, alertIds: [c] }),
      addAlerts(taro, { id: two.id, alertIds: [c] }),
      addAlerts(taro, { id: one.id, alertIds: [c] }),
    ]);
    expect((await readIncidentsByAlerts(taro, [c])).items).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "conflict" });
    }
  });
});

describe("The list of incidents", () => {
  beforeEach(async () => {
    const ids = await alerts(
      host("a", { rule: { id: "r1", level: "low" } }),
      host("b", { rule: { id: "r2", level: "critical" } }),
      host("c", { rule: { id: "r3", level: "high" }, unitId: "unit_osaka" }),
    );
    const at = (minutes: number) => contexts.as({ now: new Date(T0 + minutes * 60_000) });
    await open({ title: "Ｐｈｉｓｈｉｎｇ mail", alertIds: [ids[0]], ownerId: "person_hanako" }, await at(1));
    await open({ title: "身代金の要求", alertIds: [ids[1]], summary: "100% encrypted" }, await at(2));
    await open({ title: "Ransom note", alertIds: [ids[2]], ownerId: null }, await at(3));
    await change("INC-1", 1, { status: "resolved" }, await at(4));
  });

  it.each([
    [{}, [1, 3, 2]],
    [{ sort: "opened" }, [3, 2, 1]],
    [{ sort: "severity" }, [2, 3, 1]],
    [{ sort: "severity", order: "asc" }, [1, 3, 2]],
    [{ status: "open,contained" }, [3, 2]],
    [{ severity: "critical" }, [2]],
    [{ owner: "me" }, [2]],
    [{ owner: "none,person_hanako" }, [1, 3]],
    [{ unit: "unit_osaka" }, [3]],
    [{ q: "phishing ＭＡＩＬ" }, [1]],
    [{ q: "100%" }, [2]],
    [{ q: "inc-3" }, [3]],
    [{ q: "%" }, [2]],
  ])("with %j shows %j", async (query, numbers) => {
    expect((await list(query)).items.map(({ number }) => number)).toEqual(numbers);
  });

  it.each(["updated", "opened", "severity"])("pages by %s without loss or repetition", async (sort) => {
    for (const order of ["asc", "desc"]) {
      const whole = (await list({ sort, order })).items.map(({ number }) => number);
      const paged: number[] = [];
      let cursor: string | undefined;
      do {
        const page = await list({ sort, order, limit: "1", ...(cursor && { cursor }) });
        expect(page.total).toBe(3);
        paged.push(...page.items.map(({ number }) => number));
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      expect(paged).toEqual(whole);
    }
  });

  it.each(["", "x", "W10", "bnVsbA", Buffer.from('["updated:desc",9e99,1]').toString("base64url")])(
    "refuses the cursor %j",
    async (cursor) => {
      await expect(list({ cursor })).rejects.toMatchObject({ code: "invalid" });
    },
  );

  it("counts by status and severity for home", async () => {
    const counts = await readIncidentCounts(taro);
    expect(counts).toMatchObject({ total: 3, mine: 1, unowned: 1 });
    expect(counts.cells).toHaveLength(20);
    expect(counts.cells.filter(({ count }) => count > 0)).toEqual([
      { status: "open", severity: "high", count: 1 },
      { status: "open", severity: "critical", count: 1 },
      { status: "resolved", severity: "low", count: 1 },
    ]);
  });
});

describe("Hostile text", () => {
  const HOSTILE = [
    "'; DROP TABLE incident; --",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "\u202Egnp.exe\u202C",
    "NUL \0 and half \uD800 a pair",
    "{{constructor}} %s %1$s \\",
  ];
  it.each(HOSTILE)("%j is kept as text, searched as text and breaks nothing", async (text) => {
    const [a = ""] = await alerts(
      groupOf({ host: text, rule: { title: text, tactics: [text] }, sample: { who: text, what: text } }),
    );
    const { rows } = await state.db.execute<{ id: string }>(sql`SELECT id FROM alert`);
    const alertId = a || (rows[0]?.id ?? "");
    const incident = await open({ title: text, summary: text, alertIds: [alertId] });
    await addIncidentNote(taro, { id: incident.id, text: text.replaceAll("\0", "") });
    const clean = text.replaceAll("\0", "\uFFFD").toWellFormed();
    expect(await readIncident(taro, incident.id)).toMatchObject({
      summary: clean,
      story: { steps: [{ six: { who: clean, what: clean } }] },
    });
    expect((await list({ q: text })).items.map(({ id }) => id)).toEqual([incident.id]);
  });

  it.each(["INC-0", "INC-99999999999999999999", "INC-1e3", "inc--1", "x' OR 1=1"])("%j is no incident", async (ref) => {
    await expect(readIncident(taro, ref)).rejects.toMatchObject({ code: "not_found" });
  });
});
