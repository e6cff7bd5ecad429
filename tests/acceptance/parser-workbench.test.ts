import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { Config } from "../../src/app/config.ts";
import { type RunningServer, startServer } from "../../src/app/server.ts";
import { type Cast, createCast } from "../../src/organization/testing.ts";
import { until } from "../support/yagura-process.ts";

const LINE = "ACME-DOOR 2026-11-20T09:15:00+09:00 door=3F card=sato reader=10.1.2.3 result=NG";
const DOCUMENT = `parser: acme-door
title: Acme door controller
recognize: { contains: ACME-DOOR }
read:
  - grok: "ACME-DOOR %{ISO8601:at} %{REST:pairs}"
  - { from: pairs, keyvalue: {} }
time: { field: at, format: iso }
columns:
  user.name: card
  source.ip: reader
  event.outcome: { from: result, map: { OK: success, NG: failure } }
six:
  with_what: { value: card }
  what: { text: "door {door}" }
  did_what: { from: result, map: { OK: object-accessed, NG: logon-failed } }
logsource: { product: acme, service: door }
tests:
  - line: "${LINE}"
    who: sato
    columns: { source.ip: 10.1.2.3 }
`;
const RULE = `title: Door refused a card
id: 1f0b8d7e-3f9e-4d6f-8f0e-5a3a5f0c9b10
logsource: { product: acme, service: door }
detection:
  refused: { result: NG }
  condition: refused
level: high
`;

// On a machine with much else to do a start takes minutes.
vi.setConfig({ testTimeout: 120_000 });

let directory: string;
let server: RunningServer;
let cast: Cast;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "yagura-workbench-"));
  const off = { enabled: false };
  const config = Config.parse({
    data: directory,
    http: { port: 0 },
    syslog: { udp: off, tcp: off },
    log: { level: "error" },
    workers: 2,
  });
  server = await startServer(config, undefined);
  cast = await createCast(server.organization, server.app);
}, 600_000);
afterAll(async () => {
  await server?.close();
  await rm(directory, { recursive: true, force: true });
});

type Method = "GET" | "POST" | "PUT" | "PATCH";

async function call(method: Method, url: string, payload?: object) {
  const answer = await server.app.inject({ method, url, headers: cast.admin, ...(payload && { payload }) });
  return { status: answer.statusCode, body: answer.json() };
}

async function send(line: string): Promise<void> {
  const headers = { ...cast.admin, "content-type": "text/plain" };
  const answer = await server.app.inject({
    method: "POST",
    url: "/api/v1/ingest?source=doors",
    headers,
    payload: `${line}\n`,
  });
  expect(answer.statusCode, answer.body).toBeLessThan(300);
  await server.monitoring.pipeline()?.drained();
}

async function find(q: string) {
  const scope = `q=${encodeURIComponent(q)}&from=2020-01-01T00:00:00.000Z&to=now`;
  const { status, body } = await call("GET", `/api/v1/search/events?${scope}`);
  expect(status, JSON.stringify(body)).toBe(200);
  return body.items;
}

