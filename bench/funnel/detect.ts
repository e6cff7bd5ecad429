import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import { readRuleFiles } from "../../src/app/rules-on-disk.ts";
import { RuleCompiler } from "../../src/monitor/detect/index.ts";
import { Enricher, openPlaces } from "../../src/monitor/enrich/index.ts";
import {
  collectTouched,
  type DetectionGroup,
  entityOf,
  isLaterSample,
  keepTouched,
  type Touched,
  touchedBy,
} from "../../src/monitor/event/index.ts";
import { createParser } from "../../src/monitor/parse/index.ts";
import { generate } from "../../src/monitor/simulate/generate.ts";
import { extractTarGz } from "../../tests/support/tar.ts";

/** One portion of what the rules found, and which planted attacks are in which alert (rule, entity, unit). */
export type Portion = { readonly atMs: number; readonly groups: readonly DetectionGroup[] };
export type Found = {
  readonly portions: readonly Portion[];
  readonly events: number;
  readonly detections: number;
  readonly labels: ReadonlyMap<string, ReadonlySet<string>>;
  /** Recordings of attacks in which no rule found anything: formation has nothing to join there. */
  readonly undetected: readonly string[];
};

export const alertKey = (of: { ruleId: string; kind: string; entity: string; unitId: string }): string =>
  JSON.stringify([of.ruleId, of.kind, of.entity, of.unitId]);

type Line = {
  readonly bytes: Buffer;
  readonly atMs: number;
  readonly unitId: string;
  readonly transport: string;
  readonly label?: string;
};

/** What a pipeline's thread does to an event, without storing it: parse, enrich, match, group. Correlations are left out. */
export class Detector {
  readonly #parser = createParser();
  readonly #enricher = new Enricher(openPlaces([]));
  readonly #rules;
  #groups = new Map<string, { group: DetectionGroup; touched: Map<string, Touched> }>();
  readonly labels = new Map<string, Set<string>>();
  detections = 0;
  events = 0;

  constructor(texts: readonly { text: string; origin: string }[]) {
    this.#rules = new RuleCompiler({ placeholders: {} }).compile(texts);
  }

  read({ bytes, atMs, unitId, transport, label }: Line): void {
    this.events += 1;
    const event = this.#parser.parse(bytes, { format: "auto", transport, peer: "", receivedAtMs: atMs });
    const timeMs = Number.isNaN(event.timeMs) ? atMs : event.timeMs;
    this.#enricher.enrich(event, { unitId, atMs: timeMs }, true);
    const text = event.made && { bytes, made: event.made };
    const { fields, logsource, added, hot } = event;
    for (const index of this.#rules.match({ fields, logsource, text, added })) {
      const rule = this.#rules.rules[index];
      if (!rule?.alerts) continue;
      this.detections += 1;
      const entity = entityOf(hot, "source_bench");
      const key = alertKey({ ruleId: rule.facts.id, kind: entity.kind, entity: entity.value, unitId });
      if (label !== undefined) this.labels.set(key, (this.labels.get(key) ?? new Set<string>()).add(label));
      const known = this.#groups.get(key);
      const touched = known?.touched ?? new Map<string, Touched>();
      collectTouched(touched, touchedBy(hot));
      const { dataset, who, where_from, with_what, what, did_what, host_name, user_name, source_ip } = hot;
      const seen = { dataset, who, where_from, with_what, what, did_what, host_name, user_name, source_ip };
      const latest = { stream: 1, seq: String(this.events), timeMs, ...seen };
      const group: DetectionGroup = known?.group ?? {
        rule: rule.facts,
        entity,
        unitId,
        sourceId: "source_bench",
        count: 0,
        firstAtMs: timeMs,
        lastAtMs: timeMs,
        sample: latest,
      };
      const firstAtMs = Math.min(group.firstAtMs, timeMs);
      const lastAtMs = Math.max(group.lastAtMs, timeMs);
      const sample = isLaterSample(latest, group.sample) ? latest : group.sample;
      this.#groups.set(key, { group: { ...group, count: group.count + 1, firstAtMs, lastAtMs, sample }, touched });
    }
  }

