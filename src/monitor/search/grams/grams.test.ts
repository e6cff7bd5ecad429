import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import type { EventsDb } from "../../../platform/events/index.ts";
import { openTestEvents } from "../../../platform/events/testing.ts";
import { SearchQuery } from "../contract.ts";
import type { Reader, SearchDeps } from "../deps.ts";
import { searchEvents } from "../page.ts";
import { IN_RANGE, rangeParams, type Scope, scopeOf } from "../scope.ts";
import { storeEvents } from "../testing.ts";
import { narrowed, narrowingOf } from "./narrow.ts";
import { type GramUpkeep, startGramUpkeep } from "./upkeep.ts";

const END = Date.UTC(2026, 10, 22);
const HOUR = 3_600_000;
const DAYS = 30;
const STREAM = 1;

let events: EventsDb;
let upkeep: GramUpkeep;
let stored = 0n;
const isBusy = true;
const deps = (): SearchDeps => ({
  events,
  tree: { current: () => Promise.reject(new Error("every unit is searched")), invalidate: () => undefined },
  funnel: { alerts: async () => null, incidents: async () => null },
  isStillSignedIn: async () => true,
});
const reader: Reader = { units: () => ({ all: true }), now: () => new Date(END) };

beforeAll(async () => {
  events = await openTestEvents();
  upkeep = startUpkeep();
});
afterAll(async () => {
  await upkeep.close();
  await events.close();
});

function startUpkeep(): GramUpkeep {
  const log = { info: () => undefined, warn: () => undefined };
  return startGramUpkeep({ events, stream: STREAM, storedThrough: () => stored, isBusy: () => isBusy, log });
}

/** Every event in an hour of its own, so that each is a chunk of its own and can be left out alone. */
async function store(raws: readonly (string | Uint8Array)[], stream = STREAM): Promise<void> {
  const first = stored + 1n;
  await storeEvents(
    events,
    raws.map((raw, i) => {
      const seq = first + BigInt(i);
      return { timeMs: END - 1 - (Number(seq) % (DAYS * 24)) * HOUR, seq, stream, dataset: `set${i % 3}`, raw };
    }),
  );
  stored += BigInt(raws.length);
}

const scopeFor = (q: string): Promise<Scope> =>
  scopeOf(deps(), reader, SearchQuery.parse({ q, from: `now-${DAYS}d`, to: "now" }));

const idsWhere = async (scope: Scope): Promise<string[]> => {
  const rows = await events.select<{ id: string }>(
    `SELECT toString(seq) AS id FROM events WHERE ${IN_RANGE} AND ${scope.condition} ORDER BY seq`,
    { ...scope.params, ...rangeParams(scope) },
  );
  return rows.map(({ id }) => id);
};

const bytes = (...parts: (string | number)[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : Buffer.from([part]))));

const anyRaw = fc.oneof(
  fc.string({ unit: fc.constantFrom(...Array.from('aBcKsı\\"%_*? é不正ｱ\u212A\u0130😀\0')), maxLength: 40 }),
  fc.uint8Array({ maxLength: 40 }),
);

const HOSTILE: readonly (string | Uint8Array)[] = [
  "Mimikatz was here",
  "xMIMIKATZx",
  "mimi katz",
  '{"path":"C:\\\\Windows\\\\System32\\\\cmd.exe","msg":"say \\"hi\\""}',
  "C:\\Windows\\System32\\cmd.exe",
  "不正アクセスを検知しました",
  '{"msg":"\\u4e0d\\u6b63\\u30a2\\u30af\\u30bb\\u30b9"}',
  '{"msg":"\\u4E0D\\u6B63"}',
  "半角ｶﾅ ＡＢＣ 全角",
  "カナ ABC",
  "Ärger mit MÜLLER im Café",
  "ärger mit müller im cafÉ",
  "\u212Aelvin wi\u017F\u017Fen \u0130stanbul",
  "kelvin wissen istanbul",
  "100% sure_thing a_b a%b",
  "100x sureXthing aXb",
  "tab\tand\nnewline\r\nand\0nul",
  "203.0.113.77",
  "203.0.113.7",
  "d41d8cd98f00b204e9800998ecf8427e",
  "ab",
  "a",
  "",
  "𠮷野家 😀 emoji",
  bytes(0xe3, "mimikatz"),
  bytes(0xff, 0xfe, "password", 0x80),
  bytes("pass", 0xc3, "word"),
  bytes(0xe4, 0xb8, "不正アクセス", 0xe3),
  bytes(0xf0, 0x9f, "Failed", 0),
];

const QUERIES = [
  ...["mimikatz", "MIMI", "mi", "m", "imika", "mimi*tz", "*katz*", "m?mikatz", '"mimi katz"', "mimi katz", "*"],
  ...[
    "C:\\Windows\\System32",
    "system32\\\\cmd",
    '"say \\"hi\\""',
    '*"say \\"hi"*',
    "win*system32\\\\cmd*",
    "windows*cmd?exe",
  ],
  ...["不正アクセス", "不正", "正", "不?アクセス", "*不正*", "不正*検知", "ｶﾅ", "カナ", "ＡＢＣ", "abc"],
  ...[
    "müller",
    "MÜLLER",
    "Café",
    "ärger*CAFÉ",
    "kelvin",
    "Kelvin",
    "\u212Aelvin",
    "wissen",
    "wi\u017F\u017Fen",
    "istanbul",
    "\u0130stanbul",
    "elvin é",
  ],
  ...["100%", "sure_thing", "a_b", "a%b", "a?b", '"tab\tand"', "nul", "203.0.113.77", "203.0.113.7", "0.113"],
  ...["d41d8cd98f00b204e9800998ecf8427e", "8f00b204", "𠮷野", "😀", "password", "pass", "word", "failed", "\ufffd"],
  ...[
    "not mimikatz",
    "mimikatz or password",
    "mimikatz and not x*",
    "(mimi or 不正) and (katz or 検知)",
    "mimikatz or event.dataset:set1",
  ],
  ...[
    "raw:mimikatz",
    "not raw:pass*",
    "raw:/mimi.atz/",
    "event.dataset:set1 and pass",
    "nothinglikethis",
    "mimikatz or not pass",
  ],
];

