/**
 * Events a second through the whole of Yagura: `_bulk` in → durable → parsed → matched against all rules → searchable,
 * on recorded Windows events, on simulated firewall lines, and on a security operation center's mix of both with proxy, DNS and web
 * lines. One JSON object on standard output.
 *
 *   npm run bench -- [--seconds 30] [--rules DIR] [--windows DIR] [--load windows|firewall|mix]
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";
import { dnsLines, firewallLines, proxyLines, webLines } from "../src/monitor/simulate/index.ts";
import { extractTarGz } from "../tests/support/tar.ts";
import { metric, newInstallation, type YaguraProcess } from "../tests/support/yagura-process.ts";

const { values: options } = parseArgs({
  options: {
    seconds: { type: "string", default: "30" },
    rules: { type: "string" },
    windows: { type: "string" },
    load: { type: "string" },
  },
});
const seconds = Number(options.seconds);
const shared = new URL("../../shared/data/", import.meta.url).pathname;
const DOCS_PER_REQUEST = 1000;
const REQUESTS_IN_FLIGHT = 4;

type Load = {
  readonly name: string;
  readonly bodies: readonly Buffer[];
  readonly eventsPerBody: readonly number[];
  readonly bytesPerEvent: number;
};

function windowsDocs(): string[] {
  const directory = options.windows ?? join(shared, "windows");
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter((name) => name.endsWith(".jsonl.gz"))
    .sort()
    .flatMap((name) =>
      gunzipSync(readFileSync(join(directory, name)))
        .toString("utf8")
        .split("\n")
        .filter((line) => line !== ""),
    );
}

/** As Filebeat sends lines. */
const asDocs = (lines: readonly Buffer[]): string[] =>
  lines.map((line) => JSON.stringify({ "@timestamp": new Date().toISOString(), message: line.toString("utf8") }));

const firewallDocs = (): string[] => asDocs(firewallLines(1, 100_000));

/** Of ten events four are a firewall's, two a proxy's, two a name server's, one a web server's and one a Windows machine's. */
function mixDocs(windows: readonly string[]): string[] {
  const turns = 20_000;
  const of = (lines: (seed: number, count: number) => Buffer[], share: number) => asDocs(lines(1, turns * share));
  const sources: readonly (readonly [readonly string[], number])[] = [
    [of(firewallLines, 4), 4],
    [of(proxyLines, 2), 2],
    [of(dnsLines, 2), 2],
    [of(webLines, 1), 1],
    // Spread over all recordings, so that all kinds of event come.
    [Array.from({ length: turns }, (_, turn) => windows[Math.floor((turn * windows.length) / turns)] ?? ""), 1],
  ];
  return Array.from({ length: turns }, (_, turn) => turn).flatMap((turn) =>
    sources.flatMap(([docs, share]) => docs.slice(turn * share, (turn + 1) * share)),
  );
}

function toLoad(name: string, docs: readonly string[]): Load {
  const bodies: Buffer[] = [];
  const eventsPerBody: number[] = [];
  for (let i = 0; i < docs.length; i += DOCS_PER_REQUEST) {
    const part = docs.slice(i, i + DOCS_PER_REQUEST);
    bodies.push(Buffer.from(part.map((doc) => `{"create":{}}\n${doc}\n`).join("")));
    eventsPerBody.push(part.length);
  }
  const bytes = docs.reduce((sum, doc) => sum + Buffer.byteLength(doc), 0);
  return { name, bodies, eventsPerBody, bytesPerEvent: Math.round(bytes / docs.length) };
}

async function run(load: Load, rulesDirectory: string | undefined): Promise<object> {
  const installation = await newInstallation();
  try {
    const startedAt = performance.now();
    const yagura = await installation.start(
      rulesDirectory ? { YAGURA_RULES: rulesDirectory, YAGURA_LOG_LEVEL: "warn" } : { YAGURA_LOG_LEVEL: "warn" },
    );
    const startSeconds = (performance.now() - startedAt) / 1000;
    const token = (
      await installation.command("token", "create", "bench", "--data", installation.data, "--quiet")
    ).trim();
    return { load: load.name, startSeconds: round(startSeconds), ...(await measure(yagura, load, token)) };
  } finally {
    await installation.remove();
  }
}

