import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Ctx } from "../../organization/access/index.ts";
import type { EventsDb } from "../../platform/events/index.ts";
import { openTestEvents } from "../../platform/events/testing.ts";
import { createHttpServer, type HttpServer } from "../../platform/http/index.ts";
import { createLogger } from "../../platform/log/index.ts";
import type { State } from "../../platform/state/index.ts";
import { openTestState } from "../../platform/state/testing.ts";
import { alertDeps, alertFiguresByRule, alertRoutes, recordDetectionGroups } from "../alert/index.ts";
import { groupOf } from "../alert/testing.ts";
import { compileRules, lintRules } from "../detect/index.ts";
import { createParser } from "../parse/index.ts";
import { tryRule } from "../pipeline/try-rule.ts";
import { createSourceStatistics, openSourceResolver, sourceRoutes } from "../source/index.ts";
import { testContexts } from "../source/testing.ts";
import { createLogSourceFinder, createRuleHitCounter, openRuleCatalog, readRuleState, ruleRoutes } from "./index.ts";

const UNWATCHED = { state: "off", sinceMs: undefined, usualPauseMs: undefined, afterMs: undefined } as const;
const T0 = new Date("2026-11-22T12:00:00.000Z");
const ID = "00000000-0000-4000-8000-00000000000a";
const RULE = `title: 試験
id: ${ID}
logsource:
    product: windows
detection:
    selection:
        Image: a.exe
    condition: selection
level: low
`;

let state: State;
let events: EventsDb;
let app: HttpServer;
let ctx: Ctx;
beforeAll(async () => {
  state = await openTestState();
  events = await openTestEvents();
  const contexts = testContexts(state, T0);
  ctx = await contexts.as({ role: "ciso" });
  app = await createHttpServer({
    log: createLogger("silent"),
    version: "0",
    prepare: (server) => {
      server.decorateRequest("ctx");
      server.addHook("onRequest", async (request) => {
        request.ctx = ctx;
      });
    },
  });
  const resolver = await openSourceResolver({
    system: () => contexts.as(),
    rootUnitId: async () => "unit_root",
    now: () => T0.getTime(),
  });
  const readState = () => readRuleState(state.db);
  const catalog = await openRuleCatalog({ directories: [], compile: compileRules, readState });
  await app.register(alertRoutes(alertDeps));
  await app.register(
    ruleRoutes({
      catalog,
      compile: compileRules,
      hits: createRuleHitCounter(events),
      logSources: createLogSourceFinder(events, () => T0.getTime()),
      lint: async (text) => lintRules({ text, origin: "own" }),
      tryRule: async (input) => tryRule(input, createParser()),
      findEvents: async () => [],
      filters: () => [],
      costs: { of: () => undefined, budget: 200 },
      alertFigures: (of, scope) => alertFiguresByRule(of.state, scope),
      onRulesChanged: () => undefined,
    }),
  );
  await app.register(
    sourceRoutes({
      resolver,
      statistics: createSourceStatistics(events, () => T0.getTime()),
      rejections: () => [],
      deafSinceMs: () => undefined,
      silence: () => UNWATCHED,
      tokens: { create: async () => ({ tokenId: "token_1", secret: "ygr_x" }), revoke: async () => undefined },
      endpoints: { http: "http://127.0.0.1:8080", syslog: undefined },
      formats: () => [],
    }),
  );
});
afterAll(async () => {
  await app?.close();
  await events?.close();
  await state?.close();
});
beforeEach(async () => {
  await state.db.execute(sql`TRUNCATE alert, alert_change, alert_history, rule_document, rule_version, source`);
});

const call = async (method: "GET" | "POST" | "PATCH" | "PUT", url: string, body?: object) => {
  const response = await app.inject({ method, url: `/api/v1${url}`, ...(body && { payload: body }) });
  return {
    status: response.statusCode,
    body: response.json() as Record<string, unknown> & { items: { id: string }[] },
  };
};

