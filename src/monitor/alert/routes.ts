import { Readable } from "node:stream";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import {
  AlertCounts,
  AlertCountsQuery,
  AlertDetail,
  AlertFacets,
  AlertFilter,
  AlertListQuery,
  AlertMatrix,
  AlertMatrixQuery,
  AlertNoteInput,
  AlertPage,
  AlertParams,
  AlertPatch,
  AlertSelection,
  AlertSelectionQuery,
  BulkInput,
  BulkResult,
  MyChanges,
  UndoInput,
  UndoResult,
} from "./contract.ts";
import { exportAlerts } from "./export.ts";
import { readMyChanges } from "./my-changes.ts";
import {
  type AlertDeps,
  listAlertPage,
  readAlert,
  readAlertMatrix,
  readCounts,
  readFacets,
  readSelection,
} from "./service.ts";
import { addNote, changeAlert, changeAlerts, undoChange } from "./triage.ts";

const READ = { access: "alert:read" } as const;
const WRITE = { access: "alert:write" } as const;
/** Twenty thousand ids with versions are about 1.1 MB of JSON. */
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
      "/api/v1/alerts/selection",
      {
        config: WRITE,
        schema: {
          tags: ["alerts"],
          summary: "The alerts that match a filter at this moment, by id and version",
          querystring: AlertSelectionQuery,
          response: { 200: AlertSelection },
        },
      },
      (req) => readSelection(req.ctx, req.query),
    );
    app.get(
      "/api/v1/alerts/export.csv",
      {
        config: READ,
        exposeHeadRoute: false,
        schema: { tags: ["alerts"], summary: "The filtered queue as CSV", querystring: AlertSelectionQuery },
      },
      async (req, reply) => {
        const file = await exportAlerts(req.ctx, req.query);
        return reply
          .type("text/csv; charset=utf-8")
          .header("content-disposition", `attachment; filename="${file.name}"`)
          .send(Readable.from(file.chunks, { objectMode: false }));
      },
    );
    app.get(
      "/api/v1/alerts/matrix",
      {
        config: READ,
        schema: {
          tags: ["alerts"],
          summary: "The rule's severity by the analyst's",
          querystring: AlertMatrixQuery,
          response: { 200: AlertMatrix },
        },
      },
      (req) => readAlertMatrix(req.ctx, req.query),
    );
    app.get(
      "/api/v1/alerts/changes",
      {
        config: WRITE,
        schema: { tags: ["alerts"], summary: "Your latest changes to alerts", response: { 200: MyChanges } },
      },
      async (req) => ({ items: await readMyChanges(req.ctx) }),
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
