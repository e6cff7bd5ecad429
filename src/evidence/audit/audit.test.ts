import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { type Cast, createCast, openTestHouse, TEST_PASSWORD, type TestHouse } from "../../organization/testing.ts";
import type { AuditRow } from "./contract.ts";
import { auditRoutes, writeAudit } from "./index.ts";

describe("The audit record", () => {
  let house: TestHouse;
  let cast: Cast;
  beforeAll(async () => {
    house = await openTestHouse({ routes: [auditRoutes], writeAudit });
    cast = await createCast(house.organization, house.app);
  });
  afterAll(() => house?.close());

  const read = async (query = "", headers: object = cast.admin) => {
    const answer = await house.app.inject({ url: `/api/v1/audit?${query}`, headers: { ...headers } });
    return answer.json<{ items: AuditRow[]; nextCursor?: string }>();
  };
  const addUnit = (payload: object) =>
    house.app.inject({ method: "POST", url: "/api/v1/units", payload, headers: { ...cast.admin } });

  it("tells who did what to what, when and from where, newest first", async () => {
    const name = { ja: "𠮷田工場 <b>'; --", en: "Yoshida" };
    const { id } = (await addUnit({ kind: "branch", name, parentId: cast.units.own })).json<{ id: string }>();
    const [newest] = (await read()).items;
    expect(newest).toEqual({
      id: expect.stringMatching(/^audit_/),
      at: expect.stringMatching(/Z$/),
      actor: { kind: "person", id: cast.adminId, name: "髙橋 﨑子" },
      action: "unit.create",
      target: { kind: "unit", id },
      unitId: id,
      detail: { name, kind: "branch", parentId: cast.units.own },
      requestId: expect.stringMatching(/^req_/),
      ip: "127.0.0.1",
    });
  });

  it("has a row exactly when the change happened", async () => {
    const before = (await read("action=unit.create&limit=500")).items.length;
    const ctx = await house.organization.contexts.system("test");
    const entry = { action: "unit.create", target: { kind: "unit", id: "unit_never" } };
    const failing = ctx.change(entry, async () => {
      throw new Error("changed my mind");
    });
    await expect(failing).rejects.toThrow("changed my mind");
    expect((await read("action=unit.create&limit=500")).items).toHaveLength(before);
  });

  it("takes a change back when its row cannot be written", async () => {
    const ctx = await house.organization.contexts.system("test");
    const entry = { action: "unit.create", target: { kind: "unit", id: "x" }, detail: { big: 1n } };
    const failing = ctx.change(entry, (tx) => tx.execute("INSERT INTO setup_link (token_hash) VALUES ('half')"));
    await expect(failing).rejects.toThrow();
    expect((await house.state.db.execute("SELECT 1 FROM setup_link WHERE token_hash = 'half'")).rows).toEqual([]);
  });

  test.each([
    ["changed", "UPDATE audit SET actor_name = 'somebody else'"],
    ["deleted", "DELETE FROM audit"],
    ["emptied", "TRUNCATE audit"],
  ])("cannot be %s", async (_, statement) => {
    await expect(house.state.db.execute(statement)).rejects.toMatchObject({
      cause: { message: expect.stringMatching(/append-only/) },
    });
  });

  test.each([
    ["a secret text with NUL", { note: "a\u0000b" }, { note: "a\uFFFDb" }],
    ["half a character", { note: "a\ud842" }, { note: "a\uFFFD" }],
  ])("holds a detail with %s", async (_, detail, expected) => {
    const ctx = await house.organization.contexts.system("test");
    await ctx.change({ action: "test.note", target: { kind: "test", id: "1" }, detail }, async () => undefined);
    expect((await read("action=test.note&limit=1")).items[0]?.detail).toEqual(expected);
  });

  it("keeps its rows small", async () => {
    const ctx = await house.organization.contexts.system("test");
    const detail = { text: "あ".repeat(20_000) };
    await ctx.change({ action: "test.large", target: { kind: "test", id: "1" }, detail }, async () => undefined);
    expect((await read("action=test.large")).items[0]?.detail).toMatchObject({ cut: true, keys: "text" });
  });

  it("holds sign-ins, failures with the address tried, and refused writes, but no password", async () => {
    const signIn = (email: string, password: string) =>
      house.app.inject({ method: "POST", url: "/api/auth/sign-in/email", payload: { email, password } });
    await signIn("admin@example.co.jp", TEST_PASSWORD);
    await signIn("intruder@example.com", "guess guess guess");
    await house.app.inject({ method: "POST", url: "/api/v1/units", payload: {}, headers: { ...cast.roles.auditor } });
    const [success] = (await read("action=sign-in.success&limit=1")).items;
    expect(success).toMatchObject({ actor: { id: cast.adminId }, detail: { method: "password" } });
    const [failure] = (await read("action=sign-in.failure")).items;
    expect(failure).toMatchObject({ actor: { id: "nobody" }, target: { id: "intruder@example.com" } });
    const [refused] = (await read("action=access.*")).items;
    expect(refused).toMatchObject({ action: "access.refused", target: { id: "POST /api/v1/units" } });
    const all = JSON.stringify(await read("limit=500"));
    expect(all).not.toContain(TEST_PASSWORD);
    expect(all).not.toContain("guess guess guess");
  });

  it("is read page by page without a gap or a repeat", async () => {
    const whole = (await read("limit=500")).items.map((row) => row.id);
    const ids: string[] = [];
    let cursor = "";
    do {
      const page = await read(`limit=7${cursor && `&cursor=${cursor}`}`);
      ids.push(...page.items.map((row) => row.id));
      cursor = page.nextCursor ?? "";
    } while (cursor !== "");
    expect(ids).toEqual(whole);
    expect(ids.length).toBeGreaterThan(20);
  });

  it("is found by actor, target, unit and time", async () => {
    const { id } = (await addUnit({ kind: "branch", name: { ja: "x", en: "x" }, parentId: cast.units.own })).json<{
      id: string;
    }>();
    for (const query of [`targetId=${id}`, `unitId=${id}`, `targetKind=unit&targetId=${id}&actorId=${cast.adminId}`]) {
      expect(
        (await read(query)).items.map((row) => row.target.id),
        query,
      ).toEqual([id]);
    }
    expect((await read("from=2999-01-01T00:00:00Z")).items).toEqual([]);
    expect((await read("to=2000-01-01T00:00:00Z")).items).toEqual([]);
  });

  it("shows an auditor of one unit the rows of that unit and below, and nothing of no unit", async () => {
    const rows = (await read("limit=500", cast.roles.auditor)).items;
    expect(rows.length).toBeGreaterThan(0);
    const tree = await house.organization.tree.current();
    for (const row of rows)
      expect(row.unitId !== null && tree.covers(cast.units.own, row.unitId), row.action).toBe(true);
    const elsewhere = await house.app.inject({
      url: `/api/v1/audit?unitId=${cast.units.sibling}`,
      headers: { ...cast.roles.auditor },
    });
    expect(elsewhere.statusCode).toBe(403);
  });
});
