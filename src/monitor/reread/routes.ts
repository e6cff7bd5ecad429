import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import {
  Reread,
  RereadOneParams,
  RereadParams,
  RereadPreview,
  RereadStart,
  Rereads,
  Unread,
  UnreadQuery,
} from "./contract.ts";
import { cancelReread, listSourceRereads, previewReread, type RereadDeps, readUnread, startReread } from "./service.ts";

const READ = { access: "source:read" } as const;
const WRITE = { access: "source:write" } as const;
const tags = ["sources"];
const URL = "/api/v1/sources/:id";

/** `/api/v1/sources/:id/unread` and `…/rereads…` */
export const rereadRoutes =
  (deps: RereadDeps): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      `${URL}/unread`,
      {
        config: READ,
        schema: {
          tags,
          summary: "Stored events that are not understood",
          params: RereadParams,
          querystring: UnreadQuery,
          response: { 200: Unread },
        },
      },
      (req) => readUnread(req.ctx, { ...req.query, id: req.params.id }, deps),
    );
    app.get(
      `${URL}/rereads`,
      {
        config: READ,
        schema: { tags, summary: "When events were read again", params: RereadParams, response: { 200: Rereads } },
      },
      (req) => listSourceRereads(req.ctx, req.params.id, deps),
    );
    app.post(
      `${URL}/rereads/preview`,
      {
        config: WRITE,
        schema: {
          tags,
          summary: "What would be understood now",
          params: RereadParams,
          body: RereadStart,
          response: { 200: RereadPreview },
        },
      },
      (req) => previewReread(req.ctx, { ...req.body, id: req.params.id }, deps),
    );
    app.post(
      `${URL}/rereads`,
      {
        config: WRITE,
        schema: {
          tags,
          summary: "Read stored events again",
          params: RereadParams,
          body: RereadStart,
          response: { 201: Reread },
        },
      },
      async (req, reply) => reply.code(201).send(await startReread(req.ctx, { ...req.body, id: req.params.id }, deps)),
    );
    app.post(
      `${URL}/rereads/:reread/cancel`,
      {
        config: WRITE,
        schema: { tags, summary: "Stop reading again", params: RereadOneParams, response: { 200: Reread } },
      },
      (req) => cancelReread(req.ctx, req.params, deps),
    );
  };
