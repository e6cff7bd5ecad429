import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { addPerson, type Cast, createCast, openTestHouse, TEST_ORGANIZATION_NAME, type TestHouse } from "../testing.ts";
import type { Unit } from "./contract.ts";

describe("The group tree", () => {
  let house: TestHouse;
  let cast: Cast;
  beforeAll(async () => {
    house = await openTestHouse();
    cast = await createCast(house.organization, house.app);
  });
  afterAll(() => house?.close());

  const call = (method: "GET" | "POST" | "PATCH", url: string, payload?: object, headers: object = cast.admin) =>
    house.app.inject({ method, url, ...(payload ? { payload } : {}), headers: { ...headers } });
  const add = async (parentId: string, ja = "課") =>
    (await call("POST", "/api/v1/units", { kind: "department", name: { ja, en: "Section" }, parentId })).json<Unit>();
  const move = (id: string, parentId: string) => call("POST", `/api/v1/units/${id}/move`, { parentId });

  it("lists parents before children, and to each role what it reaches", async () => {
    const all = (await call("GET", "/api/v1/units")).json<{ items: Unit[] }>().items;
    expect(all[0]).toMatchObject({ name: { ja: TEST_ORGANIZATION_NAME }, kind: "head-office", parentId: null });
    for (const unit of all) expect(unit.path.at(-1)).toBe(unit.id);
    const seen = async (role: keyof Cast["roles"]) =>
      (await call("GET", "/api/v1/units", undefined, cast.roles[role]))
        .json<{ items: Unit[] }>()
        .items.map((u) => u.id);
    expect((await seen("analyst")).sort()).toEqual([cast.units.own, cast.units.child].sort());
    expect(await seen("supplier-contact")).toEqual([cast.units.own]);
  });

  test.each([
    ["any kanji", "𠮷野家 髙﨑 ㈱ 辻󠄀"],
    ["markup", `<script>alert("x")</script> & 'quotes' `.trim()],
    ["SQL", "'); DROP TABLE unit; --"],
    ["right to left", "שלום العربية"],
    ["an emoji family", "👨‍👩‍👧‍👦 支店"],
  ])("keeps a name with %s exactly as entered", async (_, ja) => {
    const unit = await add(cast.units.sibling, ja);
    expect((await call("GET", `/api/v1/units/${unit.id}`)).json<Unit>().name.ja).toBe(ja);
  });

  test.each([
    ["too long", "あ".repeat(201)],
    ["empty", "   "],
    ["with a line break", "a\nb"],
    ["with NUL", "a\u0000b"],
    ["with half a character", "a\ud842b"],
  ])("refuses a name that is %s", async (_, ja) => {
    const answer = await call("POST", "/api/v1/units", {
      kind: "branch",
      name: { ja, en: "x" },
      parentId: cast.units.own,
    });
    expect(answer.statusCode).toBe(400);
    expect(answer.json().issues[0].path).toBe("body.name.ja");
  });

  it("moves a unit with all below it, and sees the new paths at once", async () => {
    const a = await add(cast.units.own);
    const b = await add(a.id);
    const c = await add(b.id);
    expect((await move(b.id, cast.units.sibling)).statusCode).toBe(200);
    const moved = (await call("GET", `/api/v1/units/${c.id}`)).json<Unit>();
    expect(moved.path).toEqual([cast.units.root, cast.units.sibling, b.id, c.id]);
    // The analyst of `own` has lost it with the move.
    expect((await call("GET", `/api/v1/units/${c.id}`, undefined, cast.roles.analyst)).statusCode).toBe(404);
    expect((await call("GET", `/api/v1/units/${a.id}`, undefined, cast.roles.analyst)).statusCode).toBe(200);
  });

  it("refuses circles, a move of the root, and a move out of one's reach", async () => {
    const a = await add(cast.units.own);
    const b = await add(a.id);
    expect((await move(a.id, a.id)).statusCode).toBe(409);
    expect((await move(a.id, b.id)).statusCode).toBe(409);
    expect((await move(cast.units.root, a.id)).statusCode).toBe(409);
    expect((await move(a.id, "unit_none")).statusCode).toBe(403);
    const outward = await call(
      "POST",
      `/api/v1/units/${a.id}/move`,
      { parentId: cast.units.sibling },
      cast.roles["system-administrator"],
    );
    expect(outward.statusCode).toBe(403);
  });

  it("of two moves that would close a circle together, lets one happen", async () => {
    const a = await add(cast.units.own);
    const b = await add(cast.units.own);
    const answers = await Promise.all([move(a.id, b.id), move(b.id, a.id)]);
    expect(answers.map((answer) => answer.statusCode).sort()).toEqual([200, 409]);
  });

  it("stops at twenty levels", async () => {
    let parentId = cast.units.sibling;
    let status = 201;
    for (let depth = 3; depth <= 21 && status === 201; depth += 1) {
      const answer = await call("POST", "/api/v1/units", {
        kind: "department",
        name: { ja: "深", en: "deep" },
        parentId,
      });
      status = answer.statusCode;
      if (status === 201) parentId = answer.json<Unit>().id;
      else expect(depth).toBe(21);
    }
    expect(status).toBe(409);
  });

  it("archives only what nobody belongs to, with all below, and keeps it readable", async () => {
    const a = await add(cast.units.own);
    const b = await add(a.id);
    const { id } = await addPerson(house.organization, house.app, { name: "last", unitId: b.id, grants: [] });
    const refused = await call("POST", `/api/v1/units/${a.id}/archive`);
    expect(refused.json()).toMatchObject({ status: 409, facts: { people: 1, tokens: 0 } });
    await call("POST", `/api/v1/people/${id}/deactivate`);
    expect((await call("POST", `/api/v1/units/${a.id}/archive`)).statusCode).toBe(200);
    expect((await call("GET", `/api/v1/units/${b.id}`)).json<Unit>().archivedAt).not.toBeNull();
    const listed = (await call("GET", "/api/v1/units")).json<{ items: Unit[] }>().items.map((unit) => unit.id);
    expect(listed).not.toContain(b.id);
    expect(
      (await call("POST", "/api/v1/units", { kind: "branch", name: { ja: "x", en: "x" }, parentId: b.id })).statusCode,
    ).toBe(409);
    expect((await call("POST", `/api/v1/units/${b.id}/restore`)).statusCode).toBe(409);
    expect((await call("POST", `/api/v1/units/${a.id}/restore`)).statusCode).toBe(200);
    expect((await call("POST", `/api/v1/units/${cast.units.root}/archive`)).statusCode).toBe(409);
  });

  it("keeps the head office at the root and nowhere else", async () => {
    expect((await call("PATCH", `/api/v1/units/${cast.units.root}`, { kind: "branch" })).statusCode).toBe(409);
    expect((await call("PATCH", `/api/v1/units/${cast.units.own}`, { kind: "head-office" })).statusCode).toBe(409);
    const renamed = await call("PATCH", `/api/v1/units/${cast.units.own}`, { name: { ja: "関西支社", en: "Kansai" } });
    expect(renamed.json()).toMatchObject({ name: { ja: "関西支社", en: "Kansai" }, kind: "branch" });
  });
});
