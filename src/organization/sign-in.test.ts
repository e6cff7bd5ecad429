import { createHmac } from "node:crypto";
import { createServer, type Server } from "node:http";
import { gt } from "drizzle-orm";
import type { FastifyRequest } from "fastify";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { authSession } from "../platform/auth/schema.ts";
import { addPerson, type Cast, cookieOf, createCast, openTestHouse, TEST_PASSWORD, type TestHouse } from "./testing.ts";

const NEW_PASSWORD = "an even longer password";

describe("Signing in", () => {
  let house: TestHouse;
  let cast: Cast;
  beforeAll(async () => {
    house = await openTestHouse();
    cast = await createCast(house.organization, house.app);
  });
  afterAll(() => house?.close());

  const post = (url: string, payload: object, headers: object = {}) =>
    house.app.inject({ method: "POST", url, payload, headers: { ...headers } });
  const signIn = (email: string, password = TEST_PASSWORD, headers: object = {}) =>
    post("/api/auth/sign-in/email", { email, password }, headers);
  const me = (headers: object) => house.app.inject({ url: "/api/v1/me", headers: { ...headers } });
  const person = (name: string) =>
    addPerson(house.organization, house.app, {
      name,
      unitId: cast.units.own,
      grants: [{ role: "analyst", unitId: cast.units.own }],
    });
  const actionsOf = (id: string) =>
    house.audited.filter((record) => record.target.id === id).map((record) => record.action);

  it("gives a session by address and password, and takes it back at sign-out", async () => {
    const { email, id } = await person("taro");
    const answer = await signIn(email.toUpperCase());
    expect(answer.statusCode).toBe(200);
    const headers = cookieOf(answer.cookies);
    expect((await me(headers)).json()).toMatchObject({ id, person: { email, hasTwoFactor: false } });
    expect((await post("/api/auth/sign-out", {}, headers)).statusCode).toBe(200);
    expect((await me(headers)).statusCode).toBe(401);
    expect(actionsOf(id)).toEqual(expect.arrayContaining(["sign-in.success", "sign-out"]));
  });

  it("is prolonged by use, and not by being looked at for a page that stands open", async () => {
    const { email } = await person("late");
    const { cookie } = cookieOf((await signIn(email)).cookies);
    const request = { headers: { cookie }, ip: "127.0.0.1" } as unknown as FastifyRequest;
    const end = new Date(Date.now() + 10 * 3_600_000);
    const ends = async () =>
      (
        await house.state.db
          .select({ at: authSession.expiresAt })
          .from(authSession)
          .where(gt(authSession.expiresAt, end))
      ).length;
    await house.state.db.update(authSession).set({ expiresAt: end });
    expect(await house.organization.identity.readSession(request, true)).toMatchObject({ setCookies: [] });
    expect(await ends()).toBe(0);
    expect(await house.organization.identity.readSession(request)).toBeDefined();
    expect(await ends()).toBe(1);
  });

  it("answers a wrong password and an unknown address alike, and audits both", async () => {
    const { email } = await person("hanako");
    const [wrong, unknown] = [
      await signIn(email, "not the password"),
      await signIn("nobody@example.jp", "whatever it is"),
    ];
    expect([wrong.statusCode, unknown.statusCode]).toEqual([401, 401]);
    expect({ ...wrong.json(), requestId: "" }).toEqual({ ...unknown.json(), requestId: "" });
    const failures = house.audited.filter((record) => record.action === "sign-in.failure");
    expect(failures.map((record) => record.target.id)).toEqual(expect.arrayContaining([email, "nobody@example.jp"]));
    expect(JSON.stringify(failures)).not.toContain("not the password");
  });

  it("stops guessing after ten failures, even with the right password then", async () => {
    const { email } = await person("guessed");
    const headers = { "x-forwarded-for": "203.0.113.9" };
    for (let i = 0; i < 10; i += 1) expect((await signIn(email, `wrong password ${i}`, headers)).statusCode).toBe(401);
    const limited = await signIn(email, TEST_PASSWORD, headers);
    expect(limited.statusCode).toBe(429);
    expect(limited.json()).toMatchObject({ code: "over_limit" });
    expect(Number(limited.headers["retry-after"])).toBeGreaterThan(0);
  });

  it("lets nobody be locked out by strangers at other addresses", async () => {
    const { email } = await person("targeted");
    const from = (remoteAddress: string, password: string) =>
      house.app.inject({
        method: "POST",
        url: "/api/auth/sign-in/email",
        payload: { email, password },
        remoteAddress,
      });
    for (let i = 0; i < 100; i += 1) await from(`198.51.100.${Math.floor(i / 10)}`, `wrong password ${i}`);
    expect((await from("198.51.100.0", TEST_PASSWORD)).statusCode).toBe(429);
    expect((await from("203.0.113.50", TEST_PASSWORD)).statusCode).toBe(200);
  });

  it("changes a password only with the old one, and ends the other sessions when asked", async () => {
    const { email, headers: old, id } = await person("changer");
    const second = cookieOf((await signIn(email)).cookies);
    const change = (currentPassword: string, newPassword: string) =>
      post("/api/auth/change-password", { currentPassword, newPassword, revokeOtherSessions: true }, second);
    expect((await change("wrong wrong wrong", NEW_PASSWORD)).statusCode).toBe(400);
    expect((await change(TEST_PASSWORD, "short")).statusCode).toBe(400);
    expect((await change(TEST_PASSWORD, NEW_PASSWORD)).statusCode).toBe(200);
    expect((await me(old)).statusCode).toBe(401);
    expect((await signIn(email, NEW_PASSWORD)).statusCode).toBe(200);
    expect(actionsOf(id)).toContain("password.change");
  });

  it("asks for the second factor once it is enrolled, and takes each backup code once", async () => {
    const { email, headers, id } = await person("careful");
    const enabled = await post("/api/auth/two-factor/enable", { password: TEST_PASSWORD }, headers);
    const { totpURI, backupCodes } = enabled.json<{ totpURI: string; backupCodes: string[] }>();
    const secret = new URL(totpURI).searchParams.get("secret") ?? "";
    const confirmed = await post("/api/auth/two-factor/verify-totp", { code: totp(secret) }, headers);
    expect(confirmed.statusCode).toBe(200);

    const first = await signIn(email);
    expect(first.json()).toMatchObject({ twoFactorRedirect: true });
    const half = cookieOf(first.cookies.filter((cookie) => cookie.value !== ""));
    expect((await me(half)).statusCode).toBe(401);
    expect((await post("/api/auth/two-factor/verify-totp", { code: "000000" }, half)).statusCode).toBe(401);
    const whole = await post("/api/auth/two-factor/verify-totp", { code: totp(secret) }, half);
    expect((await me(cookieOf(whole.cookies))).json()).toMatchObject({ id, person: { hasTwoFactor: true } });

    const spendCode = async () => {
      const again = await signIn(email);
      const cookies = cookieOf(again.cookies.filter((cookie) => cookie.value !== ""));
      return (await post("/api/auth/two-factor/verify-backup-code", { code: backupCodes[0] }, cookies)).statusCode;
    };
    expect([await spendCode(), await spendCode()]).toEqual([200, 401]);
    expect(actionsOf(id)).toEqual(expect.arrayContaining(["second-factor.enable", "sign-in.success"]));

    const reset = await post(`/api/v1/people/${id}/reset-second-factor`, {}, cast.admin);
    expect(reset.json()).toMatchObject({ hasTwoFactor: false });
    expect((await signIn(email)).json()).not.toHaveProperty("twoFactorRedirect");
  });

  it("lets nobody in who was deactivated, and ends their sessions at once", async () => {
    const { email, headers, id } = await person("leaver");
    expect((await post(`/api/v1/people/${id}/deactivate`, {}, cast.admin)).statusCode).toBe(200);
    expect((await me(headers)).statusCode).toBe(401);
    const refused = await signIn(email);
    expect(refused.statusCode).toBe(403);
    expect(refused.cookies.filter((cookie) => cookie.name.includes("session_token") && cookie.value !== "")).toEqual(
      [],
    );
    expect((await post(`/api/v1/people/${id}/invitation`, {}, cast.admin)).statusCode).toBe(409);
  });

  test.each([
    ["/sign-up/email", { email: "new@example.jp", password: TEST_PASSWORD, name: "new" }],
    ["/update-user", { name: "root" }],
    ["/change-email", { newEmail: "other@example.jp" }],
    ["/delete-user", {}],
    ["/request-password-reset", { email: "admin@example.co.jp" }],
    ["/sign-in/email/../../sign-up/email", {}],
  ])("has no %s", async (path, body) => {
    expect((await post(`/api/auth${path}`, body, cast.admin)).statusCode).toBe(404);
  });

  test.each([
    ["the browser says so", { "sec-fetch-site": "cross-site" }],
    ["a sibling subdomain sends it", { "sec-fetch-site": "same-site" }],
    ["the origin is another host", { origin: "https://evil.example" }],
    ["the origin is opaque", { origin: "null" }],
  ])("refuses a write with a cookie from another site: %s", async (_, headers) => {
    const answer = await post("/api/v1/units", {}, { ...cast.admin, ...headers });
    expect(answer.statusCode).toBe(403);
    expect((await signIn("admin@example.co.jp", TEST_PASSWORD, headers)).statusCode).toBe(403);
  });

  test.each([
    ["no signature", "yagura.session_token=abcdef"],
    ["a wrong signature", `yagura.session_token=${"a".repeat(32)}.${"b".repeat(43)}%3D`],
    ["text of an attacker", "yagura.session_token=%00%ff'; DROP TABLE person; --"],
    ["a long one", `yagura.session_token=${"x".repeat(4_000)}`],
  ])("takes no forged cookie: %s", async (_, cookie) => {
    expect((await me({ cookie })).statusCode).toBe(401);
  });
});

