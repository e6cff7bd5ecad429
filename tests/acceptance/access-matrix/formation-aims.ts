import type { RunningServer } from "../../../src/app/server.ts";
import type { Aim } from "../../../src/organization/access/testing.ts";
import type { Cast } from "../../../src/organization/testing.ts";
import { alertIn } from "./alerts.ts";

/** Why alerts are one incident, and the rules by which people group them. */
export function formationAims(server: RunningServer, { admin, units }: Cast): Record<string, Aim> {
  const incident = async (unitId: string): Promise<string> => {
    const { id: alertId } = await alertIn(server, unitId);
    const payload = { title: "Matrix", unitId, alertIds: [alertId] };
    const answer = await server.app.inject({ method: "POST", url: "/api/v1/incidents", headers: admin, payload });
    if (answer.statusCode !== 200) throw new Error(`incident: ${answer.statusCode} ${answer.body}`);
    return answer.json().id;
  };
  const match = (unitId: string) => ({ effect: "join", ruleId: null, entityKind: "host", pattern: "scan-*", unitId });
  const rule = (unitId: string) => ({
    ...match(unitId),
    reason: "one scanner",
    expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
  });
  const ruleIn = async (unitId: string): Promise<string> => {
    const payload = rule(unitId);
    const answer = await server.app.inject({ method: "POST", url: "/api/v1/grouping-rules", headers: admin, payload });
    if (answer.statusCode !== 201) throw new Error(`grouping rule: ${answer.statusCode} ${answer.body}`);
    return answer.json().id;
  };
  const change = (id: string, unitId: string) => ({
    url: `/api/v1/grouping-rules/${id}`,
    payload: { ...rule(unitId), version: 1 },
  });
  return {
    "GET /api/v1/incidents/:id/formation :id": async (unitId) => ({
      url: `/api/v1/incidents/${await incident(unitId)}/formation`,
    }),
    "POST /api/v1/grouping-rules unitId": (unitId) => ({ url: "/api/v1/grouping-rules", payload: rule(unitId) }),
    "POST /api/v1/grouping-rules/preview unitId": (unitId) => ({
      url: "/api/v1/grouping-rules/preview",
      payload: match(unitId),
    }),
    "PUT /api/v1/grouping-rules/:id :id": async (unitId) => change(await ruleIn(unitId), unitId),
    "PUT /api/v1/grouping-rules/:id unitId": async (unitId) => change(await ruleIn(units.own), unitId),
    "POST /api/v1/grouping-rules/:id/end :id": async (unitId) => ({
      url: `/api/v1/grouping-rules/${await ruleIn(unitId)}/end`,
      payload: { version: 1, reason: "over" },
    }),
  };
}
