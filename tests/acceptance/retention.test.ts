import { afterAll, beforeAll, expect, it } from "vitest";
import type { Deletion, RetentionOverview, RetentionPreview } from "../../src/monitor/retention/contract.ts";
import type { SourceCreated } from "../../src/monitor/source/contract.ts";
import { ADMINISTRATOR } from "../support/administrator.ts";
import { storeOldEvents } from "../support/old-events.ts";
import { type Installation, newInstallation, settled, until, type YaguraProcess } from "../support/yagura-process.ts";

let installation: Installation;
beforeAll(async () => {
  installation = await newInstallation();
});
afterAll(() => installation?.remove());

/** Requests as the first administrator, whose cookie outlives restarts. */
async function administratorOf(yagura: YaguraProcess) {
  let cookie = "";
  const ask = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const headers = { origin: yagura.url, cookie, ...(body && { "content-type": "application/json" }) };
    const answer = await fetch(yagura.url + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    if (cookie === "")
      cookie = answer.headers
        .getSetCookie()
        .map((one) => one.split(";")[0])
        .join("; ");
    return JSON.parse(text.startsWith("{") ? text : JSON.stringify(text));
  };
  const token = new URL(yagura.setupLink ?? "").hash.replace("#token=", "");
  const { unitId } = await ask<{ unitId: string }>("POST", "/api/v1/setup", { ...ADMINISTRATOR, locale: "ja", token });
  return { ask, unitId };
}

it("Events past their time are deleted from the running program, a kill in the middle notwithstanding, and the record adds up", async () => {
  const first = await installation.start();
  const { ask, unitId } = await administratorOf(first);
  const made = await ask<SourceCreated>("POST", "/api/v1/sources", { name: "古い機器", kind: "token", unitId });
  const other = await ask<SourceCreated>("POST", "/api/v1/sources", { name: "残す機器", kind: "token", unitId });
  const sourceId = made.source.id;
  await first.kill("SIGTERM");
  const days = [1, 2, 3, 10, 20];
  await storeOldEvents(installation.data, { sourceId, unitId, days });
  await storeOldEvents(installation.data, { sourceId: other.source.id, unitId, days: [20] });

  const second = await installation.start();
  const headers = { authorization: `Bearer ${made.secret}`, "content-type": "text/plain" };
  const sent = await fetch(`${second.url}/api/v1/ingest`, {
    method: "POST",
    headers,
    body: "fresh line one\nfresh line two\n",
  });
  expect(sent.status, await sent.text()).toBeLessThan(300);
  await settled(second.url);
  const held = async (id = sourceId): Promise<number> => {
    const { sources } = await ask<RetentionOverview>("GET", "/api/v1/retention");
    return sources.find(({ source }) => source.id === id)?.held.events ?? 0;
  };
  const before = 2 + 3 + 4 + 11 + 21;
  expect(await held()).toBeGreaterThanOrEqual(before);

  const draft = { keep: "days", days: 5, holdReason: "" };
  const preview = await ask<RetentionPreview>("POST", `/api/v1/retention/sources/${sourceId}/preview`, draft);
  expect(preview.events).toBe(11 + 21);
  await ask("PUT", `/api/v1/retention/sources/${sourceId}`, { ...draft, version: 0 });
  await second.kill("SIGKILL");

  const third = await installation.start();
  const deletions = async (): Promise<Deletion[]> =>
    (await ask<{ items: Deletion[] }>("GET", "/api/v1/retention/deletions")).items;
  await until("the deletion to be finished", async () => {
    const done = (await deletions()).filter(({ doneAt }) => doneAt !== null);
    return done.reduce((sum, { events }) => sum + events, 0) === 11 + 21;
  });
  expect((await deletions()).map(({ events }) => events).sort((one, two) => one - two)).toEqual([11, 21]);
  await until("the figures to follow", async () => (await held()) < before - 20);
  expect(await held(other.source.id)).toBe(21);
  const csv = await ask<string>("GET", "/api/v1/retention/deletions.csv");
  expect(csv.split("\r\n").filter((line) => line.includes("古い機器"))).toHaveLength(2);
  const { items } = await ask<{ items: { action: string; detail: object }[] }>(
    "GET",
    "/api/v1/audit?action=retention.*",
  );
  expect(items.map(({ action }) => action).sort()).toEqual(["retention.delete", "retention.delete", "retention.set"]);

  const search = `/api/v1/search/events?q=old&from=${new Date(Date.now() - 30 * 86_400_000).toISOString()}&to=now`;
  const page = await ask<{ items: object[]; notes: { code: string; events?: number }[] }>("GET", search);
  expect(page.notes).toEqual([expect.objectContaining({ code: "deleted_by_policy", events: 32 })]);
  expect(page.items).toHaveLength(2 + 3 + 4 + 21);
  await third.kill("SIGTERM");
}, 900_000);
