import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Ctx } from "../../organization/access/index.ts";
import type { State } from "../../platform/state/index.ts";
import { openTestState } from "../../platform/state/testing.ts";
import { type TestContexts, testContexts } from "../source/testing.ts";
import {
  type AlertChange,
  AlertFilter,
  AlertListQuery,
  AlertPatch,
  AlertSelectionQuery,
  BulkInput,
} from "./contract.ts";
import { alertFiguresByRule } from "./counts.ts";
import { exportAlerts } from "./export.ts";
import { createQueueKeeper } from "./keeper.ts";
import { readMyChanges } from "./my-changes.ts";
import { recordDetectionGroups } from "./record.ts";
import {
  type AlertDeps,
  listAlertPage,
  readAlert,
  readAlertMatrix,
  readCounts,
  readFacets,
  readSelection,
} from "./service.ts";
import { groupOf, T0 } from "./testing.ts";
import { addNote, changeAlert, changeAlerts, undoChange } from "./triage.ts";

let state: State;
let contexts: TestContexts;
let taro: Ctx;
beforeAll(async () => {
  state = await openTestState();
  contexts = testContexts(state, new Date(T0 + 60_000));
  taro = await contexts.as();
  for (const [id, parent, path] of [
    ["unit_root", null, "unit_root/"],
    ["unit_osaka", "unit_root", "unit_root/unit_osaka/"],
    ["unit_kyoto", "unit_root", "unit_root/unit_kyoto/"],
  ])
    await state.db.execute(sql`
      INSERT INTO unit (id, parent_id, path, kind, name_ja, name_en, country, time_zone, created_at)
      VALUES (${id}, ${parent}, ${path}, ${parent === null ? "head-office" : "branch"}, ${id}, ${id}, 'JP', 'Asia/Tokyo', now())`);
});
afterAll(() => state?.close());
beforeEach(async () => {
  await state.db.execute(sql`TRUNCATE alert, alert_change, alert_history`);
});

