import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { AppError } from "../../kernel/errors.ts";
import type { Ctx } from "../../organization/access/index.ts";
import type { State } from "../../platform/state/index.ts";
import { openTestState } from "../../platform/state/testing.ts";
import { openSourceResolver, type SourceResolver } from "./resolver.ts";
import type { StoredSource } from "./schema.ts";
import { insertSource, readSources } from "./store.ts";
import { type TestContexts, testContexts } from "./testing.ts";

const T0 = new Date("2026-11-22T12:00:00.000Z");

let state: State;
let contexts: TestContexts;
beforeAll(async () => {
  state = await openTestState();
  contexts = testContexts(state, T0);
});
afterAll(() => state?.close());
beforeEach(async () => {
  await state.db.execute(sql`TRUNCATE source`);
  contexts.audits.length = 0;
});

const stored = (wanted: Partial<StoredSource> & { id: string }): StoredSource => ({
  version: 1,
  name: wanted.id,
  kind: "syslog",
  tokenId: null,
  matchTransport: null,
  matchPeer: null,
  matchHostName: null,
  unitId: "unit_osaka",
  format: "auto",
  timeZone: "",
  encoding: "auto",
  isEnabled: true,
  isAutomatic: false,
  silenceMinutes: null,
  createdById: null,
  createdByName: null,
  createdAt: T0,
  updatedAt: T0,
  archivedAt: null,
  ...wanted,
});
const store = (wanted: Partial<StoredSource> & { id: string }) =>
  state.transaction((tx) => insertSource(tx, stored(wanted)));

type Opening = { maxAutomatic?: number; root?: string | undefined; system?: () => Promise<Ctx>; now?: () => number };
const open = (options: Opening = {}): Promise<SourceResolver> =>
  openSourceResolver({
    system: options.system ?? (() => contexts.as()),
    rootUnitId: async () => ("root" in options ? options.root : "unit_root"),
    now: options.now ?? (() => T0.getTime()),
    ...(options.maxAutomatic !== undefined && { maxAutomatic: options.maxAutomatic }),
  });
const syslog = (peer: string) => ({ transport: "syslog-udp", peer });

describe("A registered sender", () => {
  it("is known by its token, its address or its host name, with the unit, parser and zone of its source", async () => {
    await store({ id: "source_token", kind: "token", tokenId: "token_1", format: "cef", timeZone: "Asia/Tokyo" });
    await store({ id: "source_net", matchPeer: "10.2.0.0/16" });
    await store({ id: "source_host", matchHostName: "fw-*" });
    const resolver = await open();
    expect(await resolver.resolve({ transport: "bulk", peer: "10.2.0.1", tokenId: "token_1" })).toEqual({
      sourceId: "source_token",
      unitId: "unit_osaka",
      format: "cef",
      timeZone: "Asia/Tokyo",
    });
    expect((await resolver.resolve(syslog("10.2.0.1"))).sourceId).toBe("source_net");
    expect((await resolver.resolve({ ...syslog("192.0.2.1"), hostName: "FW-1" })).sourceId).toBe("source_host");
  });

  it.each([
    ["switched off", { isEnabled: false }],
    ["archived", { archivedAt: T0 }],
  ])("that is %s may not send with its token", async (_, wanted) => {
    await store({ id: "source_token", kind: "token", tokenId: "token_1", ...wanted });
    const resolver = await open();
    await expect(resolver.resolve({ transport: "bulk", peer: "", tokenId: "token_1" })).rejects.toMatchObject({
      code: "forbidden",
    });
  });

  it("whose token names a source of another unit does not reach it", async () => {
    await store({ id: "source_osaka", kind: "token", tokenId: "token_1" });
    const resolver = await open();
    const origin = { transport: "bulk", peer: "", tokenId: "token_2", sourceId: "source_osaka" };
    expect((await resolver.resolve({ ...origin, unitId: "unit_osaka" })).sourceId).toBe("source_osaka");
    expect(await resolver.resolve({ ...origin, unitId: "unit_kyoto" })).toMatchObject({ unitId: "unit_kyoto" });
    expect((await resolver.resolve({ ...origin, unitId: "unit_kyoto" })).sourceId).not.toBe("source_osaka");
  });

  it.each([
    ["a person who sends by hand", {}],
    ["a token with roles in several units", { tokenId: "token_soar", tokenName: "SOAR" }],
  ])("%s reaches the unit they named, whatever source their address or an earlier event has", async (_, who) => {
    await store({ id: "source_net", matchPeer: "10.2.0.0/16" });
    const resolver = await open();
    await resolver.resolve({ transport: "syslog-udp", peer: "10.9.0.1" });
    for (const peer of ["10.2.0.1", "10.9.0.1"]) {
      for (const unitId of ["unit_kyoto", "unit_root", "unit_kyoto"]) {
        expect(await resolver.resolve({ transport: "ndjson", peer, unitId, ...who })).toMatchObject({ unitId });
      }
    }
  });

  it("is seen after a change once the table is read again", async () => {
    const resolver = await open();
    const before = await resolver.resolve(syslog("10.2.0.1"));
    await store({ id: "source_net", matchPeer: "10.2.0.0/16" });
    expect((await resolver.resolve(syslog("10.2.0.1"))).sourceId).toBe(before.sourceId);
    await resolver.refresh();
    expect((await resolver.resolve(syslog("10.2.0.1"))).sourceId).toBe("source_net");
  });
});

