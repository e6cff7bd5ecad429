/**
 * Events a second through the whole of Yagura: `_bulk` in → durable → parsed → matched against all rules → searchable,
 * on recorded Windows events, on simulated firewall lines, and on a security operation center's mix of both with proxy, DNS and web
 * lines. First every distinct document is sent once, which warms the engine and tells the share of raw bytes that storage takes; then
 * the server starts anew and is measured. One JSON object on standard output.
 *
 *   npm run bench -- [--seconds 30] [--rate EVENTS] [--rules DIR] [--windows DIR] [--load windows|firewall|mix]
 *   npm run bench:ingest -- [--seconds 600]      the mix alone, for ten minutes
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs, promisify } from "node:util";
import { z } from "zod";
import { extractTarGz } from "../tests/support/tar.ts";
import { type Installation, metric, newInstallation, type YaguraProcess } from "../tests/support/yagura-process.ts";
import { LOADS, type Load, loadOf, SHARED } from "./loads.ts";
import { usage } from "./process-usage.ts";

const { values: options } = parseArgs({
  options: {
    seconds: { type: "string", default: "30" },
    rate: { type: "string" },
    rules: { type: "string" },
    windows: { type: "string" },
    load: { type: "string" },
  },
});
const seconds = Number(options.seconds);
const rate = options.rate === undefined ? Number.POSITIVE_INFINITY : Number(options.rate);
const REQUESTS_IN_FLIGHT = 4;
/** Stored events that do not grow for so long are lost, not late. */
const GIVE_UP_MS = 60_000;

const EngineSide = z.object({
  stored: z.object({ events: z.number(), rawBytes: z.number(), ratio: z.number(), ratioMerged: z.number() }),
  ratioRecompressed: z.number().optional(),
  floor: z.object({ eventsPerSecond: z.number(), cpuMicrosecondsPerEvent: z.number() }).optional(),
});

async function engineSide(data: string, ...extra: string[]): Promise<z.infer<typeof EngineSide>> {
  const script = new URL("./engine-side.ts", import.meta.url).pathname;
  const { stdout } = await promisify(execFile)(process.execPath, [script, data, ...extra]);
  return EngineSide.parse(JSON.parse(stdout));
}

async function run(load: Load, rulesDirectory: string | undefined): Promise<object> {
  const installation = await newInstallation({ isNew: true });
  const environment = { YAGURA_LOG_LEVEL: "warn", ...(rulesDirectory && { YAGURA_RULES: rulesDirectory }) };
  try {
    const warm = await started(installation, environment);
    const token = await installation.token("bench");
    const { sent: warmSent } = await send(warm.yagura, load, token, { rate: Number.POSITIVE_INFINITY, isOnce: true });
    await untilStored(warm.yagura.url, warmSent);
    await warm.yagura.kill("SIGTERM");
    const windows = options.windows === undefined ? [] : ["--windows", options.windows];
    const { stored, ratioRecompressed, floor } = await engineSide(installation.data, "--floor", load.name, ...windows);
    const { yagura, startSeconds } = await started(installation, environment);
    const { sent, ...measured } = await measure(yagura, load, token);
    await yagura.kill("SIGTERM");
    const { stored: atLast } = await engineSide(installation.data);
    return {
      load: load.name,
      windowsFrom: load.windowsFrom,
      bytesPerLine: load.bytesPerLine,
      firstStartSeconds: warm.startSeconds,
      startSeconds,
      sent,
      lost: warmSent + sent - atLast.events,
      ...measured,
      storage: {
        events: stored.events,
        shareOfRawBytes: stored.ratio,
        shareOfRawBytesMerged: stored.ratioMerged,
        shareOfRawBytesRecompressed: ratioRecompressed,
      },
      floorParseAndInsert: floor,
      floorParseOnlyPerSecondOneCore: parseOnly(load),
      ratioToFloor: round(measured.eventsPerSecond / (floor?.eventsPerSecond ?? Number.NaN)),
      cpuTimesFloor: round(measured.cpuMicrosecondsPerEvent / (floor?.cpuMicrosecondsPerEvent ?? Number.NaN)),
    };
  } finally {
    await installation.remove();
  }
}

async function started(installation: Installation, environment: NodeJS.ProcessEnv) {
  const startedAt = performance.now();
  const yagura = await installation.start(environment);
  return { yagura, startSeconds: round((performance.now() - startedAt) / 1000) };
}

type Sending = { readonly rate: number; readonly isOnce?: boolean };

