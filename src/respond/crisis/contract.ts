import { z } from "zod";
import { PersonRef } from "../../monitor/alert/contract.ts";
import { At, Id, Line, Prose } from "../incident/wire.ts";

/**
 * The course of a crisis. Instants are UTC ISO 8601 with milliseconds; `:id` is an incident's id or `INC-12`.
 *
 * GET   /api/v1/incidents/:id/crisis                               → Crisis
 * POST  /api/v1/incidents/:id/crisis/declarations                  DeclarationInput → Crisis; 409 when somebody declared meanwhile
 * POST  /api/v1/incidents/:id/crisis/services                      ServiceInput → Crisis
 * PATCH /api/v1/incidents/:id/crisis/services/:serviceId           ServicePatch → Crisis; 409 when the version is old
 * POST  /api/v1/incidents/:id/crisis/services/:serviceId/impacts   ImpactInput → Crisis
 * POST  /api/v1/incidents/:id/crisis/services/:serviceId/remove    ServiceRemoval → Crisis; named by mistake
 * PUT   /api/v1/incidents/:id/crisis/steps/:step                   StepInput → Crisis; 409 when the version is old
 * GET   /api/v1/response-times?from&to&unit                        ResponseTimesQuery → ResponseTimes
 */

/** 前兆把握 異常察知 事故発覚 攻撃把握 封じ込め 影響特定 根絶/再構築 暫定復旧 復旧宣言 再発防止, in the order of the seed's picture. */
export const PHASES = [
  "sign",
  "anomaly",
  "discovered",
  "understood",
  "contained",
  "scoped",
  "eradicated",
  "workaround",
  "restored",
  "prevented",
] as const;
export const Phase = z.enum(PHASES);
/** 平常時, 事故発覚～復旧, and what follows the event. */
export const PERIODS = ["ordinary", "crisis", "afterwards"] as const;
const Period = z.enum(PERIODS);
/** 監視 検知 分析 遮断・隔離 調査・根絶 復旧 改善・予防 通知. */
export const MDR_STEPS = [
  "monitor",
  "detect",
  "analyze",
  "isolate",
  "eradicate",
  "recover",
  "improve",
  "notify",
] as const;
export const MdrStep = z.enum(MDR_STEPS);

export const MAX_DECLARATIONS = 300;
export const MAX_SERVICES = 50;
export const MAX_IMPACTS = 1_000;

const Note = Prose(2_000);
const Name = Line(120).min(1);

const Actor = PersonRef.extend({ kind: z.string() });

export const DECLARATION_KINDS = ["declared", "returned", "corrected"] as const;
export const DeclarationKind = z.enum(DECLARATION_KINDS);

export const Declaration = z.object({
  number: z.number(),
  phase: Phase,
  kind: DeclarationKind,
  /** The moment it was so, as declared. */
  at: z.string(),
  note: z.string(),
  /** When it was written down, and by whom. */
  declaredAt: z.string(),
  actor: Actor,
  /** It counts: no later return voids it and no correction replaced it. */
  isStanding: z.boolean(),
});

const PhaseState = z.object({
  phase: Phase,
  period: Period,
  standing: z.object({ at: z.string(), actor: Actor, declaredAt: z.string() }).nullable(),
  /** May be declared now; otherwise the phases that must stand first. */
  isOpen: z.boolean(),
  needs: z.array(Phase),
});

export const DeclarationInput = z.object({
  phase: Phase,
  kind: DeclarationKind,
  at: At,
  note: Note.default(""),
  /** The number of the last declaration that the person saw; 0 = none. */
  after: z.number().int().min(0),
});

export const ServiceInput = z.object({
  name: Name,
  /** The unit that has the service; the incident's by default. */
  unitId: Id.optional(),
  /** The harm it bears, in per cent. */
  tolerance: z.number().int().min(0).max(100),
  /** How long harm above that may last; null = no limit is set. */
  maxMinutes: z.number().int().min(1).max(5_256_000).nullable(),
});
export const ServicePatch = z.object({
  version: z.number().int().min(1),
  change: ServiceInput.omit({ unitId: true }),
  /** Why; asked when the tolerance moves, because what was too much harm then is measured by it. */
  note: Note.default(""),
});
export const ServiceRemoval = z.object({ version: z.number().int().min(1), reason: Note.min(1) });
export const ImpactInput = z.object({
  at: At,
  /** Per cent; 0 = unharmed. */
  level: z.number().int().min(0).max(100),
  note: Note.default(""),
});

export const StepInput = z.object({
  /** As read when the form was opened; 0 = never changed. */
  version: z.number().int().min(0),
  /** A person id, `me`, or null. */
  ownerId: Id.nullable(),
  startedAt: At.nullable(),
  doneAt: At.nullable(),
});

