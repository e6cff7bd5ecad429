import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { AppError } from "../../kernel/errors.ts";
import type { Ctx } from "../../organization/access/index.ts";
import type { State } from "../../platform/state/index.ts";
import { openTestState } from "../../platform/state/testing.ts";
import { SourceCreate, type SourceFigures, SourceListQuery } from "./contract.ts";
import { silentFigures } from "./figures.ts";
import { openSourceResolver, type SourceResolver } from "./resolver.ts";
import {
  archiveSource,
  changeSource,
  createSource,
  listSources,
  readParseFailures,
  readSource,
  type SourceDeps,
} from "./service.ts";
import { SilenceWatch } from "./silence/watch.ts";
import { type TestContexts, testContexts } from "./testing.ts";

const T0 = new Date("2026-11-22T12:00:00.000Z");

let state: State;
let contexts: TestContexts;
let resolver: SourceResolver;
let admin: Ctx;
let revoked: string[];
let deafSinceMs: number | undefined;
let figures: Map<string, SourceFigures> | AppError;
beforeAll(async () => {
  state = await openTestState();
  contexts = testContexts(state, T0);
  admin = await contexts.as({ role: "system-administrator" });
});
afterAll(() => state?.close());
beforeEach(async () => {
  await state.db.execute(sql`TRUNCATE source`);
  revoked = [];
  deafSinceMs = undefined;
  figures = new Map();
  resolver = await openSourceResolver({
    system: () => contexts.as(),
    rootUnitId: async () => "unit_root",
    now: () => T0.getTime(),
  });
});

const deps = (): SourceDeps => ({
  resolver,
  statistics: {
    figures: async (ids) => {
      if (figures instanceof AppError) throw figures;
      const known = figures;
      return new Map(ids.map((id) => [id, known.get(id) ?? silentFigures(null)]));
    },
    failures: async () => ({ items: [] }),
  },
  rejections: () => [
    { sourceId: "(unknown)", rejected: { unknown_source: 3 } },
    { sourceId: "source_gone", rejected: { unknown_source: 1, too_large: 2 } },
  ],
  silence: (row) => new SilenceWatch(T0.getTime()).of(row),
  deafSinceMs: () => deafSinceMs,
  tokens: {
    create: async (_ctx, { sourceId }) => ({ tokenId: `token_for_${sourceId}`, secret: "ygr_secret" }),
    revoke: async (_ctx, { tokenId }) => void revoked.push(tokenId),
  },
  endpoints: { http: "https://yagura.example:8443/", syslog: { host: "yagura.example", port: 5514 } },
  formats: () => ["cef", "windows.json"],
});
const create = (input: Record<string, unknown>, ctx = admin) =>
  createSource(ctx, SourceCreate.parse({ name: "Osaka", kind: "token", unitId: "unit_osaka", ...input }), deps());
const list = (query: Record<string, unknown> = {}, ctx = admin) =>
  listSources(ctx, SourceListQuery.parse(query), deps());

