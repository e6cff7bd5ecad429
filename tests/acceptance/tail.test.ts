import { appendFile, mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { type Installation, metric, newInstallation, settled } from "../support/yagura-process.ts";

const LINE =
  "Nov 23 10:00:01 web01 sshd[812]: Failed password for invalid user admin from 203.0.113.9 port 51122 ssh2\n";

let installation: Installation;
beforeAll(async () => {
  installation = await newInstallation();
});
afterAll(() => installation?.remove());

it("A file that the settings name is followed through rotation and a kill, and its lines are found by search", async () => {
  const root = join(installation.data, "..");
  const log = join(root, "logs", "auth.log");
  const config = join(root, "yagura.yaml");
  await mkdir(join(root, "logs"));
  await writeFile(log, LINE);
  await writeFile(config, `tail: [{ path: ${join(root, "logs", "*.log")}, name: followed }]\n`);
  const first = await installation.start({}, ["--config", config]);
  const stored = (url: string, count: number) =>
    vi.waitFor(async () => expect(await metric(url, "yagura_events_stored_total")).toBe(count), 30_000);
  await stored(first.url, 1);
  await first.kill("SIGKILL");
  await appendFile(log, LINE);
  await rename(log, `${log}.1`);
  await writeFile(log, LINE);

  const second = await installation.start({}, ["--config", config]);
  const token = await installation.token("reader", "api");
  const found = async (): Promise<number> => {
    await settled(second.url);
    const scope = "q=Failed&from=2020-01-01T00:00:00.000Z&to=now";
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(`${second.url}/api/v1/search/events?${scope}`, { headers });
    const text = await answer.text();
    expect(answer.status, text).toBe(200);
    return JSON.parse(text).items.length;
  };
  await vi.waitFor(async () => expect(await found()).toBeGreaterThanOrEqual(3), { timeout: 60_000, interval: 500 });
  expect(await metric(second.url, "yagura_tail_files")).toBeGreaterThanOrEqual(1);
}, 240_000);
