import { z } from "zod";
import { Level, PersonRef } from "../../../monitor/alert/contract.ts";
import { Bilingual } from "../../../organization/access/contract.ts";
import { oneLine, Target, TimeOfDay, TimeZone } from "../contract.ts";

/**
 * Who is on call, and what happens when nobody answers. Instants are UTC ISO 8601.
 *
 * GET    /api/v1/on-call/rotas                          → RotaList: each with who has it now and the next 14 days
 * POST   /api/v1/on-call/rotas                          RotaInput → RotaList
 * PUT    /api/v1/on-call/rotas/:id                      RotaSave → RotaList; 409 when the version is old
 * DELETE /api/v1/on-call/rotas/:id                      → RotaList; 409 while a rule or a policy names it
 * POST   /api/v1/on-call/rotas/:id/overrides            OverrideInput → RotaList
 * DELETE /api/v1/on-call/rotas/:id/overrides/:override  → RotaList
 * GET    /api/v1/on-call/policies                       → PolicyList
 * POST   /api/v1/on-call/policies                       PolicyInput → PolicyList
 * PUT    /api/v1/on-call/policies/:id                   PolicySave → PolicyList; 409 when the version is old
 * DELETE /api/v1/on-call/policies/:id                   → PolicyList; 409 while a rule names it
 * GET    /api/v1/on-call/pages                          → PageList: open calls, and the newest 50 that are over
 * POST   /api/v1/on-call/pages/:id/acknowledge          → PageList; by anybody who was called, or who may write incidents there
 */

export const CALENDAR_DAYS = 14;
export const MAX_STEPS = 10;
export const MAX_ROTA_PEOPLE = 50;

const Id = z
  .string()
  .min(1)
  .max(300)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u);
const At = z.iso.datetime({ offset: true });
const Day = z.iso.date();

export const ROTATIONS = ["daily", "weekly"] as const;
export const RotaContent = z.strictObject({
  name: oneLine(120),
  zone: TimeZone,
  rotation: z.enum(ROTATIONS),
  /** When one hands over to the next, on the clocks of `zone`. */
  handoverAt: TimeOfDay,
  /** The first day; with a weekly rotation also the weekday of every handover. */
  startsOn: Day,
  /** In this order, then again from the first. */
  people: z
    .array(z.strictObject({ id: Id, name: oneLine(300) }))
    .min(1)
    .max(MAX_ROTA_PEOPLE),
});
export const Shift = z.object({
  startsAt: z.string(),
  endsAt: z.string(),
  person: PersonRef,
  /** Set when somebody stands in. */
  overrideId: z.string().nullable(),
});
export const Override = z.object({
  id: z.string(),
  person: PersonRef,
  startsAt: z.string(),
  endsAt: z.string(),
  reason: z.string(),
  madeBy: z.string(),
});
export const Rota = z.object({
  id: z.string(),
  version: z.number(),
  unitId: z.string(),
  content: RotaContent,
  /** Who is called: who has the shift or, when that person cannot be called, whoever is next. null = nobody. */
  now: PersonRef.nullable(),
  hasBegun: z.boolean(),
  /** Ids of people named in it who cannot be called: deactivated, or without a right to read incidents of the unit. */
  unreachable: z.array(z.string()),
  shifts: z.array(Shift),
  overrides: z.array(Override),
});
export const RotaList = z.object({ items: z.array(Rota) });
export const RotaInput = z.strictObject({ unitId: Id, content: RotaContent });
export const RotaSave = z.strictObject({ version: z.number().int().min(1), content: RotaContent });
export const RotaParams = z.object({ id: Id });
export const OverrideParams = z.object({ id: Id, override: Id });
/** At most 60 days. */
export const OverrideInput = z.strictObject({ personId: Id, startsAt: At, endsAt: At, reason: oneLine(300) });

const StepTarget = Target.refine(({ kind }) => kind !== "policy", "a step calls people, rotas and channels");
export const PolicyStep = z.strictObject({
  targets: z.array(StepTarget).min(1).max(10),
  /** How long one waits for an answer before the next step. */
  afterMinutes: z.number().int().min(1).max(1_440),
});
export const PolicyContent = z.strictObject({
  name: oneLine(120),
  steps: z.array(PolicyStep).min(1).max(MAX_STEPS),
  /** Rounds after the first. */
  repeats: z.number().int().min(0).max(20),
});
export const Policy = z.object({
  id: z.string(),
  version: z.number(),
  unitId: z.string(),
  content: PolicyContent,
  /** Ids among its targets that reach nobody any more: removed, or a person who was deactivated. */
  gone: z.array(z.string()),
});
export const PolicyList = z.object({ items: z.array(Policy) });
export const PolicyInput = z.strictObject({ unitId: Id, content: PolicyContent });
export const PolicySave = z.strictObject({ version: z.number().int().min(1), content: PolicyContent });
export const PolicyParams = z.object({ id: Id });

/** "resolved": what it was about was closed. */
export const PAGE_STATES = ["open", "acknowledged", "unanswered", "resolved"] as const;
const Joined = z.object({ title: Bilingual, severity: Level, path: z.string(), at: z.string() });
export const Page = z.object({
  id: z.string(),
  unitId: z.string(),
  policy: z.object({ id: z.string(), name: z.string() }),
  title: Bilingual,
  severity: Level,
  path: z.string(),
  /** Further matters that joined while it was open; `title`, `severity` and `path` are those of the most severe. */
  joined: z.number(),
  /** Those of them that the reader may see, the most severe first, at most 50. */
  matters: z.array(Joined),
  startedAt: z.string(),
  state: z.enum(PAGE_STATES),
  /** Steps fired so far; of `steps` in each of `repeats + 1` rounds. */
  fired: z.number(),
  steps: z.number(),
  repeats: z.number(),
  nextAt: z.string().nullable(),
  answeredBy: z.string().nullable(),
  answeredAt: z.string().nullable(),
  mayAnswer: z.boolean(),
});
export const PageList = z.object({ open: z.array(Page), over: z.array(Page) });
export const PageParams = z.object({ id: Id });

export type RotaContent = z.infer<typeof RotaContent>;
export type Shift = z.infer<typeof Shift>;
export type Override = z.infer<typeof Override>;
export type Rota = z.infer<typeof Rota>;
export type RotaList = z.infer<typeof RotaList>;
export type RotaInput = z.infer<typeof RotaInput>;
export type RotaSave = z.infer<typeof RotaSave>;
export type OverrideInput = z.infer<typeof OverrideInput>;
export type PolicyStep = z.infer<typeof PolicyStep>;
export type PolicyContent = z.infer<typeof PolicyContent>;
export type Policy = z.infer<typeof Policy>;
export type PolicyList = z.infer<typeof PolicyList>;
export type PolicyInput = z.infer<typeof PolicyInput>;
export type PolicySave = z.infer<typeof PolicySave>;
export type Page = z.infer<typeof Page>;
export type PageList = z.infer<typeof PageList>;