describe("Registering a source", () => {
  it("of kind token shows the secret once, in the snippets too, and never again", async () => {
    const { source, secret } = await create({ format: "cef", timeZone: "Asia/Tokyo" });
    expect(secret).toBe("ygr_secret");
    const shippers = ["filebeat", "winlogbeat", "fluent-bit", "otel-collector", "vector", "curl"];
    expect(source.snippets.map(({ shipper }) => shipper)).toEqual(shippers);
    expect(source.snippets.every(({ text }) => text.includes("ygr_secret") && text.includes("yagura.example"))).toBe(
      true,
    );
    const again = await readSource(admin, source.id, deps());
    expect(JSON.stringify(again)).not.toContain("ygr_secret");
    expect(JSON.stringify(contexts.audits)).not.toContain("ygr_secret");
    expect(await resolver.resolve({ transport: "bulk", peer: "", tokenId: source.tokenId ?? "" })).toMatchObject({
      sourceId: source.id,
      format: "cef",
    });
  });

  it("of kind syslog is recognized at once and comes with an rsyslog snippet", async () => {
    const { source, secret } = await create({ kind: "syslog", match: { peer: "10.1.0.0/16" } });
    expect(secret).toBeNull();
    expect(source.snippets).toMatchObject([
      { shipper: "rsyslog", text: expect.stringContaining('target="yagura.example"') },
    ]);
    expect((await resolver.resolve({ transport: "syslog-udp", peer: "10.1.2.3" })).sourceId).toBe(source.id);
  });

  it.each([
    ["an unknown parser", { format: "no-such" }],
    ["an unknown time zone", { timeZone: "Mars/Olympus" }],
    ["syslog without a sender", { kind: "syslog" }],
    ["an address that is none", { kind: "syslog", match: { peer: "10.1" } }],
    ["a pattern that takes every host", { kind: "syslog", match: { hostName: "**" } }],
    ["a token source with an address", { match: { peer: "10.0.0.1" } }],
  ])("is refused with %s", async (_, input) => {
    await expect(create(input)).rejects.toMatchObject({ code: "invalid" });
    expect((await list()).items).toEqual([]);
  });

  it("needs the permission in that very unit", async () => {
    const kyoto = await contexts.as({ role: "system-administrator", units: ["unit_kyoto"] });
    await expect(create({}, kyoto)).rejects.toMatchObject({ code: "forbidden" });
    const analyst = await contexts.as({ role: "analyst" });
    await expect(create({}, analyst)).rejects.toMatchObject({ code: "forbidden" });
  });

  it("of kind syslog needs it at the root, because a match takes senders from every unit", async () => {
    const osaka = await contexts.as({ role: "system-administrator", units: ["unit_osaka"] });
    const match = { hostName: "kyoto-*" };
    await expect(create({ kind: "syslog", match }, osaka)).rejects.toMatchObject({ code: "forbidden" });
    expect((await list()).items).toEqual([]);
    expect((await create({}, osaka)).source).toMatchObject({ kind: "token", unitId: "unit_osaka" });
  });
});

describe("The list of sources", () => {
  it("shows only the units of the person, and what belongs to no source as unattributed", async () => {
    await create({ name: "Osaka FW" });
    await create({ name: "Kyoto FW", unitId: "unit_kyoto" });
    const osaka = await contexts.as({ units: ["unit_osaka"] });
    expect((await list({}, osaka)).items.map(({ name }) => name)).toEqual(["Osaka FW"]);
    expect((await list({ q: "ＦＷ kyoto" })).items.map(({ name }) => name)).toEqual(["Kyoto FW"]);
    expect((await list()).deafSince).toBeNull();
    deafSinceMs = T0.getTime();
    expect((await list()).deafSince).toBe(T0.toISOString());
    expect((await list()).unattributedRejections).toEqual([
      { reason: "unknown_source", count: 4 },
      { reason: "too_large", count: 2 },
    ]);
  });

  it("says that the engine is away instead of showing zeros", async () => {
    await create({});
    figures = new AppError("unavailable", "away");
    const page = await list();
    expect(page.figuresProblem).toBe("unavailable");
    expect(page.items).toMatchObject([{ figures: null, health: "unknown" }]);
  });

  it("sorts by figures and tells the health of each", async () => {
    const at = (minutesAgo: number) => new Date(T0.getTime() - minutesAgo * 60_000).toISOString();
    const ids = [];
    for (const name of ["a", "b", "c", "d"]) ids.push((await create({ name })).source.id);
    const [a = "", b = "", c = ""] = ids;
    figures = new Map([
      [a, { ...silentFigures(at(1)), events: 5 }],
      [b, { ...silentFigures(at(120)), events: 9 }],
      [c, silentFigures(at(3 * 24 * 60))],
    ]);
    const { items } = await list({ sort: "events", order: "desc" });
    expect(items.map(({ name, health }) => [name, health])).toEqual([
      ["b", "quiet"],
      ["a", "active"],
      ["c", "silent"],
      ["d", "never"],
    ]);
  });
});

