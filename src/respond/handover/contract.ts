import { z } from "zod";
import { Level, PersonRef } from "../../monitor/alert/contract.ts";
import { Id, Prose } from "../incident/wire.ts";

/**
 * Handing over a shift: what is open, in the words of who goes, acknowledged by who comes.
 *
 * GET  /api/v1/handovers?cursor&limit        → HandoverPage, newest first
 * GET  /api/v1/handovers/summary?unit        → ShiftSummary: what a handover of that unit would list now
 * POST /api/v1/handovers                     HandoverInput → Handover
 * POST /api/v1/handovers/:id/acknowledge     HandoverAnswer → Handover; by its receiver, once
 * POST /api/v1/handovers/:id/withdraw        → Handover; by its giver, while nobody has acknowledged it
 */

/** Open incidents that a handover lists, the most severe first; the rest is counted. */
export const MAX_HANDOVER_ITEMS = 100;

export const HandoverItem = z.object({
  incidentId: z.string(),
  number: z.number(),
  title: z.string(),
  /** Not in what was handed over before incidents had one. */
  titleJa: z.string().nullish(),
  unitId: z.string(),
  severity: Level,
  /** The phase of its crisis; null = none is declared. */
  phase: z.string().nullable(),
  openTasks: z.number(),
  overdueTasks: z.number(),
});
export const ShiftSummary = z.object({ items: z.array(HandoverItem), more: z.number() });

/** The unit with everything below it; left out = every unit where one may write. */
export const SummaryQuery = z.object({ unit: Id.optional() });
export const HandoverInput = z.object({
  unitId: Id,
  /** The person who takes over. */
  receiverId: Id,
  /** Markdown, as notes are. */
  note: Prose(10_000).min(1),
});
export const HandoverAnswer = z.object({ answer: Prose(1_000).default("") });
export const HandoverParams = z.object({ id: Id });
export const HandoverQuery = z.object({
  cursor: z.string().max(300).optional(),
  limit: z.coerce.number().int().min(1).max(50).default(10),
});

export const Handover = z.object({
  id: z.string(),
  unitId: z.string(),
  at: z.string(),
  giver: PersonRef,
  receiver: PersonRef,
  note: z.string(),
  /** As it was then, less what the reader may not see. */
  items: z.array(HandoverItem),
  hidden: z.number(),
  more: z.number(),
  acknowledgedAt: z.string().nullable(),
  answer: z.string(),
  withdrawnAt: z.string().nullable(),
  /** It waits for the reader's acknowledgment. */
  isMine: z.boolean(),
  /** The reader gave it, and may take it back. */
  mayWithdraw: z.boolean(),
});
export const HandoverPage = z.object({ items: z.array(Handover), nextCursor: z.string().optional() });

export type HandoverItem = z.infer<typeof HandoverItem>;
export type ShiftSummary = z.infer<typeof ShiftSummary>;
export type HandoverInput = z.infer<typeof HandoverInput>;
export type HandoverAnswer = z.infer<typeof HandoverAnswer>;
export type HandoverQuery = z.infer<typeof HandoverQuery>;
export type Handover = z.infer<typeof Handover>;
export type HandoverPage = z.infer<typeof HandoverPage>;
