import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { recordDetectionGroups } from "../../monitor/alert/index.ts";
import { groupOf, T0 } from "../../monitor/alert/testing.ts";
import { type Cast, createCast, openTestHouse, type TestHouse } from "../../organization/testing.ts";
import { incidentDeps, incidentRoutes } from "../incident/index.ts";
import { type CaseNote, type Evidence, MAX_EVIDENCE_BYTES } from "./contract.ts";
import { caseRoutes, openEvidenceFiles } from "./index.ts";

let house: TestHouse;
let cast: Cast;
let folder: string;
let of: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "yagura-case-routes-"));
  const files = openEvidenceFiles(folder);
  house = await openTestHouse({ routes: [incidentRoutes(), caseRoutes({ ...incidentDeps, files })] });
  cast = await createCast(house.organization, house.app);
  const group = groupOf({ unitId: cast.units.own });
  await house.state.transaction((tx) => recordDetectionGroups(tx, [group], new Date(T0)));
  const { rows } = await house.state.db.execute<{ id: string }>("SELECT id FROM alert");
  const opened = await call("POST", "/api/v1/incidents", { title: "x", alertIds: rows.map(({ id }) => id) });
  of = `/api/v1/incidents/${opened.json<{ id: string }>().id}`;
});
afterAll(async () => {
  await house?.close();
  await rm(folder, { recursive: true, force: true });
});

const call = (method: "GET" | "POST" | "PUT" | "PATCH", url: string, payload?: object) =>
  house.app.inject({ method, url, headers: { ...cast.admin }, ...(payload && { payload }) });
const upload = (query: string, payload: Buffer) =>
  house.app.inject({
    method: "POST",
    url: `${of}/evidence?${query}`,
    headers: { ...cast.admin, "content-type": "application/octet-stream" },
    payload,
  });

describe("Evidence by HTTP", () => {
  it("of several megabytes arrives whole and leaves as a file that no browser opens", async () => {
    const bytes = randomBytes(3 * 1024 * 1024);
    const received = await upload(
      `key=route-0001&name=${encodeURIComponent("<b>検体.html")}&bytes=${bytes.length}`,
      bytes,
    );
    const evidence = received.json<Evidence>();
    expect(evidence.sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
    const taken = await call("GET", `${of}/evidence/${evidence.id}/file`);
    expect(taken.rawPayload.equals(bytes)).toBe(true);
    expect(taken.headers).toMatchObject({
      "content-type": "application/octet-stream",
      "x-content-type-options": "nosniff",
      "content-security-policy": "sandbox; default-src 'none'",
      "cache-control": "no-store",
    });
    expect(taken.headers["content-disposition"]).toMatch(/^attachment; .*filename\*=UTF-8''%3Cb%3E%E6%A4%9C/);
  });

  it("is answered from the first upload when the same key comes again, whatever bytes follow", async () => {
    const first = await upload("key=route-0002&name=a&bytes=3", Buffer.from("abc"));
    const again = await upload("key=route-0002&name=a&bytes=3", Buffer.from("xyz"));
    expect(again.json<Evidence>()).toEqual(first.json<Evidence>());
  });

  it.each([
    ["that is larger than it may be", `key=route-0003&name=a&bytes=${MAX_EVIDENCE_BYTES + 1}`, 400],
    ["without a key", "name=a&bytes=1", 400],
    ["with more bytes than it said", "key=route-0004&name=a&bytes=1", 413],
    ["whose key would leave the folder", "key=../../etc&name=a&bytes=1", 400],
  ])("%s is refused", async (_, query, status) => {
    expect((await upload(query, Buffer.from("abc"))).statusCode).toBe(status);
  });

  it("is taken by those alone who ask for its bytes", async () => {
    const { id } = (await upload("key=route-0006&name=a&bytes=3", Buffer.from("abc"))).json<Evidence>();
    const head = await house.app.inject({
      method: "HEAD",
      url: `${of}/evidence/${id}/file`,
      headers: { ...cast.admin },
    });
    expect(head.statusCode).toBe(404);
    expect((await call("GET", `${of}/evidence/${id}`)).json<Evidence>()).toMatchObject({ custodyCount: 1 });
  });

  it("of a name that is no id is not there", async () => {
    expect((await call("GET", `${of}/evidence/..%2F..%2Fyagura.json/file`)).statusCode).toBe(404);
  });
});

describe("A note in conflict by HTTP", () => {
  it("is answered by 409 with the text of the other person", async () => {
    const note = (await call("POST", `${of}/case-notes`, { title: "t", body: "a" })).json<CaseNote>();
    const save = (body: string) => call("PUT", `${of}/case-notes/${note.id}`, { version: 1, title: "t", body });
    expect((await save("theirs")).statusCode).toBe(200);
    const refused = await save("mine");
    expect(refused.statusCode).toBe(409);
    expect(refused.json()).toMatchObject({ code: "conflict", facts: { current: { version: 2, body: "theirs" } } });
  });
});
