import type { RunningServer } from "../../../src/app/server.ts";
import { createSource } from "../../../src/monitor/source/index.ts";
import type { Aim } from "../../../src/organization/access/testing.ts";
import type { Cast } from "../../../src/organization/testing.ts";
import { alertIn, type SampleAlert } from "./alerts.ts";

/** Alerts, sources, rules and the door for events. */
export async function monitorAims(server: RunningServer, cast: Cast): Promise<Record<string, Aim>> {
  return { ...alertAims(server), ...sourceAims(server, cast), ...(await ruleAims(server, cast)) };
}

function alertAims(server: RunningServer): Record<string, Aim> {
  const alert = (unitId: string) => alertIn(server, unitId);
  const one =
    (suffix: string, payload: object): Aim =>
    async (unitId) => ({ url: `/api/v1/alerts/${(await alert(unitId)).id}${suffix}`, payload });
  const bulk = (target: object, change: object = { note: "seen" }) => ({
    url: "/api/v1/alerts/bulk",
    payload: { target, change },
    tellsOf: (answer: string) => JSON.parse(answer).changed === 1,
  });
  const hasOne = (answer: string): boolean => JSON.parse(answer).total === 1;
  const list = (path: string): Record<string, Aim> => ({
    [`GET ${path} ?unit`]: async (unitId) => ({
      url: `${path}?unit=${unitId}&entity=${(await alert(unitId)).host}`,
      tellsOf: hasOne,
    }),
    [`GET ${path} ?source`]: async (unitId) => ({
      url: `${path}?source=${(await alert(unitId)).sourceId}`,
      tellsOf: hasOne,
    }),
    [`GET ${path} ?id`]: async (unitId) => ({ url: `${path}?id=${(await alert(unitId)).id}`, tellsOf: hasOne }),
  });
  const file = (name: string, chosen: (one: SampleAlert) => string): Record<string, Aim> => ({
    [`GET /api/v1/alerts/export.csv ?${name}`]: async (unitId) => {
      const made = await alert(unitId);
      return {
        url: `/api/v1/alerts/export.csv?${name}=${chosen(made)}`,
        tellsOf: (answer) => answer.includes(made.id),
      };
    },
  });
  return {
    ...list("/api/v1/alerts"),
    ...list("/api/v1/alerts/facets"),
    ...list("/api/v1/alerts/selection"),
    ...file("source", ({ sourceId }) => sourceId),
    ...file("id", ({ id }) => id),
    "GET /api/v1/alerts/export.csv ?unit": async (unitId) => {
      const { id, host } = await alert(unitId);
      return {
        url: `/api/v1/alerts/export.csv?unit=${unitId}&entity=${host}`,
        tellsOf: (answer) => answer.includes(id),
      };
    },
    "GET /api/v1/alerts/matrix ?unit": async (unitId) => {
      await alert(unitId);
      const period = `from=${encodeURIComponent(new Date(Date.now() - 86_400_000).toISOString())}&to=${encodeURIComponent(new Date().toISOString())}`;
      return {
        url: `/api/v1/alerts/matrix?unit=${unitId}&${period}`,
        tellsOf: (answer) => JSON.parse(answer).cells.length > 0,
      };
    },
    "GET /api/v1/alerts/:id :id": one("", {}),
    "PATCH /api/v1/alerts/:id :id": one("", { version: 1, change: { status: "in-progress" } }),
    "POST /api/v1/alerts/:id/notes :id": one("/notes", { text: "seen" }),
    "POST /api/v1/alerts/bulk target.alerts.id": async (unitId) => bulk({ alerts: [{ id: (await alert(unitId)).id }] }),
    "POST /api/v1/alerts/bulk target.filter.unit": async (unitId) =>
      bulk({ filter: { unit: [unitId], entity: (await alert(unitId)).host } }),
    "POST /api/v1/alerts/bulk target.filter.source": async (unitId) =>
      bulk({ filter: { source: [(await alert(unitId)).sourceId] } }),
    "POST /api/v1/alerts/bulk target.filter.id": async (unitId) => bulk({ filter: { id: [(await alert(unitId)).id] } }),
  };
}

