import { appendFile, copyFile, mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { type Installation, metric, newInstallation, settled } from "../support/yagura-process.ts";

const LINE =
  "Nov 23 10:00:01 web01 sshd[812]: Failed password for invalid user admin from 203.0.113.9 port 51122 ssh2\n";

const ROW = (uid: string) => `1764237601.5\t${uid}\t203.0.113.9\t51122\t192.0.2.7\t22\n`;
const HEAD = [
  "#separator \\x09",
  "#path\tyagura",
  "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p",
  "#types\ttime\tstring\taddr\tport\taddr\tport",
].join("\n");

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
  await second.kill("SIGTERM");
}, 240_000);

it("Rows that come after a kill are read by the head of their table, and a copy of it is not read again", async () => {
  const root = join(installation.data, "..", "zeek");
  const log = join(root, "own.log");
  const config = join(root, "yagura.yaml");
  await mkdir(root);
  await writeFile(log, `${HEAD}\n${ROW("C1")}`);
  await writeFile(config, `tail: [{ path: ${root}/*.log*, name: zeek }]\n`);
  const first = await installation.start({}, ["--config", config]);
  const lines = HEAD.split("\n").length + 1;
  await vi.waitFor(async () => expect(await metric(first.url, "yagura_events_stored_total")).toBe(lines), 30_000);
  await first.kill("SIGKILL");
  await copyFile(log, `${log}.1`);
  await appendFile(log, ROW("C2"));

  const second = await installation.start({}, ["--config", config]);
  const token = await installation.token("zeek reader", "api");
  const rows = async (): Promise<unknown[]> => {
    await settled(second.url);
    const scope = "q=source.ip%3A203.0.113.9%20destination.ip%3A192.0.2.7&from=2020-01-01T00:00:00.000Z&to=now";
    const answer = await fetch(`${second.url}/api/v1/search/events?${scope}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const text = await answer.text();
    expect(answer.status, text).toBe(200);
    return JSON.parse(text).items;
  };
  await vi.waitFor(async () => expect(await rows()).toHaveLength(2), { timeout: 60_000, interval: 500 });
}, 240_000);
