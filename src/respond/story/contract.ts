import { z } from "zod";
import { AlertRow, Level } from "../../monitor/alert/contract.ts";
import { QUESTIONS } from "../incident/contract.ts";
import { SeenStep, Step } from "../killchain/contract.ts";

/**
 * An incident told in words, and as a graph. Instants are UTC ISO 8601 with milliseconds. `:id` is an id or `INC-12`.
 *
 * GET /api/v1/incidents/:id/story?lang=ja   → Told
 * GET /api/v1/incidents/:id/graph           → AttackGraph
 */

export const Language = z.enum(["ja", "en"]);
export const StoryParams = z.object({ id: z.string().min(1).max(300) });
export const StoryQuery = z.object({ lang: Language.default("ja") });

const Question = z.enum(QUESTIONS);

/** A piece of a sentence. With `at` it is an instant, for the reader's own clock; with `q` it leads to the events that share it. */
export const Part = z.object({
  text: z.string(),
  at: z.string().optional(),
  question: Question.optional(),
  /** The whole value where `text` is a short form of it. */
  value: z.string().optional(),
  q: z.string().optional(),
});
export const Sentence = z.object({
  parts: z.array(Part),
  alertIds: z.array(z.string()),
  event: z.object({ id: z.string(), time: z.string() }).optional(),
});

/** One step of the kill chain, told. `more`: acts that are not told one by one. */
export const Chapter = z.object({
  /** null = what the rules place nowhere. */
  step: Step.nullable(),
  firstAt: z.string(),
  lastAt: z.string(),
  lead: Sentence,
  sentences: z.array(Sentence),
  more: z.number(),
});

/** What answers one of the six questions, the weightiest first. `more`: further values. */
export const Answer = z.object({
  question: Question,
  values: z.array(z.object({ value: z.string(), text: z.string(), events: z.number(), q: z.string() })),
  more: z.number(),
});

/** What is not known, why it matters, and which logs would tell. `id` stays the same while the gap does. */
export const Gap = z.object({
  id: z.string(),
  kind: z.enum(["question", "step"]),
  question: Question.optional(),
  step: Step.optional(),
  text: z.string(),
  /** `q`: a search over what is collected of it already. */
  lookIn: z.array(z.object({ text: z.string(), q: z.string().optional() })),
});

/** How much of the events stands behind what is told. */
const Basis = z.object({
  events: z.number(),
  /** The oldest of the events only: there are more than are read. */
  isCut: z.boolean(),
  /** `alerts`: the events engine is away, told from the alerts alone. */
  from: z.enum(["events", "alerts"]),
  hiddenAlerts: z.number(),
});

export const Told = z.object({
  incidentId: z.string(),
  number: z.number(),
  title: z.string(),
  severity: Level,
  language: Language,
  /** Three sentences for whoever has half a minute; empty without an alert to tell of. */
  summary: z.array(Sentence),
  steps: z.array(SeenStep),
  chapters: z.array(Chapter),
  answers: z.array(Answer),
  known: z.array(Question),
  unknown: z.array(Question),
  gaps: z.array(Gap),
  next: Sentence,
  basis: Basis,
});

export const NODE_KINDS = ["address", "domain", "user", "host", "process", "file"] as const;
const NodeKind = z.enum(NODE_KINDS);

/** Whom or what the events touch. A cluster stands for `members` of its kind that are not drawn one by one. */
export const GraphNode = z.object({
  id: z.string(),
  kind: NodeKind,
  value: z.string(),
  /** For a process: where it ran. */
  host: z.string(),
  /** An address of the internet. */
  isOutside: z.boolean(),
  severity: Level,
  events: z.number(),
  alertIds: z.array(z.string()),
  firstAt: z.string(),
  lastAt: z.string(),
  /** The search for its events. */
  q: z.string(),
  members: z.object({ count: z.number(), names: z.array(z.string()) }).optional(),
});
export const GraphEdge = z.object({
  id: z.string(),
  from: z.string(),
  to: z.string(),
  didWhat: z.string(),
  step: Step.nullable(),
  severity: Level,
  events: z.number(),
  alertIds: z.array(z.string()),
  firstAt: z.string(),
  lastAt: z.string(),
  event: z.object({ id: z.string(), time: z.string() }),
});
export const AttackGraph = z.object({
  nodes: z.array(GraphNode),
  /** In order of their first event. */
  edges: z.array(GraphEdge),
  /** Edges beyond the bound, the least severe ones. */
  moreEdges: z.number(),
  /** The alerts by id, for the panel beside the graph. */
  alerts: z.array(AlertRow.pick({ id: true, rule: true, severity: true, firstAt: true })),
  basis: Basis,
});

export type Language = z.infer<typeof Language>;
export type Part = z.infer<typeof Part>;
export type Sentence = z.infer<typeof Sentence>;
export type Chapter = z.infer<typeof Chapter>;
export type Answer = z.infer<typeof Answer>;
export type Gap = z.infer<typeof Gap>;
export type Basis = z.infer<typeof Basis>;
export type Told = z.infer<typeof Told>;
export type NodeKind = z.infer<typeof NodeKind>;
export type GraphNode = z.infer<typeof GraphNode>;
export type GraphEdge = z.infer<typeof GraphEdge>;
export type AttackGraph = z.infer<typeof AttackGraph>;
