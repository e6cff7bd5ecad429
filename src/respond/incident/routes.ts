import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { addIncidentNote, changeIncident, openIncident } from "./conduct.ts";
import {
  ByAlertsQuery,
  IncidentAlertParams,
  IncidentAlertsInput,
  IncidentChanged,
  IncidentCounts,
  IncidentDetail,
  IncidentInput,
  IncidentListQuery,
  IncidentNoteInput,
  IncidentPage,
  IncidentParams,
  IncidentPatch,
  IncidentsByAlert,
} from "./contract.ts";
import { addAlerts, removeAlert } from "./membership.ts";
import {
  type IncidentDeps,
  incidentDeps,
  listIncidentPage,
  readIncident,
  readIncidentCounts,
  readIncidentsByAlerts,
} from "./service.ts";

const READ = { access: "incident:read" } as const;
const WRITE = { access: "incident:write" } as const;
const tags = ["incidents"];
const detail = { 200: IncidentDetail };

/** `/api/v1/incidents…` */
export const incidentRoutes =
  (deps: IncidentDeps = incidentDeps): FastifyPluginAsyncZod =>
  async (app) => {
    await app.register(readingRoutes);
    await app.register(writingRoutes(deps));
  };

const readingRoutes: FastifyPluginAsyncZod = async (app) => {
  app.get(
    "/api/v1/incidents",
    {
      config: READ,
      schema: { tags, summary: "Incidents", querystring: IncidentListQuery, response: { 200: IncidentPage } },
    },
    (req) => listIncidentPage(req.ctx, req.query),
  );
  app.get(
    "/api/v1/incidents/counts",
    { config: READ, schema: { tags, summary: "Incidents by status and severity", response: { 200: IncidentCounts } } },
    (req) => readIncidentCounts(req.ctx),
  );
  app.get(
    "/api/v1/incidents/by-alerts",
    {
      config: READ,
      schema: {
        tags,
        summary: "Which alerts belong to an incident",
        querystring: ByAlertsQuery,
        response: { 200: IncidentsByAlert },
      },
    },
    (req) => readIncidentsByAlerts(req.ctx, req.query.ids),
  );
  app.get(
    "/api/v1/incidents/:id",
    { config: READ, schema: { tags, summary: "One incident", params: IncidentParams, response: detail } },
    (req) => readIncident(req.ctx, req.params.id),
  );
};

const writingRoutes =
  (deps: IncidentDeps): FastifyPluginAsyncZod =>
  async (app) => {
    app.post(
      "/api/v1/incidents",
      { config: WRITE, schema: { tags, summary: "Open an incident", body: IncidentInput, response: detail } },
      (req) => openIncident(req.ctx, req.body, deps),
    );
    app.patch(
      "/api/v1/incidents/:id",
      {
        config: WRITE,
        schema: {
          tags,
          summary: "Change an incident",
          params: IncidentParams,
          body: IncidentPatch,
          response: { 200: IncidentChanged },
        },
      },
      (req) => changeIncident(req.ctx, { id: req.params.id, ...req.body }, deps),
    );
    app.post(
      "/api/v1/incidents/:id/notes",
      {
        config: WRITE,
        schema: { tags, summary: "Add a note", params: IncidentParams, body: IncidentNoteInput, response: detail },
      },
      (req) => addIncidentNote(req.ctx, { id: req.params.id, text: req.body.text }),
    );
    app.post(
      "/api/v1/incidents/:id/alerts",
      {
        config: WRITE,
        schema: { tags, summary: "Add alerts", params: IncidentParams, body: IncidentAlertsInput, response: detail },
      },
      (req) => addAlerts(req.ctx, { id: req.params.id, alertIds: req.body.alertIds }),
    );
    app.delete(
      "/api/v1/incidents/:id/alerts/:alertId",
      {
        config: WRITE,
        schema: { tags, summary: "Take an alert out", params: IncidentAlertParams, response: detail },
      },
      (req) => removeAlert(req.ctx, req.params),
    );
  };
