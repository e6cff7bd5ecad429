import { z } from "zod";
import { Level } from "../../monitor/alert/contract.ts";
import { Phase } from "../crisis/contract.ts";

/**
 * Figures side by side: the units of the group, the detection rules, and the wall. Instants are UTC ISO 8601.
 *
 * GET /api/v1/dashboards/units   UnitsQuery → UnitBoard; `.csv` and `.pdf` with SheetLanguage → the same as a file
 * GET /api/v1/dashboards/rules   RulesQuery → RuleBoard; `.csv` and `.pdf` likewise
 * GET /api/v1/dashboards/wall    → Wall
 *
 * `null` is "not known", or not the reader's to see; it is never 0. Figures are kept for some seconds: `at` says since when.
 */

const LEVELS = ["informational", "low", "medium", "high", "critical"] as const;
const Id = z
  .string()
  .min(1)
  .max(300)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u);

/** The days up to now, today included; days begin at midnight UTC. */
const days = z.coerce.number().int().min(1).max(90).default(7);
export const SheetLanguage = z.enum(["ja", "en"]);

export const UnitsQuery = z.object({
  days,
  /** The units right below this one; left out = from the top of what the reader sees. */
  unit: Id.optional(),
});
const Range = z.object({ from: z.string(), to: z.string() });

const Times = z.object({
  /** Incidents with a detection in the range. */
  incidents: z.number(),
  /** Medians in milliseconds; null = none was measured. */
  acknowledgeMs: z.number().nullable(),
  containMs: z.number().nullable(),
  restoreMs: z.number().nullable(),
});
export const UnitFigures = z.object({
  alerts: z.object({
    /** Last seen in the range, whatever became of them. */
    seen: z.number(),
    /** Open or in progress now. */
    open: z.number(),
    /** Of those critical or high. */
    severe: z.number(),
  }),
  incidents: z
    .object({
      /** Opened in the range. */
      opened: z.number(),
      /** Not closed now. */
      open: z.number(),
      times: Times,
    })
    .nullable(),
  sources: z.object({ total: z.number(), silent: z.number() }).nullable(),
  /** Received in the range, as it came; null = still being measured, or the events engine is away. */
  volume: z.object({ events: z.number(), bytes: z.number() }).nullable(),
  /** ATT&CK techniques with a rule that can fire on the logs that arrived, of those with a rule that is on. */
  coverage: z.object({ canFire: z.number(), enabled: z.number() }).nullable(),
});
export const UnitRow = UnitFigures.extend({
  unitId: z.string(),
  /** `below`: the unit and all below it. `alone`: the unit in itself, beside those below it. */
  reach: z.enum(["below", "alone"]),
  /** Units that are counted in. */
  units: z.number(),
  /** There is more to see below it. */
  hasBelow: z.boolean(),
});
export const UnitBoard = z.object({
  at: z.string(),
  range: Range,
  /** What all rows have in common; null = several tops. */
  parent: z.string().nullable(),
  rows: z.array(UnitRow),
  /** Of all rows together; medians are of all their incidents, not of the rows' medians. */
  total: UnitFigures,
  /** Units beyond the first 100 that are left out. */
  left: z.number(),
});