describe("A company's own log format, from not understood to a rule that fires", () => {
  let sourceId: string;

  it("is stored and told as not understood at first", async () => {
    expect((await call("POST", "/api/v1/rules", { text: RULE })).status).toBe(201);
    await send(LINE);
    expect(await find("card:sato")).toHaveLength(0);
    sourceId = (await call("GET", "/api/v1/sources")).body.items.find(
      (row: { name: string }) => row.name === "doors",
    ).id;
    const { body } = await call("GET", `/api/v1/sources/${sourceId}/lines`);
    expect(body.items).toMatchObject([{ text: LINE, problem: "unrecognized" }]);
  });

  it("is tried in the workbench, line by line, with what is wrong at its place", async () => {
    const good = (await call("POST", "/api/v1/parsers/try", { text: DOCUMENT, lines: [LINE, "other"] })).body;
    expect(good.problems).toEqual([]);
    expect(good.tests).toMatchObject([{ isPassed: true }]);
    expect(good.lines).toMatchObject([
      { takenBy: "acme-door", six: { when: "2026-11-20T00:15:00.000Z", who: "sato", didWhat: "logon-failed" } },
      { takenBy: "", problem: "unrecognized" },
    ]);
    const broken = DOCUMENT.replace("%{ISO8601:at}", "%{ISO:at}");
    expect((await call("POST", "/api/v1/parsers/try", { text: broken, lines: [] })).body.problems).toMatchObject([
      { line: 5, reason: expect.stringContaining("ISO") },
    ]);
  });

  it("is published only when the document compiles and its own tests pass", async () => {
    const wrong = DOCUMENT.replace("who: sato", "who: suzuki");
    const draft = await call("PUT", "/api/v1/parsers/acme-door", { text: wrong, revision: 0 });
    expect(draft.body).toMatchObject({ revision: 1, publishedVersion: null, title: "Acme door controller" });
    const refused = await call("POST", "/api/v1/parsers/acme-door/publish", { revision: 1 });
    expect(refused.status).toBe(400);
    expect(refused.body.facts.failed).toMatchObject([{ mismatches: [{ name: "who", actual: "sato" }] }]);
    expect((await call("PUT", "/api/v1/parsers/acme-door", { text: DOCUMENT, revision: 0 })).status).toBe(409);
    expect((await call("PUT", "/api/v1/parsers/acme-door", { text: DOCUMENT, revision: 1 })).status).toBe(200);
    const published = await call("POST", "/api/v1/parsers/acme-door/publish", { revision: 2, comment: "first" });
    expect(published.body).toMatchObject({ publishedVersion: 1, isChanged: false, versions: [{ comment: "first" }] });
  });

  it("is then read without a restart: searched by its fields, and a rule for it fires", async () => {
    await send(LINE);
    expect(await find("card:sato")).toHaveLength(1);
    expect(await find("user.name:sato source.ip:10.1.2.3 dataset:acme-door")).toHaveLength(1);
    const { body } = await call("GET", "/api/v1/alerts");
    expect(body.items.map((alert: { rule: { title: string } }) => alert.rule.title)).toContain("Door refused a card");
  });

  it("has what came before it read again: once, found by fields and by words, and rules fire on it", async () => {
    const url = `/api/v1/sources/${sourceId}`;
    expect(await find("ACME-DOOR")).toHaveLength(2);
    const failures = async () => (await call("GET", `${url}/parse-failures`)).body.items;
    expect(await failures()).toMatchObject([{ problem: "unrecognized", count: 1 }]);
    expect((await call("GET", `${url}/unread`)).body.items).toMatchObject([{ reason: "unrecognized", events: 1 }]);
    const preview = await call("POST", `${url}/rereads/preview`, { reason: "unrecognized" });
    const readers = [{ reader: "acme-door", events: 1 }];
    const expected = { wanted: 1, isComplete: true, looked: 1, understood: 1, readers, matches: 1 };
    expect(preview).toEqual({ status: 200, body: expected });
    const alert = async () =>
      (await call("GET", "/api/v1/alerts")).body.items.find(
        (one: { rule: { title: string } }) => one.rule.title === "Door refused a card",
      );
    expect(await alert()).toMatchObject({ count: 1 });
    const started = await call("POST", `${url}/rereads`, { reason: "unrecognized" });
    expect(started.status, JSON.stringify(started.body)).toBe(201);
    const job = async () => (await call("GET", `${url}/rereads`)).body.items[0];
    await until("the events to be read again", async () => (await job()).finishedAt !== null);
    expect(await job()).toMatchObject({ id: started.body.id, status: "done", looked: 1, understood: 1, problem: "" });
    expect(await find("card:sato")).toHaveLength(2);
    expect(await find("ACME-DOOR")).toHaveLength(2);
    expect(await alert()).toMatchObject({ count: 2 });
    expect(await failures()).toEqual([]);
  });

  it("can be pinned by a source, taken back, and rolled back to", async () => {
    const { version } = (await call("GET", `/api/v1/sources/${sourceId}`)).body;
    const pinned = await call("PATCH", `/api/v1/sources/${sourceId}`, { version, format: "custom.acme-door" });
    expect(pinned.body).toMatchObject({ format: "custom.acme-door" });
    // Collectors remember a source's settings for a moment.
    await until("the pin to be in force", async () => {
      await send("no door at all");
      const { items } = (await call("GET", `/api/v1/sources/${sourceId}/lines`)).body;
      return items[0].problem === "not_the_pinned_format";
    });

    const ended = await call("POST", "/api/v1/parsers/acme-door/unpublish", { revision: 3, reason: "wrong" });
    expect(ended.body).toMatchObject({ publishedVersion: null });
    await send(LINE);
    expect(await find("card:sato")).toHaveLength(2);
    const back = await call("POST", "/api/v1/parsers/acme-door/rollback", { revision: 4, version: 1 });
    expect(back.body).toMatchObject({ publishedVersion: 1 });
    await send(LINE);
    expect(await find("card:sato")).toHaveLength(3);
  });

  it("is recorded with who did it", async () => {
    const { body } = await call("GET", "/api/v1/audit?limit=50");
    const actions = body.items.map((entry: { action: string }) => entry.action);
    expect(actions).toEqual(
      expect.arrayContaining([
        "parser.draft",
        "parser.publish",
        "parser.unpublish",
        "parser.rollback",
        "reread.start",
        "reread.end",
      ]),
    );
  });
});
