import { cpus, loadavg } from "node:os";
import { recordDetectionGroups } from "../src/monitor/alert/index.ts";
import type { DetectionGroup } from "../src/monitor/event/index.ts";
import { createCast, openTestHouse } from "../src/organization/testing.ts";
import type { EventsDb } from "../src/platform/events/index.ts";
import { openTestEvents } from "../src/platform/events/testing.ts";
import { incidentRoutes } from "../src/respond/incident/index.ts";
import { killChainRoutes } from "../src/respond/killchain/index.ts";
import { storyRoutes } from "../src/respond/story/index.ts";
import { fillEvents } from "./search-fill.ts";

/**
 * How long the pages of an incident wait for the server: an incident of `detections` among `rows` events of seven days, each
 * request by itself and the three of the overview at once, over HTTP as the app takes it (without the network). Prints JSON.
 * Usage: node bench/story.ts [rows = 2000000] [detections = 10000] [runs = 20]
 */
const rows = Number(process.argv[2] ?? 2_000_000);
const detections = Number(process.argv[3] ?? 10_000);
const runs = Number(process.argv[4] ?? 20);
const RULES = 20;
const HOSTS = 20;
const endMs = Date.UTC(2026, 10, 22, 3);
const TACTICS = ["initial-access", "execution", "persistence", "command-and-control", "exfiltration"];

/** Detections of 20 rules on 20 machines: every so many events, as the pipeline would have stored them. */
async function detect(events: EventsDb): Promise<void> {
  await events.command(
    `INSERT INTO detections (time, received, stream, seq, unit_id, source_id, rule_id, rule_title, rule_level, rule_author, tactics,
       techniques, entity_kind, entity, dataset, who, where_from, with_what, what, did_what, host_name, user_name, source_ip)
     SELECT time, received, stream, seq, 'unit_root', source_id, concat('rule-', toString(seq % ${RULES})), 'a rule', 'high', 'Bench', ['execution'],
       ['T1059'], 'host', concat('machine-', toString(cityHash64(seq) % ${HOSTS})), dataset, who, where_from, with_what, what,
       'process-started', concat('machine-', toString(cityHash64(seq) % ${HOSTS})), user_name, source_ip
     FROM events WHERE seq % {every:UInt64} = 0 ORDER BY time LIMIT {count:UInt64}`,
    { every: Math.max(1, Math.floor(rows / detections)), count: detections },
  );
}

type Group = { rule: string; entity: string; n: string; first: string; last: string };

async function groups(events: EventsDb, unitId: string): Promise<DetectionGroup[]> {
  await events.command("ALTER TABLE detections UPDATE unit_id = {unitId:String} WHERE 1 SETTINGS mutations_sync = 1", {
    unitId,
  });
  const found = await events.select<Group>(
    `SELECT rule_id AS rule, entity, toString(count()) AS n, toString(toUnixTimestamp64Milli(min(time))) AS first,
       toString(toUnixTimestamp64Milli(max(time))) AS last FROM detections GROUP BY rule, entity ORDER BY rule, entity`,
    {},
  );
  return found.map(({ rule, entity, n, first, last }, i) => ({
    rule: {
      id: rule,
      title: rule,
      level: "high",
      author: "Bench",
      tactics: [TACTICS[i % TACTICS.length] ?? ""],
      techniques: ["T1059"],
    },
    entity: { kind: "host", value: entity },
    unitId,
    sourceId: "source_firewall",
    count: Number(n),
    firstAtMs: Number(first),
    lastAtMs: Number(last),
    sample: {
      stream: 7,
      seq: "0",
      timeMs: Number(last),
      dataset: "firewall",
      who: "",
      where_from: "",
      with_what: "",
      what: "",
      did_what: "process-started",
      host_name: entity,
      user_name: "",
      source_ip: "",
    },
  }));
}

const round = (ms: number): number => Math.round(ms * 10) / 10;
const at = (sorted: readonly number[], part: number): number =>
  round(sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN);

async function timed(work: () => Promise<unknown>) {
  const wallMs: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const start = performance.now();
    await work();
    wallMs.push(performance.now() - start);
  }
  const sorted = wallMs.toSorted((a, b) => a - b);
  return {
    firstMs: round(wallMs[0] ?? Number.NaN),
    p50Ms: at(sorted, 0.5),
    p95Ms: at(sorted, 0.95),
    maxMs: at(sorted, 1),
  };
}

const events = await openTestEvents();
const house = await openTestHouse({ routes: [incidentRoutes(), killChainRoutes, storyRoutes({ events })] });
const cast = await createCast(house.organization, house.app);
const ask = async (url: string, payload?: object) => {
  const answer = await house.app.inject({
    method: payload ? "POST" : "GET",
    url,
    headers: { ...cast.admin },
    ...(payload && { payload }),
  });
  if (answer.statusCode !== 200) throw new Error(`${url}: ${answer.statusCode} ${answer.body}`);
  return answer;
};

await fillEvents(events, { rows, endMs });
await detect(events);
const found = await groups(events, cast.units.own);
await house.state.transaction((tx) => recordDetectionGroups(tx, found, new Date(endMs)));
const { rows: alerts } = await house.state.db.execute<{ id: string }>("SELECT id FROM alert");
const opened = await ask("/api/v1/incidents", {
  title: "bench",
  unitId: cast.units.own,
  alertIds: alerts.map(({ id }) => id),
});
const { id } = opened.json<{ id: string }>();
const paths = {
  incident: `/api/v1/incidents/${id}`,
  strip: `/api/v1/kill-chain/incidents?ids=${id}`,
  storyJa: `/api/v1/incidents/${id}/story?lang=ja`,
  storyEn: `/api/v1/incidents/${id}/story?lang=en`,
  graph: `/api/v1/incidents/${id}/graph`,
};
const told = (await ask(paths.storyJa)).json<{ basis: { events: number }; chapters: unknown[] }>();
const drawn = await ask(paths.graph);
const results: Record<string, unknown> = {};
for (const [name, path] of Object.entries(paths)) results[name] = await timed(() => ask(path));
results.overview = await timed(() => Promise.all([ask(paths.incident), ask(paths.strip), ask(paths.storyJa)]));
console.log(
  JSON.stringify(
    {
      rows,
      detections,
      alerts: alerts.length,
      eventsTold: told.basis.events,
      chapters: told.chapters.length,
      graphBytes: drawn.body.length,
      runs,
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
await events.close();