describe("Grams", () => {
  let without: string[][];

  beforeAll(async () => {
    await store(HOSTILE);
    without = [];
    for (const q of QUERIES) without.push(await idsWhere(await scopeFor(q)));
    await upkeep.catchUp();
  });

  test.each(QUERIES.map((q, i) => [q, i] as const))("do not change what %j finds", async (q, i) => {
    expect(await idsWhere(await narrowed(events, await scopeFor(q)))).toEqual(without[i]);
  });

  test.each([
    ["mimikatz", 3],
    ["203.0.113.77", 1],
    ["不正アクセス", 3],
    ["nothinglikethis", 0],
  ])("leave few chunks to read for %j", async (q, most) => {
    const { condition } = await narrowed(events, await scopeFor(q));
    expect(condition.split("seq BETWEEN").length - 1).toBeLessThanOrEqual(most);
    expect(condition).toContain("seq >");
  });

  it("cover every stored event exactly once", async () => {
    const [row] = await events.select("SELECT sum(events) AS n, max(covered_to) AS upTo FROM raw_grams");
    expect(row).toEqual({ n: String(HOSTILE.length), upTo: String(stored) });
    await upkeep.catchUp();
    expect(await events.select("SELECT sum(events) AS n FROM raw_grams")).toEqual([{ n: String(HOSTILE.length) }]);
  });

  it("go on where another process ended", async () => {
    await upkeep.close();
    await store(["after the restart zebra", "before zebra"]);
    upkeep = startUpkeep();
    await upkeep.catchUp();
    expect(upkeep.snapshot()).toMatchObject({ events: 2, pending: 0, failures: 0 });
    expect((await idsWhere(await narrowed(events, await scopeFor("zebra")))).length).toBe(2);
  });

  it("are not built by themselves while storing events goes first", async () => {
    await store(["a lonely okapi"]);
    const before = upkeep.snapshot().events;
    expect(upkeep.snapshot().events).toBe(before);
    expect((await idsWhere(await narrowed(events, await scopeFor("okapi")))).length).toBe(1);
  });

  it("let events be found that are not covered, also those of another log", async () => {
    await store(["quokka in our log"]);
    await storeEvents(events, [{ timeMs: END - 5 * HOUR, seq: 1n, stream: 99, raw: "quokka in another log" }]);
    expect((await idsWhere(await narrowed(events, await scopeFor("quokka")))).length).toBe(2);
  });

  it("find any part of any text, whatever its bytes", async () => {
    const parts = fc.sample(fc.record({ raw: anyRaw, from: fc.nat(30), length: fc.integer({ min: 1, max: 12 }) }), 40);
    await store(parts.map(({ raw }) => raw));
    await upkeep.catchUp();
    for (const { raw, from, length } of parts) {
      const needle = Buffer.from(raw)
        .toString("utf8")
        .slice(from, from + length);
      const scope = await scopeFor(`"${needle.toUpperCase().replaceAll(/["\\]/g, "\\$&")}"`);
      expect({ needle, ids: await idsWhere(await narrowed(events, scope)) }).toEqual({
        needle,
        ids: await idsWhere(scope),
      });
    }
  });
});

describe("A page of a word that stands in more chunks than one condition names", () => {
  beforeAll(async () => {
    await store(Array.from({ length: 300 }, (_, i) => (i % 2 ? `ubiquitous ${i}` : `nothing ${i}`)));
    await upkeep.catchUp();
  });

  test.each(["time:desc", "time:asc"])("is read in steps, %s, and has every event once", async (sort) => {
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await searchEvents(deps(), reader, {
        ...SearchQuery.parse({ q: "ubiquitous", from: `now-${DAYS}d`, to: "now", sort, limit: 40 }),
        ...(cursor !== undefined && { cursor }),
      });
      found.push(...page.items.map((item) => item.id));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    const all = await idsWhere(await scopeFor("ubiquitous"));
    expect(found.map((id) => id.split("-")[1]).sort()).toEqual([...all].sort());
  });

  it("cuts the range where the chunks beyond begin", async () => {
    const scope = await scopeFor("ubiquitous");
    const narrowing = await narrowingOf(events, scope);
    const step = await narrowing.step(scope, "desc");
    expect(step?.range.toMs).toBe(scope.toMs);
    expect(step?.range.fromMs).toBeGreaterThan(scope.fromMs);
    const asc = await narrowing.step(scope, "asc");
    expect(asc?.range.fromMs).toBe(scope.fromMs);
    expect(asc?.range.toMs).toBeLessThan(scope.toMs);
  });
});
