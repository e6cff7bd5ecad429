/** How much faster several threads take the recordings to Sigma matches than one: each compiles the rules and takes a share. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { gunzipSync } from "node:zlib";
import { compileRules, type RuleSource } from "../src/monitor/detect/index.ts";
import { type Fields, windowsLogSource } from "../src/monitor/event/index.ts";

type Share = {
  readonly sources: readonly RuleSource[];
  readonly recordings: string;
  readonly part: number;
  readonly of: number;
};
type Pass = { readonly events: number };

const PASSES = 3;
/** Events taken of each recording: what all threads hold in memory at once stays small. */
const MOST = 3000;

const sourceOf = ({ Channel, EventID }: Fields) =>
  typeof Channel === "string" && typeof EventID === "number"
    ? windowsLogSource(Channel, EventID)
    : { product: "", category: "", service: "" };

function linesOf({ recordings, part, of }: Share): Buffer[] {
  const files = readdirSync(recordings).filter((name) => name.endsWith(".jsonl.gz"));
  return files.flatMap((name) => {
    const lines = gunzipSync(readFileSync(join(recordings, name)))
      .toString("latin1")
      .split("\n", MOST);
    return lines.filter((_, index) => index % of === part).map((line) => Buffer.from(line, "latin1"));
  });
}

function serve(share: Share): void {
  const rules = compileRules(share.sources);
  const lines = linesOf(share);
  parentPort?.on("message", () => {
    for (const line of lines) rules.matchJson(line, sourceOf);
    parentPort?.postMessage({ events: lines.length } satisfies Pass);
  });
  parentPort?.postMessage({ events: 0 } satisfies Pass);
}

const next = (worker: Worker) => new Promise<Pass>((done) => worker.once("message", done));

/** Events per second by the clock: the best of three passes, after one to warm up. */
async function rateOf(count: number, given: { sources: readonly RuleSource[]; recordings: string }): Promise<number> {
  const workers = Array.from(
    { length: count },
    (_, part) => new Worker(new URL(import.meta.url), { workerData: { ...given, part, of: count } satisfies Share }),
  );
  await Promise.all(workers.map(next));
  let best = 0;
  for (let pass = 0; pass <= PASSES; pass++) {
    const startedAt = performance.now();
    const done = Promise.all(workers.map(next));
    for (const worker of workers) worker.postMessage("go");
    const events = (await done).reduce((sum, one) => sum + one.events, 0);
    if (pass > 0) best = Math.max(best, (events / (performance.now() - startedAt)) * 1000);
  }
  await Promise.all(workers.map((worker) => worker.terminate()));
  return best;
}

export async function measureWorkers({
  count,
  ...given
}: {
  sources: readonly RuleSource[];
  recordings: string;
  count: number;
}) {
  const [one, many] = [await rateOf(1, given), await rateOf(count, given)];
  return {
    count,
    oneEventsPerSecond: Math.round(one),
    eventsPerSecond: Math.round(many),
    times: Number((many / one).toFixed(2)),
  };
}

if (!isMainThread) serve(workerData as Share);