describe("An invitation", () => {
  let house: TestHouse;
  let cast: Cast;
  beforeAll(async () => {
    house = await openTestHouse();
    cast = await createCast(house.organization, house.app);
  });
  afterAll(() => house?.close());
  const post = (url: string, payload: object, headers: object = {}) =>
    house.app.inject({ method: "POST", url, payload, headers: { ...headers } });

  it("works once, the newest alone, and its secret is nowhere in the database", async () => {
    const payload = { name: "﨑山", email: "sakiyama@example.jp", unitId: cast.units.own };
    const { id } = (await post("/api/v1/people", payload, cast.admin)).json<{ id: string }>();
    const invite = async () =>
      (await post(`/api/v1/people/${id}/invitation`, {}, cast.admin)).json<{ token: string; link: string }>();
    const [older, newer] = [await invite(), await invite()];
    expect(newer.link).toBe(`/welcome#token=${newer.token}`);
    const { rows } = await house.state.db.execute("SELECT * FROM invitation");
    expect(JSON.stringify(rows)).not.toContain(newer.token);

    const accept = (token: string) => post("/api/v1/invitations/accept", { token, password: TEST_PASSWORD });
    expect((await post("/api/v1/invitations/check", { token: older.token })).statusCode).toBe(404);
    expect((await post("/api/v1/invitations/check", { token: newer.token })).json()).toMatchObject({ name: "﨑山" });
    const both = await Promise.all([accept(newer.token), accept(newer.token)]);
    expect(both.map((answer) => answer.statusCode).sort()).toEqual([200, 404]);
    expect((await accept(older.token)).statusCode).toBe(404);
  });

  it("runs out", async () => {
    const { id } = (
      await post("/api/v1/people", { name: "遅い人", email: "late@example.jp", unitId: cast.units.own }, cast.admin)
    ).json<{ id: string }>();
    const { token } = (await post(`/api/v1/people/${id}/invitation`, {}, cast.admin)).json<{ token: string }>();
    await house.state.db.execute("UPDATE invitation SET expires_at = now() - interval '1 second'");
    expect((await post("/api/v1/invitations/accept", { token, password: TEST_PASSWORD })).statusCode).toBe(404);
  });
});

