import { visible } from "../../kernel/visible.ts";
import { spelled } from "../event/index.ts";
import {
  histogramIn,
  IN_DETECTIONS_RANGE,
  IN_RANGE,
  type Reader,
  rangeParams,
  rangeView,
  rowView,
  type Scope,
  sampleOf,
  selectRow,
  summarize,
  unitCondition,
  walkEvents,
} from "../search/index.ts";
import {
  type EntityEvents,
  type EntityKind,
  type EntityQuery,
  type EntitySummary,
  MAX_LATEST,
  MAX_PEERS,
} from "./contract.ts";
import type { EntityDeps } from "./deps.ts";
import { type EntityScope, entityScope } from "./events.ts";
import { holdersIn } from "./holders.ts";
import { queryText, type Subject } from "./subject.ts";

const MAX_SECONDS = 20;
const MAX_RULES = 20;
const TOP = 12;
const MAX_SPELLING = 300;

/** What stands beside an entity, and of which kind it is. */
const BESIDE: Readonly<Record<string, EntityKind>> = {
  "host.name": "host",
  "user.name": "account",
  "user.target.name": "account",
  "source.ip": "address",
  "destination.ip": "address",
  "destination.registered_domain": "domain",
  "url.domain": "domain",
  "dns.question.registered_domain": "domain",
  "file.hash.sha256": "hash",
};
const PROGRAM = "process.name";
const ACTION = "did_what";
const DATASET = "event.dataset";

type Asked = EntityQuery & { readonly signal?: AbortSignal };

/** The figures of a window. Errors: `invalid`, `forbidden`, `over_limit` when it takes longer than a person waits, `unavailable`. */
export async function readSummary(deps: EntityDeps, ctx: Reader, asked: Asked): Promise<EntitySummary> {
  const { signal } = asked;
  const whole = await entityScope(deps, ctx, asked);
  const { subject, scope, found } = whole;
  const sample = await sampleOf(deps, scope, signal);
  const names = [...Object.keys(BESIDE), PROGRAM, ACTION, DATASET];
  const [histogram, { rowsExamined, fields }, rules, holders] = await Promise.all([
    histogramIn(deps, scope, { split: "none", signal }),
    summarize(deps, scope, { names, top: TOP, contains: "", sample, signal }),
    rulesIn(deps, scope, signal),
    holdersIn(deps, whole, signal),
  ]);
  const top = (name: string) =>
    (fields.find((field) => field.name === name)?.top ?? []).map(({ value, count }) => ({ value, count }));
  return {
    kind: subject.kind,
    value: subject.value,
    spellings: [...new Set(found.flatMap(({ spellings }) => spellings.map((text) => visible(text, MAX_SPELLING))))],
    range: rangeView(scope),
    query: queryText(subject, scope.query),
    total: sample.rowsMatching,
    roles: found.map(({ place, events }) => ({ field: place.field, events })),
    histogram,
    sampled: sample.every > 1,
    rowsExamined,
    peers: peersOf(
      subject,
      Object.keys(BESIDE).flatMap((name) => top(name).map((each) => ({ ...each, kind: BESIDE[name] ?? "host" }))),
    ),
    programs: top(PROGRAM),
    actions: top(ACTION),
    datasets: top(DATASET),
    rules,
    holders,
  };
}

type Beside = { readonly kind: EntityKind; readonly value: string | number; readonly count: number };

/** One line for each entity, however it is written and in whichever field it stands; the entity itself is not beside itself. */
export function peersOf(subject: Pick<Subject, "kind" | "value">, beside: readonly Beside[]): EntitySummary["peers"] {
  const peers = new Map<string, EntitySummary["peers"][number]>();
  for (const { kind, value: written, count } of beside) {
    const value = spelled(kind, String(written));
    if (value === undefined || (kind === subject.kind && value === subject.value)) continue;
    const key = `${kind} ${value}`;
    // Of two fields of one event the larger count: they may be the same events.
    peers.set(key, { kind, value, count: Math.max(count, peers.get(key)?.count ?? 0) });
  }
  return [...peers.values()].sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1)).slice(0, MAX_PEERS);
}

async function rulesIn(
  deps: EntityDeps,
  scope: Scope,
  signal: AbortSignal | undefined,
): Promise<EntitySummary["rules"]> {
  const rows = await deps.events.select<{ id: string; title: string; level: string; author: string; events: string }>(
    `SELECT rule_id AS id, any(rule_title) AS title, any(rule_level) AS level, any(rule_author) AS author, count() AS events
     FROM detections
     WHERE ${IN_DETECTIONS_RANGE} AND exception_id = '' AND ${unitCondition(scope.units)} AND (stream, seq) IN (
       SELECT stream, seq FROM events WHERE ${IN_RANGE} AND notEmpty(rule_ids) AND ${scope.condition})
     GROUP BY id ORDER BY events DESC, id LIMIT ${MAX_RULES}`,
    { ...scope.params, ...rangeParams(scope) },
    { maxRows: MAX_RULES, maxSeconds: MAX_SECONDS, ...(signal && { signal }) },
  );
  return rows.map((row) => ({ ...row, events: Number(row.events) }));
}

/** The newest of the window, told in six questions. Errors: as `readSummary`. */
export async function readLatest(deps: EntityDeps, ctx: Reader, asked: Asked): Promise<EntityEvents> {
  return { items: await latestIn(deps, await entityScope(deps, ctx, asked), asked.signal) };
}

async function latestIn(deps: EntityDeps, { scope }: EntityScope, signal: AbortSignal | undefined) {
  const walk = { direction: "desc", rows: MAX_LATEST } as const;
  const rows = await walkEvents(deps, scope, { select: selectRow([]), walk, signal });
  return rows.map((row) => rowView(row, []));
}
