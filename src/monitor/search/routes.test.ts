import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { buildUnitTree } from "../../organization/access/index.ts";
import type { EventsDb } from "../../platform/events/index.ts";
import { openTestEvents } from "../../platform/events/testing.ts";
import { closeHttpServer, createHttpServer, type HttpServer } from "../../platform/http/index.ts";
import { createLogger } from "../../platform/log/index.ts";
import type { State } from "../../platform/state/index.ts";
import { openTestState } from "../../platform/state/testing.ts";
import { type TestContexts, testContexts } from "../source/testing.ts";
import {
  EventDetail,
  FieldList,
  Funnel,
  Histogram,
  SavedSearch,
  SearchPage,
  SearchSchema,
  TailBatch,
} from "./contract.ts";
import { streamTail } from "./event-stream.ts";
import { searchRoutes } from "./routes.ts";
import type { Tail } from "./tail.ts";
import { storeEvents } from "./testing.ts";

const NOW = new Date();
let events: EventsDb;
let state: State;
let contexts: TestContexts;
let app: HttpServer;
let origin: string;

beforeAll(async () => {
  [events, state] = await Promise.all([openTestEvents(), openTestState()]);
  contexts = testContexts(state, NOW);
  await storeEvents(events, [
    { timeMs: NOW.getTime() - 60_000, seq: 1n, host_name: "dc1", fields: { "a,b": "1" }, raw: "不正アクセス" },
    { timeMs: NOW.getTime() - 30_000, seq: 2n, host_name: "web1", raw: "ok" },
  ]);
  app = await createHttpServer({
    log: createLogger("silent"),
    version: "0.0.0",
    prepare: (server) => {
      server.decorateRequest("ctx");
      server.addHook("onRequest", async (req) => {
        const clock = await contexts.as();
        req.ctx = { ...clock, now: () => new Date() };
      });
    },
  });
  const tree = buildUnitTree([{ id: "unit_root", parentId: null }]);
  await app.register(
    searchRoutes({
      events,
      tree: { current: async () => tree, invalidate: () => undefined },
      funnel: { alerts: async () => 1, incidents: async () => null },
      isStillSignedIn: async () => true,
    }),
  );
  origin = await app.listen({ port: 0, host: "127.0.0.1" });
});
afterAll(async () => {
  if (app) await closeHttpServer(app, 200);
  await events?.close();
  await state?.close();
});

const get = async (path: string) => {
  const answer = await fetch(`${origin}/api/v1/${path}`);
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
};
const json = async (path: string): Promise<unknown> => JSON.parse((await get(path)).text);

