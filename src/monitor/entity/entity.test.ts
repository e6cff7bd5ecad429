import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildUnitTree, type Ctx } from "../../organization/access/index.ts";
import type { EventsDb } from "../../platform/events/index.ts";
import { openTestEvents } from "../../platform/events/testing.ts";
import type { State } from "../../platform/state/index.ts";
import { openTestState } from "../../platform/state/testing.ts";
import { recordDetectionGroups } from "../alert/index.ts";
import { groupOf } from "../alert/testing.ts";
import { entityText } from "../search/language/entity.ts";
import { parseQuery } from "../search/language/parse.ts";
import { searchEvents } from "../search/page.ts";
import { type SampleEvent, storeDetections, storeEvents } from "../search/testing.ts";
import { type TestContexts, testContexts } from "../source/testing.ts";
import { readAlerts } from "./alerts.ts";
import { readBefore } from "./before.ts";
import { EntityBeforeInput, EntityExportQuery, EntityQuery, EntitySeenQuery } from "./contract.ts";
import type { EntityDeps } from "./deps.ts";
import { exportEntity, reportOf } from "./export.ts";
import { readSeen } from "./seen.ts";
import { peersOf, readLatest, readSummary } from "./summary.ts";

const NOW = new Date("2026-11-22T12:00:00Z");
const HOUR = 3_600_000;
const at = (hours: number): number => NOW.getTime() - hours * HOUR;
const HASH = "a".repeat(64);
/** What a sender may call a host: a formula, markup, a slash, another direction of writing. */
const HOSTILE = '=cmd|"x"<img src=x onerror=alert(1)>/\u202e';

let events: EventsDb;
let state: State;
let contexts: TestContexts;
let deps: EntityDeps;
let taro: Ctx;
let osaka: Ctx;

const EVENTS: readonly SampleEvent[] = [
  {
    timeMs: at(1),
    host_name: "WS5.corp.example",
    user_name: "CORP\\Taro",
    source_ip: "10.0.0.5",
    process_name: "powershell.exe",
    ruleIds: ["rule-a"],
    who: "taro",
  },
  {
    timeMs: at(2),
    host_name: "ws5",
    user_name: "taro",
    source_ip: "10.0.0.5",
    destination_ip: "203.0.113.9",
    url_domain: "Evil.example",
  },
  { timeMs: at(3), host_name: "ws50", user_name: "hanako" },
  // The firewall names an address, and enrichment whose it was then.
  {
    timeMs: at(4),
    host_name: "fw1",
    source_ip: "10.0.0.5",
    destination_ip: "203.0.113.9",
    source_owner_host: "ws5",
    source_owner_user: "taro",
  },
  {
    timeMs: at(30),
    host_name: "fw1",
    source_ip: "10.0.0.5",
    destination_ip: "198.51.100.1",
    source_owner_host: "ws9",
    source_owner_user: "jiro",
  },
  { timeMs: at(24 * 20), host_name: "WS5", user_name: "taro@corp.example", file_hash_sha256: HASH.toUpperCase() },
  { timeMs: at(5), host_name: HOSTILE, user_name: "mallory" },
].map((event, i) => ({ unitId: "unit_root", dataset: "windows.security", ...event, seq: BigInt(i + 1) }));
const ELSEWHERE: SampleEvent = {
  timeMs: at(6),
  seq: 100n,
  unitId: "unit_osaka",
  host_name: "ws5",
  user_name: "osaka-only",
};

beforeAll(async () => {
  [events, state] = await Promise.all([openTestEvents(), openTestState()]);
  contexts = testContexts(state, NOW);
  taro = await contexts.as();
  osaka = await contexts.as({ person: "花子", units: ["unit_osaka"] });
  const tree = buildUnitTree([
    { id: "unit_root", parentId: null },
    { id: "unit_osaka", parentId: "unit_root" },
  ]);
  deps = {
    events,
    tree: { current: async () => tree, invalidate: () => undefined },
    incidentsOf: async (_ctx, ids) =>
      ids.map((alertId) => ({
        alertId,
        incident: { id: "incident_1", number: 1, title: "Intrusion", titleJa: null, status: "open" },
      })),
    titleJaOf: (ruleId) => (ruleId === "rule-a" ? "難読化されたコマンド" : undefined),
  };
  await storeEvents(events, [...EVENTS, ELSEWHERE]);
  await storeDetections(events, [
    { timeMs: at(1), seq: 1n, unitId: "unit_root", ruleId: "rule-a", title: "Encoded", level: "high" },
  ]);
  const touching = (host: string, unitId: string, id: string) => ({
    ...groupOf({ host, unitId, rule: { id }, atMs: at(1) }),
    touched: [{ kind: "host" as const, value: "ws5", role: "self" as const }],
  });
  const groups = [touching("ws5", "unit_root", "rule-a"), touching("ws5", "unit_osaka", "rule-b")];
  await state.transaction((tx) => recordDetectionGroups(tx, groups, NOW));
});
afterAll(async () => {
  await events?.close();
  await state?.close();
});

