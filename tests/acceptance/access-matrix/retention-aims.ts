import type { RunningServer } from "../../../src/app/server.ts";
import { createSource } from "../../../src/monitor/source/index.ts";
import type { Aim } from "../../../src/organization/access/testing.ts";
import type { Cast } from "../../../src/organization/testing.ts";

const URL = "/api/v1/retention";
const DRAFT = { keep: "days", days: 365, holdReason: "" };

/** Policies of units and sources: set and tried where one holds retention:write. */
export function retentionAims(server: RunningServer, { units }: Cast): Record<string, Aim> {
  let serial = 0;
  const sourceIn = async (unitId: string): Promise<string> => {
    const ctx = await server.organization.contexts.system("test");
    const wanted = { name: `kept ${++serial}`, kind: "token" as const, unitId, match: {} };
    const input = { ...wanted, format: "auto", timeZone: "", encoding: "auto" as const };
    return (await createSource(ctx, input, server.monitoring.sources)).source.id;
  };
  const unit = async (unitId: string): Promise<string> => unitId;
  const both = (kind: string, target: (unitId: string) => Promise<string>): Record<string, Aim> => ({
    [`POST ${URL}/${kind}/:id/preview :id`]: async (unitId) => ({
      url: `${URL}/${kind}/${await target(unitId)}/preview`,
      payload: DRAFT,
    }),
    // A version that nobody has seen: refused for whom the unit is not, a conflict for whom it is.
    [`PUT ${URL}/${kind}/:id :id`]: async (unitId) => ({
      url: `${URL}/${kind}/${await target(unitId)}`,
      payload: { ...DRAFT, version: 99 },
    }),
  });
  /** A source of their own unit for which another unit, where it was before, has said something. */
  const movedFrom = async (unitId: string): Promise<string> => {
    const sourceId = await sourceIn(units.own);
    await server.state.db.execute(
      `INSERT INTO retention_policy (scope_kind, scope_id, version, unit_id, keep, days, hold_reason, set_by_id, set_by_name, set_at)
       VALUES ('source', '${sourceId}', 1, '${unitId}', 'forever', NULL, '', 'person_x', 'x', now())`,
    );
    return `${URL}/sources/${sourceId}`;
  };
  return {
    ...both("units", unit),
    ...both("sources", sourceIn),
    [`POST ${URL}/sources/:id/preview unitId`]: async (unitId) => ({
      url: `${await movedFrom(unitId)}/preview`,
      payload: { ...DRAFT, unitId },
    }),
    [`PUT ${URL}/sources/:id unitId`]: async (unitId) => ({
      url: await movedFrom(unitId),
      payload: { ...DRAFT, unitId, version: 99 },
    }),
  };
}
