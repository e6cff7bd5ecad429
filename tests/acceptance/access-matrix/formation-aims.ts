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
  const reason = "one attack";
  const merged = async (unitId: string): Promise<string> => {
    const id = await incident(unitId);
    const url = `/api/v1/incidents/${id}/merge`;
    const payload = { intoId: await incident(unitId), reason };
    const answer = await server.app.inject({ method: "POST", url, headers: admin, payload });
    if (answer.statusCode !== 200) throw new Error(`merge: ${answer.statusCode} ${answer.body}`);
    return id;
  };
  const relationOf = async (id: string): Promise<string> => {
    const answer = await server.app.inject({ url: `/api/v1/incidents/${id}/formation`, headers: admin });
    return answer.json().relations[0].id;
  };
  const two = async (unitId: string, second: string): Promise<{ id: string; alertId: string }> => {
    const [a, b] = [await alertIn(server, unitId), await alertIn(server, second)];
    const payload = { title: "Matrix", unitId: units.own, alertIds: [a.id, b.id] };
    const answer = await server.app.inject({ method: "POST", url: "/api/v1/incidents", headers: admin, payload });
    if (answer.statusCode !== 200) throw new Error(`incident: ${answer.statusCode} ${answer.body}`);
    return { id: answer.json().id, alertId: b.id };
  };
  const undo = async (id: string) => ({ url: `/api/v1/incidents/${id}/relations/${await relationOf(id)}/undo` });
  return {
    "POST /api/v1/incidents/:id/merge :id": async (unitId) => ({
      url: `/api/v1/incidents/${await incident(unitId)}/merge`,
      payload: { intoId: await incident(units.own), reason },
    }),
    "POST /api/v1/incidents/:id/merge intoId": async (unitId) => ({
      url: `/api/v1/incidents/${await incident(units.own)}/merge`,
      payload: { intoId: await incident(unitId), reason },
    }),
    "POST /api/v1/incidents/:id/split :id": async (unitId) => {
      const [a, b] = [await alertIn(server, unitId), await alertIn(server, unitId)];
      const payload = { title: "Matrix", unitId, alertIds: [a.id, b.id] };
      const answer = await server.app.inject({ method: "POST", url: "/api/v1/incidents", headers: admin, payload });
      return {
        url: `/api/v1/incidents/${answer.json().id}/split`,
        payload: { alertIds: [b.id], title: "Split", reason },
      };
    },
    "POST /api/v1/incidents/:id/split alertIds": async (unitId) => {
      const { id, alertId } = await two(units.own, unitId);
      return { url: `/api/v1/incidents/${id}/split`, payload: { alertIds: [alertId], title: "Split", reason } };
    },
    "POST /api/v1/incidents/:id/relations/:relationId/undo :id": async (unitId) => undo(await merged(unitId)),
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
