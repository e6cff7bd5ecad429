import { cpus, loadavg } from "node:os";
import { alertDeps, alertRoutes, createQueueKeeper } from "../src/monitor/alert/index.ts";
import { createCast, openTestHouse } from "../src/organization/testing.ts";
import { fillQueue, RULES, UNITS } from "./queue-fill.ts";

/**
 * How long the alert queue waits for the server with a million open alerts: each request of its page, and acts on ten thousand alerts.
 * On PGlite in memory, or on the server that YAGURA_TEST_POSTGRES names. Prints JSON: wall and CPU time of this process per question,
 * and each median as a multiple of the floor, a request that reads one row.
 * Usage: node bench/queue.ts [alerts = 1000000] [runs = 20]
 */
const alerts = Number(process.argv[2] ?? 1_000_000);
const runs = Number(process.argv[3] ?? 20);
const BULK = 10_000;
const now = new Date();

const house = await openTestHouse({ routes: [alertRoutes(alertDeps)] });
const cast = await createCast(house.organization, house.app);
type Body = Record<string, unknown> & {
  items: { id: string }[];
  nextCursor?: string;
  changeId?: string;
  alerts: { id: string; version: number }[];
};
async function ask(url: string, payload?: object): Promise<Body> {
  const method = payload ? "POST" : "GET";
  const answer = await house.app.inject({
    method,
    url: `/api/v1/alerts${url}`,
    headers: { ...cast.admin },
    ...(payload && { payload }),
  });
  if (answer.statusCode !== 200) throw new Error(`${url}: ${answer.statusCode} ${answer.body.slice(0, 300)}`);
  return answer.json<Body>();
}

const startedMs = performance.now();
const { root, own, child, sibling } = cast.units;
const unitIds = [root, own, child, ...Array.from({ length: UNITS - 4 }, (_, i) => `unit_${i}`), sibling];
await fillQueue(house.state, { alerts, units: unitIds, me: cast.adminId, now });
const keeper = createQueueKeeper(house.state);
await keeper.look();
if (house.state.dialect === "postgres") await house.state.db.execute("ANALYZE");
const filledMs = performance.now() - startedMs;

const WAITING = "status=open,in-progress";
const first = await ask(`?${WAITING}&limit=100`);
const deep = async (pages: number): Promise<string> => {
  let cursor = first.nextCursor ?? "";
  for (let i = 0; i < pages; i += 1) cursor = (await ask(`?${WAITING}&limit=100&cursor=${cursor}`)).nextCursor ?? "";
  return cursor;
};
const far = await deep(20);
const since = new Date(now.getTime() - 86_400_000).toISOString();
const month = `from=${new Date(now.getTime() - 30 * 86_400_000).toISOString()}&to=${now.toISOString()}`;
const questions: Readonly<Record<string, string>> = {
  "floor: one alert of a list by id order": `?${WAITING}&limit=1&rule=rule-none`,
  "first page by priority": `?${WAITING}&limit=100`,
  "next page": `?${WAITING}&limit=100&cursor=${first.nextCursor}`,
  "page 22": `?${WAITING}&limit=100&cursor=${far}`,
  "first page by last seen": `?${WAITING}&limit=100&sort=last-seen`,
  "first page by severity": `?${WAITING}&limit=100&sort=severity`,
  "first page by count": `?${WAITING}&limit=100&sort=count`,
  "filter: informational": `?${WAITING}&limit=100&severity=informational`,
  "filter: low or medium": `?${WAITING}&limit=100&severity=low,medium`,
  "filter: loudest rule": `?${WAITING}&limit=100&rule=rule-0`,
  "filter: rare rule": `?${WAITING}&limit=100&rule=rule-${RULES - 1}`,
  "filter: tactic": `?${WAITING}&limit=100&tactic=impact`,
  "filter: mine": `?${WAITING}&limit=100&assignee=me`,
  "filter: one unit": `?${WAITING}&limit=100&unit=${child}`,
  "filter: not judged": `?${WAITING}&limit=100&judged=none`,
  "filter: last day": `?${WAITING}&limit=100&createdFrom=${since}`,
  "filter: entity": `?${WAITING}&limit=100&entity=host-77777`,
  "words: rare": `?${WAITING}&limit=100&q=host-123456`,
  "words: of one in 5,000": `?${WAITING}&limit=100&q=user4321`,
  "words: in every alert": `?${WAITING}&limit=100&q=powershell`,
  "words: two common": `?${WAITING}&limit=100&q=suspicious%20tool17`,
  facets: `/facets?${WAITING}`,
  "facets under severity": `/facets?${WAITING}&severity=critical,high`,
  "facets under a rule": `/facets?${WAITING}&rule=rule-0`,
  "facets under rare words": `/facets?${WAITING}&q=user4321`,
  "facets under words in every alert": `/facets?${WAITING}&q=powershell`,
  "counts of home": "/counts",
  "matrix of a month": `/matrix?${month}`,
  "one alert": `/${first.items[0]?.id}`,
};

