import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import type { Grant } from "../access/index.ts";
import { addPerson, type Cast, createCast, openTestHouse, TEST_PASSWORD, type TestHouse } from "../testing.ts";
import type { Me, Person } from "./contract.ts";
import { deactivatePerson, setGrants } from "./service.ts";
import { countRootAdministrators } from "./store.ts";

describe("People and their roles", () => {
  let house: TestHouse;
  let cast: Cast;
  beforeAll(async () => {
    house = await openTestHouse();
    cast = await createCast(house.organization, house.app);
  });
  afterAll(() => house?.close());

  const call = (
    method: "GET" | "POST" | "PATCH" | "PUT",
    url: string,
    payload?: object,
    headers: object = cast.admin,
  ) => house.app.inject({ method, url, ...(payload ? { payload } : {}), headers: { ...headers } });
  const join = (name: string, unitId: string, grants: readonly Grant[] = []) =>
    addPerson(house.organization, house.app, { name, unitId, grants });
  const grant = (id: string, grants: readonly Grant[], headers: object = cast.admin) =>
    call("PUT", `/api/v1/people/${id}/grants`, { grants }, headers);
  const branchAdmin = () => cast.roles["system-administrator"];

  test.each([
    ["𠮷田 髙﨑", "ヨシダ タカサキ", "YOSHIDA Takasaki", "タカサキ"],
    ["O'Brien; DROP TABLE person;--", null, null, "o'brien"],
    ["<b>山田</b> 100%_\\", null, null, "100%_\\"],
  ])("are kept and found exactly as entered: %s", async (name, kana, romaji, q) => {
    const email = `find${Math.random()}@example.jp`;
    const created = await call("POST", "/api/v1/people", { name, kana, romaji, email, unitId: cast.units.own });
    expect(created.json()).toMatchObject({ name, kana, romaji, account: "none", isActive: true });
    const found = (await call("GET", `/api/v1/people?q=${encodeURIComponent(q)}`)).json<{ items: Person[] }>().items;
    expect(found.map((person) => person.id)).toEqual([created.json<Person>().id]);
  });

  it("have one address each, whatever its letters' case", async () => {
    const payload = { name: "one", email: "same@example.jp", unitId: cast.units.own };
    expect((await call("POST", "/api/v1/people", payload)).statusCode).toBe(201);
    const second = await call("POST", "/api/v1/people", { ...payload, email: "SAME@example.jp" });
    expect(second.statusCode).toBe(409);
  });

  it("are listed page by page, only from units within reach", async () => {
    for (let i = 0; i < 5; i += 1) await join(`page${i}`, cast.units.sibling);
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const after = cursor ? `&cursor=${cursor}` : "";
      const page = (await call("GET", `/api/v1/people?unitId=${cast.units.sibling}&limit=2${after}`)).json<{
        items: Person[];
        nextCursor?: string;
      }>();
      ids.push(...page.items.map((person) => person.id));
      cursor = page.nextCursor;
    } while (cursor);
    expect(ids).toHaveLength(5);
    expect(new Set(ids).size).toBe(5);
    const seen = (await call("GET", "/api/v1/people?limit=200", undefined, cast.roles.analyst)).json<{
      items: Person[];
    }>();
    expect(seen.items.map((person) => person.unitId)).not.toContain(cast.units.sibling);
  });

  test.each<[string, (cast: Cast) => Grant, number]>([
    ["a role in one's own subtree", (c) => ({ role: "analyst", unitId: c.units.child }), 200],
    ["a role at the unit above", (c) => ({ role: "analyst", unitId: c.units.root }), 403],
    ["a role at a sibling", (c) => ({ role: "employee", unitId: c.units.sibling }), 403],
    ["a role at a unit that does not exist", () => ({ role: "employee", unitId: "unit_none" }), 400],
    ["the role of machines to a person", (c) => ({ role: "integration", unitId: c.units.own }), 400],
  ])("a branch's administrator grants %s", async (_, wanted, status) => {
    const { id } = await join("granted", cast.units.own);
    expect((await grant(id, [wanted(cast)], branchAdmin())).statusCode).toBe(status);
  });

  it("roles without authority over others grant nothing, and a CISO makes no administrator", async () => {
    const { id } = await join("victim", cast.units.own);
    for (const role of ["analyst", "auditor", "executive", "integration"] as const) {
      expect((await grant(id, [{ role: "employee", unitId: cast.units.own }], cast.roles[role])).statusCode).toBe(403);
    }
    const admin: Grant = { role: "system-administrator", unitId: cast.units.own };
    expect((await grant(id, [admin], cast.roles.ciso)).statusCode).toBe(403);
    const input = { name: "x", email: "smuggled@example.jp", unitId: cast.units.own, grants: [admin] };
    expect((await call("POST", "/api/v1/people", input, cast.roles.ciso)).statusCode).toBe(403);
  });

  it("nobody changes their own roles or makes themselves a way in", async () => {
    for (const path of ["deactivate", "reset-second-factor", "invitation"]) {
      expect((await call("POST", `/api/v1/people/${cast.adminId}/${path}`)).statusCode, path).toBe(403);
    }
    expect((await grant(cast.adminId, [])).statusCode).toBe(403);
  });

  it("nobody takes over an account that may do more than they may grant", async () => {
    const { id } = await join("boss", cast.units.own, [{ role: "analyst", unitId: cast.units.root }]);
    for (const path of ["invitation", "deactivate", "reset-second-factor"]) {
      expect((await call("POST", `/api/v1/people/${id}/${path}`, {}, branchAdmin())).statusCode, path).toBe(403);
    }
    const email = { email: "mine@example.jp" };
    expect((await call("PATCH", `/api/v1/people/${id}`, email, branchAdmin())).statusCode).toBe(403);
    expect((await call("PATCH", `/api/v1/people/${id}`, { kana: "ボス" }, branchAdmin())).statusCode).toBe(200);
  });

  it("know themselves: names, units, permissions and settings", async () => {
    const { headers } = await join("self", cast.units.own, [{ role: "supplier-contact", unitId: cast.units.own }]);
    const before = (await call("GET", "/api/v1/me", undefined, headers)).json<Me>();
    expect(before.permissions).toEqual(["alert:read", "incident:read", "source:read", "unit:read"]);
    expect(before.units.map((unit) => unit.id)).toEqual([cast.units.own]);
    const after = await call("PATCH", "/api/v1/me", { locale: "en", preferences: { theme: "dark" } }, headers);
    expect(after.json()).toMatchObject({
      person: { locale: "en", preferences: { theme: "dark", clock: "local", density: "comfortable" } },
    });
    const escalating = await call(
      "PATCH",
      "/api/v1/me",
      { grants: [{ role: "ciso", unitId: cast.units.root }] },
      headers,
    );
    expect(escalating.statusCode).toBe(400);
  });

  it("an employee sees their own unit's name and nothing else", async () => {
    const mine = (await call("GET", "/api/v1/me", undefined, cast.roles.employee)).json<Me>();
    expect(mine).toMatchObject({ permissions: [], units: [{ id: cast.units.own, permissions: [], mayGrant: [] }] });
  });

  it("writes who changed what, and no secret, into the audit record", async () => {
    const { id } = await join("audited", cast.units.own);
    await grant(id, [{ role: "analyst", unitId: cast.units.own }]);
    const records = house.audited.filter((record) => record.target.id === id);
    expect(records.map((record) => record.action)).toEqual(
      expect.arrayContaining(["person.create", "person.invite", "person.accept-invitation", "person.grant"]),
    );
    const granted = records.find((record) => record.action === "person.grant");
    expect(granted).toMatchObject({
      actor: { kind: "person", id: cast.adminId, name: "髙橋 﨑子" },
      unitId: cast.units.own,
      detail: { added: [{ role: "analyst", unitId: cast.units.own }], removed: [] },
    });
    expect(granted?.requestId).toMatch(/^req_/);
    expect(JSON.stringify(house.audited)).not.toContain(TEST_PASSWORD);
  });
});

