import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { localTime, zonedTime } from "../../kernel/zone.ts";
import type { EventAccess } from "../../monitor/search/index.ts";
import { storeEvents } from "../../monitor/search/testing.ts";
import { TREE } from "../../monitor/source/testing.ts";
import type { Ctx } from "../../organization/access/index.ts";
import type { EventsDb } from "../../platform/events/index.ts";
import { openTestEvents } from "../../platform/events/testing.ts";
import { openRespondHouse, type RespondHouse } from "../testing.ts";
import { addCell, moveCell, removeCell, runCell, saveCell } from "./cells.ts";
import { CellInput, CellSave, NotebookInput, NotebookListQuery } from "./contract.ts";
import { cutTo, exportNotebook } from "./export.ts";
import { snapshotFor } from "./seeing.ts";
import {
  changeNotebook,
  createNotebook,
  deleteNotebook,
  listNotebooks,
  readNotebook,
  readResult,
  readWhole,
} from "./service.ts";

let house: RespondHouse;
let events: EventsDb;
let deps: EventAccess;
let taro: Ctx;
let osaka: Ctx;
let kyoto: Ctx;
let executive: Ctx;

const DAY = 86_400_000;
const HOSTILE = '=HYPERLINK("x")\u202egnp';

beforeAll(async () => {
  [house, events] = await Promise.all([openRespondHouse(), openTestEvents()]);
  deps = { events, tree: { current: async () => TREE, invalidate: () => undefined } };
  taro = await house.at(10);
  osaka = await house.at(11, { person: "花子", units: ["unit_osaka"] });
  kyoto = await house.at(11, { person: "京子", units: ["unit_kyoto"] });
  executive = await house.at(11, { person: "社長", role: "executive" });
  const timeMs = taro.now().getTime() - 60_000;
  await storeEvents(events, [
    { timeMs, seq: 1n, unitId: "unit_root", host_name: "hq1", who: HOSTILE },
    { timeMs: timeMs - 1, seq: 2n, unitId: "unit_osaka", host_name: "osaka1", who: "osaka" },
    { timeMs: timeMs - 2, seq: 3n, unitId: "unit_osaka", host_name: "osaka2", who: "osaka" },
    { timeMs: timeMs - 2 * DAY, seq: 4n, unitId: "unit_osaka", host_name: "old", who: "osaka" },
  ]);
});
afterAll(async () => {
  await house?.close();
  await events?.close();
});

const create = (ctx: Ctx, input: object) => createNotebook(ctx, NotebookInput.parse({ title: "調査 Hunt", ...input }));
const listed = (ctx: Ctx, asked: object = {}) => listNotebooks(ctx, NotebookListQuery.parse(asked));
/** Changes a cell, and reads what is there then with everything in it. */
const add = async (ctx: Ctx, id: string, cell: object) => {
  await addCell(deps, ctx, { id, ...CellInput.parse({ cell }) });
  return await readWhole(ctx, id);
};
const query = (body: string, settings: object = {}) => ({
  kind: "query",
  body,
  settings: { columns: ["host.name"], ...settings },
});
const note = (body: string) => ({ kind: "note", body });
const save = async (ctx: Ctx, place: { id: string; cellId: string }, version: number, cell: object) => {
  await saveCell(deps, ctx, { ...place, ...CellSave.parse({ version, cell }) });
  return await readWhole(ctx, place.id);
};