/** Bodies in turn over a few connections: every one once, or over and over for the asked time. */
async function send(yagura: YaguraProcess, load: Load, token: string, { rate, isOnce = false }: Sending) {
  const startedAt = performance.now();
  const until = isOnce ? Number.POSITIVE_INFINITY : startedAt + seconds * 1000;
  let next = 0;
  let claimed = 0;
  let sent = 0;
  let retries = 0;
  const connection = async (): Promise<void> => {
    while (performance.now() < until && !(isOnce && next >= load.bodies.length)) {
      const index = next++ % load.bodies.length;
      const stamped = load.bodies[index];
      if (!stamped) return;
      const dueMs = startedAt + (claimed / rate) * 1000;
      claimed += load.eventsPerBody[index] ?? 0;
      if (dueMs > performance.now()) await sleep(dueMs - performance.now());
      for (let left = await post(yagura.url, token, stamped.at(Date.now())); left; ) {
        retries += 1;
        await sleep(100);
        left = await post(yagura.url, token, left);
      }
      sent += load.eventsPerBody[index] ?? 0;
    }
  };
  await Promise.all(Array.from({ length: REQUESTS_IN_FLIGHT }, connection));
  return { sent, retries };
}

async function untilStored(url: string, sent: number): Promise<void> {
  let stored = 0;
  for (let movedAt = performance.now(); stored < sent; await sleep(100)) {
    const now = await metric(url, "yagura_events_stored_total");
    if (now > stored) movedAt = performance.now();
    else if (performance.now() - movedAt > GIVE_UP_MS) return;
    stored = now;
  }
}

async function measure(yagura: YaguraProcess, load: Load, token: string) {
  const before = usage(yagura.pid);
  const startedAt = performance.now();
  const { sent, retries } = await send(yagura, load, token, { rate });
  const acknowledgedSeconds = (performance.now() - startedAt) / 1000;
  await untilStored(yagura.url, sent);
  const searchableSeconds = (performance.now() - startedAt) / 1000;
  const after = usage(yagura.pid);
  return {
    sent,
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
    rssMegabytes: after.rssMegabytes,
    rssPeakMegabytes: after.rssPeakMegabytes,
  };
}

/** Sends a body. What of it was refused for want of room comes back, to be sent again, as a shipper does. */
async function post(url: string, token: string, body: Buffer): Promise<Buffer | undefined> {
  const answer = await fetch(`${url}/elastic/_bulk`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/x-ndjson" },
    body: new Uint8Array(body),
  });
  const text = await answer.text();
  if (answer.status === 429 || answer.status === 503) return body;
  if (!answer.ok) throw new Error(`bulk answered ${answer.status}: ${text.slice(0, 300)}`);
  return /"errors":\s*true/.test(text) ? refusedOf(body, text) : undefined;
}

const BulkAnswer = z.object({
  items: z.array(z.object({ create: z.object({ status: z.number(), error: z.unknown().optional() }) })),
});

/** The documents, two lines each, that the answer's items say were refused for now. Throws when one was refused for ever. */
function refusedOf(body: Buffer, answer: string): Buffer {
  const lines = body.toString("latin1").split("\n");
  const refused = BulkAnswer.parse(JSON.parse(answer)).items.flatMap(({ create: { status, error } }, index) => {
    if (status === 201) return [];
    if (status !== 429 && status !== 503) throw new Error(`bulk refused an event: ${JSON.stringify(error)}`);
    return lines.slice(2 * index, 2 * index + 2);
  });
  return Buffer.from(`${refused.join("\n")}\n`, "latin1");
}

/** Median of three: JSON.parse of the same documents, on one core. */
function parseOnly(load: Load): number {
  const docs = load.docs.slice(0, 20_000);
  const rates = [1, 2, 3].map(() => {
    const startedAt = performance.now();
    for (const doc of docs) JSON.parse(doc);
    return docs.length / ((performance.now() - startedAt) / 1000);
  });
  return Math.round(rates.sort((a, b) => a - b)[1] ?? 0);
}

const round = (value: number): number => Math.round(value * 100) / 100;

async function main(): Promise<void> {
  const rulesArchive = join(SHARED, "sigma/rules.tar.gz");
  const extracted = await mkdtemp(join(tmpdir(), "yagura-bench-rules-"));
  const loadAverageBefore = loadavg().map(round);
  try {
    let rules = options.rules;
    if (rules === undefined && existsSync(rulesArchive)) {
      await extractTarGz(rulesArchive, extracted);
      rules = extracted;
    }
    const runs: object[] = [];
    for (const name of LOADS.filter((one) => options.load === undefined || one === options.load))
      runs.push(await run(loadOf(name, options.windows), rules));
    const loadAverage = { before: loadAverageBefore, after: loadavg().map(round) };
    const machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version };
    const asked = { seconds, rate: options.rate === undefined ? "flat out" : rate };
    process.stdout.write(
      `${JSON.stringify({ bench: "end-to-end", date: new Date().toISOString(), machine, loadAverage, ...asked, runs }, null, 2)}\n`,
    );
  } finally {
    await rm(extracted, { recursive: true, force: true });
  }
}

await main();
