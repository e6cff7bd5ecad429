import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { AppError } from "../../kernel/errors.ts";
import { buildUnitTree, type Ctx } from "../../organization/access/index.ts";
import type { EventsDb } from "../../platform/events/index.ts";
import { openTestEvents } from "../../platform/events/testing.ts";
import type { State } from "../../platform/state/index.ts";
import { openTestState } from "../../platform/state/testing.ts";
import { type TestContexts, testContexts } from "../source/testing.ts";
import {
  ExportQuery,
  FieldListQuery,
  FieldValuesQuery,
  FunnelQuery,
  HistogramQuery,
  QueryHistoryQuery,
  SavedSearchInput,
  type SearchPage,
  SearchQuery,
  SurroundingQuery,
  TailQuery,
} from "./contract.ts";
import type { SearchDeps } from "./deps.ts";
import { readEvent } from "./detail.ts";
import { exportEvents, headOf } from "./export.ts";
import { listFields, listValues } from "./fields.ts";
import { readFunnel } from "./funnel.ts";
import { readHistogram } from "./histogram.ts";
import { forgetQueries, listHistory, rememberQuery } from "./history.ts";
import { IN_DETECTIONS_RANGE } from "./language/field-condition.ts";
import { searchEvents } from "./page.ts";
import { newestRawEvents } from "./raw-events.ts";
import { changeSavedSearch, deleteSavedSearch, listSavedSearches, noteUse, saveSearch } from "./saved-searches.ts";
import { savedSearch } from "./schema.ts";
import { IN_RANGE, rangeParams, scopeOf } from "./scope.ts";
import { readSurroundings } from "./surroundings.ts";
import { openTail } from "./tail.ts";
import { type SampleEvent, storeDetections, storeEvents } from "./testing.ts";

const NOW = new Date("2026-11-22T12:00:00Z");
const MINUTE = 60_000;
const TOTAL = 1_200;

let events: EventsDb;
let state: State;
let contexts: TestContexts;
let deps: SearchDeps;
let taro: Ctx;
let osaka: Ctx;

/** One event a minute, the newest a minute ago; every third in Osaka, every tenth a failure, some at the same instant. */
const EVENTS: readonly SampleEvent[] = Array.from({ length: TOTAL }, (_, i): SampleEvent => {
  const isOsaka = i % 3 === 0;
  return {
    timeMs: NOW.getTime() - (Math.floor(i / 4) * 4 + 4) * MINUTE,
    seq: BigInt(TOTAL - i),
    unitId: isOsaka ? "unit_osaka" : "unit_root",
    sourceId: "source_fw",
    dataset: i % 5 === 0 ? "proxy" : "firewall",
    event_outcome: i % 10 === 0 ? "failure" : "success",
    host_name: `fw${i % 7}`,
    source_ip: `10.0.0.${i % 50}`,
    destination_port: i % 2 === 0 ? 443 : 0,
    source_bytes: i,
    ruleIds: i % 100 === 0 ? ["rule-a", ...(i % 200 === 0 ? ["rule-b"] : [])] : [],
    who: `user${i % 3}`,
    fields: { policyid: String(i % 4), action: "allow" },
    raw: `line ${i}${i === 1_100 ? " needle" : ""}`,
  };
});

beforeAll(async () => {
  [events, state] = await Promise.all([openTestEvents(), openTestState()]);
  contexts = testContexts(state, NOW);
  taro = await contexts.as();
  osaka = await contexts.as({ person: "花子", units: ["unit_osaka"] });
  const tree = buildUnitTree([
    { id: "unit_root", parentId: null },
    { id: "unit_osaka", parentId: "unit_root" },
    { id: "unit_kyoto", parentId: "unit_root" },
  ]);
  deps = {
    events,
    tree: { current: async () => tree, invalidate: () => undefined },
    funnel: { alerts: async (_ctx, _range, units) => (units.all ? 9 : 3), incidents: async () => null },
    isStillSignedIn: async () => true,
  };
  await storeEvents(events, EVENTS);
  const detected = EVENTS.filter((event) => (event.ruleIds ?? []).length > 0);
  await storeDetections(
    events,
    detected.flatMap(({ timeMs, seq, unitId = "", ruleIds = [] }) =>
      ruleIds.map((ruleId) => ({ timeMs, seq, unitId, ruleId, level: ruleId === "rule-a" ? "low" : "critical" })),
    ),
  );
});
afterAll(async () => {
  await events?.close();
  await state?.close();
});

const search = (query: Record<string, unknown> = {}, ctx = taro): Promise<SearchPage> =>
  searchEvents(deps, ctx, SearchQuery.parse(query));

async function allPages(query: Record<string, unknown>, ctx = taro): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await search({ ...query, cursor }, ctx);
    ids.push(...page.items.map((row) => row.id));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return ids;
}
const byTime = (samples: readonly SampleEvent[]): string[] =>
  [...samples].sort((a, b) => b.timeMs - a.timeMs || Number(b.seq - a.seq)).map((event) => `1-${event.seq}`);

