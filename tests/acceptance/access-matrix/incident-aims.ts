import type { RunningServer } from "../../../src/app/server.ts";
import type { Aim } from "../../../src/organization/access/testing.ts";
import type { Cast } from "../../../src/organization/testing.ts";
import { alertIn } from "./alerts.ts";

/** Incidents, and the alerts in them. */
export function incidentAims(server: RunningServer, { admin, units }: Cast): Record<string, Aim> {
  const alert = async (unitId: string): Promise<string> => (await alertIn(server, unitId)).id;
  /** An incident of the unit about one alert, of the same unit unless another is named. */
  const incident = async (unitId: string, alertUnitId = unitId): Promise<{ id: string; alertId: string }> => {
    const alertId = await alert(alertUnitId);
    const payload = { title: "Matrix", unitId, alertIds: [alertId] };
    const answer = await server.app.inject({ method: "POST", url: "/api/v1/incidents", headers: admin, payload });
    if (answer.statusCode !== 200) throw new Error(`incident: ${answer.statusCode} ${answer.body}`);
    return { id: answer.json().id, alertId };
  };
  const one =
    (suffix = "", payload: object = {}): Aim =>
    async (unitId) => ({ url: `/api/v1/incidents/${(await incident(unitId)).id}${suffix}`, payload });
  const opening = (payload: object) => ({ url: "/api/v1/incidents", payload: { title: "Matrix", ...payload } });
  const member = ({ id, alertId }: { id: string; alertId: string }) => ({
    url: `/api/v1/incidents/${id}/alerts/${alertId}`,
  });
  return {
    "GET /api/v1/incidents ?unit": async (unitId) => {
      const { id } = await incident(unitId);
      return { url: `/api/v1/incidents?unit=${unitId}`, tellsOf: (answer) => answer.includes(id) };
    },
    "GET /api/v1/incidents ?id": async (unitId) => {
      const { id } = await incident(unitId);
      return { url: `/api/v1/incidents?id=${id}`, tellsOf: (answer) => answer.includes(id) };
    },
    "GET /api/v1/incidents/by-alerts ?ids": async (unitId) => {
      const { id, alertId } = await incident(unitId);
      return { url: `/api/v1/incidents/by-alerts?ids=${alertId}`, tellsOf: (answer) => answer.includes(id) };
    },
    "GET /api/v1/incidents/:id :id": one(),
    "GET /api/v1/incidents/:id/story :id": one("/story"),
    "GET /api/v1/incidents/:id/graph :id": one("/graph"),
    "GET /api/v1/kill-chain/incidents ?ids": async (unitId) => {
      const { id } = await incident(unitId);
      return { url: `/api/v1/kill-chain/incidents?ids=${id}`, tellsOf: (answer) => answer.includes(id) };
    },
    "POST /api/v1/incidents alertIds": async (unitId) =>
      opening({ unitId: units.own, alertIds: [await alert(unitId)] }),
    "POST /api/v1/incidents unitId": async (unitId) => opening({ unitId, alertIds: [await alert(units.own)] }),
    "PATCH /api/v1/incidents/:id :id": one("", { version: 1, change: { title: "Told" } }),
    "PATCH /api/v1/incidents/:id change.unitId": async (unitId) => ({
      url: `/api/v1/incidents/${(await incident(units.own)).id}`,
      payload: { version: 1, change: { unitId } },
    }),
    "POST /api/v1/incidents/:id/notes :id": one("/notes", { text: "seen" }),
    "POST /api/v1/incidents/:id/alerts :id": async (unitId) => ({
      url: `/api/v1/incidents/${(await incident(unitId)).id}/alerts`,
      payload: { alertIds: [await alert(unitId)] },
    }),
    "POST /api/v1/incidents/:id/alerts alertIds": async (unitId) => ({
      url: `/api/v1/incidents/${(await incident(units.own)).id}/alerts`,
      payload: { alertIds: [await alert(unitId)] },
    }),
    "DELETE /api/v1/incidents/:id/alerts/:alertId :id": async (unitId) => member(await incident(unitId)),
    "DELETE /api/v1/incidents/:id/alerts/:alertId :alertId": async (unitId) =>
      member(await incident(units.own, unitId)),
  };
}