const summary = (kind: string, value: string, ctx = taro, more: object = {}) =>
  readSummary(deps, ctx, EntityQuery.parse({ kind, value, ...more }));

const foundBy = async (q: string, { from, to }: { from: string; to: string }): Promise<unknown[]> => {
  const plain = { unit: "", tz: "Asia/Tokyo", columns: "", sort: "time:desc", limit: 100 } as const;
  return (await searchEvents(deps as never, taro, { q, from, to, ...plain })).items;
};

describe("The page of a host", () => {
  it("gathers what names it with and without its domain, and what names its address while it had it", async () => {
    const page = await summary("host", "WS5.corp.example");
    expect(page).toMatchObject({ kind: "host", value: "ws5", total: 4, sampled: false });
    expect(page.spellings.toSorted()).toEqual(["WS5.corp.example", "ws5"]);
    expect(page.roles).toEqual([
      { field: "host.name", events: 3 },
      { field: "source.owner.host", events: 1 },
    ]);
    expect(page.histogram.total).toBe(4);
  });

  it("counts exactly what the search finds to which it leads", async () => {
    const page = await summary("host", "ws5");
    expect(parseQuery(page.query).ok).toBe(true);
    expect(await foundBy(page.query, page.range)).toHaveLength(page.total);
  });

  it("names whom it met, each once however it is written, and never itself", async () => {
    const { peers } = await summary("host", "ws5");
    expect(peers.find(({ kind, value }) => kind === "account" && value === "taro")).toBeDefined();
    expect(peers.find(({ value }) => value === "203.0.113.9")).toMatchObject({ kind: "address", count: 2 });
    expect(peers.find(({ value }) => value === "evil.example")).toMatchObject({ kind: "domain" });
    expect(peers.filter(({ kind, value }) => kind === "host" && value === "ws5")).toEqual([]);
  });

  it("tells the rules that matched, and the addresses that it had", async () => {
    const page = await summary("host", "ws5");
    expect(page.rules).toEqual([{ id: "rule-a", title: "Encoded", level: "high", author: "", events: 1 }]);
    expect(page.holders).toMatchObject([{ address: "10.0.0.5", host: "ws5", user: "taro", events: 1 }]);
  });

  it("of the same name in another unit stays apart", async () => {
    const theirs = await summary("host", "ws5", osaka);
    expect(theirs.total).toBe(1);
    expect(theirs.peers).toEqual([{ kind: "account", value: "osaka-only", count: 1 }]);
    const theirEvent = { id: "1-100", at: new Date(at(6)).toISOString() };
    expect(await readSeen(deps, osaka, { kind: "host", value: "ws5" })).toEqual({
      first: theirEvent,
      last: theirEvent,
    });
    expect((await readAlerts(deps, osaka, { kind: "host", value: "ws5" })).items.map(({ unitId }) => unitId)).toEqual([
      "unit_osaka",
    ]);
  });

  it("says when it was seen first and last, beyond the window, among all that is kept", async () => {
    const seen = await readSeen(deps, taro, EntitySeenQuery.parse({ kind: "host", value: "ws5" }));
    expect(seen).toEqual({
      first: { id: "1-6", at: new Date(at(480)).toISOString() },
      last: { id: "1-1", at: new Date(at(1)).toISOString() },
    });
  });

  it("that nobody has named is empty, not an error", async () => {
    expect(await summary("host", "nowhere")).toMatchObject({ total: 0, peers: [], roles: [], spellings: [] });
    expect(await readSeen(deps, taro, { kind: "host", value: "nowhere" })).toEqual({ first: null, last: null });
  });

  it("takes any name that a sender made up, and leads to a search that finds it again", async () => {
    const page = await summary("host", HOSTILE);
    expect(page.total).toBe(1);
    expect(parseQuery(page.query).ok).toBe(true);
  });

  it("with a name of four kilobytes answers, and offers no search, whose queries are shorter", async () => {
    expect(await summary("host", `a${"/".repeat(4_000)}`)).toMatchObject({ total: 0, query: "" });
    expect(EntityQuery.safeParse({ kind: "host", value: "a".repeat(4_097) }).success).toBe(false);
  });
});

