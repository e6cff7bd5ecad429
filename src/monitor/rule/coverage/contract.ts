import { z } from "zod";

/**
 * What the rules cover of MITRE ATT&CK.
 *
 * GET  /api/v1/rules/coverage         CoverageQuery → Coverage
 * GET  /api/v1/rules/coverage/layer   CoverageQuery → a layer file for the ATT&CK Navigator
 */

/** Detections are counted over the days before now. */
export const CoverageQuery = z.object({
  days: z.coerce.number().int().min(1).max(400).default(30),
  /** Unit ids, each meaning itself only, by commas: detections of these are counted. Left out = of all that the reader sees. */
  unit: z
    .string()
    .max(30_000)
    .transform((text) => text.split(",").filter((id) => id !== ""))
    .pipe(z.array(z.string().max(300)).max(500))
    .optional(),
});

const CoveredTechnique = z.object({
  /** `T1059` or `T1059.001`. A technique counts what its sub-techniques count too. */
  id: z.string(),
  /** Where it stands, by what the rules' own tags say; [] = no rule says. */
  tactics: z.array(z.string()),
  rules: z.number(),
  enabled: z.number(),
  /** Enabled rules whose logs arrived in the range; null = which logs arrive is not known now. */
  canFire: z.number().nullable(),
  /** Detections in the range; null = the events engine is away. */
  detections: z.number().nullable(),
});
export const Coverage = z.object({
  /** The matrix' columns in the order of an attack. */
  tactics: z.array(z.string()),
  techniques: z.array(CoveredTechnique),
  /** Rules that name no technique. */
  untagged: z.number(),
  range: z.object({ from: z.string(), to: z.string() }),
});

/** The layer format of the ATT&CK Navigator, version 4.5; what we write of it. */
export const NavigatorLayer = z.object({
  name: z.string(),
  versions: z.object({ navigator: z.string(), layer: z.string() }),
  domain: z.string(),
  description: z.string(),
  sorting: z.number(),
  hideDisabled: z.boolean(),
  techniques: z.array(
    z.object({
      techniqueID: z.string(),
      tactic: z.string().optional(),
      score: z.number(),
      enabled: z.boolean(),
      metadata: z.array(z.object({ name: z.string(), value: z.string() })),
      showSubtechniques: z.boolean(),
    }),
  ),
  gradient: z.object({ colors: z.array(z.string()), minValue: z.number(), maxValue: z.number() }),
});

export type CoveredTechnique = z.infer<typeof CoveredTechnique>;
export type Coverage = z.infer<typeof Coverage>;
export type NavigatorLayer = z.infer<typeof NavigatorLayer>;
