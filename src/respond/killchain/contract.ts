import { z } from "zod";
import { PersonRef } from "../../monitor/alert/contract.ts";

/**
 * The seven steps of the kill chain, and what of ATT&CK stands for which. Instants are UTC ISO 8601 with milliseconds.
 *
 * GET    /api/v1/kill-chain                    → KillChain
 * PUT    /api/v1/kill-chain                    KillChainInput → KillChain; 409 when the version is old
 * POST   /api/v1/kill-chain/reset              KillChainReset → KillChain; 409 when the version is old
 * GET    /api/v1/kill-chain/incidents?ids=a,b  → KillChainStrips
 */

/** 偵察 準備 配送 攻撃 実装 操作 達成, in the order of an attack. */
export const STEPS = [
  "reconnaissance",
  "weaponization",
  "delivery",
  "exploitation",
  "installation",
  "command-and-control",
  "actions",
] as const;
export const Step = z.enum(STEPS);

const MAX_TACTICS = 100;
const MAX_TECHNIQUES = 1_000;
const MAX_INCIDENTS = 200;

/** ATT&CK's short name of a tactic, such as `initial-access`. */
const Tactic = z.string().regex(/^[a-z][a-z-]{0,63}$/);
/** `T1190` or `T1059.001`. */
const Technique = z.string().regex(/^T\d{4}(\.\d{3})?$/);
const atMost = (count: number) => (map: object) => Object.keys(map).length <= count;

const Mapping = z.object({
  tactics: z.record(Tactic, Step).refine(atMost(MAX_TACTICS), `At most ${MAX_TACTICS} tactics.`),
  /** Win over the tactics; a sub-technique over its technique. */
  techniques: z.record(Technique, Step).refine(atMost(MAX_TECHNIQUES), `At most ${MAX_TECHNIQUES} techniques.`),
});

export const KillChain = Mapping.extend({
  /** Grows with every change: send it back with one. 0 = never changed. */
  version: z.number(),
  isDefault: z.boolean(),
  changed: z.object({ at: z.string(), by: PersonRef }).nullable(),
  mayChange: z.boolean(),
});
export const KillChainInput = Mapping.extend({ version: z.number().int().min(0) });
export const KillChainReset = z.object({ version: z.number().int().min(0) });

export const StripsQuery = z.object({
  ids: z
    .string()
    .max(MAX_INCIDENTS * 60)
    .transform((text) => text.split(",").filter((part) => part !== ""))
    .pipe(z.array(z.string().min(1).max(300)).max(MAX_INCIDENTS)),
});

/** A step that was seen: its alerts (ids of those that the reader may see) and when the first of them began. */
export const SeenStep = z.object({ step: Step, alertIds: z.array(z.string()), firstAt: z.string() });
/** Incidents that the reader may not see are left out; steps in the order of an attack, only those that were seen. */
export const KillChainStrips = z.object({
  items: z.array(z.object({ incidentId: z.string(), steps: z.array(SeenStep) })),
});

export type Step = z.infer<typeof Step>;
export type Mapping = z.infer<typeof Mapping>;
export type KillChain = z.infer<typeof KillChain>;
export type KillChainInput = z.infer<typeof KillChainInput>;
export type SeenStep = z.infer<typeof SeenStep>;
export type KillChainStrips = z.infer<typeof KillChainStrips>;
