import { z } from "zod";

export const AuditRow = z.object({
  id: z.string(),
  at: z.string(),
  actor: z.object({ kind: z.string(), id: z.string(), name: z.string() }),
  /** `thing.verb`, such as `person.invite`, `sign-in.failure`, `access.refused`. */
  action: z.string(),
  target: z.object({ kind: z.string(), id: z.string() }),
  unitId: z.string().nullable(),
  detail: z.record(z.string(), z.unknown()),
  requestId: z.string().nullable(),
  ip: z.string().nullable(),
});
export type AuditRow = z.infer<typeof AuditRow>;

/** GET /api/v1/audit, newest first. `action` may end in `*` to ask for a family, such as `person.*`. */
export const AuditQuery = z.object({
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
  actorId: z.string().max(64).optional(),
  action: z.string().max(64).optional(),
  targetKind: z.string().max(64).optional(),
  targetId: z.string().max(200).optional(),
  unitId: z.string().max(64).optional(),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export type AuditQuery = z.infer<typeof AuditQuery>;
export const AuditList = z.object({ items: z.array(AuditRow), nextCursor: z.string().optional() });
