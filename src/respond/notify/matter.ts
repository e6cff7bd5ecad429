import { z } from "zod";
import type { Permission } from "../../organization/access/index.ts";
import { MatterKind, MUTABLE_KINDS } from "./contract.ts";

const Both = z.object({ ja: z.string(), en: z.string() });
/** What a matter's text is made of; which of them are there depends on its kind. Values come from logs and people: never trusted. */
export const Facts = z.object({
  number: z.number().optional(),
  title: z.string().optional(),
  /** Of an incident that is called by its rule still. */
  titleJa: z.string().optional(),
  severity: z.string().optional(),
  before: z.string().optional(),
  actor: z.string().optional(),
  rule: z.string().optional(),
  entity: z.string().optional(),
  source: z.string().optional(),
  alertId: z.string().optional(),
  /** How many alerts one act judged critical. */
  alerts: z.number().optional(),
  percent: z.number().optional(),
  dueAt: z.string().optional(),
  zone: z.string().optional(),
  entry: Both.optional(),
  stage: Both.optional(),
  phase: z.string().optional(),
  declaration: z.string().optional(),
  task: z.string().optional(),
  /** Of a call: the text of the matter that began it, how many joined, which step it is. */
  about: Both.optional(),
  joined: z.number().optional(),
  step: z.number().optional(),
});
export type Facts = z.infer<typeof Facts>;

export const Matter = z.object({
  position: z.coerce.number(),
  at: z.coerce.date(),
  kind: MatterKind,
  subject: z.string(),
  step: z.string(),
  unitId: z.string(),
  severity: z.coerce.number(),
  people: z.array(z.string()),
  actorId: z.string().nullable(),
  facts: Facts,
});
export type Matter = z.infer<typeof Matter>;

const LEVELS = ["informational", "low", "medium", "high", "critical"] as const;
export type Level = (typeof LEVELS)[number];
/** 1 to 5, as the columns of the database have it. */
export const rankOf = (level: Level): number => LEVELS.indexOf(level) + 1;
export const levelOf = (rank: number): Level => LEVELS[Math.min(5, Math.max(1, rank)) - 1] ?? "informational";

/** What one must hold at the matter's unit to hear of it. */
export function permissionFor(kind: Matter["kind"]): Permission {
  if (kind === "alert-critical") return "alert:read";
  return kind === "source-silent" || kind === "collection-stopped" ? "source:read" : "incident:read";
}

const MUTABLE: readonly string[] = MUTABLE_KINDS;
export const isMutable = (kind: Matter["kind"]): boolean => MUTABLE.includes(kind);
/** Goes out at night too. */
export const isUrgent = ({ kind, severity }: Pick<Matter, "kind" | "severity">): boolean =>
  severity === 5 || kind === "duty-clock" || isOfCall(kind);

/** Is it a call, or what became of one? */
export const isOfCall = (kind: Matter["kind"]): boolean =>
  kind === "on-call" || kind === "call-answered" || kind === "call-unanswered";