export const RULE_SORTS = ["fires", "alerts", "open", "false", "precision", "suppressed", "cost", "last"] as const;
export const RuleSort = z.enum(RULE_SORTS);
export const RulesQuery = z.object({
  days,
  /** Unit ids, each meaning itself only, by commas; left out = all that the reader sees. */
  unit: z
    .string()
    .max(30_000)
    .transform((text) => text.split(",").filter((id) => id !== ""))
    .pipe(z.array(Id).max(500))
    .optional(),
  /** One unit and all below it, however many. */
  under: Id.optional(),
  level: z
    .string()
    .max(100)
    .transform((text) => text.split(",").filter((level) => level !== ""))
    .pipe(z.array(z.enum(LEVELS)).max(5))
    .optional(),
  q: z.string().max(200).optional(),
  /** `fired`: those that hit or had an alert in the range; `all`: every rule. */
  show: z.enum(["fired", "all"]).default("fired"),
  sort: RuleSort.default("fires"),
  order: z.enum(["desc", "asc"]).default("desc"),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export const RuleFigures = z.object({
  id: z.string(),
  title: z.string(),
  titleJa: z.string(),
  level: Level,
  isEnabled: z.boolean(),
  /** Detections in the range; null = the events engine is away. */
  fires: z.number().nullable(),
  /** Detections in the range under an exception: they raised no alert. */
  suppressed: z.number().nullable(),
  lastFiredAt: z.string().nullable(),
  /** Detections per day, oldest first; null = not known. */
  trend: z.array(z.number()).nullable(),
  /** Alerts last seen in the range. */
  alerts: z.number(),
  /** Of all time: alerts that are open now, and acts of closing by what they found; one act is one verdict, however many alerts it closed. */
  found: z.object({ open: z.number(), truePositive: z.number(), falsePositive: z.number(), benign: z.number() }),
  /** The share of true positives among all verdicts, benign ones included: mean and 95 % interval, 0–1; null = no verdict. */
  precision: z.object({ share: z.number(), low: z.number(), high: z.number(), judged: z.number() }).nullable(),
  /** Microseconds per event; null = not measured. */
  cost: z.number().nullable(),
});
export const RuleBoard = z.object({
  at: z.string(),
  range: Range,
  rows: z.array(RuleFigures),
  /** Rules that pass the filters. */
  total: z.number(),
  /** All detections of the units in the range, per UTC day; null = the events engine is away. */
  byDay: z.array(z.object({ day: z.string(), count: z.number() })).nullable(),
});

/** Waiting for less than an hour, four hours, a day, a week, and longer. */
export const AGES = ["hour", "shift", "day", "week", "older"] as const;
const Ages = z.array(z.number()).length(AGES.length);
const Waiting = z.array(z.object({ severity: Level, count: z.number(), ages: Ages }));

/** The last 24 hours in numbers alone: who may read no event may still know how many came. */
const WallFunnel = z.object({
  range: Range,
  /** null = the events engine is away. */
  events: z.number().nullable(),
  detections: z.number().nullable(),
  alerts: z.number(),
  incidents: z.number().nullable(),
});
export const Wall = z.object({
  at: z.string(),
  funnel: WallFunnel,
  alerts: z
    .object({
      /** Open or in progress, by severity, most severe first; ages since they came up. */
      waiting: Waiting,
      /** Those that nobody has taken, the longest waiting of the most severe first. */
      unowned: z.array(z.object({ id: z.string(), severity: Level, unitId: z.string(), since: z.string() })),
      unownedTotal: z.number(),
    })
    .nullable(),
  incidents: z
    .object({
      waiting: Waiting,
      unowned: z.array(z.object({ number: z.number(), severity: Level, unitId: z.string(), since: z.string() })),
      unownedTotal: z.number(),
      /** Not closed and in a declared phase, most severe first. */
      phases: z.array(z.object({ number: z.number(), severity: Level, unitId: z.string(), phase: Phase })),
      phasesTotal: z.number(),
    })
    .nullable(),
  sources: z
    .object({
      total: z.number(),
      silent: z.number(),
      /** Of those that are silent, the longest first. */
      names: z.array(z.object({ id: z.string(), name: z.string(), since: z.string().nullable() })),
      /** Events per second over the last five minutes; null = the events engine is away. */
      ratePerSecond: z.number().nullable(),
    })
    .nullable(),
});

export type SheetLanguage = z.infer<typeof SheetLanguage>;
export type UnitsQuery = z.infer<typeof UnitsQuery>;
export type UnitFigures = z.infer<typeof UnitFigures>;
export type UnitRow = z.infer<typeof UnitRow>;
export type UnitBoard = z.infer<typeof UnitBoard>;
export type RuleSort = z.infer<typeof RuleSort>;
export type RulesQuery = z.infer<typeof RulesQuery>;
export type RuleFigures = z.infer<typeof RuleFigures>;
export type RuleBoard = z.infer<typeof RuleBoard>;
export type WallFunnel = z.infer<typeof WallFunnel>;
export type Wall = z.infer<typeof Wall>;