  take(): DetectionGroup[] {
    const groups = [...this.#groups.values()].map(({ group, touched }) => ({
      ...group,
      touched: keepTouched(touched.values()),
    }));
    this.#groups = new Map();
    return groups;
  }
}

export type Wanted = {
  readonly rules: string;
  readonly recordings: string;
  readonly days: number;
  readonly rate: number;
};

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
export const START_MS = Date.UTC(2026, 9, 1);
/** When the recordings happen: the sample company has been watched for two weeks and more by then. */
const ATTACKS_FROM_MS = START_MS + 18 * DAY_MS;
const ATTACKS_WITHIN_MS = 7 * DAY_MS;

/** A month of the sample company with its planted intrusion, and in it the recordings of attacks, each as a unit of its own. */
export async function detect({ rules: archive, recordings, days, rate }: Wanted): Promise<Found> {
  const directory = await mkdtemp(join(tmpdir(), "yagura-funnel-"));
  await extractTarGz(archive, directory);
  const { rules } = await readRuleFiles([directory], true);
  await rm(directory, { recursive: true, force: true });
  const detector = new Detector(rules);
  const { attacks, undetected } = await detectRecordings(detector, recordings);
  const portions = [...attacks, ...detectMonth(detector, days, rate)]
    .filter(({ groups }) => groups.length > 0)
    .sort((a, b) => a.atMs - b.atMs);
  const { events, detections, labels } = detector;
  return { portions, events, detections, labels, undetected };
}

async function detectRecordings(detector: Detector, recordings: string) {
  const attacks: Portion[] = [];
  const undetected: string[] = [];
  const names = (await readdir(recordings)).filter((name) => name.endsWith(".jsonl.gz")).sort();
  for (const name of names) {
    const label = name.replace(".jsonl.gz", "");
    for await (const line of createInterface({
      input: createReadStream(join(recordings, name)).pipe(createGunzip()),
    })) {
      if (line.trim() !== "") {
        detector.read({ bytes: Buffer.from(line), atMs: START_MS, unitId: `unit_${label}`, transport: "file", label });
      }
    }
    const groups = detector.take();
    if (groups.length === 0) undetected.push(label);
    else attacks.push(movedTo(momentOf(label), groups));
  }
  return { attacks, undetected };
}

/** Anywhere in the week of the attacks, the same for the same name whatever others there are. */
function momentOf(name: string): number {
  const place = createHash("sha256").update(name).digest().readUInt32BE() / 2 ** 32;
  return ATTACKS_FROM_MS + Math.floor(place * ATTACKS_WITHIN_MS);
}

/** The recording as it would be had its first detection been then: all of it is moved by the same time. */
function movedTo(atMs: number, groups: readonly DetectionGroup[]): Portion {
  const byMs = atMs - Math.min(...groups.map(({ firstAtMs }) => firstAtMs));
  const moved = groups.map((group) => ({
    ...group,
    firstAtMs: group.firstAtMs + byMs,
    lastAtMs: group.lastAtMs + byMs,
    sample: { ...group.sample, timeMs: group.sample.timeMs + byMs },
  }));
  return { atMs: Math.max(atMs, ...moved.map(({ lastAtMs }) => lastAtMs)), groups: moved };
}

function detectMonth(detector: Detector, days: number, rate: number): Portion[] {
  const portions: Portion[] = [];
  let hour = 0;
  const story = { startMs: START_MS + 18 * DAY_MS + HOUR_MS, durationMs: 8 * HOUR_MS };
  for (const event of generate({
    seed: "funnel",
    startMs: START_MS,
    durationMs: days * DAY_MS,
    eventsPerSecond: rate,
    story,
  })) {
    const at = Math.floor((event.atMs - START_MS) / HOUR_MS);
    if (at !== hour) {
      portions.push({ atMs: START_MS + (hour + 1) * HOUR_MS, groups: detector.take() });
      hour = at;
    }
    const stage = event.stage === undefined ? {} : { label: `intrusion: ${event.stage}` };
    detector.read({ ...event, unitId: `unit_${event.unit}`, ...stage });
  }
  return [...portions, { atMs: START_MS + days * DAY_MS, groups: detector.take() }];
}
