import { createReadStream } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createGunzip, gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openEmbeddedEvents } from "../../src/platform/events/index.ts";
import { sharedData } from "../support/shared-data.ts";
import { extractTarGz } from "../support/tar.ts";
import { type Installation, metric, newInstallation, settled, type YaguraProcess } from "../support/yagura-process.ts";

const ARCHIVE = sharedData("sigma/rules.tar.gz");
const CASES = sharedData("sigma/regression.jsonl.gz");
const RECORDINGS = sharedData("windows");
const isMissing = ARCHIVE === undefined || CASES === undefined || RECORDINGS === undefined;

/** How many of the recorded cases must raise their rule. */
const CASES_WANTED = 115;

type Case = { readonly rule_id: string; readonly title: string; readonly events: readonly object[] };
type SourceItem = { readonly id: string; readonly name: string };
type Page<T> = { readonly items: readonly T[]; readonly total: number; readonly nextCursor?: string };

let installation: Installation;
let yagura: YaguraProcess;
let rules: string;
let tokens: { readonly ingest: string; readonly api: string };

beforeAll(async () => {
  if (isMissing) return;
  installation = await newInstallation();
  rules = await mkdtemp(join(tmpdir(), "yagura-sigma-"));
  await extractTarGz(ARCHIVE, rules);
  yagura = await installation.start({ YAGURA_RULES: rules });
  tokens = { ingest: await installation.token("recordings"), api: await installation.token("reader", "api") };
});
afterAll(async () => {
  if (isMissing) return;
  await installation?.remove();
  await rm(rules, { recursive: true, force: true });
});

async function read<T>(path: string): Promise<T> {
  const answer = await fetch(yagura.url + path, { headers: { authorization: `Bearer ${tokens.api}` } });
  expect(answer.status, `${path}: ${await answer.clone().text()}`).toBe(200);
  return (await answer.json()) as T;
}

async function linesIn(path: string): Promise<number> {
  let lines = 0;
  for await (const line of createInterface({ input: createReadStream(path).pipe(createGunzip()) }))
    if (line.trim() !== "") lines += 1;
  return lines;
}

async function readCases(): Promise<readonly Case[]> {
  const text = gunzipSync(await readFile(CASES ?? "")).toString("utf8");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Case);
}

const sourceOf = ({ rule_id }: Case): string => `case-${rule_id}`;

/** Every file as a rule writer counts: one document is one rule, whatever becomes of it. */
async function rulesInFiles(): Promise<number> {
  const files = (await readdir(rules, { recursive: true })).filter((name) => /\.ya?ml$/.test(name));
  const texts = await Promise.all(files.map((name) => readFile(join(rules, name), "utf8")));
  return texts.reduce((sum, text) => sum + text.split(/^---\s*$/m).filter((part) => /^\w/m.test(part)).length, 0);
}

describe.skipIf(isMissing)("With the rules of SigmaHQ as they are", () => {
  it("every rule is either in use or listed with the reason why not", async () => {
    const inUse = await read<Page<unknown>>("/api/v1/rules?kind=directory&limit=1");
    const own = await read<Page<{ origin: string }>>("/api/v1/rules?author=Yagura%20project&limit=500");
    const rejected = await read<Page<{ origin: string; reason: string }>>("/api/v1/rules/rejected");
    const inFiles = await rulesInFiles();
    const loaded = inUse.total - own.total;
    expect(inFiles).toBeGreaterThan(3000);
    expect(rejected.items.filter(({ reason, origin }) => reason === "" || origin === "")).toEqual([]);
    expect(loaded + rejected.total, `${loaded} loaded, ${rejected.total} rejected`).toBe(inFiles);
  });

  it("recordings of attacks are imported, and as many events are stored as the files hold", async () => {
    const names = (await readdir(RECORDINGS ?? "")).filter((name) => name.endsWith(".jsonl.gz"));
    const files = names.map((name) => join(RECORDINGS ?? "", name));
    const held = (await Promise.all(files.map(linesIn))).reduce((sum, lines) => sum + lines, 0);
    const said = await installation.command("ingest", "--url", yagura.url, "--token", tokens.ingest, ...files);
    await settled(yagura.url);
    const stored = await metric(yagura.url, "yagura_events_stored_total");
    console.info(`recordings: ${said.trim()}; ${held} held by ${files.length} files, ${stored} stored`);
    expect(held).toBeGreaterThan(100_000);
    expect(said).toContain(`${held.toLocaleString("en")} events accepted from ${files.length} files`);
    expect(stored).toBe(held);
  });

  it("recorded cases raise the rule that they were recorded for, and both survive the end of the server", async () => {
    const before = await metric(yagura.url, "yagura_events_stored_total");
    const cases = await readCases();
    for (const one of cases) await send(one);
    await settled(yagura.url);
    const sources = await allSources();
    await yagura.kill("SIGTERM");

    const events = openEmbeddedEvents(join(installation.data, "events"));
    const raised = await events.select<{ source: string; rule: string }>(
      "SELECT DISTINCT source_id AS source, rule_id AS rule FROM detections",
      {},
      { maxRows: 1_000_000 },
    );
    const [stored] = await events.select<{ n: string; distinct: string }>(
      "SELECT count() AS n, uniqExact(stream, seq) AS distinct FROM events",
    );
    await events.close();

    const nameOf = new Map(sources.map(({ id, name }) => [id, name]));
    const found = new Set(raised.map(({ source, rule }) => `${nameOf.get(source)} ${rule}`));
    const missed = cases.filter((one) => !found.has(`${sourceOf(one)} ${one.rule_id}`));
    const caseEvents = cases.reduce((sum, { events: recorded }) => sum + recorded.length, 0);
    console.info(`regression cases: ${cases.length - missed.length} of ${cases.length} raised their rule`);
    expect(cases.length - missed.length, missed.map(({ title }) => title).join("\n")).toBeGreaterThanOrEqual(
      CASES_WANTED,
    );
    expect(Number(stored?.n)).toBe(before + caseEvents);
    expect(stored?.n).toBe(stored?.distinct);
  });
});

async function send(one: Case): Promise<void> {
  const answer = await fetch(`${yagura.url}/api/v1/ingest?source=${sourceOf(one)}`, {
    method: "POST",
    headers: { authorization: `Bearer ${tokens.ingest}`, "content-type": "application/x-ndjson" },
    body: one.events.map((event) => JSON.stringify(event)).join("\n"),
  });
  expect(await answer.json()).toMatchObject({ accepted: one.events.length, rejectedCount: 0 });
}

async function allSources(): Promise<readonly SourceItem[]> {
  const found: SourceItem[] = [];
  for (let cursor = ""; ; ) {
    const page: Page<SourceItem> = await read(
      `/api/v1/sources?limit=500${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    found.push(...page.items);
    if (page.nextCursor === undefined) return found;
    cursor = page.nextCursor;
  }
}
