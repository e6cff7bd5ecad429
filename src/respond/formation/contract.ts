import { z } from "zod";
import { Level } from "../../monitor/alert/contract.ts";

/**
 * How alerts become incidents by themselves. Instants are UTC ISO 8601 with milliseconds.
 *
 * GET    /api/v1/incidents/:id/formation      → IncidentFormation: the score and what joined each alert
 * GET    /api/v1/formation/state              → FormationState: whether alerts are being joined
 * GET    /api/v1/formation/groups             GroupsQuery → FormationGroups: what is below the threshold
 * GET    /api/v1/grouping-rules               → GroupingRules
 * POST   /api/v1/grouping-rules               GroupingRuleInput → GroupingRuleView (201)
 * POST   /api/v1/grouping-rules/preview       GroupingRuleMatch → GroupingPreview
 * PUT    /api/v1/grouping-rules/:id           GroupingRuleUpdate → GroupingRuleView
 * POST   /api/v1/grouping-rules/:id/end       GroupingRuleEnd → GroupingRuleView
 * POST   /api/v1/incidents/:id/merge          MergeInput → Moved: puts the alerts into another incident and closes this one
 * POST   /api/v1/incidents/:id/split          SplitInput → Moved: opens an incident with some of the alerts
 * POST   /api/v1/incidents/:id/relations/:relationId/undo   → Moved
 */

const EntityKind = z.enum(["host", "account", "address", "hash", "domain"]);
export const PART_KINDS = ["rules", "novelty", "tactics", "progress", "sources", "asset"] as const;

const Shared = z.object({
  kind: EntityKind,
  value: z.string(),
  /** On how many machines, accounts or addresses the value was seen in the weeks around. */
  subjects: z.number(),
  weight: z.number(),
});
const ScorePart = z.object({ kind: z.enum(PART_KINDS), points: z.number(), of: z.number() });
/** What a rule brings: base × trust × rarity, halved for each stronger rule. */
const RulePart = z.object({
  ruleId: z.string(),
  title: z.string(),
  level: Level,
  base: z.number(),
  trust: z.number(),
  rarity: z.number(),
  subjects: z.number(),
  days: z.number(),
  isMuted: z.boolean(),
  /** It is counted as new here; not told of what was formed by earlier versions. */
  isNew: z.boolean().optional(),
  points: z.number(),
});

/** A rule that began to fire on so many things within this time. `kind`: what they are; empty when of several kinds. */
const OutbreakReason = z.object({ ruleId: z.string(), kind: z.string(), subjects: z.number(), withinMs: z.number() });

/** Why an alert is in: joined to `with` (null = one that the reader may not see) by what both share. */
const Join = z.object({
  alertId: z.string(),
  with: z.object({ alertId: z.string(), ruleTitle: z.string() }).nullable(),
  strength: z.number(),
  apartMs: z.number(),
  shared: z.array(Shared),
  groupingRule: z.string().nullable(),
  /** Told when both are of one outbreak. */
  outbreak: OutbreakReason.optional(),
});

export const Relation = z.object({
  id: z.string(),
  kind: z.enum(["continues", "merged-into", "split-from"]),
  /** True when this incident is the one that continues, was merged or was split off. */
  isFrom: z.boolean(),
  other: z.object({ id: z.string(), number: z.number(), title: z.string(), titleJa: z.string().nullable() }),
  at: z.string(),
  by: z.string(),
  byKind: z.string(),
  reason: z.string(),
  undoneAt: z.string().nullable(),
  mayUndo: z.boolean(),
});

export const IncidentFormation = z.object({
  /** As it was last formed, kept when the incident is closed. Null: a person opened it, and no cluster of alerts belonged to it. */
  cluster: z
    .object({
      score: z.number(),
      threshold: z.number(),
      formedAt: z.string(),
      parts: z.array(ScorePart),
      rules: z.array(RulePart),
      /** Points of rules whose alerts the reader may not see. */
      hiddenPoints: z.number(),
      joins: z.array(Join),
    })
    .nullable(),
  relations: z.array(Relation),
});

export const GroupsQuery = z.object({ limit: z.coerce.number().int().min(1).max(200).default(50) });
/** A cluster of alerts that opens no incident: with what it lacks. */
export const FormationGroups = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      score: z.number(),
      threshold: z.number(),
      alerts: z.number(),
      /** Of them, those of units that the reader may not see. */
      hiddenAlerts: z.number(),
      /** Of those that the reader may see, what is closed. */
      closedAlerts: z.number(),
      firstAt: z.string(),
      lastAt: z.string(),
      parts: z.array(ScorePart),
      /** The most telling alerts, at most 5. */
      top: z.array(z.object({ id: z.string(), ruleTitle: z.string(), entity: z.string(), severity: Level })),
    }),
  ),
  /** All groups of two alerts and more that the reader sees something of. */
  total: z.number(),
});