describe("The last administrator of the group", () => {
  let house: TestHouse;
  let cast: Cast;
  beforeAll(async () => {
    house = await openTestHouse();
    cast = await createCast(house.organization, house.app);
  });
  afterAll(() => house?.close());

  it("stays, even when Yagura itself is told otherwise", async () => {
    const { deps, contexts } = house.organization;
    const ctx = await contexts.system("command line");
    await expect(deactivatePerson(ctx, deps, cast.adminId)).rejects.toMatchObject({ code: "conflict" });
    await expect(setGrants(ctx, deps, { id: cast.adminId, grants: [] })).rejects.toMatchObject({ code: "conflict" });
    const me = await house.app.inject({ url: "/api/v1/me", headers: { ...cast.admin } });
    expect(me.json<Me>().grants).toHaveLength(2);
  });

  it("is left when two administrators remove each other at once", async () => {
    const grants = [{ role: "system-administrator", unitId: cast.units.root } as const];
    const second = await addPerson(house.organization, house.app, { name: "second", unitId: cast.units.root, grants });
    const [one, other] = await Promise.all([
      house.app.inject({
        method: "POST",
        url: `/api/v1/people/${cast.adminId}/deactivate`,
        headers: { ...second.headers },
      }),
      house.app.inject({
        method: "PUT",
        url: `/api/v1/people/${second.id}/grants`,
        payload: { grants: [] },
        headers: { ...cast.admin },
      }),
    ]);
    expect([one.statusCode, other.statusCode].filter((status) => status === 200)).toHaveLength(1);
    expect(await countRootAdministrators(house.state.db, cast.units.root)).toBe(1);
  });
});
