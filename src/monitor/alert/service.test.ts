import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Ctx } from "../../organization/access/index.ts";
import type { State } from "../../platform/state/index.ts";
import { openTestState } from "../../platform/state/testing.ts";
import { type TestContexts, testContexts } from "../source/testing.ts";
import { type AlertChange, AlertFilter, AlertListQuery, AlertPatch, BulkInput } from "./contract.ts";
import { recordDetectionGroups } from "./record.ts";
import { type AlertDeps, listAlertPage, readAlert, readCounts, readFacets } from "./service.ts";
import { groupOf, T0 } from "./testing.ts";
import { addNote, changeAlert, changeAlerts, undoChange } from "./triage.ts";

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
  await state.db.execute(sql`TRUNCATE alert, alert_change, alert_history`);
});

const deps: AlertDeps = {
  findAssignee: async (_ctx, id) => (id === "person_hanako" ? { id, name: "花子" } : undefined),
  recentAudit: async () => [],
};
const record = (groups: Parameters<typeof recordDetectionGroups>[1], at = T0) =>
  state.transaction((tx) => recordDetectionGroups(tx, groups, new Date(at)));
const WAITING = "open,in-progress";
const list = (query: Record<string, unknown> = {}, of = taro) => listAlertPage(of, AlertListQuery.parse(query));
const bulk = (target: unknown, change: AlertChange, of = taro) =>
  changeAlerts(of, BulkInput.parse({ target, change }), deps);
const ids = async (query: Record<string, unknown> = {}) => (await list(query)).items.map((row) => row.id);
const asTarget = (alertIds: readonly string[]) => ({ alerts: alertIds.map((id) => ({ id })) });
const falsePositive = { disposition: "false-positive", reason: "既知の保守作業" } as const;

