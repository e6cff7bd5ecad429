import { z } from "zod";

/**
 * Everything the web needs to know of detection rules. Instants are UTC ISO 8601 with milliseconds.
 *
 * GET   /api/v1/rules                            RuleListQuery → RulePage
 * GET   /api/v1/rules/facets                     RuleFacetQuery → RuleFacets
 * GET   /api/v1/rules/rejected                   → RejectedRules
 * GET   /api/v1/rules/filters                    → SigmaFilters
 * POST  /api/v1/rules/check                      RuleCheck → RuleCheckResult
 * GET   /api/v1/rules/:id                        → RuleDetail
 * GET   /api/v1/rules/:id/versions/:version      → RuleVersionText
 * GET   /api/v1/rules/titles                     → RuleTitles; for whoever reads alerts
 * POST  /api/v1/rules                            RuleCreate → RuleDetail (201)
 * PUT   /api/v1/rules/:id                        RuleUpdate → RuleDetail
 * POST  /api/v1/rules/:id/switch                 RuleSwitch → RuleDetail
 * POST  /api/v1/rules/:id/delete                 RuleDelete → RuleDeleted; own rules only
 */

const MAX_RULE_CHARS = 200_000;
export const MAX_UI_RULES = 5_000;
const PAGE_RULES = 500;

const RuleLevel = z.enum(["informational", "low", "medium", "high", "critical"]);

const listOf = <T extends z.ZodType<unknown, string>>(item: T) =>
  z.union([
    z.array(item).max(100),
    z
      .string()
      .max(8_000)
      .transform((text) => text.split(",").filter((part) => part !== ""))
      .pipe(z.array(item).max(100)),
  ]);
const Word = z
  .string()
  .min(1)
  .max(300)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u);

/**
 * Why a running rule needs care: most judged alerts false or benign; many hits and never a true positive; never hit in the
 * range although its logs arrive; never hit because no such logs arrive.
 */
const RULE_HEALTH = ["misjudged", "unproven", "quiet", "no-logs"] as const;

/** Filters combine with "and"; several values of one filter with "or". */
export const RuleFilter = z.object({
  /** Words that must all occur in either title, id, author, tags or origin. */
  q: z.string().max(400).optional(),
  level: listOf(RuleLevel).optional(),
  status: listOf(Word).optional(),
  product: listOf(Word).optional(),
  category: listOf(Word).optional(),
  service: listOf(Word).optional(),
  tactic: listOf(Word).optional(),
  technique: listOf(Word).optional(),
  author: listOf(Word).optional(),
  kind: listOf(z.enum(["directory", "pack", "own"])).optional(),
  /** Names of rule packs. */
  pack: listOf(Word).optional(),
  state: listOf(z.enum(["enabled", "trial", "disabled"])).optional(),
  /** Only rules that hit (`yes`) or never hit (`no`) in the range. */
  hit: z.enum(["yes", "no"]).optional(),
  /** Only running rules that need care, see RuleRow.health. */
  health: listOf(z.enum(RULE_HEALTH)).optional(),
});
/** What the list can be sorted by. @public */
export const RULE_SORTS = ["title", "level", "hits", "last-hit", "false-positives", "precision", "cost"] as const;
const MAX_RANGE_DAYS = 400;
/** Range in which hits are counted: from–to, or the days before `to` (now). Seven days when neither is said. */
const range = {
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
  days: z.coerce.number().int().min(1).max(MAX_RANGE_DAYS).optional(),
};
export const RuleListQuery = RuleFilter.extend({
  ...range,
  sort: z.enum(RULE_SORTS).default("title"),
  order: z.enum(["asc", "desc"]).default("asc"),
  cursor: z.string().max(400).optional(),
  limit: z.coerce.number().int().min(1).max(PAGE_RULES).default(100),
});
export const RuleFacetQuery = RuleFilter.extend(range);