describe("A page of events", () => {
  it("shows the newest first, with the six questions and the asked columns that are present", async () => {
    const page = await search({ limit: 2, columns: "source.ip,destination.port,fields.policyid,source.bytes" });
    expect(page.items).toHaveLength(2);
    expect(page.items[0]).toMatchObject({
      id: "1-1200",
      time: "2026-11-22T11:56:00.000Z",
      unitId: "unit_osaka",
      dataset: "proxy",
      ruleIds: ["rule-a", "rule-b"],
      six: { who: "user0", didWhat: "" },
      values: { "source.ip": "10.0.0.0", "destination.port": 443, "fields.policyid": "0" },
    });
    expect(page.items[1]?.values).toEqual({ "source.ip": "10.0.0.1", "fields.policyid": "1", "source.bytes": 1 });
    expect(page.range).toEqual({ from: "2026-11-21T12:00:00.000Z", to: "2026-11-22T12:00:00.000Z" });
  });

  test.each([
    ["newest first", {}],
    ["in small pages", { limit: 50 }],
  ])("walks through every event once, %s", async (_, query) => {
    expect(await allPages({ limit: 500, ...query })).toEqual(byTime(EVENTS));
  });

  it("walks oldest first as well", async () =>
    expect(await allPages({ limit: 300, sort: "time:asc" })).toEqual(byTime(EVENTS).reverse()));

  it("sorts by another column, and pages do not overlap", async () => {
    const ids = await allPages({ limit: 500, sort: "source.bytes:desc" });
    expect(ids).toEqual(EVENTS.toReversed().map((event) => `1-${event.seq}`));
  });

  it("keeps the list as it was when columns change or new events arrive", async () => {
    const first = await search({ limit: 100, columns: "host.name" });
    await storeEvents(events, [{ timeMs: NOW.getTime() - 5 * MINUTE, receivedMs: NOW.getTime() + 1_000, seq: 9_999n }]);
    const second = await search({ limit: 100, columns: "user.name", cursor: first.nextCursor });
    expect([...first.items, ...second.items].map((row) => row.id)).toEqual(byTime(EVENTS).slice(0, 200));
  });

  it("finds a rare event far back in the range", async () => {
    const page = await search({ q: "needle" });
    expect(page.items.map((row) => row.id)).toEqual([`1-${TOTAL - 1_100}`]);
    expect(page.nextCursor).toBeUndefined();
  });

  it("is not waited for when the browser has gone", async () => {
    const browser = new AbortController();
    const page = searchEvents(deps, taro, { ...SearchQuery.parse({ q: "line" }), signal: browser.signal });
    browser.abort();
    await expect(page).rejects.toBeInstanceOf(AppError);
  });

  it("respects the time range on both ends", async () => {
    const page = await search({ from: "2026-11-22T11:48:00Z", to: "2026-11-22T11:52:00Z", limit: 500 });
    expect(page.items.map((row) => row.time)).toEqual(Array(4).fill("2026-11-22T11:48:00.000Z"));
  });
});

describe("A bound on time", () => {
  test.each([
    ["events", "toStartOfMinute(time)", IN_RANGE],
    ["detections", "toStartOfHour(time)", IN_DETECTIONS_RANGE],
  ])("on %s is one that the primary key understands", async (table, key, bound) => {
    const plan = await events.select<{ explain: string }>(
      `EXPLAIN indexes = 1 SELECT count() FROM ${table} WHERE ${bound}`,
      rangeParams({ fromMs: NOW.getTime() - MINUTE, toMs: NOW.getTime() }),
    );
    expect(plan.some(({ explain }) => explain.includes(`Condition: and(`) && explain.includes(`${key} in [`))).toBe(
      true,
    );
  });

  test.each([
    ["1965-01-01T00:00:00Z", "1970-06-01T00:00:00Z", "1972-01-01T00:00:00Z"],
    ["2104-01-01T00:00:00Z", "2105-06-01T00:00:00Z", "2107-01-01T00:00:00Z"],
  ])("from %s finds an event of %s although it reaches beyond what the key can hold", async (from, at, to) => {
    const atMs = Date.parse(at);
    await storeEvents(events, [{ timeMs: atMs, receivedMs: NOW.getTime(), seq: BigInt(atMs), raw: "far" }]);
    const [row] = (await search({ q: "far", from, to })).items;
    expect(row?.time).toBe(new Date(atMs).toISOString());
    await expect(readEvent(deps, taro, { id: row?.id ?? "", time: at })).resolves.toMatchObject({
      raw: { text: "far" },
    });
  });
});