function sourceAims(server: RunningServer, { units }: Cast): Record<string, Aim> {
  let serial = 0;
  // With its token, which belongs to it. Syslog sources need the root besides: their own tests are beside the code.
  const wanted = (unitId: string) => ({ name: `source ${++serial}`, kind: "token" as const, unitId });
  const sourceIn = async (unitId: string): Promise<string> => {
    const ctx = await server.organization.contexts.system("test");
    const input = { ...wanted(unitId), match: {}, format: "auto", timeZone: "", encoding: "auto" as const };
    return (await createSource(ctx, input, server.monitoring.sources)).source.id;
  };
  const one =
    (suffix = "", payload: object = {}): Aim =>
    async (unitId) => ({ url: `/api/v1/sources/${await sourceIn(unitId)}${suffix}`, payload });
  const cancelled: Aim = async (unitId) => {
    const [source, id] = [await sourceIn(unitId), `reread_${++serial}`];
    await server.state.db.execute(
      `INSERT INTO reread (id, source_id, unit_id, from_at, to_at, status, wanted, looked, understood, readers, counted, place,
         problem, owner_id, owner_name, created_at, finished_at)
       VALUES ('${id}', '${source}', '${unitId}', now(), now(), 'done', 0, 0, 0, '{}', '{"day":0,"stream":0,"seq":"0"}',
         '{"day":0,"stream":0,"seq":"0"}', '', 'o', 'o', now(), now())`,
    );
    return { url: `/api/v1/sources/${source}/rereads/${id}/cancel` };
  };
  return {
    "GET /api/v1/sources ?unit": async (unitId) => {
      const id = await sourceIn(unitId);
      return { url: `/api/v1/sources?unit=${unitId}&limit=500`, tellsOf: (answer) => answer.includes(id) };
    },
    "POST /api/v1/sources unitId": (unitId) => ({ url: "/api/v1/sources", payload: wanted(unitId) }),
    "GET /api/v1/sources/:id :id": one(),
    "GET /api/v1/sources/:id/parse-failures :id": one("/parse-failures"),
    "GET /api/v1/sources/:id/lines :id": one("/lines"),
    "GET /api/v1/sources/:id/unread :id": one("/unread"),
    "GET /api/v1/sources/:id/rereads :id": one("/rereads"),
    "POST /api/v1/sources/:id/rereads :id": one("/rereads"),
    "POST /api/v1/sources/:id/rereads/preview :id": one("/rereads/preview"),
    "POST /api/v1/sources/:id/rereads/:reread/cancel :id": cancelled,
    "POST /api/v1/sources/:id/rereads/:reread/cancel :reread": cancelled,
    "PATCH /api/v1/sources/:id :id": one("", { version: 1, timeZone: "Asia/Tokyo" }),
    "PATCH /api/v1/sources/:id unitId": async (unitId) => ({
      url: `/api/v1/sources/${await sourceIn(units.own)}`,
      payload: { version: 1, unitId },
    }),
    "POST /api/v1/sources/:id/archive :id": one("/archive", { version: 1 }),
    "POST /api/v1/ingest ?unit": (unitId) => ({ url: `/api/v1/ingest?unit=${unitId}`, payload: { a: 1 } }),
  };
}

/** Rules are for the whole group: whoever holds rule:write at its root alone may change one. */
async function ruleAims(server: RunningServer, { admin, units }: Cast): Promise<Record<string, Aim>> {
  const answer = await server.app.inject({ url: "/api/v1/rules?limit=1", headers: admin });
  const id: string = answer.json().items[0].id;
  const write = (suffix: string, payload: object): Aim => {
    return () => ({ url: `/api/v1/rules/${id}${suffix}`, payload, needsAt: units.root });
  };
  return {
    "PUT /api/v1/rules/:id :id": write("", { text: "title: x", comment: "x", version: 1 }),
    "POST /api/v1/rules/:id/switch :id": write("/switch", { isEnabled: false, reason: "noise" }),
    "POST /api/v1/rules/:id/delete :id": write("/delete", { reason: "noise" }),
    "GET /api/v1/rules/:id/samples :id": write("/samples", {}),
    "POST /api/v1/rules/:id/samples :id": write("/samples", { expected: "hit", text: "x" }),
    "POST /api/v1/rules/:id/samples/:sampleId/delete :id": write("/samples/sample_1/delete", {}),
    "POST /api/v1/rules/:id/samples/:sampleId/delete :sampleId": write("/samples/sample_1/delete", {}),
  };
}