describe("The alert queue", () => {
  beforeEach(async () => {
    await record([
      groupOf({ host: "dc1", rule: { id: "r-high", level: "high", title: "DCSync" }, atMs: T0, count: 2 }),
      groupOf({ host: "dc1", rule: { id: "r-low", level: "low", title: "Log on" }, atMs: T0 + 9000, count: 50 }),
      groupOf({ host: "web1", rule: { id: "r-high", level: "high", title: "DCSync" }, atMs: T0 + 5000 }),
      groupOf({
        entity: { kind: "user", value: "管理者" },
        unitId: "unit_osaka",
        rule: { id: "r-crit", level: "critical", title: "Ransom note", tactics: ["impact"], techniques: ["T1486"] },
        atMs: T0 + 1000,
      }),
    ]);
  });

  it.each([
    [{}, ["Ransom note", "DCSync", "DCSync", "Log on"]],
    [{ sort: "last-seen" }, ["Log on", "DCSync", "Ransom note", "DCSync"]],
    [{ sort: "last-seen", order: "asc" }, ["DCSync", "Ransom note", "DCSync", "Log on"]],
    [{ sort: "count" }, ["Log on", "DCSync", "DCSync", "Ransom note"]],
    [{ severity: "high,critical" }, ["Ransom note", "DCSync", "DCSync"]],
    [{ rule: "r-low" }, ["Log on"]],
    [{ entity: "DC1" }, ["DCSync", "Log on"]],
    [{ entityKind: "user" }, ["Ransom note"]],
    [{ unit: "unit_osaka" }, ["Ransom note"]],
    [{ tactic: "impact" }, ["Ransom note"]],
    [{ technique: "T1486" }, ["Ransom note"]],
    [{ q: "ｄｃｓｙｎｃ web" }, ["DCSync"]],
    [{ q: "100%" }, []],
    [{ assignee: "none", from: new Date(T0 + 2000).toISOString() }, ["DCSync", "Log on"]],
    [{ assignee: "me" }, []],
  ])("with %j shows %j", async (query, titles) => {
    expect((await list({ status: WAITING, ...query })).items.map((row) => row.rule.title)).toEqual(titles);
  });

  const ways = ["priority", "severity", "count", "last-seen", "first-seen"].flatMap((sort) => [
    { sort },
    { sort, status: WAITING },
    { sort, status: WAITING, severity: "low,high,critical" },
    { sort, status: WAITING, rule: "r-high,r-low,r-crit" },
  ]);
  it.each(ways)("pages by %j without loss or repetition", async (way) => {
    for (const order of ["asc", "desc"]) {
      const whole = (await list({ ...way, order })).items.map((row) => row.id);
      expect(whole).toHaveLength(4);
      const paged: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await list({ ...way, order, limit: "1", ...(cursor && { cursor }) });
        expect(page.total).toBe(4);
        paged.push(...page.items.map((row) => row.id));
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      expect(paged).toEqual(whole);
    }
  });

  it.each(["", "x", "W10", "bnVsbA", Buffer.from('["severity:asc",1,1,"a"]').toString("base64url")])(
    "refuses the cursor %j",
    async (cursor) => {
      await expect(list({ cursor })).rejects.toMatchObject({ code: "invalid" });
    },
  );

  it("counts each facet under all other filters", async () => {
    const facets = await readFacets(taro, AlertFilter.parse({ rule: "r-high", entity: "dc1" }));
    expect(facets.total).toBe(1);
    expect(facets.rule).toEqual([
      { value: "r-high", label: "DCSync", count: 1 },
      { value: "r-low", label: "Log on", count: 1 },
    ]);
    expect(facets.entity).toEqual([
      { value: "dc1", label: "host", count: 1 },
      { value: "web1", label: "host", count: 1 },
    ]);
    expect(facets.severity).toEqual([{ value: "high", count: 1 }]);
    expect(facets.assignee).toEqual([{ value: "none", count: 1 }]);
    expect(facets.tactic).toEqual([{ value: "persistence", count: 1 }]);
  });

  it("counts by status and severity for home", async () => {
    await bulk(asTarget(await ids({ rule: "r-low" })), falsePositive);
    await bulk(asTarget(await ids({ rule: "r-crit" })), { assigneeId: "me", expertSeverity: "low" });
    const counts = await readCounts(taro, {});
    expect(counts).toMatchObject({ total: 4, unassigned: 2, mine: 1, createdLastDay: 4 });
    expect(counts.cells).toHaveLength(15);
    expect(counts.cells.filter(({ count }) => count > 0)).toEqual([
      { status: "open", severity: "low", count: 1 },
      { status: "open", severity: "high", count: 2 },
      { status: "closed", severity: "low", count: 1 },
    ]);
    expect(counts.judged).toEqual([{ level: "critical", expertSeverity: "low", count: 1 }]);
  });

  it("shows and changes only the units that a person may", async () => {
    const osaka = await contexts.as({ units: ["unit_osaka"] });
    expect((await list({}, osaka)).items.map((row) => row.unitId)).toEqual(["unit_osaka"]);
    expect((await readFacets(osaka, {})).unit).toEqual([{ value: "unit_osaka", count: 1 }]);
    expect((await readCounts(osaka, {})).total).toBe(1);
    const [foreign] = await ids({ unit: "unit_root" });
    await expect(readAlert(osaka, foreign ?? "", deps)).rejects.toMatchObject({ code: "not_found" });
    expect(await bulk(asTarget(await ids()), falsePositive, osaka)).toMatchObject({ changed: 1, missing: 3 });
    const nobody = await contexts.as({ units: [] });
    expect((await list({}, nobody)).total).toBe(0);
    expect(await bulk({ filter: {} }, falsePositive, nobody)).toMatchObject({ changed: 0 });
  });

  it("links to the events: same rule, same entity, same time", async () => {
    const [id] = await ids({ entityKind: "user" });
    expect((await readAlert(taro, id ?? "", deps)).events).toEqual({
      q: 'rule:r-crit and user.name:"管理者"',
      from: "2026-11-22T12:00:01.000Z",
      to: "2026-11-22T12:00:02.000Z",
    });
  });
});