describe("Other entities", () => {
  it.each([
    ["account", "CORP\\TARO", 3],
    ["address", "10.0.0.5", 4],
    ["address", "::ffff:203.0.113.9", 2],
    ["domain", "evil.example", 1],
  ])("of the kind %s are found as %s", async (kind, value, total) => {
    expect((await summary(kind, value)).total).toBe(total);
  });

  it("tell who had an address at which time", async () => {
    const { holders } = await summary("address", "10.0.0.5");
    expect(holders.map(({ host, user }) => `${host} ${user}`)).toEqual(["ws5 taro", "ws9 jiro"]);
    expect(holders[1]).toMatchObject({ firstAt: new Date(at(30)).toISOString() });
  });

  it("are found by a digest in either case", async () => {
    expect((await summary("hash", HASH, taro, { from: "now-30d" })).total).toBe(1);
  });

  it.each([
    ["address", "ws5"],
    ["hash", "abc"],
    ["account", "CORP\\"],
  ])("of the kind %s are not %s", async (kind, value) => {
    await expect(summary(kind, value)).rejects.toMatchObject({ code: "invalid" });
  });
});

describe("Alerts and incidents of an entity", () => {
  it("are those that touch it, with the incidents that they are in", async () => {
    const found = await readAlerts(deps, taro, { kind: "host", value: "WS5" });
    expect(found).toMatchObject({ total: 2, open: 2, incidents: [{ number: 1, alerts: 2 }] });
  });

  it("can be narrowed to a stretch of time", async () => {
    const before = { from: new Date(at(10)).toISOString(), to: new Date(at(2)).toISOString() };
    expect((await readAlerts(deps, taro, { kind: "host", value: "ws5", ...before })).total).toBe(0);
  });
});

describe("Peers", () => {
  it.each([
    ["address", "203.0.113.9", 2],
    ["account", "taro", 3],
  ] as const)("lead to a search that finds them wherever they stand: %s %s", async (kind, value, events) => {
    const { peers, range } = await summary("host", "ws5");
    expect(peers.find((peer) => peer.value === value)?.kind).toBe(kind);
    expect(await foundBy(entityText(kind, value), range)).toHaveLength(events);
  });

  it("of two fields are not added up, since both may be of one event", () => {
    const beside = [
      { kind: "account" as const, value: "Taro", count: 3 },
      { kind: "account" as const, value: "CORP\\taro", count: 5 },
    ];
    expect(peersOf({ kind: "host", value: "ws5" }, beside)).toEqual([{ kind: "account", value: "taro", count: 5 }]);
  });
});

describe("What stood beside it before the window", () => {
  const askedOf = (value: string, peers: object[], from: string) =>
    readBefore(deps, taro, EntityBeforeInput.parse({ kind: "host", value, from, peers }));

  it("is told for each peer, in whichever field and spelling it stood then", async () => {
    const peers = [
      { kind: "account", value: "taro" },
      { kind: "address", value: "203.0.113.9" },
      { kind: "hash", value: HASH },
      { kind: "host", value: "fw1" },
    ];
    // Twenty days ago taro@corp.example and the file were there; the address and the firewall four hours ago.
    expect(await askedOf("ws5", peers, "now-7d")).toMatchObject({ wasHere: true, known: [true, false, true, false] });
    expect((await askedOf("ws5", peers, "now-3h")).known).toEqual([true, true, true, true]);
  });

  it("is nothing, and says so, when nothing named the entity itself", async () => {
    const answer = await askedOf("ws50", [{ kind: "account", value: "hanako" }], "now-7d");
    expect(answer).toMatchObject({ wasHere: false, known: [false] });
  });

  it("takes a peer of any name", async () => {
    const answer = await askedOf(
      "ws5",
      [
        { kind: "account", value: "100%*?\\" + "x" },
        { kind: "host", value: HOSTILE },
      ],
      "now-7d",
    );
    expect(answer.known).toEqual([false, false]);
  });
});

