import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import type { EventAccess } from "../../monitor/search/index.ts";
import { addCell, moveCell, removeCell, runCell, saveCell } from "./cells.ts";
import {
  CellChange,
  CellInput,
  CellMove,
  CellParams,
  CellResult,
  CellSave,
  CellVersion,
  Notebook,
  NotebookExport,
  NotebookInput,
  NotebookList,
  NotebookListQuery,
  NotebookParams,
  NotebookPatch,
} from "./contract.ts";
import { exportNotebook } from "./export.ts";
import { changeNotebook, createNotebook, deleteNotebook, listNotebooks, readNotebook, readResult } from "./service.ts";

const READ = { access: "incident:read" } as const;
const WRITE = { access: "incident:write" } as const;
const tags = ["notebooks"];
const URL = "/api/v1/notebooks";
const response = { 200: Notebook };
const changed = { 200: CellChange };

/** `/api/v1/notebooks…` */
export const notebookRoutes =
  (deps: EventAccess): FastifyPluginAsyncZod =>
  async (app) => {
    await app.register(bookRoutes);
    await app.register(cellRoutes(deps));
  };

const bookRoutes: FastifyPluginAsyncZod = async (app) => {
  app.get(
    URL,
    {
      config: READ,
      schema: { tags, summary: "Notebooks", querystring: NotebookListQuery, response: { 200: NotebookList } },
    },
    (req) => listNotebooks(req.ctx, req.query),
  );
  app.post(
    URL,
    { config: WRITE, schema: { tags, summary: "Begin a notebook", body: NotebookInput, response } },
    (req) => createNotebook(req.ctx, req.body),
  );
  app.get(
    `${URL}/:id`,
    { config: READ, schema: { tags, summary: "One notebook", params: NotebookParams, response } },
    (req) => readNotebook(req.ctx, req.params.id),
  );
  app.patch(
    `${URL}/:id`,
    {
      config: WRITE,
      schema: { tags, summary: "Change a notebook", params: NotebookParams, body: NotebookPatch, response },
    },
    (req) => changeNotebook(req.ctx, { id: req.params.id, ...req.body }),
  );
  app.delete(
    `${URL}/:id`,
    { config: WRITE, schema: { tags, summary: "Delete a notebook", params: NotebookParams } },
    async (req, reply) => {
      await deleteNotebook(req.ctx, req.params.id);
      return reply.code(204).send();
    },
  );
  app.get(
    `${URL}/:id/export`,
    {
      config: READ,
      exposeHeadRoute: false,
      schema: { tags, summary: "A notebook as a file", params: NotebookParams, querystring: NotebookExport },
    },
    async (req, reply) => {
      const { name, mediaType, bytes } = await exportNotebook(req.ctx, { id: req.params.id, ...req.query });
      return reply
        .type(mediaType)
        .header("x-content-type-options", "nosniff")
        .header("content-disposition", `attachment; filename="${name}"`)
        .send(bytes);
    },
  );
};

const cellRoutes =
  (deps: EventAccess): FastifyPluginAsyncZod =>
  async (app) => {
    app.post(
      `${URL}/:id/cells`,
      {
        config: WRITE,
        schema: { tags, summary: "Add a cell", params: NotebookParams, body: CellInput, response: changed },
      },
      (req) => addCell(deps, req.ctx, { id: req.params.id, ...req.body }),
    );
    app.put(
      `${URL}/:id/cells/:cellId`,
      {
        config: WRITE,
        schema: { tags, summary: "Save a cell", params: CellParams, body: CellSave, response: changed },
      },
      (req) => saveCell(deps, req.ctx, { ...req.params, ...req.body }),
    );
    app.delete(
      `${URL}/:id/cells/:cellId`,
      {
        config: WRITE,
        schema: { tags, summary: "Remove a cell", params: CellParams, querystring: CellVersion, response: changed },
      },
      (req) => removeCell(req.ctx, { ...req.params, version: req.query.version }),
    );
    app.post(
      `${URL}/:id/cells/:cellId/move`,
      {
        config: WRITE,
        schema: { tags, summary: "Move a cell", params: CellParams, body: CellMove, response: changed },
      },
      (req) => moveCell(req.ctx, { ...req.params, ...req.body }),
    );
    app.get(
      `${URL}/:id/cells/:cellId/result`,
      {
        config: READ,
        schema: { tags, summary: "What a query found", params: CellParams, response: { 200: CellResult } },
      },
      (req) => readResult(req.ctx, req.params),
    );
    app.post(
      `${URL}/:id/cells/:cellId/run`,
      { config: WRITE, schema: { tags, summary: "Run a query again", params: CellParams, response: changed } },
      (req) => runCell(deps, req.ctx, req.params),
    );
  };
