import type { RunningServer } from "../../../src/app/server.ts";
import type { Aim } from "../../../src/organization/access/testing.ts";
import type { Cast } from "../../../src/organization/testing.ts";

/** Exceptions belong to the unit whose events they take out. */
export async function exceptionAims(server: RunningServer, { admin, units }: Cast): Promise<Record<string, Aim>> {
  const answer = await server.app.inject({ url: "/api/v1/rules?limit=1", headers: admin });
  const ruleId: string = answer.json().items[0].id;
  const wanted = (unitId: string) => ({
    ruleIds: [ruleId],
    unitId,
    match: { kind: "fields", fields: [{ name: "host.name", value: "backup-1" }] },
    reason: "known and harmless",
    expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
  });
  let serial = 0;
  const exceptionIn = async (unitId: string): Promise<string> => {
    const id = `exception_${++serial}`;
    await server.state.db.execute(
      `INSERT INTO rule_exception (id, version, rule_ids, unit_id, match, reason, owner_id, owner_name, starts_at,
         expires_at, created_at, updated_at)
       VALUES ('${id}', 1, ARRAY['${ruleId}'], '${unitId}', '{"kind":"fields","fields":[{"name":"a","value":"b"}]}', 'r',
         'o', 'o', now(), now() + interval '1 day', now(), now())`,
    );
    return id;
  };
  const change = async (id: string, unitId: string) => ({
    url: `/api/v1/exceptions/${id}`,
    payload: { ...wanted(unitId), version: 1 },
  });
  return {
    "POST /api/v1/exceptions unitId": (unitId) => ({ url: "/api/v1/exceptions", payload: wanted(unitId) }),
    "PUT /api/v1/exceptions/:id :id": async (unitId) => change(await exceptionIn(unitId), unitId),
    "PUT /api/v1/exceptions/:id unitId": async (unitId) => change(await exceptionIn(units.own), unitId),
    "POST /api/v1/exceptions/:id/end :id": async (unitId) => ({
      url: `/api/v1/exceptions/${await exceptionIn(unitId)}/end`,
      payload: { version: 1, reason: "over" },
    }),
  };
}