describe("What a person sees ends at their units", () => {
  const inOsaka = EVENTS.filter((event) => event.unitId === "unit_osaka");

  it("on every page", async () => expect(await allPages({ limit: 500 }, osaka)).toEqual(byTime(inOsaka)));
  it("also when they ask for more", async () => {
    await expect(search({ unit: "unit_root" }, osaka)).resolves.toMatchObject({ items: { length: 100 } });
    expect(await allPages({ unit: "unit_root", limit: 500 }, osaka)).toEqual(byTime(inOsaka));
  });
  it("and is refused where nothing is left", async () => {
    await expect(search({ unit: "unit_kyoto" }, osaka)).rejects.toMatchObject({ code: "forbidden" });
    await expect(search({ unit: "unit_nowhere" })).rejects.toMatchObject({ code: "forbidden" });
  });
  it("whatever the query says", async () => {
    const page = await search({ q: "unit:unit_root or *", limit: 500 }, osaka);
    expect(new Set(page.items.map((row) => row.unitId))).toEqual(new Set(["unit_osaka"]));
  });
  it("for one event too: what one may not read does not exist", async () => {
    const hidden = EVENTS.find((event) => event.unitId === "unit_root");
    await expect(readEvent(deps, osaka, { id: `1-${hidden?.seq}` })).rejects.toMatchObject({ code: "not_found" });
  });
  it("for the whole of a unit's subtree when it is chosen", async () =>
    expect(await allPages({ unit: "unit_root", limit: 500 })).toHaveLength(TOTAL));
});

describe("A request that cannot be answered says why", () => {
  test.each([
    [{ q: "host.name:" }, "invalid", { position: 10, code: "value_expected" }],
    [{ q: "x destination.port:http" }, "invalid", { position: 2, code: "not_a_number" }],
    [{ tz: "Mars/Base" }, "invalid", {}],
    [{ from: "now", to: "now-1h" }, "invalid", {}],
    [{ from: "1990-01-01T00:00:00Z", to: "now" }, "invalid", {}],
    [{ columns: "raw" }, "invalid", { column: "raw" }],
    [{ sort: "raw:asc" }, "invalid", { sort: "raw" }],
    [{ sort: "policyid:asc" }, "invalid", { sort: "policyid" }],
    [{ cursor: "abc" }, "invalid", {}],
  ])("%j", async (query, code, detail) =>
    expect(search(query)).rejects.toMatchObject({ code, detail: expect.objectContaining(detail) }),
  );

  it("hints at a field that was meant but not asked", async () => {
    expect((await search({ q: "event.code=4625" })).notes).toEqual([{ code: "looks_like_field", field: "event.code" }]);
    expect((await search({ q: "PolicyID:1" })).notes).toEqual([
      { code: "unknown_field", field: "PolicyID", suggestions: ["policyid"] },
    ]);
    expect((await search({ q: "user:alice" })).notes[0]?.suggestions).toContain("user.name");
    expect((await search({ q: "policyid:1" })).notes).toEqual([]);
  });
});