describe("An entity as a file", () => {
  const file = (format: string, value: string, ctx = taro) =>
    exportEntity(deps, ctx, EntityExportQuery.parse({ kind: "host", value, format, language: "ja" }));

  it("runs no formula in a spreadsheet, and opens in Japanese Excel", async () => {
    const text = (await file("csv", HOSTILE)).bytes.toString("utf8");
    expect(text.startsWith("\ufeff")).toBe(true);
    expect(text).toContain("'=cmd");
    for (const row of text.split("\r\n")) for (const cell of row.split(",")) expect(cell).not.toMatch(/^"?[=+\-@\t]/);
  });

  it("is JSON with everything of the page", async () => {
    const told = JSON.parse((await file("json", "ws5")).bytes.toString("utf8"));
    expect(told.summary.total).toBe(4);
    expect(told.alerts.total).toBe(2);
    expect(told.latest.items).toHaveLength(4);
  });

  it("is a PDF, and is audited", async () => {
    const { bytes, mediaType } = await file("pdf", HOSTILE);
    expect(bytes.subarray(0, 5).toString()).toBe("%PDF-");
    expect(mediaType).toBe("application/pdf");
    expect(contexts.audits.at(-1)).toMatchObject({ action: "entity.export", detail: { kind: "host", format: "pdf" } });
  });

  it("is printed in its reader's language and by their clock, without codes", async () => {
    const asked = { kind: "host", value: "ws5" } as const;
    const told = {
      summary: await summary("host", "ws5"),
      seen: await readSeen(deps, taro, EntitySeenQuery.parse(asked)),
      latest: await readLatest(deps, taro, EntityQuery.parse(asked)),
      alerts: await readAlerts(deps, taro, asked),
    };
    const printed = (language: "ja" | "en") => {
      const made = { language, tz: "Asia/Tokyo", madeAt: NOW, madeBy: "太郎", titleJaOf: deps.titleJaOf };
      const { subtitle, blocks } = reportOf(told, made);
      return [
        subtitle,
        ...blocks.flatMap((block) => (block.kind === "rows" ? block.rows.map((row) => row.join(": ")) : [])),
      ];
    };
    const japanese = printed("ja");
    expect(japanese).toContain("期間: 2026/11/15 21:00:00 – 2026/11/22 21:00:00 (Asia/Tokyo)");
    expect(japanese).toContain("高 (1): 難読化されたコマンド");
    expect(japanese).toContain("2026/11/22 20:00:00\n中 / 未対応: 難読化されたコマンド (1)");
    expect(japanese).toContain("INC-1 / 対応中: Intrusion");
    expect(printed("en")).toContain("High (1): Encoded");
    for (const line of japanese) expect(line).not.toMatch(/\b(high|medium|open)\b|\d\dT\d\d/);
  });

  it("is told in each unit that it has something of: logs of the window, or alerts alone", async () => {
    const taken = async (from: string, ctx = taro) => {
      contexts.audits.length = 0;
      await exportEntity(deps, ctx, EntityExportQuery.parse({ kind: "host", value: "ws5", format: "json", from }));
      return contexts.audits.map(({ unitId, detail }) => [unitId, detail?.["taken"], detail?.["units"]]);
    };
    expect(await taken("now-7d")).toEqual([
      ["unit_root", 3, 2],
      ["unit_osaka", 1, 2],
    ]);
    expect(await taken("now-150m")).toEqual([
      ["unit_root", 2, 2],
      ["unit_osaka", 0, 2],
    ]);
    expect(await taken("now-7d", osaka)).toEqual([["unit_osaka", 1, 1]]);
  });
});

describe("The latest events", () => {
  it("are the newest of the window, in six questions", async () => {
    const { items } = await readLatest(deps, taro, EntityQuery.parse({ kind: "host", value: "ws5" }));
    expect(items.map(({ id }) => id)).toEqual(["1-1", "1-2", "1-4", "1-100"]);
    expect(items[0]?.six.who).toBe("taro");
  });
});