export const CrisisParams = z.object({ id: Id });
export const ServiceParams = z.object({ id: Id, serviceId: Id });
export const StepParams = z.object({ id: Id, step: MdrStep });

/** A level that holds from `at` on. */
const StepPoint = z.object({ at: z.string(), level: z.number() });
const Excess = z.object({
  /** Per cent × hours above the tolerance. */
  area: z.number(),
  minutesOver: z.number(),
});
export const Impact = StepPoint.extend({ note: z.string(), declaredAt: z.string(), actor: Actor });
export const Service = z.object({
  id: z.string(),
  version: z.number(),
  name: z.string(),
  unitId: z.string(),
  tolerance: z.number(),
  maxMinutes: z.number().nullable(),
  /** As declared, in the order of their moments; those that a later word for the same moment replaced are left out. */
  impacts: z.array(Impact),
  over: Excess,
  /** Above the tolerance for longer than it may last. */
  isBeyond: z.boolean(),
});
export const MdrStepState = z.object({
  step: MdrStep,
  version: z.number(),
  owner: PersonRef.nullable(),
  startedAt: z.string().nullable(),
  doneAt: z.string().nullable(),
  changedBy: z.string().nullable(),
  changedAt: z.string().nullable(),
});

/** Milliseconds; null = one of the two ends is not declared. */
const Durations = z.object({
  detect: z.number().nullable(),
  acknowledge: z.number().nullable(),
  contain: z.number().nullable(),
  restore: z.number().nullable(),
});

export const Crisis = z.object({
  incidentId: z.string(),
  /** What the form that declares must send back as `after`. */
  lastNumber: z.number(),
  phase: Phase.nullable(),
  period: Period.nullable(),
  /** 事後スタート: discovered without a sign or an anomaly before. */
  isAfterTheFact: z.boolean(),
  /** How often a phase was taken up again. */
  returns: z.number(),
  /** The first event of its alerts, or its opening: no phase of the crisis lies before it. */
  beganAt: z.string(),
  phases: z.array(PhaseState),
  declarations: z.array(Declaration),
  services: z.array(Service),
  curve: z.object({
    from: z.string(),
    until: z.string(),
    /** The worst level of all services. */
    worst: z.array(StepPoint),
    /** By the service that was farthest above its own tolerance at each moment. */
    over: Excess,
  }),
  steps: z.array(MdrStepState),
  durations: Durations,
});

export const ResponseTimesQuery = z.object({
  /** Incidents detected in [from, to). */
  from: At,
  to: At,
  /** Unit ids, each meaning itself only; left out = every unit that one may read. */
  unit: z
    .string()
    .max(30_000)
    .transform((text) => text.split(",").filter((id) => id !== ""))
    .pipe(z.array(Id).max(500))
    .optional(),
});
const Measure = z.object({
  count: z.number(),
  /** Milliseconds; null when none was measured. */
  medianMs: z.number().nullable(),
  p90Ms: z.number().nullable(),
});
export const MEASURES = ["detect", "acknowledge", "contain", "restore"] as const;
const Measures = z.object({ detect: Measure, acknowledge: Measure, contain: Measure, restore: Measure });
export const ResponseTimes = z.object({
  total: Measures,
  /** Incidents with a detection in the range; `undeclared`: opened in it without one, so that nothing is measured. */
  incidents: z.number(),
  undeclared: z.number(),
  /** Those where a phase was taken up again: their last containment and restoration count. */
  returned: z.number(),
  units: z.array(Measures.extend({ unitId: z.string(), incidents: z.number() })),
  /** UTC months, oldest first. */
  months: z.array(Measures.extend({ month: z.string(), incidents: z.number() })),
});

export type Phase = z.infer<typeof Phase>;
export type Period = z.infer<typeof Period>;
export type MdrStep = z.infer<typeof MdrStep>;
export type Declaration = z.infer<typeof Declaration>;
export type DeclarationKind = z.infer<typeof DeclarationKind>;
export type DeclarationInput = z.infer<typeof DeclarationInput>;
export type PhaseState = z.infer<typeof PhaseState>;
export type Service = z.infer<typeof Service>;
export type ServiceInput = z.infer<typeof ServiceInput>;
export type ServicePatch = z.infer<typeof ServicePatch>;
export type ServiceRemoval = z.infer<typeof ServiceRemoval>;
export type ImpactInput = z.infer<typeof ImpactInput>;
export type StepInput = z.infer<typeof StepInput>;
export type MdrStepState = z.infer<typeof MdrStepState>;
export type StepPoint = z.infer<typeof StepPoint>;
export type Excess = z.infer<typeof Excess>;
export type Durations = z.infer<typeof Durations>;
export type Crisis = z.infer<typeof Crisis>;
export type ResponseTimesQuery = z.infer<typeof ResponseTimesQuery>;
export type ResponseTimes = z.infer<typeof ResponseTimes>;