describe("One event", () => {
  const bytes = new Uint8Array([0x82, 0xa0, 0x00, 0x41]);
  const big = "あ".repeat(400_000);
  beforeAll(() =>
    storeEvents(events, [
      {
        timeMs: NOW.getTime() - 30 * 86_400_000,
        seq: 50_001n,
        raw: bytes,
        sourceId: "source_old",
        fields: { a: "1", 日本: "語" },
        host_ip: "2001:db8::1",
      },
      { timeMs: NOW.getTime() - 30 * 86_400_000, seq: 50_002n, raw: big, sourceId: "source_old" },
    ]),
  );

  it("comes whole: every column and field, the raw bytes and their hash, the rules, the neighbors", async () => {
    const event = await readEvent(deps, taro, { id: "1-1200", time: "2026-11-22T11:56:00.000Z" });
    expect(event.values).toMatchObject({
      "event.dataset": "proxy",
      "host.name": "fw0",
      "source.ip": "10.0.0.0",
      "destination.port": 443,
    });
    expect(event.values).not.toHaveProperty("user.name");
    expect(event.fields).toEqual({ policyid: "0", action: "allow" });
    expect(event.raw).toEqual({
      text: "line 0",
      encoding: null,
      sha256: createHash("sha256").update("line 0").digest("hex"),
      bytes: 6,
      isCut: false,
    });
    expect(event.detections.map((d) => [d.ruleId, d.level])).toEqual([
      ["rule-a", "low"],
      ["rule-b", "critical"],
    ]);
    expect(event.neighbors.by).toBe("host");
    expect(event.neighbors.after).toEqual([]);
    expect(event.neighbors.before.map((row) => row.id)).toEqual([35, 28, 21, 14, 7].map((i) => `1-${TOTAL - i}`));
  });

  it("is found without its time, and bytes that are no UTF-8 come unharmed", async () => {
    const event = await readEvent(deps, taro, { id: "1-50001" });
    expect(event.values).toEqual({ "host.ip": "2001:db8::1" });
    expect(event.fields).toEqual({ a: "1", 日本: "語" });
    expect(Buffer.from(event.raw.base64 ?? "", "base64")).toEqual(Buffer.from(bytes));
    expect(event.raw.sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
    expect(event.neighbors.by).toBe("source");
    expect(event.neighbors.after.map((row) => row.id)).toEqual(["1-50002"]);
  });

  it("is cut when it is huge, and says so; the hash is of the whole", async () => {
    const { raw } = await readEvent(deps, taro, { id: "1-50002" });
    expect(raw).toMatchObject({
      isCut: true,
      bytes: 1_200_000,
      sha256: createHash("sha256").update(big).digest("hex"),
    });
    expect(raw.base64).toBeUndefined();
    expect(raw.text.startsWith("あああ")).toBe(true);
  });

  test.each(["1-999999999", "9-1", "99999999999-1", "1-99999999999999999999"])("%s does not exist", async (id) =>
    expect(readEvent(deps, taro, { id })).rejects.toMatchObject({ code: "not_found" }),
  );

  it("stands among what happened before and after on the same host", async () => {
    const query = SurroundingQuery.parse({ before: 2, after: 2, columns: "host.name" });
    const around = await readSurroundings(deps, taro, { ...query, id: `1-${TOTAL - 70}` });
    expect(around.before.map((row) => row.id)).toEqual([84, 77].map((i) => `1-${TOTAL - i}`));
    expect(around.after.map((row) => row.id)).toEqual([63, 56].map((i) => `1-${TOTAL - i}`));
    expect(around.after[0]?.values).toEqual({ "host.name": "fw0" });
    const onSource = await readSurroundings(deps, taro, { ...query, by: "source", id: `1-${TOTAL - 70}` });
    expect(onSource.before.map((row) => row.id)).toEqual([72, 71].map((i) => `1-${TOTAL - i}`));
  });

  it("finds what happened some minutes around it at the same address, and says by what else one could look", async () => {
    const query = SurroundingQuery.parse({ by: "address", minutes: 60 });
    const around = await readSurroundings(deps, taro, { ...query, id: `1-${TOTAL - 70}` });
    expect(around).toMatchObject({ by: "address", value: "10.0.0.20", choices: ["host", "address", "source"] });
    const near = EVENTS.filter(
      ({ source_ip, timeMs }) =>
        source_ip === "10.0.0.20" && Math.abs(timeMs - (EVENTS[70]?.timeMs ?? 0)) < 60 * MINUTE,
    );
    expect(near.length).toBeGreaterThan(1);
    expect([...around.before, ...around.after]).toHaveLength(near.length - 1);
  });

  it("falls back to the source where the event names nobody", async () => {
    const query = SurroundingQuery.parse({ by: "account", before: 1, after: 1 });
    expect(await readSurroundings(deps, taro, { ...query, id: `1-${TOTAL - 70}` })).toMatchObject({
      by: "source",
      value: "source_fw",
    });
  });
});

describe("The histogram", () => {
  const histogram = (query: Record<string, unknown>, ctx = taro) =>
    readHistogram(deps, ctx, HistogramQuery.parse(query));

  it("counts every matching event in one bucket", async () => {
    const all = await histogram({ q: "line" });
    expect(all.total).toBe(TOTAL);
    expect(all.bucketMs).toBe(30 * MINUTE);
    expect(all.buckets.reduce((sum, bucket) => sum + bucket.total, 0)).toBe(TOTAL);
    const [first] = all.buckets.filter((bucket) => bucket.total > 0).slice(1);
    expect(first?.total).toBe(
      EVENTS.filter((e) => e.timeMs >= Date.parse(first?.start ?? "") && e.timeMs < Date.parse(first?.end ?? ""))
        .length,
    );
  });

  it("splits by outcome and by dataset", async () => {
    const split = await histogram({ q: "line", split: "outcome" });
    const sums = split.groups.map((_, i) => split.buckets.reduce((sum, bucket) => sum + (bucket.counts[i] ?? 0), 0));
    expect(Object.fromEntries(split.groups.map((group, i) => [group, sums[i]]))).toEqual({
      success: 1_080,
      failure: 120,
    });
    expect((await histogram({ q: "line", split: "dataset" })).groups).toEqual(["firewall", "proxy"]);
  });

  it("keeps the five largest groups and puts the rest together", async () => {
    const samples = Array.from(
      { length: 28 },
      (_, i): SampleEvent => ({
        timeMs: NOW.getTime() - 3 * 86_400_000,
        seq: BigInt(60_000 + i),
        dataset: `d${Math.floor(Math.sqrt(2 * i))}`,
      }),
    );
    await storeEvents(events, samples);
    const split = await histogram({ from: "now-4d", to: "now-2d", split: "dataset" });
    expect(split.groups).toHaveLength(6);
    expect(split.groups.at(-1)).toBe("…other");
    expect(split.total).toBe(28);
  });

  it("counts an event once under its highest detection level", async () => {
    const split = await histogram({ q: "line", split: "level" });
    const sums = split.groups.map((_, i) => split.buckets.reduce((sum, bucket) => sum + (bucket.counts[i] ?? 0), 0));
    expect(Object.fromEntries(split.groups.map((group, i) => [group, sums[i]]))).toEqual({
      "": TOTAL - 12,
      informational: 0,
      low: 6,
      medium: 0,
      high: 0,
      critical: 6,
    });
  });

  it("shows a unit its own events only", async () =>
    expect((await histogram({ q: "line", split: "unit" }, osaka)).groups).toEqual(["unit_osaka"]));
});

describe("Fields and their values", () => {
  it("lists what the matching events have, hot columns first, with shares", async () => {
    const list = await listFields(deps, taro, FieldListQuery.parse({ q: "line" }));
    expect(list).toMatchObject({ sampled: false, rowsExamined: TOTAL, rowsMatching: TOTAL });
    const of = (name: string) => list.fields.find((field) => field.name === name);
    expect(of("event.outcome")).toEqual({
      name: "event.outcome",
      column: "event_outcome",
      kind: "word",
      share: 1,
      cardinality: 2,
      top: [
        { value: "success", count: 1_080, share: 0.9 },
        { value: "failure", count: 120, share: 0.1 },
      ],
    });
    expect(of("source.ip")?.top[0]).toEqual({
      value: expect.stringMatching(/^10\.0\.0\.\d+$/),
      count: 24,
      share: 0.02,
    });
    expect(of("destination.port")).toMatchObject({ share: 0.5, cardinality: 1, top: [{ value: 443, count: 600 }] });
    expect(of("rule")).toMatchObject({
      share: 0.01,
      top: [
        { value: "rule-a", count: 12 },
        { value: "rule-b", count: 6 },
      ],
    });
    expect(of("policyid")).toEqual({ name: "policyid", column: "", kind: "vendor", share: 1, top: [] });
    expect(of("user.name")).toBeUndefined();
  });

  it("answers an empty result with nothing, not with an error", async () =>
    expect(await listFields(deps, taro, FieldListQuery.parse({ q: "nosuchword" }))).toMatchObject({
      rowsExamined: 0,
      fields: [],
    }));

  test.each([
    ["policyid", "", ["0", "1", "2", "3"]],
    ["policyid", "3", ["3"]],
    ["host.name", "FW1", ["fw1"]],
    ["source.ip", "0.49", ["10.0.0.49"]],
    ["rule", "rule-b", ["rule-a", "rule-b"]],
    ["nothing", "", []],
  ])("tells the values of %s that contain %j", async (field, contains, values) => {
    const answer = await listValues(deps, taro, FieldValuesQuery.parse({ q: "line", field, contains }));
    expect(answer.field.top.map((top) => String(top.value)).sort()).toEqual(values);
    expect(answer.field.cardinality).toBe(values.length);
  });

  it("has no values for what is no column", async () =>
    expect(listValues(deps, taro, FieldValuesQuery.parse({ field: "raw" }))).rejects.toMatchObject({
      code: "invalid",
    }));
});

describe("An export", () => {
  const textOf = async (query: Record<string, unknown>, ctx = taro): Promise<string> => {
    let text = "";
    for await (const chunk of (await exportEvents(deps, ctx, ExportQuery.parse(query))).chunks) text += chunk;
    return text;
  };

  it("as CSV opens in Excel, with the viewer's own time beside UTC", async () => {
    const lines = (await textOf({ format: "csv", q: "line", limit: 3, columns: "source.ip,source.bytes" })).split(
      "\r\n",
    );
    expect(lines[0]).toBe(
      "\ufeffid,time,time (Asia/Tokyo),unit,source,event.dataset,who,where_from,with_what,what,did_what,rules,source.ip,source.bytes",
    );
    expect(lines[2]).toBe(
      "1-1199,2026-11-22T11:56:00.000Z,2026/11/22 20:56:00,unit_root,source_fw,firewall,user1,,,,,,10.0.0.1,1",
    );
    expect(lines).toHaveLength(5);
  });

  it("as NDJSON has every matching event, and is audited before it begins", async () => {
    const before = contexts.audits.length;
    const rows = (await textOf({ format: "ndjson", q: "line" }, osaka))
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(rows).toHaveLength(TOTAL / 3);
    expect(contexts.audits.slice(before)).toMatchObject([
      {
        action: "event.export",
        actor: { name: "花子" },
        unitId: "unit_osaka",
        detail: { q: "line", limit: 100_000, taken: TOTAL / 3, units: 1 },
      },
    ]);
  });

  it("of several units is told in each of them, so that whoever audits one alone sees it", async () => {
    const before = contexts.audits.length;
    await textOf({ format: "csv", q: "line", limit: 3 });
    expect(contexts.audits.slice(before)).toMatchObject([
      { unitId: "unit_root", detail: { matching: TOTAL, taken: (TOTAL * 2) / 3, units: 2 } },
      { unitId: "unit_osaka", detail: { matching: TOTAL, taken: TOTAL / 3, units: 2 } },
    ]);
  });

  it("as one JSON document says how many match and whether it holds them all", async () => {
    const told = JSON.parse(await textOf({ format: "json", q: "line" }));
    expect(told).toMatchObject({ query: "line", matching: TOTAL, isCut: false });
    expect(told.items).toHaveLength(TOTAL);
    expect(JSON.parse(await textOf({ format: "json", q: "line", limit: 7 }))).toMatchObject({ isCut: true });
    expect(JSON.parse(await textOf({ format: "json", q: "nothing-like-this" })).items).toEqual([]);
  });

  it("as PDF is printed up to a thousand events", async () => {
    const file = await exportEvents(deps, taro, ExportQuery.parse({ format: "pdf", q: "line", columns: "host.name" }));
    const chunks: Buffer[] = [];
    for await (const chunk of file.chunks) chunks.push(Buffer.from(chunk));
    expect(Buffer.concat(chunks).subarray(0, 5).toString()).toBe("%PDF-");
    expect(file.name).toBe(`events-20261122T120000Z-first-1000-of-${TOTAL}.pdf`);
  });

  it("as PDF says its window, and when it was made, by the clock that it names", async () => {
    const ask = { format: "pdf", language: "en", from: "2026-11-22T00:00:00Z", to: "2026-11-22T12:00:00Z" };
    const headIn = async (tz: string) => {
      const input = ExportQuery.parse({ ...ask, tz });
      const about = {
        input,
        columns: [],
        scope: await scopeOf(deps, taro, input),
        matching: 1,
        limit: 1,
        madeBy: "太郎",
      };
      return Object.fromEntries(headOf(about, 1));
    };
    expect(await headIn("Asia/Tokyo")).toMatchObject({
      Window: "2026/11/22 09:00:00 – 2026/11/22 21:00:00 (Asia/Tokyo)",
      "Made by, at": "太郎 2026/11/22 21:00:00 (Asia/Tokyo)",
    });
    expect(await headIn("UTC")).toMatchObject({ "Made by, at": "太郎 2026/11/22 12:00:00 (UTC)" });
  });

  it("says in its name when it was cut", async () => {
    const nameOf = async (limit: number) =>
      (await exportEvents(deps, taro, ExportQuery.parse({ format: "csv", q: "line", limit }))).name;
    expect(await nameOf(10)).toBe(`events-20261122T120000Z-first-10-of-${TOTAL}.csv`);
    expect(await nameOf(TOTAL)).toBe("events-20261122T120000Z.csv");
  });
});

describe("The live tail", () => {
  it("shows what comes in after it was opened, once, however late it is stored", async () => {
    let now = new Date(NOW.getTime() + 3_600_000);
    const ctx = { ...(await contexts.as({ units: ["unit_osaka"] })), now: () => now };
    const tail = await openTail(deps, ctx, TailQuery.parse({ q: "live", columns: "host.name" }));
    const { signal } = new AbortController();
    const arrive = (seq: bigint, agoMs: number, unitId = "unit_osaka") =>
      storeEvents(events, [{ timeMs: 0, receivedMs: now.getTime() - agoMs, seq, unitId, host_name: "h", raw: "live" }]);
    const look = async () => (await tail.look(signal)).items.map((row) => row.id);

    expect(await look()).toEqual([]);
    await arrive(70_001n, 1_000);
    now = new Date(now.getTime() + 5_000);
    await arrive(70_002n, 2_000);
    await arrive(70_003n, 2_000, "unit_kyoto");
    expect(await look()).toEqual(["1-70002"]);
    await arrive(70_004n, 4_000);
    expect(await look()).toEqual(["1-70004"]);
    expect(await look()).toEqual([]);
  });

  it("tells how many it had to skip", async () => {
    let now = new Date(NOW.getTime() + 2 * 3_600_000);
    const tail = await openTail(deps, { ...taro, now: () => now }, TailQuery.parse({ q: "flood" }));
    await storeEvents(
      events,
      Array.from({ length: 500 }, (_, i) => ({
        timeMs: 0,
        receivedMs: now.getTime() + i,
        seq: BigInt(80_000 + i),
        raw: "flood",
      })),
    );
    now = new Date(now.getTime() + 1_000);
    const batch = await tail.look(new AbortController().signal);
    expect([batch.items.length, batch.skipped]).toEqual([200, 300]);
    expect(batch.items.at(-1)?.id).toBe("1-80499");
  });
});

describe("The funnel", () => {
  const funnel = (ctx: Ctx) =>
    readFunnel(deps, ctx, FunnelQuery.parse({ from: "2026-11-19T00:00:00Z", to: "2026-11-22T12:00:00Z", unit: "" }));
  it("counts each step for the units a person sees", async () => {
    expect(await funnel(taro)).toMatchObject({ events: TOTAL + 29, detections: 18, alerts: 9, incidents: null });
    expect(await funnel(osaka)).toMatchObject({ events: TOTAL / 3, detections: 6, alerts: 3, incidents: null });
  });
});

describe("The history of searches", () => {
  const ask = (q: string, ctx = taro, minutes = 0) =>
    rememberQuery(
      { ...ctx, now: () => new Date(NOW.getTime() + minutes * MINUTE) },
      { q, from: "now-24h", to: "now", columns: ["who"] },
    );
  const asked = async (ctx = taro, contains = "") =>
    (await listHistory(ctx, QueryHistoryQuery.parse({ contains }))).items.map(({ q }) => q);

  it("is one's own, newest first, each query once", async () => {
    await ask("ＴＡＮＡＫＡ 100%", taro, 1);
    await ask("b", taro, 2);
    await ask("ＴＡＮＡＫＡ 100%", taro, 3);
    await ask("osaka", osaka, 4);
    expect(await asked()).toEqual(["ＴＡＮＡＫＡ 100%", "b"]);
    expect(await asked(osaka)).toEqual(["osaka"]);
    expect((await listHistory(taro, QueryHistoryQuery.parse({}))).items[0]).toMatchObject({
      runs: 2,
      columns: ["who"],
    });
    expect(JSON.stringify(contexts.audits)).not.toContain("ＴＡＮＡＫＡ");
  });

  it("can be searched, without regard to width and case, and with signs as they are", async () => {
    expect(await asked(taro, "tanaka")).toEqual(["ＴＡＮＡＫＡ 100%"]);
    expect(await asked(taro, "%")).toEqual(["ＴＡＮＡＫＡ 100%"]);
    expect(await asked(taro, "_")).toEqual([]);
  });

  it("forgets one entry, or all, of one's own alone", async () => {
    const [entry] = (await listHistory(osaka, QueryHistoryQuery.parse({}))).items;
    await forgetQueries(taro, entry?.id);
    expect(await asked(osaka)).toEqual(["osaka"]);
    await forgetQueries(taro);
    expect(await asked()).toEqual([]);
    expect(await asked(osaka)).toEqual(["osaka"]);
  });

  it("keeps the newest five hundred", async () => {
    for (let i = 0; i < 503; i += 1) await ask(`n${i}z`, taro, i);
    expect(await asked(taro, "n0z")).toEqual([]);
    expect(await asked(taro, "n2z")).toEqual([]);
    expect(await asked(taro, "n3z")).toEqual(["n3z"]);
  });

  it("takes no text that is no query", () => expect(ask("(")).rejects.toMatchObject({ code: "invalid" }));
});

describe("Saved searches", () => {
  const input = (given: Partial<SavedSearchInput>) =>
    SavedSearchInput.parse({
      name: "失敗",
      q: "event.outcome:failure",
      columns: ["host.name"],
      sharedWithUnitId: null,
      ...given,
    });
  let kyoto: Ctx;
  beforeAll(async () => {
    kyoto = await contexts.as({ person: "京子", units: ["unit_kyoto"] });
  });
  const names = async (ctx: Ctx) => (await listSavedSearches(deps, ctx)).items.map((item) => item.name);

  it("are their owner's, unless shared with a unit that covers the reader's; own ones come first", async () => {
    await saveSearch(taro, input({ name: "mine" }));
    await saveSearch(taro, input({ name: "for all", sharedWithUnitId: "unit_root" }));
    await saveSearch(taro, input({ name: "for Kyoto", sharedWithUnitId: "unit_kyoto" }));
    await saveSearch(osaka, input({ name: "of Osaka", sharedWithUnitId: "unit_osaka" }));
    expect(await names(taro)).toEqual(["for Kyoto", "for all", "mine", "of Osaka"]);
    expect(await names(osaka)).toEqual(["of Osaka", "for all"]);
  });

  it("are changed and deleted by their owner alone, and every change is audited", async () => {
    const saved = await saveSearch(taro, input({ name: "old", from: "now-7d" }));
    expect(saved.lastUsedAt).toBeNull();
    await expect(noteUse(deps, osaka, saved.id)).rejects.toMatchObject({ code: "not_found" });
    await noteUse(deps, taro, saved.id);
    expect((await listSavedSearches(deps, taro)).items.find(({ id }) => id === saved.id)?.lastUsedAt).toBe(
      NOW.toISOString(),
    );
    await expect(changeSavedSearch(osaka, saved.id, input({}))).rejects.toMatchObject({ code: "not_found" });
    await expect(deleteSavedSearch(osaka, saved.id)).rejects.toMatchObject({ code: "not_found" });
    const before = contexts.audits.length;
    expect(await changeSavedSearch(taro, saved.id, input({ name: "new" }))).toMatchObject({
      id: saved.id,
      name: "new",
      isOwn: true,
    });
    await deleteSavedSearch(taro, saved.id);
    expect(await names(taro)).not.toContain("new");
    expect(contexts.audits.slice(before).map((audit) => audit.action)).toEqual([
      "saved_search.update",
      "saved_search.delete",
    ]);
  });

  it("stand before those of others, however many others share theirs, and whatever they are called", async () => {
    const mine = await saveSearch(kyoto, input({ name: "ん last of all" }));
    const at = NOW;
    const theirs = Array.from({ length: 1_005 }, (_, i) => ({
      id: `search_many_${i}`,
      ownerId: "person_gone",
      ownerName: "退職者",
      name: `aa ${i}`,
      q: "",
      columns: [],
      sharedWithUnitId: i < 1_003 ? "unit_osaka" : "unit_kyoto",
      createdAt: at,
      updatedAt: at,
    }));
    await state.transaction((tx) => tx.insert(savedSearch).values(theirs));
    const seen = (await listSavedSearches(deps, kyoto)).items;
    expect(seen[0]?.id).toBe(mine.id);
    expect(seen.filter(({ owner }) => owner.id === "person_gone").map(({ name }) => name)).toEqual([
      "aa 1003",
      "aa 1004",
    ]);
  });

  it("of somebody who left are deleted by whoever keeps the unit that they are shared with, and by nobody else", async () => {
    const keeper = await contexts.as({ person: "管理", role: "system-administrator", units: ["unit_kyoto"] });
    const left = await saveSearch(taro, input({ name: "left", sharedWithUnitId: "unit_kyoto" }));
    const above = await saveSearch(taro, input({ name: "above", sharedWithUnitId: "unit_root" }));
    const own = await saveSearch(taro, input({ name: "own" }));
    const flags = (await listSavedSearches(deps, keeper)).items.map(({ id, mayDelete }) => [id, mayDelete]);
    expect(flags).toEqual(
      expect.arrayContaining([
        [left.id, true],
        [above.id, false],
      ]),
    );
    for (const ctx of [osaka, kyoto])
      await expect(deleteSavedSearch(ctx, left.id)).rejects.toMatchObject({ code: "not_found" });
    for (const { id } of [above, own])
      await expect(deleteSavedSearch(keeper, id)).rejects.toMatchObject({ code: "not_found" });
    await deleteSavedSearch(keeper, left.id);
    expect(contexts.audits.at(-1)).toMatchObject({
      action: "saved_search.delete",
      unitId: "unit_kyoto",
      detail: { name: "left", owner: "太郎", q: "event.outcome:failure" },
    });
    expect(await names(taro)).not.toContain("left");
  });

  it("are not shared where one may not read, nor kept when they do not parse", async () => {
    await expect(saveSearch(osaka, input({ sharedWithUnitId: "unit_root" }))).rejects.toMatchObject({
      code: "forbidden",
    });
    await expect(saveSearch(taro, input({ q: "(a" }))).rejects.toMatchObject({
      code: "invalid",
      detail: { position: 0 },
    });
  });
});

describe("The newest events as they came", () => {
  const ask = { q: "event.dataset:firewall", from: "now-24h", to: "now", unit: "", tz: "UTC", limit: 5 };

  it("are those of the search, newest first, with their bytes", async () => {
    const found = await newestRawEvents(deps, taro, ask);
    expect(found.length).toBe(5);
    expect(found.map(({ timeMs }) => timeMs)).toEqual(found.map(({ timeMs }) => timeMs).toSorted((a, b) => b - a));
    for (const { text, id, sourceId } of found) {
      expect(text).toMatch(/^line \d+/);
      expect(id).toMatch(/^\d+-\d+$/);
      expect(sourceId).toBe("source_fw");
    }
  });

  it("are whole, within eight megabytes together; the others are named without their bytes", async () => {
    const timeMs = NOW.getTime() - 20 * 86_400_000;
    const sizes = [3, 4, 2, 1].map((megabytes) => megabytes * 1024 * 1024);
    const big = sizes.map((size, at) => ({
      timeMs: timeMs - at,
      seq: 0xffff_ffff_ffff_f000n + BigInt(at),
      raw: "x".repeat(size),
      host_name: "raw-big",
    }));
    await storeEvents(events, big);
    const found = await newestRawEvents(deps, taro, { ...ask, q: "host.name:raw-big", from: "now-30d" });
    expect(found.map(({ text }) => text?.length)).toEqual([sizes[0], sizes[1], undefined, sizes[3]]);
  });

  it("are only those of units whose events the person may read", async () => {
    const all = await newestRawEvents(deps, osaka, { ...ask, limit: 200 });
    const numbers = all.map(({ text }) => Number(/\d+/.exec(text ?? "")?.[0]));
    expect(numbers.length).toBeGreaterThan(0);
    expect(numbers.filter((n) => n % 3 !== 0)).toEqual([]);
    const nobody = await contexts.as({ person: "四郎", role: "executive", units: ["unit_root"] });
    await expect(newestRawEvents(deps, nobody, ask)).rejects.toMatchObject({ code: "forbidden" });
  });
});