describe("The search API", () => {
  it("answers a page with a Japanese query", async () => {
    const page = SearchPage.parse(
      await json(`search/events?q=${encodeURIComponent("不正アクセス　AND　host.name：dc1")}&columns=a%5C,b`),
    );
    expect(page.items).toMatchObject([{ id: "1-1", values: { "a,b": "1" } }]);
  });

  test.each([
    ["search/histogram?split=dataset", Histogram, { total: 2 }],
    ["search/fields", FieldList, { rowsMatching: 2 }],
    ["search/values?field=host.name", null, { field: { cardinality: 2 } }],
    ["search/schema", SearchSchema, {}],
    ["events/1-2", EventDetail, { raw: { text: "ok" } }],
    ["events/1-2/surroundings?by=source", null, { before: [{ id: "1-1" }] }],
    ["funnel", Funnel, { events: 2, alerts: 1, incidents: null }],
  ])("answers GET %s in the shape of its contract", async (path, schema, expected) => {
    const answer = await json(path);
    expect(answer).toMatchObject(expected);
    if (schema !== null) expect(schema.parse(answer)).toEqual(answer);
  });

  test.each([
    ["search/events?q=host.name%3A", 400],
    ["search/events?limit=501", 400],
    ["search/events?from=yesterday", 400],
    [`search/events?q=${"a".repeat(4_001)}`, 400],
    ["search/tail?q=(", 400],
    ["search/export?format=xls", 400],
    ["events/1-3", 404],
    ["events/abc", 400],
  ])("refuses GET %s with %d and a problem", async (path, status) => {
    const answer = await get(path);
    expect(answer.status).toBe(status);
    expect(answer.headers.get("content-type")).toContain("application/problem+json");
  });

  it("tells the browser where in the query the mistake is", async () =>
    expect(await json("search/events?q=a%20port%3A%5B1")).toMatchObject({
      code: "invalid",
      facts: { position: 9, code: "to_expected" },
    }));

  it("hands an export over as a file", async () => {
    const file = await get("search/export?format=csv&columns=host.name");
    expect(file.headers.get("content-disposition")).toMatch(/^attachment; filename="events-\d{8}T\d{6}Z\.csv"$/);
    expect(file.text.split("\r\n")).toHaveLength(4);
    expect(contexts.audits.at(-1)).toMatchObject({ action: "event.export" });
  });

  it("keeps, changes and deletes a saved search", async () => {
    const send = (method: string, path: string, body?: object) =>
      fetch(`${origin}/api/v1/${path}`, {
        method,
        ...(body && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
      });
    const body = { name: "失敗", q: "event.outcome:failure", columns: [], sharedWithUnitId: null };
    const made = await send("POST", "saved-searches", body);
    expect(made.status).toBe(201);
    const { id } = SavedSearch.parse(await made.json());
    expect((await send("PUT", `saved-searches/${id}`, { ...body, name: "新" })).status).toBe(200);
    expect(await json("saved-searches")).toMatchObject({ items: [{ id, name: "新" }] });
    expect((await send("DELETE", `saved-searches/${id}`)).status).toBe(204);
    expect((await send("DELETE", `saved-searches/${id}`)).status).toBe(404);
    expect((await send("POST", "saved-searches", { ...body, name: "" })).status).toBe(400);
  });

  it("streams what comes in, and lets go when the browser leaves", async () => {
    const browser = new AbortController();
    const answer = await fetch(`${origin}/api/v1/search/tail?q=live`, { signal: browser.signal });
    expect(answer.headers.get("content-type")).toContain("text/event-stream");
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    await storeEvents(events, [{ timeMs: Date.now(), receivedMs: Date.now(), seq: 100n, raw: "live one" }]);
    let text = "";
    while (!text.includes("event: events")) text += (await reader?.read())?.value ?? "";
    const data = /event: events\ndata: (.*)\n\n/.exec(text)?.[1] ?? "";
    expect(TailBatch.parse(JSON.parse(data)).items.map((row) => row.id)).toEqual(["1-100"]);
    browser.abort();
  });

  it("allows one person four live views at once", async () => {
    const browsers = Array.from({ length: 5 }, () => new AbortController());
    const statuses: number[] = [];
    for (const { signal } of browsers) {
      const answer = await fetch(`${origin}/api/v1/search/tail`, { signal });
      statuses.push(answer.status);
    }
    for (const browser of browsers) browser.abort();
    // The view of the test before may still be closing, so at least three of the first four were let in.
    expect(statuses.at(-1)).toBe(429);
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(3);
  });
});

describe("A live tail ends", () => {
  const quiet: Tail = { look: async () => ({ items: [], skipped: 0 }) };
  const times = { lookMs: 1, beatMs: 5, maxMs: 60_000 };
  const run = async (tail: Tail, ways: Partial<Parameters<typeof streamTail>[2]>) => {
    let text = "";
    const write = (part: string): void => {
      text += part;
    };
    const sink = { write, unsentBytes: () => 0 };
    await streamTail(tail, sink, {
      signal: new AbortController().signal,
      isStillSignedIn: async () => true,
      times,
      ...ways,
    });
    return text;
  };

  it("when the person has signed out", async () =>
    expect(await run(quiet, { isStillSignedIn: async () => false })).toBe(
      'event: end\ndata: {"reason":"signed_out"}\n\n',
    ));

  it("after its time, having beaten meanwhile", async () => {
    const text = await run(quiet, { times: { ...times, maxMs: 60 } });
    expect(text).toContain("event: beat\ndata: {}\n\n");
    expect(text).toMatch(/event: end\ndata: \{"reason":"time_limit"\}\n\n$/);
  });

  it("when the server stops, and says so", async () => {
    const closing = new AbortController();
    const running = run(quiet, { signal: closing.signal });
    await sleep(5);
    closing.abort("shutdown");
    expect(await running).toMatch(/"reason":"shutdown"/);
  });

  it("without a word when the browser has left", async () => {
    const left = AbortSignal.abort("closed");
    expect(await run(quiet, { signal: left })).toBe("");
  });
});
