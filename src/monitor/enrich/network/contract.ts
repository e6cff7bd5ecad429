import { z } from "zod";

/**
 * Networks of the group. Instants are UTC ISO 8601 with milliseconds.
 *
 * GET    /api/v1/networks       → NetworkList
 * POST   /api/v1/networks       NetworkInput → Network (201)
 * DELETE /api/v1/networks/:id   → 204
 */

export const MAX_NETWORKS = 5_000;

export const Network = z.object({
  id: z.string(),
  /** `10.0.0.0/8` or `2001:db8::/32`, host bits cleared. */
  cidr: z.string(),
  name: z.string(),
  /** It holds for events of this unit and of all units below it. */
  unitId: z.string(),
  createdBy: z.string(),
  createdAt: z.string(),
  mayChange: z.boolean(),
});
export const NetworkList = z.object({ items: z.array(Network), total: z.number() });

export const NetworkInput = z.strictObject({
  cidr: z.string().trim().min(2).max(64),
  name: z
    .string()
    .trim()
    .min(1)
    .max(120)
    .regex(/^[^\p{Cc}\p{Cs}]+$/u, "control characters are not allowed"),
  unitId: z.string().min(1).max(64),
});
export const NetworkParams = z.object({ id: z.string().min(1).max(64) });

export type Network = z.infer<typeof Network>;
export type NetworkList = z.infer<typeof NetworkList>;
export type NetworkInput = z.infer<typeof NetworkInput>;