describe("Changing one alert", () => {
  it("keeps both severities: the rule's and the analyst's", async () => {
    await record([groupOf({ rule: { level: "critical" } })]);
    const [id = ""] = await ids();
    const changed = await changeAlert(taro, { id, version: 1, change: { expertSeverity: "low" } }, deps);
    expect(changed).toMatchObject({ level: "critical", expertSeverity: "low", severity: "low", version: 2 });
    await record([groupOf({ rule: { level: "critical" } })]);
    expect(await readAlert(taro, id, deps)).toMatchObject({
      severity: "low",
      level: "critical",
      count: 2,
      version: 2,
    });
  });

  it("refuses a change made on an old version, and writes nothing", async () => {
    await record([groupOf()]);
    const [id = ""] = await ids();
    await changeAlert(taro, { id, version: 1, change: { status: "in-progress" } }, deps);
    await expect(changeAlert(taro, { id, version: 1, change: falsePositive }, deps)).rejects.toMatchObject({
      code: "conflict",
    });
    const after = await readAlert(taro, id, deps);
    expect(after.status).toBe("in-progress");
    expect(after.history).toHaveLength(1);
  });

  it.each<[unknown, string]>([
    [{ disposition: "benign" }, "without a reason"],
    [{ status: "closed", reason: "x" }, "without a disposition"],
    [{ status: "open", disposition: "benign", reason: "x" }, "open with a disposition"],
    [{ status: "closed", disposition: "benign", reason: "   " }, "with a blank reason"],
    [{}, "with nothing to change"],
    [{ assigneeId: "a\0b" }, "with a NUL in an id"],
  ])("refuses %j: %s", (change) => {
    expect(AlertPatch.safeParse({ version: 1, change }).success).toBe(false);
  });

  it("writes a history that reads as what was and what became", async () => {
    await record([groupOf()]);
    const [id = ""] = await ids();
    await changeAlert(taro, { id, version: 1, change: { assigneeId: "person_hanako" } }, deps);
    await changeAlert(taro, { id, version: 2, change: { ...falsePositive, note: "バックアップ" } }, deps);
    await changeAlert(taro, { id, version: 3, change: { status: "open" } }, deps);
    const { history, notes, noteCount } = await readAlert(taro, id, deps);
    expect(history.map((entry) => entry.changes)).toEqual([
      [
        { field: "status", before: "closed", after: "open" },
        { field: "disposition", before: "false-positive", after: null },
        { field: "reason", before: "既知の保守作業", after: null },
      ],
      [
        { field: "status", before: "open", after: "closed" },
        { field: "disposition", before: null, after: "false-positive" },
        { field: "reason", before: null, after: "既知の保守作業" },
        { field: "note", before: null, after: "バックアップ" },
      ],
      [{ field: "assignee", before: null, after: "花子" }],
    ]);
    expect(history[0]?.actor).toMatchObject({ id: "person_太郎", name: "太郎" });
    expect(notes.map(({ text }) => text)).toEqual(["バックアップ"]);
    expect(noteCount).toBe(1);
    expect(await ids({ q: "ﾊﾞｯｸｱｯﾌﾟ" })).toEqual([id]);
  });

  it("refuses to reopen an alert whose successor is open", async () => {
    await record([groupOf()]);
    const [first = ""] = await ids();
    await changeAlert(taro, { id: first, version: 1, change: falsePositive }, deps);
    await record([groupOf()]);
    await expect(changeAlert(taro, { id: first, version: 2, change: { status: "open" } }, deps)).rejects.toMatchObject({
      code: "conflict",
    });
    const [second = ""] = await ids({ status: "open" });
    expect((await readAlert(taro, second, deps)).former).toMatchObject([
      { id: first, disposition: "false-positive", reason: "既知の保守作業" },
    ]);
  });

  it("adds notes that do not collide, and refuses people it does not know", async () => {
    await record([groupOf()]);
    const [id = ""] = await ids();
    await addNote(taro, { id, text: "one" }, deps);
    const { notes } = await addNote(taro, { id, text: "two" }, deps);
    expect(notes.map(({ text }) => text)).toEqual(["two", "one"]);
    await expect(
      changeAlert(taro, { id, version: 3, change: { assigneeId: "person_nobody" } }, deps),
    ).rejects.toMatchObject({ code: "invalid" });
    await expect(addNote(taro, { id: "alert_none", text: "x" }, deps)).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("Changing many alerts", () => {
  const hosts = (n: number) => Array.from({ length: n }, (_, i) => groupOf({ host: `host-${i}` }));

  it("closes ten thousand in one action and takes them all back", async () => {
    await record(hosts(10_000));
    const rows = await state.db.execute<{ id: string }>(sql`SELECT id FROM alert`);
    const target = asTarget(rows.rows.map(({ id }) => id));
    const result = await bulk(target, falsePositive);
    expect(result).toMatchObject({ changed: 10_000, unchanged: 0, conflicts: 0, missing: 0 });
    expect(result.previous).toHaveLength(500);
    expect(result.previous[0]).toMatchObject({ status: "open", assignee: null, disposition: null });
    expect((await list({ status: "closed" })).total).toBe(10_000);
    expect(await undoChange(taro, result.changeId)).toMatchObject({ restored: 10_000, conflicts: 0 });
    expect((await list({ status: "open" })).total).toBe(10_000);
  });

  it("changes all that match a filter, in the writer's units only", async () => {
    await record([...hosts(5), groupOf({ host: "host-9", unitId: "unit_osaka" })]);
    const osaka = await contexts.as({ units: ["unit_osaka"] });
    expect(await bulk({ filter: { entity: "host-" } }, { assigneeId: "me" }, osaka)).toMatchObject({ changed: 1 });
    expect((await list({ assignee: "none" })).total).toBe(5);
  });

  it("writes one audit row for one action, however many alerts it touched", async () => {
    await record(hosts(3));
    contexts.audits.length = 0;
    const { changeId } = await bulk({ filter: {} }, falsePositive);
    expect(contexts.audits).toMatchObject([
      { action: "alert.close", target: { kind: "alert-change", id: changeId }, actor: { id: "person_太郎" } },
    ]);
  });

  it("leaves alone what someone changed meanwhile, what is already so, and what is not there", async () => {
    await record(hosts(4));
    const [a = "", b = "", c = ""] = await ids();
    await bulk(asTarget([a]), { status: "in-progress" });
    const target = {
      alerts: [{ id: a, version: 1 }, { id: b, version: 1 }, { id: c }, { id: "alert_none" }, { id: c }],
    };
    const result = await bulk(target, { status: "open" });
    expect(result).toMatchObject({ changed: 0, unchanged: 2, conflicts: 1, conflictIds: [a], missing: 1 });
    expect((await readAlert(taro, a, deps)).status).toBe("in-progress");
  });

  it("reopens only the newest of several closed alerts of one rule and entity", async () => {
    for (let round = 0; round < 3; round += 1) {
      await record([groupOf({ atMs: T0 + round * 1000 })]);
      await bulk({ filter: {} }, falsePositive);
    }
    expect(await bulk({ filter: {} }, { status: "open" })).toMatchObject({ changed: 1, conflicts: 2 });
    expect((await list({ status: "open" })).items).toMatchObject([{ recurrence: 2 }]);
  });
});

describe("People and detections at the same time", () => {
  /** The pipeline offers a batch again when the state engine did not take it. */
  const recordAsPipelineDoes = async (groups: Parameters<typeof record>[0]): Promise<void> => {
    for (let tries = 0; ; tries += 1) {
      try {
        await record(groups);
        return;
      } catch (error) {
        if (tries >= 5) throw error;
      }
    }
  };

  it("never lose a detection and never wait for each other for ever", async () => {
    const groups = Array.from({ length: 200 }, (_, i) => groupOf({ host: `host-${i}` }));
    await record(groups);
    const recording = Array.from({ length: 10 }, (_, i) => recordAsPipelineDoes(i % 2 ? groups : groups.toReversed()));
    const changes: AlertChange[] = [
      falsePositive,
      { status: "open" },
      { assigneeId: "me" },
      falsePositive,
      { note: "x" },
    ];
    const changing = changes.map((change) => bulk({ filter: {} }, change).catch((error: unknown) => error));
    await Promise.all(recording);
    for (const outcome of await Promise.all(changing)) {
      expect(outcome instanceof Error ? outcome : { code: "conflict" }).toMatchObject({ code: "conflict" });
    }
    const { rows } = await state.db.execute<{ n: string }>(sql`SELECT sum(count) AS n FROM alert`);
    expect(Number(rows[0]?.n)).toBe(200 * 11);
    const open = await list({ status: "open,in-progress", limit: "200" });
    expect(new Set(open.items.map((row) => row.entity.value)).size).toBe(open.total);
  });
});

describe("Taking a change back", () => {
  it("restores each alert to what it was, notes included, and only once", async () => {
    await record([groupOf({ host: "a" }), groupOf({ host: "b" })]);
    const [a = "", b = ""] = await ids();
    await bulk(asTarget([a]), { assigneeId: "person_hanako", expertSeverity: "high" });
    const { changeId } = await bulk(asTarget([a, b]), { ...falsePositive, assigneeId: "me", note: "closing" });
    expect(await undoChange(taro, changeId)).toMatchObject({ restored: 2 });
    expect(await readAlert(taro, a, deps)).toMatchObject({
      status: "open",
      disposition: null,
      reason: "",
      assignee: { name: "花子" },
      expertSeverity: "high",
      noteCount: 0,
      notes: [],
    });
    expect((await readAlert(taro, a, deps)).history.map(({ isUndo, isUndone }) => [isUndo, isUndone])).toEqual([
      [true, false],
      [false, true],
      [false, false],
    ]);
    await expect(undoChange(taro, changeId)).rejects.toMatchObject({ code: "conflict" });
  });

  it("leaves alone what changed since, and what recurred since", async () => {
    await record([groupOf({ host: "a" }), groupOf({ host: "b" }), groupOf({ host: "c" })]);
    const { changeId } = await bulk({ filter: {} }, falsePositive);
    const [a = ""] = await ids({ entity: "a" });
    await bulk(asTarget([a]), { disposition: "true-positive", reason: "looked again" });
    await record([groupOf({ host: "b", atMs: T0 + 1000 })]);
    expect(await undoChange(taro, changeId)).toMatchObject({ restored: 1, conflicts: 2 });
    expect((await readAlert(taro, a, deps)).disposition).toBe("true-positive");
  });

  it("is for its author, within the hour", async () => {
    await record([groupOf()]);
    const { changeId } = await bulk({ filter: {} }, falsePositive);
    const other = await contexts.as({ person: "Other" });
    await expect(undoChange(other, changeId)).rejects.toMatchObject({ code: "not_found" });
    const late = await contexts.as({ now: new Date(T0 + 62 * 60_000) });
    await expect(undoChange(late, changeId)).rejects.toMatchObject({ code: "conflict" });
  });
});
