import { type Crisis, type Declaration, MDR_STEPS, type MdrStepState, PHASES, type Service } from "./contract.ts";
import { durationsOf } from "./durations.ts";
import { inForce, overOf, worstOf } from "./impact.ts";
import { type Course, courseOf, missingFor, periodOf } from "./phases.ts";
import type { DeclarationRow, ImpactRow, ServiceRow, StepRow } from "./store.ts";

const MINUTE_MS = 60_000;
const isoOf = (ms: number): string => new Date(ms).toISOString();

export type CrisisRows = {
  readonly incidentId: string;
  readonly openedMs: number;
  /** When a person first worked on it. */
  readonly claimedMs: number | undefined;
  readonly closedMs: number | undefined;
  readonly nowMs: number;
  readonly firstEventMs: number | null;
  readonly declarations: readonly DeclarationRow[];
  readonly services: readonly ServiceRow[];
  readonly impacts: readonly ImpactRow[];
  readonly steps: readonly StepRow[];
};

/** A clock of a sender may be ahead: an incident never begins after it was opened. */
export const beganOf = (firstEventMs: number | null, openedMs: number): number =>
  Math.min(firstEventMs ?? openedMs, openedMs);

/** What is stored, as the page shows it. Pure. */
export function crisisOf(rows: CrisisRows): Crisis {
  const { declarations, openedMs, firstEventMs, nowMs, closedMs } = rows;
  const course = courseOf(declarations);
  const beganMs = beganOf(firstEventMs, openedMs);
  const untilMs = closedMs ?? nowMs;
  const services = servicesOf(rows, untilMs);
  const steps = stepsOf(rows.steps);
  const fromMs = Math.min(beganMs, ...services.flatMap(({ levels }) => levels[0]?.atMs ?? []));
  const curve = worstOf(
    services.map(({ view, levels }) => ({ tolerance: view.tolerance, levels })),
    { fromMs, untilMs },
  );
  const analysis = rows.steps.find(({ step }) => step === "analyze")?.startedMs;
  return {
    incidentId: rows.incidentId,
    lastNumber: declarations.at(-1)?.number ?? 0,
    phase: course.phase ?? null,
    period: course.phase === undefined ? null : periodOf(course.phase),
    isAfterTheFact: course.isAfterTheFact,
    returns: course.returns,
    beganAt: isoOf(beganMs),
    phases: phasesOf(course, declarations),
    declarations: declarations.map((row, index) => declarationOf(row, course.standing.get(row.phase)?.index === index)),
    services: services.map(({ view }) => view),
    curve: {
      from: isoOf(fromMs),
      until: isoOf(untilMs),
      worst: curve.worst.map(({ atMs, level }) => ({ at: isoOf(atMs), level })),
      over: curve.over,
    },
    steps,
    durations: durationsOf({
      beganMs,
      detectedMs: course.detectedMs,
      takenUpMs: [rows.claimedMs, analysis].filter((ms) => ms != null),
      containedMs: course.standing.get("contained")?.atMs,
      restoredMs: course.standing.get("restored")?.atMs,
    }),
  };
}

function phasesOf(course: Course, declarations: readonly DeclarationRow[]): Crisis["phases"] {
  return PHASES.map((phase) => {
    const stands = course.standing.get(phase);
    const row = stands && declarations[stands.index];
    const needs = missingFor(phase, course.standing);
    return {
      phase,
      period: periodOf(phase),
      standing: row ? { at: isoOf(row.atMs), actor: actorOf(row), declaredAt: isoOf(row.declaredMs) } : null,
      isOpen: !row && needs.length === 0 && !(phase === "workaround" && course.standing.has("restored")),
      needs,
    };
  });
}

const actorOf = (row: { actorKind: string; actorId: string; actorName: string }) => ({
  kind: row.actorKind,
  id: row.actorId,
  name: row.actorName,
});

function declarationOf(row: DeclarationRow, isStanding: boolean): Declaration {
  const { number, phase, kind, note, atMs, declaredMs } = row;
  return { number, phase, kind, note, at: isoOf(atMs), declaredAt: isoOf(declaredMs), actor: actorOf(row), isStanding };
}

type Seen = { readonly view: Service; readonly levels: readonly ImpactRow[] };

function servicesOf({ services, impacts }: CrisisRows, untilMs: number): Seen[] {
  const byService = Map.groupBy(impacts, ({ serviceId }) => serviceId);
  return services.map((service) => {
    const levels = inForce(byService.get(service.id) ?? []);
    const over = overOf({ tolerance: service.tolerance, levels }, untilMs);
    const longest = longestOver(levels, service.tolerance, untilMs);
    const view = {
      ...service,
      impacts: levels.map((row) => ({
        at: isoOf(row.atMs),
        level: row.level,
        note: row.note,
        declaredAt: isoOf(row.declaredMs),
        actor: actorOf(row),
      })),
      over,
      isBeyond: service.maxMinutes !== null && longest > service.maxMinutes,
    };
    return { view, levels };
  });
}

/** The longest time in one stretch above the tolerance, in minutes: what "maximum tolerable downtime" speaks of. */
export function longestOver(
  levels: readonly { readonly atMs: number; readonly level: number }[],
  tolerance: number,
  untilMs: number,
): number {
  let longest = 0;
  let since: number | undefined;
  for (const { atMs, level } of [...levels, { atMs: untilMs, level: 0 }]) {
    if (level > tolerance) since ??= atMs;
    else if (since !== undefined) {
      longest = Math.max(longest, Math.min(atMs, untilMs) - since);
      since = undefined;
    }
  }
  return longest / MINUTE_MS;
}

function stepsOf(rows: readonly StepRow[]): MdrStepState[] {
  const known = new Map(rows.map((row) => [row.step, row]));
  return MDR_STEPS.map((step) => {
    const row = known.get(step);
    return {
      step,
      version: row?.version ?? 0,
      owner: row?.ownerId == null ? null : { id: row.ownerId, name: row.ownerName ?? "" },
      startedAt: row?.startedMs == null ? null : isoOf(row.startedMs),
      doneAt: row?.doneMs == null ? null : isoOf(row.doneMs),
      changedBy: row?.changedBy ?? null,
      changedAt: row ? isoOf(row.changedMs) : null,
    };
  });
}
