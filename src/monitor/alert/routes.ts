import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import {
  AlertCounts,
  AlertCountsQuery,
  AlertDetail,
  AlertFacets,
  AlertFilter,
  AlertListQuery,
  AlertNoteInput,
  AlertPage,
  AlertParams,
  AlertPatch,
  BulkInput,
  BulkResult,
  UndoInput,
  UndoResult,
} from "./contract.ts";
import { type AlertDeps, listAlertPage, readAlert, readCounts, readFacets } from "./service.ts";
import { addNote, changeAlert, changeAlerts, undoChange } from "./triage.ts";

const READ = { access: "alert:read" } as const;
const WRITE = { access: "alert:write" } as const;
/** Ten thousand ids with versions are about 600 kB of JSON. */
const BULK_BODY_BYTES = 2 * 1024 * 1024;

/** `/api/v1/alerts…` */
export const alertRoutes =
  (deps: AlertDeps): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      "/api/v1/alerts",
      {
        config: READ,
        schema: {
          tags: ["alerts"],
          summary: "The alert queue",
          querystring: AlertListQuery,
          response: { 200: AlertPage },
        },
      },
      (req) => listAlertPage(req.ctx, req.query),
    );
    app.get(
      "/api/v1/alerts/facets",
      {
        config: READ,
        schema: {
          tags: ["alerts"],
          summary: "Counts of each filter value",
          querystring: AlertFilter,
          response: { 200: AlertFacets },
        },
      },
      (req) => readFacets(req.ctx, req.query),
    );
    app.get(
      "/api/v1/alerts/counts",
      {
        config: READ,
        schema: {
          tags: ["alerts"],
          summary: "Alerts by status and severity",
          querystring: AlertCountsQuery,
          response: { 200: AlertCounts },
        },
      },
      (req) => readCounts(req.ctx, req.query),
    );
    app.get(
      "/api/v1/alerts/:id",
      {
        config: READ,
        schema: { tags: ["alerts"], summary: "One alert", params: AlertParams, response: { 200: AlertDetail } },
      },
      (req) => readAlert(req.ctx, req.params.id, deps),
    );
    app.patch(
      "/api/v1/alerts/:id",
      {
        config: WRITE,
        schema: {
          tags: ["alerts"],
          summary: "Change one alert",
          params: AlertParams,
          body: AlertPatch,
          response: { 200: AlertDetail },
        },
      },
      (req) => changeAlert(req.ctx, { id: req.params.id, ...req.body }, deps),
    );
    app.post(
      "/api/v1/alerts/:id/notes",
      {
        config: WRITE,
        schema: {
          tags: ["alerts"],
          summary: "Add a note",
          params: AlertParams,
          body: AlertNoteInput,
          response: { 200: AlertDetail },
        },
      },
      (req) => addNote(req.ctx, { id: req.params.id, text: req.body.text }, deps),
    );
    app.post(
      "/api/v1/alerts/bulk",
      {
        config: WRITE,
        bodyLimit: BULK_BODY_BYTES,
        schema: { tags: ["alerts"], summary: "Change many alerts", body: BulkInput, response: { 200: BulkResult } },
      },
      (req) => changeAlerts(req.ctx, req.body, deps),
    );
    app.post(
      "/api/v1/alerts/undo",
      {
        config: WRITE,
        schema: { tags: ["alerts"], summary: "Take a change back", body: UndoInput, response: { 200: UndoResult } },
      },
      (req) => undoChange(req.ctx, req.body.changeId),
    );
  };