describe("Changing a source", () => {
  it("takes effect on the next event, and needs the current version", async () => {
    const { source } = await create({ kind: "syslog", match: { peer: "10.1.0.0/16" } });
    const changed = await changeSource(
      admin,
      { id: source.id, version: 1, unitId: "unit_kyoto", format: "cef" },
      deps(),
    );
    expect(changed).toMatchObject({ version: 2, unitId: "unit_kyoto", format: "cef", name: "Osaka" });
    expect(await resolver.resolve({ transport: "syslog-udp", peer: "10.1.2.3" })).toMatchObject({
      unitId: "unit_kyoto",
    });
    await expect(changeSource(admin, { id: source.id, version: 1, name: "x" }, deps())).rejects.toMatchObject({
      code: "conflict",
    });
  });

  it("cannot move a source to a unit where the person may not write", async () => {
    const { source } = await create({});
    const osaka = await contexts.as({ role: "system-administrator", units: ["unit_osaka"] });
    await expect(
      changeSource(osaka, { id: source.id, version: 1, unitId: "unit_kyoto" }, deps()),
    ).rejects.toMatchObject({ code: "forbidden" });
    const kyoto = await contexts.as({ role: "system-administrator", units: ["unit_kyoto"] });
    await expect(changeSource(kyoto, { id: source.id, version: 1, name: "x" }, deps())).rejects.toMatchObject({
      code: "not_found",
    });
    await expect(readParseFailures(kyoto, { id: source.id, limit: 1 }, deps())).rejects.toMatchObject({
      code: "not_found",
    });
  });

  it.each([
    ["its match", { match: { hostName: "kyoto-*" } }],
    ["its unit", { unitId: "unit_kyoto" }],
    ["whether it is on", { isEnabled: false }],
  ])("of kind syslog needs the root for %s, and the unit for how it is read", async (_, wanted) => {
    const { source } = await create({ kind: "syslog", match: { peer: "10.1.0.0/16" } });
    const osaka = await contexts.as({ role: "system-administrator", units: ["unit_osaka", "unit_kyoto"] });
    const change = (part: object) => changeSource(osaka, { id: source.id, version: 1, ...part }, deps());
    await expect(change(wanted)).rejects.toMatchObject({ code: "forbidden" });
    await expect(archiveSource(osaka, { id: source.id, version: 1 }, deps())).rejects.toMatchObject({
      code: "forbidden",
    });
    const same = { match: { peer: "10.1.0.0/16" }, isEnabled: true };
    expect(await change({ ...same, name: "FW", format: "cef" })).toMatchObject({
      name: "FW",
      format: "cef",
      version: 2,
    });
  });

  it("of kind token needs its own unit alone", async () => {
    const { source } = await create({});
    const osaka = await contexts.as({ role: "system-administrator", units: ["unit_osaka"] });
    await changeSource(osaka, { id: source.id, version: 1, isEnabled: false }, deps());
    expect(await archiveSource(osaka, { id: source.id, version: 2 }, deps())).toMatchObject({ health: "disabled" });
  });

  it("to archived ends its token and keeps the row", async () => {
    const { source } = await create({});
    const archived = await archiveSource(admin, { id: source.id, version: 1 }, deps());
    expect(archived).toMatchObject({ archivedAt: T0.toISOString(), health: "disabled" });
    expect(revoked).toEqual([source.tokenId]);
    expect((await list()).items).toEqual([]);
    expect((await list({ archived: "yes" })).items).toHaveLength(1);
    await expect(archiveSource(admin, { id: source.id, version: 2 }, deps())).rejects.toMatchObject({
      code: "conflict",
    });
  });
});