async function measure(yagura: YaguraProcess, load: Load, token: string): Promise<object> {
  const before = usage(yagura.pid);
  const startedAt = performance.now();
  const until = startedAt + seconds * 1000;
  let next = 0;
  let sent = 0;
  let retries = 0;
  const send = async (): Promise<void> => {
    while (performance.now() < until) {
      const index = next++ % load.bodies.length;
      const body = load.bodies[index];
      if (!body) return;
      while (!(await post(yagura.url, token, body))) {
        retries += 1;
        await sleep(100);
      }
      sent += load.eventsPerBody[index] ?? 0;
    }
  };
  await Promise.all(Array.from({ length: REQUESTS_IN_FLIGHT }, send));
  const acknowledgedSeconds = (performance.now() - startedAt) / 1000;
  while ((await metric(yagura.url, "yagura_events_stored_total")) < sent) await sleep(100);
  const searchableSeconds = (performance.now() - startedAt) / 1000;
  const after = usage(yagura.pid);
  return {
    events: sent,
    bytesPerEvent: load.bytesPerEvent,
    eventsPerSecond: Math.round(sent / searchableSeconds),
    megabytesPerSecond: round((sent * load.bytesPerEvent) / searchableSeconds / 1e6),
    acknowledgedPerSecond: Math.round(sent / acknowledgedSeconds),
    retriedRequests: retries,
    eventToAlertSeconds: {
      p50: await metric(yagura.url, "yagura_event_to_alert_seconds", 'quantile="0.5"'),
      p99: await metric(yagura.url, "yagura_event_to_alert_seconds", 'quantile="0.99"'),
    },
    detections: await metric(yagura.url, "yagura_detections_total"),
    rules: await metric(yagura.url, "yagura_rules_loaded"),
    cpuCores: round((after.cpuSeconds - before.cpuSeconds) / searchableSeconds),
    cpuMicrosecondsPerEvent: round(((after.cpuSeconds - before.cpuSeconds) * 1e6) / sent),
    cpuMicrosecondsPerEventByThread: Object.fromEntries(
      [...after.threads]
        .map(([name, cpu]) => [name, round(((cpu - (before.threads.get(name) ?? 0)) * 1e6) / sent)] as const)
        .filter(([, micros]) => micros >= 0.5)
        .sort((a, b) => b[1] - a[1]),
    ),
    rssPeakMegabytes: after.rssPeakMegabytes,
  };
}

async function post(url: string, token: string, body: Buffer): Promise<boolean> {
  const answer = await fetch(`${url}/elastic/_bulk`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/x-ndjson" },
    body: new Uint8Array(body),
  });
  const text = await answer.text();
  if (answer.status === 429 || answer.status === 503) return false;
  if (!answer.ok || /"errors":\s*true/.test(text))
    throw new Error(`bulk answered ${answer.status}: ${text.slice(0, 300)}`);
  return true;
}

type Usage = { cpuSeconds: number; rssPeakMegabytes: number; threads: ReadonlyMap<string, number> };

/** Linux: processor time, by thread name too, and peak memory of the server process alone. */
function usage(pid: number): Usage {
  const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  const threads = new Map<string, number>();
  for (const id of readdirSync(`/proc/${pid}/task`)) {
    const { name, cpuSeconds } = threadUsage(`/proc/${pid}/task/${id}/stat`);
    threads.set(name, (threads.get(name) ?? 0) + cpuSeconds);
  }
  return {
    cpuSeconds: threadUsage(`/proc/${pid}/stat`).cpuSeconds,
    rssPeakMegabytes: Math.round(Number(peak) / 1024),
    threads,
  };
}

/** A thread that has just ended counts as nothing. */
function threadUsage(path: string): { name: string; cpuSeconds: number } {
  const stat = existsSync(path) ? readFileSync(path, "utf8") : "(gone) ";
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const name = stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")"));
  return { name, cpuSeconds: (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / 100 };
}

/** The least that any system must do: parse each document once, on one core. */
function floorOf(load: Load): number {
  const lines = load.bodies.slice(0, 20).flatMap((body) =>
    body
      .toString("utf8")
      .split("\n")
      .filter((_, i) => i % 2 === 1),
  );
  const rates = [1, 2, 3].map(() => {
    const startedAt = performance.now();
    for (const line of lines) JSON.parse(line);
    return lines.length / ((performance.now() - startedAt) / 1000);
  });
  return Math.round(rates.sort((a, b) => a - b)[1] ?? 0);
}

const round = (value: number): number => Math.round(value * 100) / 100;

async function main(): Promise<void> {
  const rulesArchive = join(shared, "sigma/rules.tar.gz");
  const extracted = await mkdtemp(join(tmpdir(), "yagura-bench-rules-"));
  try {
    let rules = options.rules;
    if (rules === undefined && existsSync(rulesArchive)) {
      await extractTarGz(rulesArchive, extracted);
      rules = extracted;
    }
    const windows = windowsDocs();
    const loads = [
      ...(windows.length > 0 ? [toLoad("windows", windows), toLoad("mix", mixDocs(windows))] : []),
      toLoad("firewall", firewallDocs()),
    ].filter(({ name }) => options.load === undefined || name === options.load);
    const runs: object[] = [];
    for (const load of loads) {
      const floor = floorOf(load);
      const result = (await run(load, rules)) as { eventsPerSecond: number };
      runs.push({
        ...result,
        floorJsonParsePerSecondOneCore: floor,
        ratioToFloor: round(result.eventsPerSecond / floor),
      });
    }
    const machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version };
    process.stdout.write(
      `${JSON.stringify({ bench: "end-to-end", date: new Date().toISOString(), machine, seconds, runs }, null, 2)}\n`,
    );
  } finally {
    await rm(extracted, { recursive: true, force: true });
  }
}

await main();