/** RFC 6238 with its defaults: SHA-1, 30 seconds, six digits. */
function totp(base32: string, atMs = Date.now()): string {
  const bits = [...base32.replace(/=+$/, "")].map((c) =>
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0"),
  );
  const key = Buffer.from((bits.join("").match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(atMs / 30_000)));
  const mac = createHmac("sha1", key).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 15;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

describe("Behind https", () => {
  it("cookies are for https alone, and writes from the public address are at home", async () => {
    const house = await openTestHouse({ publicUrl: "https://yagura.example.jp" });
    const setup = await house.organization.issueSetupToken();
    const answer = await house.app.inject({
      method: "POST",
      url: "/api/v1/setup",
      headers: { origin: "https://yagura.example.jp", cookie: "other=1" },
      payload: {
        token: setup?.token,
        name: "管理者",
        email: "a@example.jp",
        password: TEST_PASSWORD,
        organizationName: "櫓",
      },
    });
    expect(answer.statusCode).toBe(201);
    expect(answer.cookies[0]).toMatchObject({ name: "__Secure-yagura.session_token", secure: true, httpOnly: true });
    expect((await house.app.inject({ url: "/api/v1/me", headers: { ...cookieOf(answer.cookies) } })).statusCode).toBe(
      200,
    );
    await house.close();
  });
});

describe("The company's own provider", () => {
  const issuer = "https://id.example.jp";
  const idToken = (claims: object) =>
    [{ alg: "none" }, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
      .concat("")
      .join(".");
  let claims: object = {};
  let provider: Server;
  let house: TestHouse;
  let cast: Cast;

  beforeAll(async () => {
    provider = createServer((_request, response) => {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ access_token: "a", token_type: "Bearer", id_token: idToken(claims) }));
    });
    await new Promise<void>((resolve) => provider.listen(0, "127.0.0.1", resolve));
    const { port } = provider.address() as { port: number };
    house = await openTestHouse({
      publicUrl: "http://localhost",
      oidc: [
        {
          id: "corp",
          name: "社内認証",
          clientId: "yagura",
          clientSecret: "secret",
          authorizationUrl: `${issuer}/authorize`,
          tokenUrl: `http://127.0.0.1:${port}/token`,
          scopes: ["openid", "email", "profile"],
        },
      ],
    });
    cast = await createCast(house.organization, house.app);
  });
  afterAll(async () => {
    await house?.close();
    provider?.close();
  });

  async function signInAs(who: object) {
    claims = { iss: issuer, aud: "yagura", exp: Math.floor(Date.now() / 1000) + 60, ...who };
    const start = await house.app.inject({
      method: "POST",
      url: "/api/auth/sign-in/social",
      payload: { provider: "corp", callbackURL: "/" },
      headers: { host: "localhost" },
    });
    const state = new URL(start.json<{ url: string }>().url).searchParams.get("state");
    return await house.app.inject({
      url: `/api/auth/callback/corp?code=c&state=${state}`,
      headers: { host: "localhost", ...cookieOf(start.cookies) },
    });
  }

  it("is offered on the sign-in page", async () => {
    expect((await house.app.inject("/api/v1/sign-in-methods")).json().oidc).toEqual([{ id: "corp", name: "社内認証" }]);
  });

  it("lets a person in whom an administrator added, and audits it", async () => {
    const wanted = { name: "oidc", unitId: cast.units.own, grants: [] };
    const { email, id } = await addPerson(house.organization, house.app, wanted);
    const answer = await signInAs({ sub: "s-1", email, name: "oidc" });
    expect(answer.headers.location).toBe("/");
    const me = await house.app.inject({ url: "/api/v1/me", headers: { ...cookieOf(answer.cookies) } });
    expect(me.json()).toMatchObject({ id });
    const last = house.audited.findLast((record) => record.action === "sign-in.success");
    expect(last).toMatchObject({ target: { id }, detail: { method: "oidc" } });
  });

  test.each([
    ["whom nobody added", { sub: "s-2", email: "stranger@example.jp", name: "x" }],
    ["without an account number", { email: "admin@example.co.jp", name: "x" }],
  ])("lets nobody in %s", async (_, who) => {
    const answer = await signInAs(who);
    expect(answer.cookies.filter((cookie) => cookie.name.endsWith("session_token") && cookie.value !== "")).toEqual([]);
    expect(house.audited.at(-1)).toMatchObject({ action: "sign-in.failure", detail: { method: "oidc" } });
  });
});
