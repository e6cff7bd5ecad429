import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import type { Grant, RoleName } from "../access/index.ts";
import { type Cast, createCast, openTestHouse, type TestHouse } from "../testing.ts";
import type { CreatedToken, Token } from "./contract.ts";
import { createSourceToken, createTokenVerifier, revokeSourceToken } from "./index.ts";

describe("Tokens", () => {
  let house: TestHouse;
  let cast: Cast;
  beforeAll(async () => {
    house = await openTestHouse();
    cast = await createCast(house.organization, house.app);
  });
  afterAll(() => house?.close());

  const call = (method: "GET" | "POST", url: string, payload?: object, headers: object = cast.admin) =>
    house.app.inject({ method, url, ...(payload ? { payload } : {}), headers: { ...headers } });
  const make = async (more: object = {}) =>
    (
      await call("POST", "/api/v1/tokens", { name: "fw", kind: "ingest", unitId: cast.units.own, ...more })
    ).json<CreatedToken>();
  const reader: (unitId: string) => Grant = (unitId) => ({ role: "auditor", unitId });

  it("show their secret once and keep only its hash", async () => {
    const { token, secret } = await make({ name: "支店のFW <境界>" });
    expect(secret).toMatch(/^ygr_[A-Za-z0-9_-]{43}$/);
    expect(token).toMatchObject({
      name: "支店のFW <境界>",
      prefix: secret.slice(0, 10),
      sourceId: null,
      lastUsedAt: null,
    });
    const { rows } = await house.state.db.execute("SELECT * FROM access_token");
    expect(JSON.stringify(rows)).not.toContain(secret);
    expect((await call("GET", "/api/v1/tokens")).body).not.toContain(secret);
    expect(JSON.stringify(house.audited)).not.toContain(secret);
  });

  it("of a log source may send events for its unit, and nothing else", async () => {
    const { token, secret } = await make();
    const verified = await house.organization.tokens.verify(secret);
    expect(verified).toEqual({
      id: token.id,
      name: "fw",
      kind: "ingest",
      unitId: cast.units.own,
      sourceId: null,
      actor: {
        kind: "token",
        id: token.id,
        name: "fw",
        grants: [{ role: "integration", unitId: cast.units.own }],
        limit: ["event:ingest"],
      },
    });
  });

  it("of a registered source are made and ended by whoever may write sources there, without token:write", async () => {
    const { contexts, deps, tokens } = house.organization;
    const { own, sibling } = cast.units;
    const as = (role: RoleName) =>
      contexts.of({ kind: "person", id: role, name: role, grants: [{ role, unitId: own }] }, {});
    const wanted = { name: "DC", unitId: own, sourceId: "source_1" };
    await expect(createSourceToken(await as("analyst"), wanted)).rejects.toMatchObject({ code: "forbidden" });
    const ciso = await as("ciso");
    await expect(createSourceToken(ciso, { ...wanted, unitId: sibling })).rejects.toMatchObject({ code: "forbidden" });

    const { token, secret } = await createSourceToken(ciso, wanted);
    expect(await tokens.verify(secret)).toMatchObject({ kind: "ingest", sourceId: "source_1", unitId: own });
    const ending = { tokenId: token.id, sourceId: "source_1", unitId: own };
    await expect(revokeSourceToken(await as("analyst"), deps, ending)).rejects.toMatchObject({ code: "forbidden" });
    const other = revokeSourceToken(ciso, deps, { ...ending, sourceId: "source_2" });
    await expect(other).rejects.toMatchObject({ code: "not_found" });
    await revokeSourceToken(ciso, deps, ending);
    expect(await tokens.verify(secret)).toBeUndefined();
  });

  it("of the API act with the roles given to them", async () => {
    const { secret } = await make({ kind: "api", grants: [reader(cast.units.own)] });
    const headers = { authorization: `Bearer ${secret}` };
    expect((await call("GET", "/api/v1/me", undefined, headers)).json()).toMatchObject({ kind: "token", person: null });
    const units = (await call("GET", "/api/v1/units", undefined, headers)).json<{ items: { id: string }[] }>().items;
    expect(units.map((unit) => unit.id).sort()).toEqual([cast.units.own, cast.units.child].sort());
    expect((await call("POST", "/api/v1/tokens", {}, headers)).statusCode).toBe(403);
  });

  test.each<[string, (cast: Cast) => object, number]>([
    ["an ingest token with roles", (c) => ({ kind: "ingest", grants: [reader(c.units.own)] }), 400],
    ["an API token without roles", () => ({ kind: "api" }), 400],
    ["an API token bound to a source", (c) => ({ kind: "api", grants: [reader(c.units.own)], sourceId: "s" }), 400],
    ["a role that only people hold", (c) => ({ kind: "api", grants: [{ role: "ciso", unitId: c.units.own }] }), 400],
    ["an end in the past", () => ({ expiresAt: "2020-01-01T00:00:00Z" }), 400],
    ["a unit that does not exist", () => ({ unitId: "unit_none" }), 403],
  ])("refuse %s", async (_, more, status) => {
    const payload = { name: "x", kind: "ingest", unitId: cast.units.own, ...more(cast) };
    expect((await call("POST", "/api/v1/tokens", payload)).statusCode).toBe(status);
  });

  it("cannot be given more than their maker could give", async () => {
    const branch = cast.roles["system-administrator"];
    const wanted = (unitId: string) => ({ name: "x", kind: "api", unitId: cast.units.own, grants: [reader(unitId)] });
    expect((await call("POST", "/api/v1/tokens", wanted(cast.units.root), branch)).statusCode).toBe(403);
    expect((await call("POST", "/api/v1/tokens", wanted(cast.units.child), branch)).statusCode).toBe(201);
  });

  it("stop working the moment they are revoked, even while held in memory", async () => {
    const { token, secret } = await make({ kind: "api", grants: [reader(cast.units.own)] });
    const headers = { authorization: `Bearer ${secret}` };
    expect((await call("GET", "/api/v1/me", undefined, headers)).statusCode).toBe(200);
    const revoked = await call("POST", `/api/v1/tokens/${token.id}/revoke`);
    expect(revoked.json<Token>().revokedAt).not.toBeNull();
    expect((await call("GET", "/api/v1/me", undefined, headers)).statusCode).toBe(401);
    expect((await call("POST", `/api/v1/tokens/${token.id}/revoke`)).statusCode).toBe(200);
    expect((await call("GET", "/api/v1/tokens?limit=200")).body).not.toContain(token.id);
    expect((await call("GET", "/api/v1/tokens?limit=200&revoked=include")).body).toContain(token.id);
  });

  it("run out at their time, held or not", async () => {
    let nowMs = Date.now();
    const verifier = createTokenVerifier({
      state: house.state,
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      nowMs: () => nowMs,
    });
    const { secret } = await make({ expiresAt: new Date(nowMs + 10_000).toISOString() });
    expect(await verifier.verify(secret)).toBeDefined();
    nowMs += 9_999;
    expect(await verifier.verify(secret)).toBeDefined();
    nowMs += 1;
    expect(await verifier.verify(secret)).toBeUndefined();
    await verifier.close();
  });

  it("are verified from memory: the state engine may be away meanwhile", async () => {
    const { secret } = await make();
    let reads = 0;
    const counting = new Proxy(house.state, {
      get: (target, key) => {
        if (key === "db") reads += 1;
        return Reflect.get(target, key, target);
      },
    });
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const verifier = createTokenVerifier({ state: counting, log });
    const many = await Promise.all(Array.from({ length: 50 }, () => verifier.verify(secret)));
    for (let i = 0; i < 5_000; i += 1) await verifier.verify(secret);
    expect(many.every((token) => token?.unitId === cast.units.own)).toBe(true);
    expect(reads).toBe(1);
    for (let i = 0; i < 3; i += 1) expect(await verifier.verify(`ygr_${"z".repeat(43)}`)).toBeUndefined();
    expect(reads).toBe(2);
    await verifier.close();
  });

  it("remember when they were last used", async () => {
    const { token, secret } = await make();
    await house.organization.tokens.verify(secret);
    await house.organization.tokens.flush();
    const listed = (await call("GET", "/api/v1/tokens?limit=200")).json<{ items: Token[] }>().items;
    expect(listed.find((item) => item.id === token.id)?.lastUsedAt).not.toBeNull();
  });
});

describe("A sender that guesses tokens", () => {
  it("is stopped after sixty wrong ones a minute", async () => {
    const house = await openTestHouse();
    const guess = (i: number) =>
      house.app.inject({ url: "/api/v1/me", headers: { authorization: `Bearer ygr_${String(i).padStart(43, "0")}` } });
    const statuses = new Set<number>();
    for (let i = 0; i < 60; i += 1) statuses.add((await guess(i)).statusCode);
    expect([...statuses]).toEqual([401]);
    expect((await guess(61)).statusCode).toBe(429);
    await house.close();
  });
});