const deps: AlertDeps = {
  findAssignee: async (_ctx, id) => (id === "person_hanako" ? { id, name: "花子" } : undefined),
  mayWork: async (_ctx, _id, unitIds) => unitIds.every((unitId) => unitId === "unit_root"),
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
const hosts = (n: number) => Array.from({ length: n }, (_, i) => groupOf({ host: `host-${i}` }));
const falsePositive = { disposition: "false-positive", reason: "既知の保守作業" } as const;

describe("The alert queue", () => {
  beforeEach(async () => {
    await record([
      groupOf({ host: "dc1", rule: { id: "r-high", level: "high", title: "DCSync" }, atMs: T0, count: 2 }),
      groupOf({ host: "dc1", rule: { id: "r-low", level: "low", title: "Log on" }, atMs: T0 + 9000, count: 50 }),
      groupOf({ host: "web1", rule: { id: "r-high", level: "high", title: "DCSync" }, atMs: T0 + 5000, count: 3 }),
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
    [{ entityIs: "dc1" }, ["DCSync", "Log on"]],
    [{ entityIs: "DC1" }, []],
    [{ entityIs: "dc" }, []],
    [{ under: "unit_osaka" }, ["Ransom note"]],
    [{ under: "unit_root" }, ["Ransom note", "DCSync", "DCSync", "Log on"]],
    [{ under: "unit_kyoto" }, []],
    [{ under: "unit_none" }, []],
    [{ under: "unit_root", unit: "unit_osaka" }, ["Ransom note"]],
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
    const facets = await readFacets(taro, AlertFilter.parse({ rule: "r-high", entityIs: "dc1" }));
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

describe("The queue as a file", () => {
  it("has what the filter lets through in the list's order, no formula, and is audited before it leaves", async () => {
    await record([
      groupOf({ host: "=cmd|calc", rule: { id: "r-high", level: "high" } }),
      ...hosts(3),
      groupOf({ host: "host-9", unitId: "unit_osaka", rule: { id: "r-crit", level: "critical" } }),
    ]);
    const osaka = await contexts.as({ units: ["unit_osaka"] });
    contexts.audits.length = 0;
    const read = async (of: Ctx, query: Record<string, unknown>) => {
      const { name, chunks } = await exportAlerts(of, AlertSelectionQuery.parse(query));
      expect(name).toMatch(/^alerts-\d{8}T\d{6}Z\.csv$/);
      return (await Array.fromAsync(chunks)).join("").trimEnd().split("\r\n");
    };
    const lines = await read(taro, { status: WAITING, severity: "high,critical" });
    expect(lines.slice(1).map((line) => line.split(",").slice(1, 2))).toEqual([["critical"], ["high"]]);
    expect(lines[2]).toContain(",host,'=cmd|calc,unit_root,");
    expect(await read(osaka, {})).toHaveLength(2);
    expect(contexts.audits).toMatchObject([
      { action: "alert.export", unitId: "unit_osaka", detail: { matching: 2, taken: 1, units: 2 } },
      {
        action: "alert.export",
        unitId: "unit_root",
        detail: { matching: 2, taken: 1, units: 2, filter: { severity: ["high", "critical"] } },
      },
      { action: "alert.export", unitId: "unit_osaka", detail: { matching: 1, taken: 1, units: 1 } },
    ]);
  });

  it("says in its name that it was cut, also where the filter lets nobody know how many match", async () => {
    await record(hosts(1));
    const { rows } = await state.db.execute<{ name: string }>(sql`
      SELECT quote_ident(column_name) AS name FROM information_schema.columns
      WHERE table_name = 'alert' AND is_generated = 'NEVER' AND column_name NOT IN ('id', 'entity')`);
    const columns = sql.raw(rows.map(({ name }) => name).join(", "));
    await state.db.execute(sql`
      INSERT INTO alert (id, entity, ${columns}) SELECT 'alert_copy_' || n, 'copy-' || n, ${columns} FROM alert, generate_series(1, 20000) n`);
    const fileOf = (query: Record<string, unknown>) => exportAlerts(taro, AlertSelectionQuery.parse(query));
    const from = new Date(T0 - 1000).toISOString();
    expect((await fileOf({ from })).name).toMatch(/^alerts-\d{8}T\d{6}Z-first-20000-of-more\.csv$/);
    expect(contexts.audits.at(-1)?.detail).toMatchObject({ matching: 20_000, isMore: true, limit: 20_000 });
    expect((await fileOf({ status: WAITING })).name).toMatch(/-first-20000-of-20001\.csv$/);
    expect(contexts.audits.at(-1)?.detail).toMatchObject({ matching: 20_001, isMore: false });
    await state.db.execute(sql`DELETE FROM alert WHERE id = 'alert_copy_1'`);
    expect((await fileOf({ from })).name).toMatch(/Z\.csv$/);
    expect(contexts.audits.at(-1)?.detail).toMatchObject({ matching: 20_000, isMore: false });
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
  it("closes ten thousand in one action and takes them all back", async () => {
    await record(hosts(10_000));
    const rows = await state.db.execute<{ id: string }>(sql`SELECT id FROM alert`);
    const target = asTarget(rows.rows.map(({ id }) => id));
    const result = await bulk(target, falsePositive);
    expect(result).toMatchObject({ changed: 10_000, unchanged: 0, conflicts: 0, missing: 0 });
    expect(result.previous).toHaveLength(500);
    expect(result.previous[0]).toMatchObject({ status: "open", assignee: null, disposition: null });
    expect((await list({ status: "closed" })).total).toBe(10_000);
    const undone = await undoChange(taro, result.changeId);
    expect(undone).toMatchObject({ restored: 10_000, conflicts: 0 });
    expect(undone.restoredIds).toHaveLength(500);
    expect((await list({ status: "open" })).total).toBe(10_000);
  });

  it("changes all that match a filter, in the writer's units only", async () => {
    await record([...hosts(5), groupOf({ host: "host-9", unitId: "unit_osaka" })]);
    const osaka = await contexts.as({ units: ["unit_osaka"] });
    expect(await bulk({ filter: { entity: "host-" } }, { assigneeId: "me" }, osaka)).toMatchObject({ changed: 1 });
    expect((await list({ assignee: "none" })).total).toBe(5);
  });

  it("writes one audit row for each unit that an action touched, with what it changed there, and so does its undo", async () => {
    await record([...hosts(3), groupOf({ host: "host-9", unitId: "unit_osaka" })]);
    contexts.audits.length = 0;
    const { changeId } = await bulk({ filter: {} }, falsePositive);
    const target = { kind: "alert-change", id: changeId };
    expect(contexts.audits).toMatchObject([
      {
        action: "alert.close",
        target,
        actor: { id: "person_太郎" },
        unitId: "unit_root",
        detail: { changed: 3, units: 2 },
      },
      { action: "alert.close", target, unitId: "unit_osaka", detail: { changed: 1, changedInAll: 4 } },
    ]);
    contexts.audits.length = 0;
    await undoChange(taro, changeId);
    expect(contexts.audits).toMatchObject([
      { action: "alert.undo", target, unitId: "unit_root", detail: { changed: 3, conflicts: 0 } },
      { action: "alert.undo", target, unitId: "unit_osaka", detail: { changed: 1 } },
    ]);
  });

  it("leaves what is closed as it is, unless it is the one alert that was meant", async () => {
    await record(hosts(3));
    const [a = "", b = "", c = ""] = await ids();
    await bulk(asTarget([a]), { disposition: "true-positive", reason: "侵入" });
    for (const target of [asTarget([a, b, c]), { filter: {} }])
      expect(await bulk(target, { status: "in-progress" })).toMatchObject({ conflicts: 0 });
    expect(await bulk(asTarget([a, b]), falsePositive)).toMatchObject({ changed: 1, unchanged: 1 });
    expect(await bulk({ filter: {} }, falsePositive)).toMatchObject({ changed: 1, unchanged: 2 });
    expect(await readAlert(taro, a, deps)).toMatchObject({
      status: "closed",
      disposition: "true-positive",
      version: 2,
    });
    expect(await bulk(asTarget([a]), { disposition: "benign", reason: "訓練" })).toMatchObject({ changed: 1 });
    expect(await bulk(asTarget([a]), { status: "in-progress" })).toMatchObject({ changed: 1 });
  });

  it("gives alerts only to who may work on them in all of their units", async () => {
    await record([groupOf(), groupOf({ host: "host-9", unitId: "unit_osaka" })]);
    await expect(bulk({ filter: {} }, { assigneeId: "person_hanako" })).rejects.toMatchObject({ code: "invalid" });
    expect(await bulk({ filter: { unit: "unit_root" } }, { assigneeId: "person_hanako" })).toMatchObject({
      changed: 1,
    });
    expect(await bulk({ filter: {} }, { assigneeId: "me" })).toMatchObject({ changed: 2 });
  });

  it("acts on one entity as a facet gives it, and on no other that begins alike", async () => {
    await record([groupOf({ host: "10.0.0.1" }), groupOf({ host: "10.0.0.12" })]);
    expect(await bulk({ filter: { entityIs: "10.0.0.1" } }, falsePositive)).toMatchObject({ changed: 1 });
    expect((await list({ entity: "10.0.0.1" })).total).toBe(2);
    expect((await list({ entityIs: "10.0.0.1", status: "closed" })).total).toBe(1);
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
    const { restored, restoredIds } = await undoChange(taro, changeId);
    expect([restored, restoredIds.toSorted()]).toEqual([2, [a, b].toSorted()]);
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
    const [c] = await ids({ entity: "c" });
    expect(await undoChange(taro, changeId)).toMatchObject({ restored: 1, restoredIds: [c], conflicts: 2 });
    const detail = await readAlert(taro, a, deps);
    expect(detail.disposition).toBe("true-positive");
    // The undo did not reach it: what it says of itself still stands.
    expect(detail.history.map(({ isUndone }) => isUndone)).toEqual([false, false]);
  });

  it("is not done when nothing could be taken back, and may be tried again", async () => {
    await record([groupOf()]);
    const [id = ""] = await ids();
    const { changeId } = await bulk(asTarget([id]), { assigneeId: "me" });
    const second = await bulk(asTarget([id]), { expertSeverity: "low" });
    expect(await undoChange(taro, changeId)).toMatchObject({ restored: 0, conflicts: 1 });
    await undoChange(taro, second.changeId);
    expect(await undoChange(taro, changeId)).toMatchObject({ restored: 1 });
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

describe("Two severities", () => {
  it("keeps the rule's and the analyst's, each with who and when", async () => {
    await record([groupOf({ rule: { level: "low" }, atMs: T0 - 9000 })], T0);
    await record([groupOf({ rule: { level: "high" }, atMs: T0 - 1000 })], T0);
    const [id = ""] = await ids();
    await bulk(asTarget([id]), { expertSeverity: "critical" });
    expect(await readAlert(taro, id, deps)).toMatchObject({
      level: "high",
      levelAt: new Date(T0 - 1000).toISOString(),
      expertSeverity: "critical",
      severity: "critical",
      judged: { by: { name: "太郎" }, at: new Date(T0 + 60_000).toISOString() },
    });
    await bulk(asTarget([id]), { expertSeverity: null });
    expect(await readAlert(taro, id, deps)).toMatchObject({ expertSeverity: null, judged: null, severity: "high" });
  });

  it("gives the judgment before back when one is undone, with who gave it", async () => {
    await record([groupOf()]);
    const [id = ""] = await ids();
    await bulk(asTarget([id]), { expertSeverity: "low" });
    const hanako = await contexts.as({ person: "花子" });
    const { changeId } = await bulk(asTarget([id]), { expertSeverity: "critical" }, hanako);
    expect((await readAlert(taro, id, deps)).judged?.by.name).toBe("花子");
    await undoChange(hanako, changeId);
    expect(await readAlert(taro, id, deps)).toMatchObject({ expertSeverity: "low", judged: { by: { name: "太郎" } } });
  });

  it("crosses them in a matrix by the hour of opening, in the reader's units, and its cells are lists", async () => {
    await record([...hosts(4), groupOf({ host: "host-9", unitId: "unit_osaka" })]);
    await bulk({ filter: { entity: "host-1" } }, { expertSeverity: "high" });
    const period = { from: new Date(T0 - 1).toISOString(), to: new Date(T0 + 1).toISOString() };
    const matrix = await readAlertMatrix(taro, period);
    expect(matrix).toMatchObject({
      from: new Date(T0 - 3_600_000).toISOString(),
      to: new Date(T0 + 3_600_000).toISOString(),
      judgedRules: 1,
    });
    const sorted = (cells: typeof matrix.cells) => cells.toSorted((one, two) => one.count - two.count);
    expect(sorted(matrix.cells)).toEqual([
      { level: "medium", expertSeverity: "high", count: 1 },
      { level: "medium", expertSeverity: null, count: 4 },
    ]);
    const osaka = await contexts.as({ units: ["unit_osaka"] });
    expect((await readAlertMatrix(osaka, period)).cells).toEqual([{ level: "medium", expertSeverity: null, count: 1 }]);
    const cell = { level: "medium", createdFrom: matrix.from, createdTo: matrix.to };
    expect((await list({ ...cell, judged: "high" })).total).toBe(1);
    expect((await list({ ...cell, judged: "none" })).total).toBe(4);
    const before = { from: new Date(T0 - 7_200_000).toISOString(), to: new Date(T0 - 3_600_000).toISOString() };
    expect((await readAlertMatrix(taro, before)).cells).toEqual([]);
    await expect(readAlertMatrix(taro, { from: period.to, to: period.from })).rejects.toMatchObject({
      code: "invalid",
    });
  });
});

describe("Changes taken back one after the other", () => {
  it("unwind to the beginning, as long as nothing else came between", async () => {
    await record([groupOf(), groupOf({ host: "dc2" })]);
    const both = await ids();
    const judged = await bulk(asTarget(both), { expertSeverity: "critical" });
    const assigned = await bulk(asTarget(both), { assigneeId: "me" });
    const closed = await bulk(asTarget(both), falsePositive);
    expect(await undoChange(taro, closed.changeId)).toMatchObject({ restored: 2, conflicts: 0 });
    await bulk(asTarget(both.slice(0, 1)), { status: "in-progress" });
    expect(await undoChange(taro, assigned.changeId)).toMatchObject({ restored: 1, conflicts: 1 });
    expect(await undoChange(taro, judged.changeId)).toMatchObject({ restored: 1, conflicts: 1 });
    expect(await readAlert(taro, both[1] ?? "", deps)).toMatchObject({
      assignee: null,
      expertSeverity: null,
      status: "open",
    });
    expect(await readAlert(taro, both[0] ?? "", deps)).toMatchObject({
      expertSeverity: "critical",
      status: "in-progress",
    });
  });
});

describe("What analysts found", () => {
  const look = () => createQueueKeeper(state).look();

  it("is one verdict per rule and act, however many alerts it closed, until its last alert is open again", async () => {
    await record(hosts(6));
    const all = await ids();
    await bulk(asTarget(all.slice(0, 4)), falsePositive);
    const { changeId } = await bulk(asTarget(all.slice(4)), { disposition: "true-positive", reason: "侵入" });
    const rule = groupOf().rule.id;
    expect((await alertFiguresByRule(state.db, { all: true })).get(rule)).toEqual({
      open: 0,
      truePositive: 1,
      falsePositive: 1,
      benign: 0,
    });
    await bulk(asTarget(all.slice(0, 3)), { status: "open" });
    expect((await alertFiguresByRule(state.db, { all: true })).get(rule)).toMatchObject({ open: 3, falsePositive: 1 });
    await undoChange(taro, changeId);
    expect((await alertFiguresByRule(state.db, { all: true })).get(rule)).toMatchObject({ open: 5, truePositive: 0 });
  });

  it("moves the open and the coming alerts of the rule, and each says why it stands there", async () => {
    await record([...hosts(3), groupOf({ host: "other", rule: { id: "r-other", level: "medium" } })], T0 - 86_400_000);
    await bulk({ filter: { entity: "host-2" } }, falsePositive);
    await look();
    await record([groupOf({ host: "late" })]);
    const { items } = await list({ status: WAITING });
    expect(items.map(({ entity, priority }) => [entity.value, priority])).toEqual([
      ["other", { score: 40.5, severity: 40, precision: 0, waiting: 0.5 }],
      [expect.stringContaining("host-"), { score: 33.5, severity: 40, precision: -7, waiting: 0.5 }],
      [expect.stringContaining("host-"), { score: 33.5, severity: 40, precision: -7, waiting: 0.5 }],
      ["late", { score: 33, severity: 40, precision: -7, waiting: 0 }],
    ]);
    expect(items.at(-1)?.precision).toMatchObject({ share: 1 / 3, judged: 1 });
    await bulk(asTarget(await ids({ status: "closed" })), { status: "open" });
    await look();
    expect((await list({ status: WAITING })).items.map(({ priority }) => priority?.precision)).toEqual([0, 0, 0, 0, 0]);
  });

  it("an analyst's severity moves an alert past the rule's", async () => {
    await record([
      groupOf({ host: "a", rule: { level: "high" } }),
      groupOf({ host: "b", rule: { id: "r-low", level: "low" } }),
    ]);
    await bulk({ filter: { rule: "r-low" } }, { expertSeverity: "critical" });
    expect((await list({ status: WAITING })).items.map(({ entity }) => entity.value)).toEqual(["b", "a"]);
  });
});

describe("Counts that are kept", () => {
  it("are what counting would give, after any changes, folded or not", async () => {
    await record([...hosts(6), groupOf({ host: "x", unitId: "unit_osaka", rule: { id: "r-2", level: "high" } })]);
    const all = await ids();
    await bulk(asTarget(all.slice(0, 3)), { assigneeId: "me", expertSeverity: "low" });
    await createQueueKeeper(state).look();
    const { changeId } = await bulk(asTarget(all.slice(2, 5)), falsePositive);
    await record([groupOf({ host: "x", unitId: "unit_osaka", rule: { id: "r-2", level: "critical" } })]);
    await undoChange(taro, changeId);
    await bulk(asTarget(all.slice(5)), { disposition: "benign", reason: "保守" });
    const check = async () => {
      const { rows } = await state.db.execute<{ n: string }>(sql`
        SELECT count(*)::text AS n FROM (
          SELECT rule_id, unit_id, status, level, expert_severity, assignee_id, disposition, sum(n) AS n FROM (
            SELECT rule_id, unit_id, status, level, nullif(expert_severity, '') AS expert_severity, nullif(assignee_id, '') AS assignee_id,
              nullif(disposition, '') AS disposition, n FROM alert_tally
            UNION ALL SELECT rule_id, unit_id, status, level, nullif(expert_severity, ''), nullif(assignee_id, ''), nullif(disposition, ''), n
              FROM alert_tally_new
            UNION ALL SELECT rule_id, unit_id, status, level, expert_severity, assignee_id, disposition, -1 FROM alert
          ) both_sides GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING sum(n) <> 0
        ) differences`);
      expect(rows).toEqual([{ n: "0" }]);
    };
    await check();
    await createQueueKeeper(state).look();
    await check();
    expect((await state.db.execute(sql`SELECT 1 FROM alert_tally_new`)).rows).toEqual([]);
    await state.db.execute(sql`DELETE FROM alert WHERE unit_id = 'unit_osaka'`);
    await check();
  });
});

describe("All that match", () => {
  it("are those of one moment: what came later stays out, what someone changed is shown", async () => {
    await record(hosts(4));
    const selection = await readSelection(taro, AlertSelectionQuery.parse({ status: WAITING }));
    expect(selection).toMatchObject({ total: 4, isTotalCapped: false });
    await record([groupOf({ host: "host-later" })]);
    const [first] = selection.alerts;
    const hanako = await contexts.as({ person: "花子" });
    await bulk({ alerts: [{ id: first?.id }] }, { status: "in-progress" }, hanako);
    const result = await bulk({ alerts: selection.alerts }, falsePositive);
    expect(result).toMatchObject({
      changed: 3,
      conflicts: 1,
      conflictAlerts: [{ id: first?.id, status: "in-progress", changed: { by: { name: "花子" } } }],
    });
    expect((await list({ status: WAITING })).total).toBe(2);
  });

  it("are those that the asking person may change", async () => {
    await record([...hosts(2), groupOf({ host: "host-9", unitId: "unit_osaka" })]);
    const osaka = await contexts.as({ units: ["unit_osaka"] });
    expect((await readSelection(osaka, AlertSelectionQuery.parse({}))).alerts).toHaveLength(1);
  });

  it("are remembered as one act of mine, with the time until which it can be taken back", async () => {
    await record(hosts(3));
    const { changeId } = await bulk(asTarget(await ids()), { expertSeverity: "low" });
    const undoUntil = new Date(T0 + 61 * 60_000).toISOString();
    expect(await readMyChanges(taro)).toMatchObject([
      { id: changeId, alerts: 3, what: "judge", expertSeverity: "low", isUndone: false, undoUntil },
    ]);
    await bulk(asTarget((await ids()).slice(0, 1)), { status: "in-progress" }, await contexts.as({ person: "花子" }));
    expect(await undoChange(taro, changeId)).toMatchObject({
      restored: 2,
      conflicts: 1,
      conflictAlerts: [{ changed: { by: { name: "花子" } } }],
    });
    expect(await readMyChanges(taro)).toMatchObject([{ id: changeId, isUndone: true, undoUntil: null }]);
  });
});