describe("Whose events were turned away before they were looked up", () => {
  it("is said from memory, for registered senders, for found ones and for those behind the bound; new ones are nobody's", async () => {
    await store({ id: "source_net", matchPeer: "10.2.0.0/16" });
    const resolver = await open({ maxAutomatic: 1 });
    const found = await resolver.resolve(syslog("10.9.0.1"));
    expect(resolver.known(syslog("10.2.0.1"))).toBe("source_net");
    expect(resolver.known(syslog("10.9.0.1"))).toBe(found.sourceId);
    expect(resolver.known(syslog("10.9.0.2"))).toBeUndefined();
    const other = await resolver.resolve(syslog("10.9.0.2"));
    expect(resolver.known(syslog("10.9.0.3"))).toBe(other.sourceId);
    expect(await readSources(state.db)).toHaveLength(3);
  });
});

describe("An unknown sender", () => {
  it("gets a source of its own in the root unit, once, with an audit row", async () => {
    const resolver = await open();
    const answers = await Promise.all(Array.from({ length: 20 }, () => resolver.resolve(syslog("10.0.0.5"))));
    expect(new Set(answers.map(({ sourceId }) => sourceId)).size).toBe(1);
    expect(await readSources(state.db)).toMatchObject([
      {
        name: "syslog from 10.0.0.5",
        unitId: "unit_root",
        isAutomatic: true,
        kind: "syslog",
        id: answers[0]?.sourceId,
      },
    ]);
    expect(contexts.audits[0]).toMatchObject({ action: "source.discover" });
  });

  it("shares its first write with the other new senders of a burst", async () => {
    const resolver = await open();
    await Promise.all(Array.from({ length: 300 }, (_, i) => resolver.resolve(syslog(`10.0.${i % 3}.${i % 100}`))));
    expect(await readSources(state.db)).toHaveLength(300);
    expect(contexts.audits.length).toBeLessThanOrEqual(3);
  });

  it("keeps its source over a restart and on another node", async () => {
    const first = await (await open()).resolve(syslog("10.0.0.5"));
    await state.db.execute(sql`TRUNCATE source`);
    expect(await (await open()).resolve(syslog("10.0.0.5"))).toEqual(first);
  });

  it('shares "other senders" beyond the bound, so that its events are kept', async () => {
    const resolver = await open({ maxAutomatic: 3 });
    const ids = new Set<string>();
    for (let i = 0; i < 50; i += 1) ids.add((await resolver.resolve(syslog(`10.0.0.${i}`))).sourceId);
    expect(ids.size).toBe(4);
    const names = (await readSources(state.db)).map(({ name }) => name);
    expect(names.filter((name) => name === "other senders")).toHaveLength(1);
    expect((await resolver.resolve(syslog("10.0.0.0"))).sourceId).not.toBe(
      (await resolver.resolve(syslog("10.0.0.49"))).sourceId,
    );
  });

  it("with a token is kept in the token's unit, under the name it gives or the token's", async () => {
    const resolver = await open();
    const token = { transport: "bulk", peer: "10.0.0.1", tokenId: "token_9", unitId: "unit_kyoto" };
    const plain = await resolver.resolve(token);
    const named = await resolver.resolve({ ...token, sourceName: "fire\nwall\0 ログ" });
    const again = await resolver.resolve({ ...token, tokenId: "token_10", sourceName: "fire wall ログ" });
    expect(plain.unitId).toBe("unit_kyoto");
    expect(named.sourceId).not.toBe(plain.sourceId);
    expect(again.sourceId).toBe(named.sourceId);
    expect((await readSources(state.db)).map(({ name }) => name)).toContain("fire wall ログ");
  });

  it("that names its source without a unit reaches the one a person registered for the group, before one found earlier", async () => {
    const resolver = await open();
    const file = { transport: "file", peer: "/var/log/nginx/access.log", sourceName: "nginx" };
    const found = await resolver.resolve(file);
    await store({ id: "source_by_hand", name: "nginx", unitId: "unit_root", format: "nginx", timeZone: "Asia/Tokyo" });
    await store({ id: "source_elsewhere", name: "nginx", unitId: "unit_osaka" });
    const again = await open();
    expect(found.format).toBe("auto");
    const registered = { sourceId: "source_by_hand", unitId: "unit_root", format: "nginx", timeZone: "Asia/Tokyo" };
    expect(await again.resolve(file)).toEqual(registered);
    expect(again.known(file)).toBe("source_by_hand");
  });

  it("that names long paths has a source for each, whose name shows the path's end", async () => {
    const resolver = await open();
    const path = (container: string) => `/var/log/pods/${"n".repeat(130)}/${container}/0.log`;
    const from = (sourceName: string) => resolver.resolve({ transport: "file", peer: sourceName, sourceName });
    const [app, proxy] = [await from(path("app")), await from(path("proxy"))];
    expect(proxy.sourceId).not.toBe(app.sourceId);
    const reopened = await open();
    expect((await reopened.resolve({ transport: "file", peer: "", sourceName: path("app") })).sourceId).toBe(
      app.sourceId,
    );
    const names = (await readSources(state.db)).map(({ name }) => name);
    expect(names.map((name) => name.slice(-9)).sort()).toEqual(["app/0.log", "oxy/0.log"]);
    expect(names.every((name) => name.length <= 120)).toBe(true);
  });

  it("is not lost while the state engine is away, and gets its row when it is back", async () => {
    let isAway = false;
    const system = async (): Promise<Ctx> => {
      if (isAway) throw new AppError("unavailable", "away");
      return contexts.as();
    };
    const resolver = await open({ system });
    isAway = true;
    const answer = await resolver.resolve(syslog("10.0.0.7"));
    expect(await resolver.resolve(syslog("10.0.0.7"))).toEqual(answer);
    isAway = false;
    await resolver.refresh();
    expect((await readSources(state.db)).map(({ id }) => id)).toEqual([answer.sourceId]);
  });

  it("waits until the group is set up", async () => {
    const resolver = await open({ root: undefined });
    await expect(resolver.resolve(syslog("10.0.0.5"))).rejects.toMatchObject({ code: "unavailable" });
  });

  it("whose source was archived is kept among the others", async () => {
    const resolver = await open();
    const { sourceId } = await resolver.resolve(syslog("10.0.0.5"));
    await state.db.execute(sql`UPDATE source SET archived_at = now() WHERE id = ${sourceId}`);
    await resolver.refresh();
    const after = await resolver.resolve(syslog("10.0.0.5"));
    expect(after.sourceId).not.toBe(sourceId);
    expect(resolver.sources().get(after.sourceId)?.name).toBe("other senders");
  });
});