/** `passedAt`: when alerts were last joined, or there was nothing to join. `isStalled`: that is too long ago. */
export const FormationState = z.object({ passedAt: z.string(), isStalled: z.boolean() });
export type FormationState = z.infer<typeof FormationState>;

export type IncidentFormation = z.infer<typeof IncidentFormation>;
export type Relation = z.infer<typeof Relation>;
export type FormationGroups = z.infer<typeof FormationGroups>;

const oneLine = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .regex(/^[^\p{Cc}\p{Cs}]+$/u, "control characters are not allowed");
const Prose = z
  .string()
  .trim()
  .min(1)
  .max(1000)
  .overwrite((value) => value.replaceAll("\0", "\uFFFD").toWellFormed());
const Version = z.number().int().min(1);
/** The longest that a grouping rule may run before somebody looks at it again. */
export const MAX_GROUPING_DAYS = 366;

/** Which alerts: of a rule (null = any), on an entity like the pattern (`*` = any text), in a unit and below. */
export const GroupingRuleMatch = z.strictObject({
  effect: z.enum(["join", "never-open"]),
  ruleId: oneLine(300).nullable(),
  entityKind: EntityKind.nullable(),
  pattern: oneLine(260),
  unitId: oneLine(64),
});
export const GroupingRuleInput = GroupingRuleMatch.extend({
  reason: Prose,
  expiresAt: z.iso.datetime({ offset: true }),
});
export const GroupingRuleUpdate = GroupingRuleInput.extend({
  version: Version,
  /** True: from now on the asking person answers for it. */
  takeOver: z.boolean().default(false),
});
export const GroupingRuleEnd = z.strictObject({ version: Version, reason: Prose });
export const GroupingRuleParams = z.object({ id: oneLine(64) });

const Person = z.object({ id: z.string(), name: z.string() });
export const GroupingRuleView = GroupingRuleMatch.extend({
  id: z.string(),
  version: z.number(),
  state: z.enum(["active", "expired", "ended"]),
  reason: z.string(),
  owner: Person,
  isOwn: z.boolean(),
  mayChange: z.boolean(),
  expiresAt: z.string(),
  createdAt: z.string(),
  ended: z.object({ at: z.string(), by: Person, reason: z.string() }).nullable(),
});
export const GroupingRules = z.object({ items: z.array(GroupingRuleView), total: z.number() });

/** What the rule would have done with the alerts of the last 30 days that the person may see. */
export const GroupingPreview = z.object({
  days: z.number(),
  alerts: z.number(),
  /** Of them, those that the rule is for, and up to 10 of these, the newest first. */
  concerned: z.number(),
  examples: z.array(z.object({ id: z.string(), ruleTitle: z.string(), entity: z.string(), lastAt: z.string() })),
  /** Incidents that these alerts would open by themselves, without the rule and with it. */
  incidentsWithout: z.number(),
  incidentsWith: z.number(),
  /** True when there are more alerts than a preview reads: only the newest were looked at. */
  isPartial: z.boolean(),
});

export const MergeInput = z.strictObject({ intoId: oneLine(64), reason: Prose });
export const SplitInput = z.strictObject({
  alertIds: z.array(oneLine(300)).min(1).max(500),
  title: oneLine(200),
  reason: Prose,
});
export const RelationParams = z.object({ id: oneLine(300), relationId: oneLine(64) });
/** The incident in which the alerts are now. */
export const Moved = z.object({ id: z.string(), number: z.number() });

export type MergeInput = z.infer<typeof MergeInput>;
export type SplitInput = z.infer<typeof SplitInput>;
export type Moved = z.infer<typeof Moved>;
export type GroupingRuleMatch = z.infer<typeof GroupingRuleMatch>;
export type GroupingRuleInput = z.infer<typeof GroupingRuleInput>;
export type GroupingRuleUpdate = z.infer<typeof GroupingRuleUpdate>;
export type GroupingRuleEnd = z.infer<typeof GroupingRuleEnd>;
export type GroupingRuleView = z.infer<typeof GroupingRuleView>;
export type GroupingRules = z.infer<typeof GroupingRules>;
export type GroupingPreview = z.infer<typeof GroupingPreview>;