describe("A notebook", () => {
  it("holds notes and queries in order, each query with what it found when it was run", async () => {
    const { id } = await create(taro, {});
    await add(taro, id, note("# 仮説"));
    const book = await add(taro, id, query("host.name:*"));
    expect(book.cells.map(({ kind }) => kind)).toEqual(["note", "query"]);
    expect(book.cells[1]?.snapshot).toMatchObject({
      q: "host.name:*",
      events: 3,
      isPartial: false,
      ranBy: { name: "太郎" },
      rows: [{ id: "1-1", values: { "host.name": "hq1" } }, { id: "1-2" }, { id: "1-3" }],
    });
  });

  it("keeps what a query found until it is run again, with the question of then", async () => {
    const { id } = await create(taro, {});
    const cell = (await add(taro, id, query("host.name:hq1"))).cells[0];
    const place = { id, cellId: cell?.id ?? "" };
    const edited = await save(taro, place, 1, query("host.name:osaka*"));
    expect(edited.cells[0]).toMatchObject({ body: "host.name:osaka*", snapshot: { q: "host.name:hq1", events: 1 } });
    const again = await runCell(deps, taro, place);
    expect(again.result).toMatchObject({ snapshot: { q: "host.name:osaka*", events: 2 } });
  });

  it("moves cells, and removes those that nobody changed meanwhile", async () => {
    const { id } = await create(taro, {});
    for (const body of ["a", "b", "c"]) await add(taro, id, note(body));
    const order = async () => (await readNotebook(taro, id)).cells.map(({ body }) => body).join("");
    const [first, , last] = (await readNotebook(taro, id)).cells;
    await moveCell(taro, { id, cellId: last?.id ?? "", direction: "up" });
    expect(await order()).toBe("acb");
    await moveCell(taro, { id, cellId: first?.id ?? "", direction: "up" });
    expect(await order()).toBe("acb");
    await expect(removeCell(taro, { id, cellId: first?.id ?? "", version: 2 })).rejects.toMatchObject({
      code: "conflict",
    });
    await removeCell(taro, { id, cellId: first?.id ?? "", version: 1 });
    expect(await order()).toBe("cb");
  });

  it("keeps of the run before how much it found, to compare, and each reader compares what they may read", async () => {
    const incident = await house.incident("unit_osaka");
    const { id } = await create(taro, { incidentId: incident.id });
    const cellId = (await add(taro, id, query("host.name:*", { from: "now-7d" }))).cells[0]?.id ?? "";
    expect((await readResult(taro, { id, cellId })).former).toBeNull();
    await save(taro, { id, cellId }, 1, query("host.name:*"));
    const { result } = await runCell(deps, taro, { id, cellId });
    expect(result).toMatchObject({ snapshot: { events: 3 }, former: { events: 4, ranBy: { name: "太郎" } } });
    expect(result?.former).not.toHaveProperty("rows");
    expect(await readResult(osaka, { id, cellId })).toMatchObject({
      snapshot: { events: 2 },
      former: { events: 3, isPartial: true },
    });
    expect((await readResult(executive, { id, cellId })).former).toBeNull();
    await expect(readResult(kyoto, { id, cellId })).rejects.toMatchObject({ code: "not_found" });
  });

  it("answers a change with the changed cell alone, and is itself read without what was found", async () => {
    const { id } = await create(taro, {});
    await add(taro, id, query("host.name:hq1"));
    const change = await addCell(deps, taro, { id, ...CellInput.parse({ cell: note("x") }) });
    expect(change).toMatchObject({ head: { id, cells: 2 }, cell: { body: "x", ranAt: null }, result: null });
    expect(change.cells.map(({ version }) => version)).toEqual([1, 1]);
    expect(JSON.stringify([change, await readNotebook(taro, id)])).not.toContain("1-1");
    const removed = await removeCell(taro, { id, cellId: change.cell?.id ?? "", version: 1 });
    expect(removed).toMatchObject({ head: { cells: 1 }, cell: null });
  });

  it("refuses a query that is none, and says where", async () => {
    const { id } = await create(taro, {});
    await expect(add(taro, id, query("host.name:("))).rejects.toMatchObject({
      code: "invalid",
      detail: { position: expect.any(Number) },
    });
  });

  it("records who looked for what", async () => {
    const { id } = await create(taro, {});
    await add(taro, id, query("host.name:hq1"));
    expect(house.contexts.audits.at(-1)).toMatchObject({
      action: "notebook_cell.add",
      target: { kind: "notebook", id },
      detail: { q: "host.name:hq1" },
    });
  });
});

