import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { createPerson } from "./person/index.ts";
import { cookieOf, openTestHouse, TEST_PASSWORD, type TestHouse } from "./testing.ts";

describe("The first start", () => {
  let house: TestHouse;
  beforeAll(async () => {
    house = await openTestHouse();
  });
  afterAll(() => house?.close());
  const post = (url: string, payload: object, headers = {}) =>
    house.app.inject({ method: "POST", url, payload, headers });
  const form = (token: string, more = {}) => ({
    token,
    name: "𠮷田 髙 﨑",
    email: "Chief@Example.co.jp",
    password: TEST_PASSWORD,
    organizationName: "株式会社 櫓",
    locale: "ja",
    ...more,
  });

  it("has nobody, no password and nothing to sign in with", async () => {
    const methods = await house.app.inject("/api/v1/sign-in-methods");
    expect(methods.json()).toEqual({ password: true, oidc: [], isSetupNeeded: true });
    const attempt = await post("/api/auth/sign-in/email", { email: "admin@example.com", password: "admin" });
    expect(attempt.statusCode).toBe(401);
    expect(attempt.headers["content-type"]).toMatch("application/problem+json");
    expect(attempt.json()).toMatchObject({ code: "unauthenticated", facts: { reason: "INVALID_EMAIL_OR_PASSWORD" } });
  });

  test.each([
    ["no link was ever printed", "x".repeat(43)],
    ["the link is text of an attacker", "' OR 1=1; --".padEnd(43, "<")],
  ])("cannot be taken over when %s", async (_, token) => {
    expect((await post("/api/v1/setup/check", { token })).json()).toEqual({ isValid: false });
    expect((await post("/api/v1/setup", form(token))).statusCode).toBe(403);
  });

  it("keeps only a hash of the link", async () => {
    const issued = await house.organization.issueSetupToken();
    const { rows } = await house.state.db.execute("SELECT token_hash FROM setup_link");
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(issued?.token);
  });

  it("refuses a short password before it uses up the link", async () => {
    const issued = await house.organization.issueSetupToken();
    const refused = await post("/api/v1/setup", form(issued?.token ?? "", { password: "short" }));
    expect(refused.statusCode).toBe(400);
    expect(refused.json().issues).toEqual([{ path: "body.password", message: expect.any(String) }]);
    expect((await post("/api/v1/setup/check", { token: issued?.token })).json()).toEqual({ isValid: true });
  });

  it("makes the root, the administrator and a session, once, by the newest link", async () => {
    const older = await house.organization.issueSetupToken();
    const newer = await house.organization.issueSetupToken();
    expect((await post("/api/v1/setup", form(older?.token ?? ""))).statusCode).toBe(403);

    const both = await Promise.all(
      [1, 2].map((at) => post("/api/v1/setup", form(newer?.token ?? "", { email: `a${at}@b.jp` }))),
    );
    expect(both.map((answer) => answer.statusCode).sort()).toEqual([201, 403]);
    const done = both.find((answer) => answer.statusCode === 201);
    const me = await house.app.inject({ url: "/api/v1/me", headers: cookieOf(done?.cookies ?? []) });
    expect(me.json()).toMatchObject({
      kind: "person",
      name: "𠮷田 髙 﨑",
      grants: [{ role: "ciso" }, { role: "system-administrator" }],
      units: [{ name: { ja: "株式会社 櫓", en: "株式会社 櫓" }, kind: "head-office", parentId: null }],
    });
    expect(done?.cookies[0]).toMatchObject({ httpOnly: true, sameSite: "Lax", path: "/" });
    expect(house.audited.map((record) => record.action)).toContain("setup");
    expect(JSON.stringify(house.audited)).not.toContain(TEST_PASSWORD);
  });

  it("is not over because people were entered who cannot sign in", async () => {
    const other = await openTestHouse();
    const ctx = await other.organization.contexts.system("sample");
    const unitId = await other.organization.ensureRootUnit(ctx, "本社");
    const grants = [{ role: "system-administrator" as const, unitId }];
    const sample = { name: "見本", kana: null, romaji: null, email: "sample@example.jp", locale: "ja" as const };
    await createPerson(ctx, other.organization.deps, { ...sample, unitId, grants });
    const issued = await other.organization.issueSetupToken();
    const payload = form(issued?.token ?? "");
    const done = await other.app.inject({ method: "POST", url: "/api/v1/setup", payload });
    expect(done.json()).toMatchObject({ unitId });
    await other.close();
  });

  it("is over once there is a person: no link is made and none works", async () => {
    expect(await house.organization.issueSetupToken()).toBeUndefined();
    expect((await house.app.inject("/api/v1/sign-in-methods")).json()).toMatchObject({ isSetupNeeded: false });
  });
});
