import { listAudit } from "../../evidence/audit/index.ts";
import { AppError } from "../../kernel/errors.ts";
import { buildUnitTree, decide } from "../../organization/access/index.ts";
import { getPerson } from "../../organization/person/index.ts";
import { selectUnits } from "../../organization/unit/index.ts";
import type { AlertDeps } from "./service.ts";

const RECENT = 20;

/** Assignees are the people whom the asking person may see; audit rows are shown to those who may read the record. */
export const alertDeps: AlertDeps = {
  async findAssignee(ctx, personId) {
    try {
      const { id, name } = await getPerson(ctx, personId);
      return { id, name };
    } catch (error) {
      if (error instanceof AppError && error.code === "not_found") return undefined;
      throw error;
    }
  },
  async mayWork(ctx, personId, unitIds) {
    const { id, name, grants, isActive } = await getPerson(ctx, personId);
    const tree = buildUnitTree(await selectUnits(ctx.state, { includeArchived: true }));
    const standing = { actor: { kind: "person", id, name, grants }, tree } as const;
    return isActive && unitIds.every((unitId) => decide(standing, "alert:write", unitId));
  },
  async recentAudit(ctx, target) {
    const scope = ctx.units("audit:read");
    if (!scope.all && scope.ids.length === 0) return [];
    const { items } = await listAudit(ctx, { targetKind: target.kind, targetId: target.id, limit: RECENT });
    return items.map(({ id, at, action, actor }) => ({ id, at, action, actor: { id: actor.id, name: actor.name } }));
  },
};