export const RuleRow = z.object({
  id: z.string(),
  title: z.string(),
  /** "" = the rule has none. */
  titleJa: z.string(),
  level: RuleLevel,
  /** Sigma's own life cycle: stable, test, experimental, deprecated, unsupported; "" = the rule does not say. */
  status: z.string(),
  logsource: z.object({ product: z.string(), category: z.string(), service: z.string() }),
  tags: z.array(z.string()),
  tactics: z.array(z.string()),
  techniques: z.array(z.string()),
  author: z.string(),
  /** `directory`: loaded from a file; `pack`: of an imported pack; `own`: written in the browser. */
  kind: z.enum(["directory", "pack", "own"]),
  /** File path, `pack:name/path`, or "own". */
  origin: z.string(),
  /** The pack and its version in force; null for all others. */
  pack: z.object({ name: z.string(), version: z.number() }).nullable(),
  /** True when it stands in for a rule of the same id from a pack or a directory. */
  overrides: z.boolean(),
  isEnabled: z.boolean(),
  /** It serves a correlation: its matches are counted there, and it raises no alerts of its own. */
  isPart: z.boolean(),
  /** On trial: it detects and is counted, and raises no alerts; `until` null = until it is switched on. */
  trial: z.object({ until: z.string().nullable() }).nullable(),
  /** Why it was switched off or on again, by whom; null = never touched. */
  override: z
    .object({ reason: z.string(), by: z.object({ id: z.string(), name: z.string() }), at: z.string() })
    .nullable(),
  /** Detections in the range; null = the events engine is away (see `hitsProblem`), never a made-up 0. */
  hits: z.number().nullable(),
  /** Detections in the range that fell under an exception and raised no alert. */
  excepted: z.number().nullable(),
  lastHitAt: z.string().nullable(),
  /** Its open alerts, and what analysts found: one verdict per act of closing, however many alerts it closed. */
  alerts: z.object({
    open: z.number(),
    truePositive: z.number(),
    falsePositive: z.number(),
    benign: z.number(),
  }),
  /** True positives of all verdicts, 0–1, with its 95 % credible interval (uniform prior); null = no verdict. */
  precision: z.object({ share: z.number(), low: z.number(), high: z.number(), judged: z.number() }).nullable(),
  /**
   * What it costs: microseconds per event, a mean over a sample of all events that went through the rules, those included on which the
   * rule was not tried; `triedShare` (0–1) says on how many it was. Of the last 100,000 sampled events, of the rule as it is now.
   * null = nothing measured: it is off, a correlation, new, or measuring is switched off.
   */
  cost: z.object({ microsecondsPerEvent: z.number(), triedShare: z.number(), events: z.number() }).nullable(),
  /** Whether logs of its log source arrived in the range; null = not looked up (only with `health`, and for one rule). */
  logs: z.boolean().nullable(),
  health: z.enum(RULE_HEALTH).nullable(),
});
export const RulePage = z.object({
  items: z.array(RuleRow),
  nextCursor: z.string().optional(),
  total: z.number(),
  /** Rules that run now, of all that could be loaded. */
  enabledTotal: z.number(),
  rejectedTotal: z.number(),
  /** Rules that are off because they cost more time than they may. */
  overBudgetTotal: z.number(),
  /** Sigma filters in force. */
  filtersTotal: z.number(),
  /** Present when hits could not be counted. */
  hitsProblem: z.string().optional(),
  range: z.object({ from: z.string(), to: z.string() }),
});

const RuleFacetValue = z.object({ value: z.string(), count: z.number() });
export const RuleFacets = z.object({
  level: z.array(RuleFacetValue),
  status: z.array(RuleFacetValue),
  product: z.array(RuleFacetValue),
  category: z.array(RuleFacetValue),
  service: z.array(RuleFacetValue),
  tactic: z.array(RuleFacetValue),
  technique: z.array(RuleFacetValue),
  author: z.array(RuleFacetValue),
  kind: z.array(RuleFacetValue),
  pack: z.array(RuleFacetValue),
  state: z.array(RuleFacetValue),
});

export const RejectedRule = z.object({
  origin: z.string(),
  id: z.string().optional(),
  title: z.string().optional(),
  /** 1-based line in the file. */
  line: z.number().optional(),
  reason: z.string(),
});
export const RejectedRules = z.object({ items: z.array(RejectedRule), total: z.number() });

const NamedRule = z.object({ id: z.string(), title: z.string(), titleJa: z.string() });

/** A Sigma filter document in force: what it takes out, the rules that it names no longer fire on. */
const SigmaFilter = z.object({
  id: z.string(),
  title: z.string(),
  /** File path, and the 1-based line of its "filter". */
  origin: z.string(),
  line: z.number().optional(),
  /** How many rules it narrows, and the first 200 of them. */
  narrowed: z.number(),
  rules: z.array(NamedRule),
  /** A word for what is odd; `values` fill its sentence; `message`: the sentence in English. */
  warnings: z.array(z.object({ code: z.string(), values: z.record(z.string(), z.string()), message: z.string() })),
});
export const SigmaFilters = z.object({ items: z.array(SigmaFilter), total: z.number() });

