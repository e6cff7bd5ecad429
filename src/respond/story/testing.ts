import { readdirSync, readFileSync } from "node:fs";
import { compileRules } from "../../monitor/detect/index.ts";
import { entityOf, type HotColumns, type RuleFacts } from "../../monitor/event/index.ts";
import { createParser } from "../../monitor/parse/index.ts";
import type { SimulatedEvent, Stage } from "../../monitor/simulate/event.ts";
import { generate } from "../../monitor/simulate/generate.ts";
import type { IncidentAlert } from "../incident/contract.ts";
import type { DetectionRow, EventRow } from "./occurrence.ts";

const RULES = new URL("../../../content/rules/", import.meta.url);
const HOUR_MS = 3_600_000;

const sources = readdirSync(RULES, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".yml") && !name.startsWith("correlation/"))
  .map((origin) => ({ origin, text: readFileSync(new URL(origin, RULES), "utf8") }));
const ruleSet = compileRules(sources);
const parser = createParser();

export type Planted = {
  readonly alerts: IncidentAlert[];
  readonly detections: DetectionRow[];
  readonly events: EventRow[];
};

/** What the sample company's intrusion leaves behind by our own parsers and rules; `stages` undefined = all of it. */
export function plantedIncident(seed: string, startMs: number, stages?: readonly Stage[]): Planted {
  const all = [...generate({ seed, startMs, durationMs: 8 * HOUR_MS, eventsPerSecond: 0 })];
  const wanted = stages ? all.filter(({ stage }) => stage !== undefined && stages.includes(stage)) : all;
  const found = wanted.flatMap((event, index) => detected(event, index));
  const groups = Map.groupBy(found, ({ row }) => `${row.ruleId} ${row.entityKind} ${row.entity}`);
  return {
    alerts: [...groups.values()].flatMap((group, index) => alertOf(group, index) ?? []),
    detections: found.map(({ row }) => row),
    events: found.map(({ event }) => event),
  };
}

type Detected = { readonly row: DetectionRow; readonly event: EventRow; readonly facts: RuleFacts };

function detected(line: SimulatedEvent, index: number): Detected[] {
  const parsed = parser.parse(line.bytes, {
    format: "auto",
    transport: line.transport,
    peer: "127.0.0.1",
    receivedAtMs: line.atMs + 900,
  });
  return ruleSet.match(parsed).flatMap((match) => {
    const facts = ruleSet.rules[match]?.facts;
    return facts ? [{ facts, ...rowsOf(parsed.hot, { facts, index, timeMs: parsed.timeMs }) }] : [];
  });
}

function rowsOf(hot: HotColumns, { facts, index, timeMs }: { facts: RuleFacts; index: number; timeMs: number }) {
  const entity = entityOf(hot, "source_1");
  const id = { stream: "7", seq: String(index) };
  const row: DetectionRow = {
    ...id,
    timeMs,
    ruleId: facts.id,
    entityKind: entity.kind,
    entity: entity.value,
    unitId: "unit_root",
    dataset: hot.dataset,
    who: hot.who,
    whereFrom: hot.where_from,
    withWhat: hot.with_what,
    what: hot.what,
    didWhat: hot.did_what,
    hostName: hot.host_name,
    userName: hot.user_name,
    sourceIp: hot.source_ip,
  };
  const event: EventRow = {
    ...id,
    what: hot.what,
    destinationIp: hot.destination_ip,
    urlDomain: hot.url_domain,
    dnsName: hot.dns_question_name,
    process: hot.process_executable,
    parent: hot.process_parent_executable,
    file: hot.file_path,
    targetUser: hot.user_target_name,
  };
  return { row, event };
}

function alertOf(group: readonly Detected[], index: number): IncidentAlert | undefined {
  const last = group.at(-1);
  if (!last) return undefined;
  const { row, facts } = last;
  const times = group.map(({ row: { timeMs } }) => timeMs);
  const iso = (ms: number): string => new Date(ms).toISOString();
  return {
    id: `alert_${index}`,
    rule: {
      id: facts.id,
      title: facts.title,
      author: facts.author,
      tactics: [...facts.tactics],
      techniques: [...facts.techniques],
    },
    severity: facts.level,
    entity: { kind: row.entityKind as IncidentAlert["entity"]["kind"], value: row.entity },
    unitId: row.unitId,
    count: group.length,
    firstAt: iso(Math.min(...times)),
    lastAt: iso(Math.max(...times)),
    status: "open",
    disposition: null,
    sample: {
      eventId: `${row.stream}-${row.seq}`,
      stream: Number(row.stream),
      seq: row.seq,
      dataset: row.dataset,
      time: iso(row.timeMs),
      six: { who: row.who, whereFrom: row.whereFrom, withWhat: row.withWhat, what: row.what, didWhat: row.didWhat },
      hostName: row.hostName,
      userName: row.userName,
      sourceIp: row.sourceIp,
    },
  };
}
