import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openEmbeddedEvents } from "../../src/platform/events/index.ts";
import { type Installation, metric, newInstallation, settled, until } from "../support/yagura-process.ts";

const EVENTS = 150_000;
const KILLS = 1;

let installation: Installation;
beforeAll(async () => {
  installation = await newInstallation();
});
afterAll(() => installation?.remove());

const doc = (n: number): string => JSON.stringify({ probe: `p${n}`, message: `event ${n}`, filler: "x".repeat(100) });

it("A file of a drop folder survives kill -9 in the middle: nothing is lost, nothing comes twice, and it is moved at the end", async () => {
  const root = join(installation.data, "..");
  const directory = join(root, "in");
  const config = join(root, "yagura.yaml");
  await mkdir(directory);
  const entry = `{ name: Exports, directory: ${directory}, settleSeconds: 0, pollSeconds: 0.2, after: { moveTo: done } }`;
  await writeFile(config, `drop: [${entry}]\n`);
  const lines = Array.from({ length: EVENTS }, (_, n) => doc(n));
  await writeFile(join(directory, "a.part"), gzipSync(`${lines.join("\n")}\n`, { level: 1 }));
  await rename(join(directory, "a.part"), join(directory, "a.ndjson.gz"));
  await writeFile(join(directory, "b.csv"), `probe,user\np${EVENTS},alice\np${EVENTS + 1},bob\n`);

  const journal = async (): Promise<string> => {
    const [name = ""] = await readdir(join(installation.data, "drop")).catch(() => []);
    return readFile(join(installation.data, "drop", name), "utf8").catch(() => "");
  };
  let midway = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const yagura = await installation.start({}, ["--config", config]);
    await until("records of the file", async () => (await metric(yagura.url, "yagura_intake_events_total")) > 1_000);
    await yagura.kill("SIGKILL");
    if (!(await journal()).includes('"is":"done"')) midway += 1;
  }
  expect(midway, "kills in the middle of the file").toBeGreaterThan(0);

  const last = await installation.start({}, ["--config", config]);
  await until("both files to be moved", async () => (await readdir(directory)).join() === "done");
  await settled(last.url);
  expect((await readdir(join(directory, "done"))).sort()).toEqual(["a.ndjson.gz", "b.csv"]);
  expect(await metric(last.url, "yagura_drop_aside_total")).toBe(0);
  await last.kill("SIGTERM");

  const events = openEmbeddedEvents(join(installation.data, "events"));
  const rows = await events.select<{ n: string; distinct: string }>(
    "SELECT count() AS n, uniqExact(fields['probe']) AS distinct FROM events WHERE fields['probe'] != ''",
  );
  await events.close();
  expect(rows[0]).toEqual({ n: String(EVENTS + 2), distinct: String(EVENTS + 2) });
}, 400_000);