/** Japanese titles by rule id, of the rules that have one: alerts and incidents keep the rule's own title. */
export const RuleTitles = z.object({ ja: z.record(z.string(), z.string()) });

export const RuleParams = z.object({ id: Word });
export const RuleDetail = RuleRow.extend({
  text: z.string(),
  /** Correlation rules look at several events together; they cannot be run over stored events. */
  isCorrelation: z.boolean(),
  /** Of a correlation: the rules that it lists; and of any rule: the correlations that list it. */
  builtOn: z.array(NamedRule),
  serves: z.array(NamedRule),
  description: z.string(),
  /** "" = the rule has none. */
  descriptionJa: z.string(),
  references: z.array(z.string()),
  falsePositives: z.array(z.string()),
  date: z.string(),
  modified: z.string(),
  /** What to show beside the author, such as the Detection Rule License 1.1; "" = the rule names none. */
  license: z.string(),
  /** Own rules: the version to send back with an update. */
  version: z.number().nullable(),
  /** Own rules, newest first. */
  versions: z.array(
    z.object({
      version: z.number(),
      at: z.string(),
      by: z.object({ id: z.string(), name: z.string() }),
      comment: z.string(),
      isDeleted: z.boolean(),
    }),
  ),
  /** Microseconds per event past which the rule is switched off; null = there is no such budget. */
  costBudget: z.number().nullable(),
  /** Hits per day, oldest first, up to 30 days; null = the events engine is away. */
  hitsByDay: z.array(z.object({ day: z.string(), count: z.number() })).nullable(),
});
export const RuleVersionParams = RuleParams.extend({ version: z.coerce.number().int().min(1) });
export const RuleVersionText = z.object({ version: z.number(), text: z.string() });

const text = z
  .string()
  .min(1)
  .max(MAX_RULE_CHARS)
  .refine((value) => !value.includes("\0") && value.isWellFormed(), "The text has characters that no rule may have.");
const prose = z
  .string()
  .trim()
  .max(500)
  .overwrite((value) => value.replaceAll("\0", "\uFFFD").toWellFormed());
const comment = prose.default("");
/** Until when a rule is on trial; null = until it is switched on. */
const trialUntil = z.iso.datetime({ offset: true }).nullable().optional();
export const RuleCreate = z.object({ text, comment, trialUntil });
export const RuleUpdate = z.object({
  text,
  comment,
  version: z.number().int().min(1),
  /** Store it although it breaks samples; without this the answer is 409 with `broken`, their ids. */
  acceptBroken: z.boolean().default(false),
});
export const RuleCheck = z.object({ text });
/** A rule that does not compile is a normal answer here; create and update answer 400 with the same `line` and `reason`. */
const RuleFinding = z.object({
  /** A word for what is odd; `values` fill its sentence. */
  code: z.string(),
  severity: z.enum(["error", "warning"]),
  line: z.number(),
  column: z.number(),
  values: z.record(z.string(), z.string()),
  /** The sentence in English. */
  message: z.string(),
});
const findings = z.array(RuleFinding);
export const RuleCheckResult = z.union([
  z.object({ ok: z.literal(true), id: z.string(), title: z.string(), level: RuleLevel, findings }),
  z.object({ ok: z.literal(false), reason: z.string(), line: z.number().optional(), findings }),
]);
/** With `trialUntil`, even null, a rule that is switched on is on trial. */
export const RuleSwitch = z.object({ isEnabled: z.boolean(), reason: prose.min(1), trialUntil });
export const RuleDelete = z.object({ reason: prose.min(1) });
export const RuleDeleted = z.object({ id: z.string() });

export type RuleFilter = z.infer<typeof RuleFilter>;
export type RuleListQuery = z.infer<typeof RuleListQuery>;
export type RuleFacetQuery = z.infer<typeof RuleFacetQuery>;
export type RuleTitles = z.infer<typeof RuleTitles>;
export type RuleRow = z.infer<typeof RuleRow>;
export type RulePage = z.infer<typeof RulePage>;
export type RuleFacets = z.infer<typeof RuleFacets>;
export type RejectedRule = z.infer<typeof RejectedRule>;
export type SigmaFilters = z.infer<typeof SigmaFilters>;
export type RuleDetail = z.infer<typeof RuleDetail>;
export type RuleCheckResult = z.infer<typeof RuleCheckResult>;