describe("The list of notebooks", () => {
  it("is searched by title, text of the cells and incident, in any case and width, among those that one sees", async () => {
    const incident = await house.incident("unit_osaka");
    const { id } = await create(taro, { title: "ﾃｽﾄ Beacon 100%", incidentId: incident.id });
    await add(taro, id, note("通信先は Evil.example"));
    const found = async (contains: string, ctx = taro) =>
      (await listed(ctx, { contains })).items.map((book) => book.id).includes(id);
    for (const text of ["テスト ｂｅａｃｏｎ", "100%", "EVIL.example", `inc-${incident.number} `, " beacon "])
      expect([text, await found(text)]).toEqual([text, true]);
    for (const text of ["beac_n", "1000%", "\\"]) expect([text, await found(text)]).toEqual([text, false]);
    expect(await found("beacon", kyoto)).toBe(false);
  });
});

describe("Two people at one cell", () => {
  it("lose nothing: the second is told what the first wrote", async () => {
    const incident = await house.incident("unit_osaka");
    const { id } = await create(taro, { incidentId: incident.id });
    const cellId = (await add(taro, id, note("begun"))).cells[0]?.id ?? "";
    await save(osaka, { id, cellId }, 1, note("theirs"));
    await expect(save(taro, { id, cellId }, 1, note("mine"))).rejects.toMatchObject({
      code: "conflict",
      detail: { current: { version: 2, body: "theirs", changedBy: "花子" } },
    });
    expect((await readNotebook(taro, id)).cells[0]?.body).toBe("theirs");
  });
});

describe("Who sees a notebook", () => {
  it("of an incident: those who see the incident, and writes: those who may change it", async () => {
    const incident = await house.incident("unit_osaka");
    const { id } = await create(taro, { incidentId: `INC-${incident.number}` });
    expect((await readNotebook(osaka, id)).mayWrite).toBe(true);
    expect((await readNotebook(executive, id)).mayWrite).toBe(false);
    await expect(readNotebook(kyoto, id)).rejects.toMatchObject({ code: "not_found" });
    await expect(add(executive, id, note("x"))).rejects.toMatchObject({ code: "forbidden" });
    expect((await listed(osaka, { incident: incident.id })).items.map((book) => book.id)).toEqual([id]);
    await expect(listed(kyoto, { incident: incident.id })).rejects.toMatchObject({ code: "not_found" });
  });

  it("that is free: its owner alone, until it is shared with a unit", async () => {
    const { id } = await create(taro, {});
    await expect(readNotebook(osaka, id)).rejects.toMatchObject({ code: "not_found" });
    const change = { sharedWithUnitId: "unit_osaka" };
    await changeNotebook(taro, { id, version: 1, change });
    expect((await readNotebook(osaka, id)).isOwn).toBe(false);
    expect((await listed(kyoto)).items.map((book) => book.id)).not.toContain(id);
    await expect(changeNotebook(osaka, { id, version: 2, change: { sharedWithUnitId: null } })).rejects.toMatchObject({
      code: "forbidden",
    });
    await expect(deleteNotebook(osaka, id)).rejects.toMatchObject({ code: "forbidden" });
    await deleteNotebook(taro, id);
    await expect(readNotebook(taro, id)).rejects.toMatchObject({ code: "not_found" });
  });

  it("that became part of an incident stays it, and is not deleted", async () => {
    const incident = await house.incident("unit_osaka");
    const { id } = await create(taro, {});
    const book = await changeNotebook(taro, { id, version: 1, change: { incidentId: incident.id } });
    expect(book.incident?.number).toBe(incident.number);
    await expect(deleteNotebook(taro, id)).rejects.toMatchObject({ code: "invalid" });
    await expect(changeNotebook(taro, { id, version: 2, change: { incidentId: incident.id } })).rejects.toMatchObject({
      code: "invalid",
    });
    await expect(changeNotebook(taro, { id, version: 1, change: { title: "late" } })).rejects.toMatchObject({
      code: "conflict",
    });
  });
});