const round = (ms: number): number => Math.round(ms * 10) / 10;
const at = (sorted: readonly number[], part: number): number =>
  round(sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN);
const cpuMs = (since: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
};

async function timed(work: () => Promise<unknown>, times = runs) {
  const [wall, cpu]: [number[], number[]] = [[], []];
  for (let run = 0; run < times; run += 1) {
    const [start, cpuStart] = [performance.now(), process.cpuUsage()];
    await work();
    wall.push(performance.now() - start);
    cpu.push(cpuMs(cpuStart));
  }
  const [sorted, cpuSorted] = [wall.toSorted((a, b) => a - b), cpu.toSorted((a, b) => a - b)];
  return {
    p50Ms: at(sorted, 0.5),
    p95Ms: at(sorted, 0.95),
    cpuP50Ms: at(cpuSorted, 0.5),
    cpuP95Ms: at(cpuSorted, 0.95),
  };
}

type Timed = Awaited<ReturnType<typeof timed>>;
const results: Record<string, Timed & { overFloor?: number }> = {};
let floorMs = Number.NaN;
for (const [name, url] of Object.entries(questions)) {
  const result = await timed(() => ask(url));
  if (Number.isNaN(floorMs)) floorMs = result.p50Ms;
  results[name] = { ...result, overFloor: round(result.p50Ms / floorMs) };
  process.stderr.write(`${name}: ${JSON.stringify(results[name])}\n`);
}

const BULK_RUNS = 3;
const selection = await ask(`/selection?${WAITING}&severity=low`);
results[`selection of ${selection.alerts.length}`] = await timed(
  () => ask(`/selection?${WAITING}&severity=low`),
  BULK_RUNS,
);
const target = { alerts: selection.alerts.slice(0, BULK).map(({ id }) => ({ id })) };
const changes: string[] = [];
for (const [name, change] of Object.entries({
  assign: { assigneeId: "me" },
  judge: { expertSeverity: "high" },
  close: { disposition: "false-positive", reason: "bench" },
  reopen: { status: "open" },
})) {
  results[`${name} ${BULK}`] = await timed(async () => {
    changes.push(String((await ask("/bulk", { target, change })).changeId));
  }, 1);
  process.stderr.write(`${name}: ${JSON.stringify(results[`${name} ${BULK}`])}\n`);
}
results[`undo of ${BULK}`] = await timed(() => ask("/undo", { changeId: changes.at(-1) }), 1);
results["keeper after that"] = await timed(() => keeper.look(), 1);

console.log(
  JSON.stringify(
    {
      alerts,
      runs,
      engine: house.state.dialect,
      filledMs: round(filledMs),
      results,
      node: process.version,
      cpus: cpus().length,
      load: loadavg().map(round),
    },
    null,
    2,
  ),
);
await house.close();