describe("The monitoring room over HTTP", () => {
  it("is described in OpenAPI, every route with its answer", async () => {
    await app.ready();
    const { paths } = JSON.parse(JSON.stringify(app.swagger())) as {
      paths: Record<string, Record<string, { responses?: Record<string, unknown> }>>;
    };
    const own = Object.keys(paths).filter((path) => /^\/api\/v1\/(alerts|rules|sources)/.test(path));
    expect(own.length).toBeGreaterThan(25);
    const unanswered = own.filter((path) =>
      Object.values(paths[path] ?? {}).some(
        ({ responses = {} }) => !Object.keys(responses).some((code) => /^2/.test(code)),
      ),
    );
    expect(unanswered).toEqual([]);
    expect(JSON.stringify(paths["/api/v1/alerts/bulk"])).toContain("expertSeverity");
  });

  it("takes an alert from the queue through a bulk change and back", async () => {
    const groups = ["a", "b"].map((host) => groupOf({ host }));
    await state.transaction((tx) => recordDetectionGroups(tx, groups, T0));
    const page = await call("GET", "/alerts?severity=medium,high&status=open&sort=count&limit=1");
    expect(page).toMatchObject({ status: 200, body: { total: 2, nextCursor: expect.any(String) } });
    const bulk = await call("POST", "/alerts/bulk", {
      target: { filter: { status: ["open"] } },
      change: { disposition: "benign", reason: "計画停止" },
    });
    expect(bulk).toMatchObject({ status: 200, body: { changed: 2, missing: 0 } });
    expect((await call("GET", "/alerts/counts")).body).toMatchObject({ total: 2 });
    expect((await call("GET", "/alerts/facets?status=closed")).body).toMatchObject({ total: 2 });
    const undo = await call("POST", "/alerts/undo", { changeId: bulk.body.changeId });
    expect(undo.body).toMatchObject({ restored: 2 });
    const id = page.body.items[0]?.id ?? "";
    expect((await call("PATCH", `/alerts/${id}`, { version: 1, change: { status: "in-progress" } })).status).toBe(409);
    const noted = await call("POST", `/alerts/${id}/notes`, { text: "見た" });
    expect(noted.body).toMatchObject({ noteCount: 1, audit: [] });
  });

  it.each([
    ["GET", "/alerts?severity=loud", undefined, 400],
    ["GET", "/alerts?sort=color", undefined, 400],
    ["GET", "/alerts?cursor=x", undefined, 400],
    ["GET", "/alerts/none", undefined, 404],
    ["POST", "/alerts/bulk", { target: { alerts: [] }, change: { status: "open" } }, 400],
    ["POST", "/alerts/bulk", { target: { filter: {} }, change: { disposition: "benign" } }, 400],
    ["POST", "/alerts/undo", { changeId: "none" }, 404],
    ["GET", "/rules?level=x", undefined, 400],
    ["GET", "/rules/none", undefined, 404],
    ["POST", "/rules", { text: "title: [" }, 400],
    ["GET", "/sources/a%00b", undefined, 400],
    ["GET", "/sources/none", undefined, 404],
    ["POST", "/sources", { name: "x\ny", kind: "token", unitId: "unit_root" }, 400],
  ] as const)("answers %s %s %j with %d and a problem", async (method, url, body, status) => {
    const answer = await call(method, url, body);
    expect(answer).toMatchObject({ status, body: { code: expect.any(String) } });
  });

  it("stores, shows, switches and deletes a rule", async () => {
    expect((await call("POST", "/rules/check", { text: RULE })).body).toEqual({
      ok: true,
      id: ID,
      title: "試験",
      level: "low",
      findings: [expect.objectContaining({ code: "missing-description", line: 1 })],
    });
    expect((await call("POST", "/rules", { text: RULE })).status).toBe(201);
    expect((await call("GET", `/rules/${ID}`)).body).toMatchObject({ version: 1, hits: 0, text: RULE });
    expect((await call("GET", "/rules?kind=own&sort=hits")).body).toMatchObject({ total: 1 });
    expect((await call("GET", "/rules?health=no-logs&days=30")).body).toMatchObject({
      items: [{ id: ID, logs: false }],
    });
    expect((await call("GET", "/rules/facets")).body).toMatchObject({ product: [{ value: "windows", count: 1 }] });
    expect((await call("GET", "/rules/rejected")).body).toEqual({ items: [], total: 0 });
    expect((await call("GET", "/rules/titles")).body).toEqual({ ja: {} });
    const off = await call("POST", `/rules/${ID}/switch`, { isEnabled: false, reason: "試験" });
    expect(off.body).toMatchObject({ isEnabled: false });
    expect((await call("POST", `/rules/${ID}/delete`, { reason: "終わり" })).body).toEqual({ id: ID });
    expect((await call("GET", `/rules/${ID}`)).status).toBe(404);
  });

  it("tells what rules are called in Japanese, and finds them by it", async () => {
    const text = `title_ja: 監査ログの消去\n${RULE}`;
    expect((await call("POST", "/rules", { text })).body).toMatchObject({ title: "試験", titleJa: "監査ログの消去" });
    expect((await call("GET", "/rules/titles")).body).toEqual({ ja: { [ID]: "監査ログの消去" } });
    expect((await call("GET", `/rules?q=${encodeURIComponent("監査ログ")}`)).body).toMatchObject({ total: 1 });
  });

  it("registers a source, shows its figures, and ends it", async () => {
    const made = await call("POST", "/sources", { name: "大阪 FW", kind: "token", unitId: "unit_osaka" });
    expect(made).toMatchObject({ status: 201, body: { secret: "ygr_x", source: { health: "never" } } });
    const { id } = made.body.source as { id: string };
    expect((await call("GET", "/sources")).body).toMatchObject({ total: 1, items: [{ id, figures: { events: 0 } }] });
    expect((await call("GET", `/sources/${id}/parse-failures`)).body).toEqual({ items: [] });
    expect((await call("PATCH", `/sources/${id}`, { version: 1, name: "大阪" })).body).toMatchObject({ version: 2 });
    expect((await call("POST", `/sources/${id}/archive`, { version: 2 })).body).toMatchObject({ health: "disabled" });
  });
});