describe("What a query found", () => {
  it("is shown to each person as far as they may read events, counts included", async () => {
    const incident = await house.incident("unit_osaka");
    const { id } = await create(taro, { incidentId: incident.id });
    await add(taro, id, query("host.name:*"));
    const theirs = (await readWhole(osaka, id)).cells[0]?.snapshot;
    expect(theirs).toMatchObject({ events: 2, isPartial: true });
    expect(theirs?.rows.map(({ id: event }) => event)).toEqual(["1-2", "1-3"]);
    expect(JSON.stringify(await readWhole(osaka, id))).not.toContain("hq1");
  });

  it("of foreign units alone is not shown at all, nor to those who may read no events", async () => {
    const incident = await house.incident("unit_osaka");
    const { id } = await create(taro, { incidentId: incident.id });
    await add(taro, id, query("host.name:hq1"));
    for (const ctx of [osaka, executive])
      expect((await readWhole(ctx, id)).cells[0]).toMatchObject({ snapshot: null, isHidden: true });
    const file = await exportNotebook(osaka, { id, format: "json", language: "ja", tz: "Asia/Tokyo" });
    expect(file.bytes.toString()).not.toContain(HOSTILE);
  });

  it("when nothing was found is told to everyone who may read events anywhere", () => {
    const none = {
      q: "x",
      columns: [],
      range: { from: "", to: "" },
      ranAt: "",
      ranBy: { id: "", name: "" },
      counts: [],
      rows: [],
    };
    expect(snapshotFor({ all: false, ids: ["unit_osaka"] }, none)).toMatchObject({ events: 0, isPartial: false });
    expect(snapshotFor({ all: false, ids: [] }, none)).toBeUndefined();
  });

  it("again is found with the rights of whoever runs it", async () => {
    const incident = await house.incident("unit_osaka");
    const { id } = await create(taro, { incidentId: incident.id });
    const cellId = (await add(taro, id, query("host.name:*"))).cells[0]?.id ?? "";
    await runCell(deps, osaka, { id, cellId });
    expect((await readWhole(taro, id)).cells[0]?.snapshot).toMatchObject({ events: 2, ranBy: { name: "花子" } });
  });
});

describe("A notebook as a file", () => {
  it.each(["csv", "json", "pdf", "md"] as const)("of the kind %s holds what its reader sees", async (format) => {
    const { id } = await create(taro, {});
    await add(taro, id, note("<script>alert(1)</script>"));
    await add(taro, id, query("host.name:hq1", { columns: ["host.name", "who"] }));
    const { bytes, name } = await exportNotebook(taro, { id, format, language: "ja", tz: "Asia/Tokyo" });
    expect(name.endsWith(`.${format}`)).toBe(true);
    const text = bytes.toString("utf8");
    if (format === "pdf") expect(text.startsWith("%PDF-")).toBe(true);
    if (format === "csv") {
      expect(text.startsWith("\ufeff")).toBe(true);
      expect(text).not.toMatch(/[,\n]"?=HYPERLINK/);
      expect(text).toContain("'=HYPERLINK");
    }
    if (format === "md") {
      expect(text).not.toContain("<script>");
      expect(text).not.toContain("\u202e");
    }
    expect(house.contexts.audits.at(-1)).toMatchObject({ action: "notebook.export", detail: { format } });
  });

  it("says every time by the clock of its reader, and by which", async () => {
    const { id } = await create(taro, {});
    await add(taro, id, query("host.name:hq1"));
    const textIn = async (tz: string) =>
      (await exportNotebook(taro, { id, format: "md", language: "en", tz })).bytes.toString("utf8");
    expect(await textIn("Asia/Tokyo")).toContain(`太郎 ${zonedTime(taro.now(), "Asia/Tokyo")}`);
    expect(await textIn("America/New_York")).toContain(
      localTime(new Date(taro.now().getTime() - 60_000), "America/New_York"),
    );
    expect(await textIn("Asia/Tokyo")).not.toMatch(/T\d\d:\d\d:\d\d\.\d{3}Z/);
    await expect(textIn("Mars/Olympus")).rejects.toMatchObject({ code: "invalid" });
  });

  it("is printed up to a bound, in the middle of a note or between two logs, and not cut when it fits", () => {
    const note = { kind: "text", text: "x".repeat(100) } as const;
    const rows = { kind: "rows", rows: [["a", "b".repeat(79)] as const, ["c", "d".repeat(79)] as const] } as const;
    const blocks = [note, rows];
    expect(cutTo(blocks, 300)).toBe(blocks);
    expect(cutTo(blocks, 299)).toEqual([note, { ...rows, rows: [rows.rows[0]] }]);
    expect(cutTo(blocks, 60)).toEqual([{ ...note, text: `${"x".repeat(60)}…` }]);
  });
});
