import type { RunningServer } from "../../../src/app/server.ts";
import type { Aim } from "../../../src/organization/access/testing.ts";
import { addPerson, type Cast } from "../../../src/organization/testing.ts";
import { alertIn } from "./alerts.ts";

const NOW = "2026-01-01T00:00:00Z";
let serial = 0;

/** The crisis of an incident and the work on it: everything hangs below an incident of a unit. */
export async function caseAims(server: RunningServer, { admin, units }: Cast): Promise<Record<string, Aim>> {
  const send = async <T>(method: "GET" | "POST", url: string, payload?: object): Promise<T> => {
    const headers = payload instanceof Buffer ? { ...admin, "content-type": "application/octet-stream" } : { ...admin };
    const answer = await server.app.inject({ method, url, headers, ...(payload && { payload }) });
    if (answer.statusCode !== 200) throw new Error(`${url}: ${answer.statusCode} ${answer.body}`);
    return answer.json<T>();
  };
  const post = <T>(url: string, payload: object): Promise<T> => send("POST", url, payload);
  const incident = async (unitId: string): Promise<string> => {
    const alertIds = [(await alertIn(server, unitId)).id];
    return `/api/v1/incidents/${(await post<{ id: string }>("/api/v1/incidents", { title: "Matrix", alertIds })).id}`;
  };
  const within =
    (suffix: string, payload?: object): Aim =>
    async (unitId) => ({ url: `${await incident(unitId)}${suffix}`, ...(payload && { payload }) });
  /** Something below an incident of the unit, and a request about it. */
  const part =
    (make: (of: string) => Promise<string>, rest: (id: string) => string, payload?: object): Aim =>
    async (unitId) => {
      const of = await incident(unitId);
      return { url: `${of}${rest(await make(of))}`, ...(payload && { payload }) };
    };
  const service = async (of: string): Promise<string> => {
    const input = { name: "x", tolerance: 0, maxMinutes: null };
    return (await post<{ services: { id: string }[] }>(`${of}/crisis/services`, input)).services[0]?.id ?? "";
  };
  const task = async (of: string): Promise<string> =>
    (await post<{ items: { id: string }[] }>(`${of}/tasks`, { title: "x" })).items[0]?.id ?? "";
  const note = async (of: string): Promise<string> =>
    (await post<{ id: string }>(`${of}/case-notes`, { title: "x", body: "" })).id;
  const evidence = async (of: string): Promise<string> => {
    serial += 1;
    return (await post<{ id: string }>(`${of}/evidence?key=matrix-${serial}-0&name=x&bytes=1`, Buffer.from("x"))).id;
  };
  const { id: receiverId } = await addPerson(server.organization, server.app, {
    name: "receiver",
    unitId: units.own,
    // Who takes a shift over must be able to acknowledge it, wherever it is given.
    grants: [{ role: "analyst", unitId: units.root }],
  });
  const handover = (unitId: string) =>
    post<{ id: string }>("/api/v1/handovers", { unitId, receiverId, note: "Matrix" });
  const change = { name: "y", tolerance: 1, maxMinutes: null };
  const both = (route: string, name: string, aim: Aim): Record<string, Aim> => ({
    [`${route} :id`]: aim,
    [`${route} :${name}`]: aim,
  });
  const BASE = "/api/v1/incidents/:id";
  return {
    [`GET ${BASE}/feed :id`]: within("/feed"),
    [`POST ${BASE}/feed :id`]: within("/feed", { key: "matrix-0000", text: "x" }),
    [`GET ${BASE}/crisis :id`]: within("/crisis"),
    [`POST ${BASE}/crisis/declarations :id`]: within("/crisis/declarations", {
      phase: "discovered",
      kind: "declared",
      at: NOW,
      after: 0,
    }),
    [`POST ${BASE}/crisis/services :id`]: within("/crisis/services", change),
    [`POST ${BASE}/crisis/services unitId`]: async (unitId) => ({
      url: `${await incident(units.own)}/crisis/services`,
      payload: { ...change, unitId },
    }),
    ...both(
      `PATCH ${BASE}/crisis/services/:serviceId`,
      "serviceId",
      part(service, (id) => `/crisis/services/${id}`, { version: 1, change }),
    ),
    ...both(
      `POST ${BASE}/crisis/services/:serviceId/impacts`,
      "serviceId",
      part(service, (id) => `/crisis/services/${id}/impacts`, { at: NOW, level: 1 }),
    ),
    ...both(
      `POST ${BASE}/crisis/services/:serviceId/remove`,
      "serviceId",
      part(service, (id) => `/crisis/services/${id}/remove`, { version: 1, reason: "x" }),
    ),
    [`PUT ${BASE}/crisis/steps/:step :id`]: within("/crisis/steps/analyze", {
      version: 0,
      ownerId: null,
      startedAt: null,
      doneAt: null,
    }),
    [`GET ${BASE}/tasks :id`]: within("/tasks"),
    [`POST ${BASE}/tasks :id`]: within("/tasks", { title: "x" }),
    ...both(
      `PATCH ${BASE}/tasks/:taskId`,
      "taskId",
      part(task, (id) => `/tasks/${id}`, { version: 1, change: { state: "done" } }),
    ),
    ...both(
      `POST ${BASE}/tasks/:taskId/move`,
      "taskId",
      part(task, (id) => `/tasks/${id}/move`, { direction: "up" }),
    ),
    [`GET ${BASE}/case-notes :id`]: within("/case-notes"),
    [`POST ${BASE}/case-notes :id`]: within("/case-notes", { title: "x", body: "" }),
    ...both(
      `GET ${BASE}/case-notes/:noteId`,
      "noteId",
      part(note, (id) => `/case-notes/${id}`),
    ),
    ...both(
      `GET ${BASE}/case-notes/:noteId/versions`,
      "noteId",
      part(note, (id) => `/case-notes/${id}/versions`),
    ),
    ...both(
      `GET ${BASE}/case-notes/:noteId/versions/:version`,
      "noteId",
      part(note, (id) => `/case-notes/${id}/versions/1`),
    ),
    ...both(
      `PUT ${BASE}/case-notes/:noteId`,
      "noteId",
      part(note, (id) => `/case-notes/${id}`, { version: 1, title: "y", body: "" }),
    ),
    [`GET ${BASE}/evidence :id`]: within("/evidence"),
    [`POST ${BASE}/evidence :id`]: within("/evidence?key=matrix-upload&name=x&bytes=2", {}),
    ...both(
      `GET ${BASE}/evidence/:evidenceId`,
      "evidenceId",
      part(evidence, (id) => `/evidence/${id}`),
    ),
    ...both(
      `GET ${BASE}/evidence/:evidenceId/file`,
      "evidenceId",
      part(evidence, (id) => `/evidence/${id}/file`),
    ),
    ...both(
      `POST ${BASE}/evidence/:evidenceId/custody`,
      "evidenceId",
      part(evidence, (id) => `/evidence/${id}/custody`, { toId: "me", reason: "x", after: 1 }),
    ),
    ...both(
      `POST ${BASE}/evidence/:evidenceId/delete`,
      "evidenceId",
      part(evidence, (id) => `/evidence/${id}/delete`, { reason: "x", after: 1 }),
    ),
    [`GET ${BASE}/similar :id`]: within("/similar"),
    "GET /api/v1/response-times ?unit": async (unitId) => {
      const of = await incident(unitId);
      await post(`${of}/crisis/declarations`, { phase: "discovered", kind: "declared", at: NOW, after: 0 });
      return {
        url: `/api/v1/response-times?unit=${unitId}&from=2025-12-31T00:00:00Z&to=2026-01-02T00:00:00Z`,
        tellsOf: (answer) => answer.includes(unitId),
      };
    },
    "GET /api/v1/handovers/summary ?unit": (unitId) => ({ url: `/api/v1/handovers/summary?unit=${unitId}` }),
    "POST /api/v1/handovers unitId": (unitId) => ({
      url: "/api/v1/handovers",
      payload: { unitId, receiverId, note: "Matrix" },
    }),
    "POST /api/v1/handovers/:id/acknowledge :id": async (unitId) => ({
      url: `/api/v1/handovers/${(await handover(unitId)).id}/acknowledge`,
      payload: {},
    }),
    "POST /api/v1/handovers/:id/withdraw :id": async (unitId) => ({
      url: `/api/v1/handovers/${(await handover(unitId)).id}/withdraw`,
      payload: {},
    }),
  };
}
