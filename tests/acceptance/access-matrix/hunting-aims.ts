import type { RunningServer } from "../../../src/app/server.ts";
import type { Aim } from "../../../src/organization/access/testing.ts";
import type { Cast } from "../../../src/organization/testing.ts";
import { alertIn } from "./alerts.ts";

/** Pages of entities, and notebooks: of an incident by its unit, free ones by the unit that they are shared with. */
export function huntingAims(server: RunningServer, { admin, roles, units }: Cast): Record<string, Aim> {
  const send = async (url: string, payload: object, headers = admin): Promise<{ id: string }> => {
    const answer = await server.app.inject({ method: "POST", url, headers: { ...headers }, payload });
    if (answer.statusCode !== 200) throw new Error(`${url}: ${answer.statusCode} ${answer.body}`);
    return answer.json();
  };
  const URL = "/api/v1/notebooks";
  const incident = async (unitId: string): Promise<string> => {
    const alertIds = [(await alertIn(server, unitId)).id];
    return (await send("/api/v1/incidents", { title: "Matrix", unitId, alertIds })).id;
  };
  const book = async (unitId: string) => send(URL, { title: "Matrix", incidentId: await incident(unitId) });
  const withCell = async (unitId: string): Promise<{ url: string; cell: string }> => {
    const { id } = await book(unitId);
    const answer = await server.app.inject({
      method: "POST",
      url: `${URL}/${id}/cells`,
      headers: admin,
      payload: { cell: { kind: "query", body: "", settings: {} } },
    });
    return { url: `${URL}/${id}`, cell: answer.json().cell.id };
  };
  const of =
    (suffix: string, payload?: object): Aim =>
    async (unitId) => ({ url: `${URL}/${(await book(unitId)).id}${suffix}`, ...(payload && { payload }) });
  const cell =
    (suffix: string, payload?: object): Aim =>
    async (unitId) => {
      const made = await withCell(unitId);
      return { url: `${made.url}/cells/${made.cell}${suffix}`, ...(payload && { payload }) };
    };
  const both = (route: string, aim: Aim): Record<string, Aim> => ({ [`${route} :id`]: aim, [`${route} :cellId`]: aim });
  /** A free notebook of the role's own. */
  const own = async (role: keyof typeof roles) =>
    `${URL}/${(await server.app.inject({ method: "POST", url: URL, headers: { ...roles[role] }, payload: { title: "Matrix" } })).json().id}`;
  const query = (unitId: string) => ({ kind: "query", body: "", settings: { unit: unitId } });
  /** Asked about a unit, events are answered for what one may read below it. */
  const below = (unitId: string) => unitId === units.root && { needsAt: units.own };
  const entity = (path: string): Record<string, Aim> => ({
    [`GET /api/v1/entities/${path} ?unit`]: (unitId) => ({
      url: `/api/v1/entities/${path}?kind=host&value=x&unit=${unitId}${path === "export" ? "&format=json" : ""}`,
      ...below(unitId),
    }),
  });
  return {
    ...entity("summary"),
    ...entity("events"),
    ...entity("export"),
    "POST /api/v1/entities/before unit": (unitId) => ({
      url: "/api/v1/entities/before",
      payload: { kind: "host", value: "x", unit: unitId, peers: [] },
      ...below(unitId),
    }),
    [`GET ${URL}/:id :id`]: of(""),
    [`GET ${URL}/:id/export :id`]: of("/export?format=json"),
    [`POST ${URL} incidentId`]: async (unitId) => ({
      url: URL,
      payload: { title: "Matrix", incidentId: await incident(unitId) },
    }),
    [`POST ${URL} sharedWithUnitId`]: (unitId) => ({
      url: URL,
      payload: { title: "Matrix", sharedWithUnitId: unitId },
    }),
    [`PATCH ${URL}/:id :id`]: of("", { version: 1, change: { title: "Told" } }),
    [`PATCH ${URL}/:id change.sharedWithUnitId`]: async (unitId, role) => ({
      url: await own(role),
      payload: { version: 1, change: { sharedWithUnitId: unitId } },
    }),
    [`PATCH ${URL}/:id change.incidentId`]: async (unitId, role) => ({
      url: await own(role),
      payload: { version: 1, change: { incidentId: await incident(unitId) } },
    }),
    [`POST ${URL}/:id/cells :id`]: of("/cells", { cell: { kind: "note", body: "x" } }),
    [`POST ${URL}/:id/cells cell.settings.unit`]: async (unitId, role) => ({
      url: `${await own(role)}/cells`,
      payload: { cell: query(unitId) },
      ...below(unitId),
    }),
    ...both(`PUT ${URL}/:id/cells/:cellId`, cell("", { version: 1, cell: query("") })),
    [`PUT ${URL}/:id/cells/:cellId cell.settings.unit`]: async (unitId) => ({
      ...(await cell("", { version: 1, cell: query(unitId) })(units.own, "analyst")),
      ...below(unitId),
    }),
    ...both(`DELETE ${URL}/:id/cells/:cellId`, cell("?version=1")),
    ...both(`POST ${URL}/:id/cells/:cellId/move`, cell("/move", { direction: "up" })),
    ...both(`GET ${URL}/:id/cells/:cellId/result`, cell("/result")),
    ...both(`POST ${URL}/:id/cells/:cellId/run`, cell("/run")),
  };
}
