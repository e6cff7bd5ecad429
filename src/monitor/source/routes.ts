import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import {
  ParseFailureQuery,
  ParseFailures,
  SourceArchive,
  SourceCreate,
  SourceCreated,
  SourceDetail,
  SourceListQuery,
  SourcePage,
  SourceParams,
  SourceUpdate,
} from "./contract.ts";
import {
  archiveSource,
  changeSource,
  createSource,
  listSources,
  readParseFailures,
  readSource,
  type SourceDeps,
} from "./service.ts";

const READ = { access: "source:read" } as const;
const WRITE = { access: "source:write" } as const;
const tags = ["sources"];

/** `/api/v1/sources…` */
export const sourceRoutes =
  (deps: SourceDeps): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      "/api/v1/sources",
      {
        config: READ,
        schema: {
          tags,
          summary: "Who sends logs, and how well they are understood",
          querystring: SourceListQuery,
          response: { 200: SourcePage },
        },
      },
      (req) => listSources(req.ctx, req.query, deps),
    );
    app.post(
      "/api/v1/sources",
      {
        config: WRITE,
        schema: { tags, summary: "Register a source", body: SourceCreate, response: { 201: SourceCreated } },
      },
      async (req, reply) => reply.code(201).send(await createSource(req.ctx, req.body, deps)),
    );
    app.get(
      "/api/v1/sources/:id",
      { config: READ, schema: { tags, summary: "One source", params: SourceParams, response: { 200: SourceDetail } } },
      (req) => readSource(req.ctx, req.params.id, deps),
    );
    app.get(
      "/api/v1/sources/:id/parse-failures",
      {
        config: READ,
        schema: {
          tags,
          summary: "What was not understood, by reason",
          params: SourceParams,
          querystring: ParseFailureQuery,
          response: { 200: ParseFailures },
        },
      },
      (req) => readParseFailures(req.ctx, { id: req.params.id, limit: req.query.limit }, deps),
    );
    app.patch(
      "/api/v1/sources/:id",
      {
        config: WRITE,
        schema: {
          tags,
          summary: "Change a source",
          params: SourceParams,
          body: SourceUpdate,
          response: { 200: SourceDetail },
        },
      },
      (req) => changeSource(req.ctx, { ...req.body, id: req.params.id }, deps),
    );
    app.post(
      "/api/v1/sources/:id/archive",
      {
        config: WRITE,
        schema: {
          tags,
          summary: "End a source",
          params: SourceParams,
          body: SourceArchive,
          response: { 200: SourceDetail },
        },
      },
      (req) => archiveSource(req.ctx, { id: req.params.id, version: req.body.version }, deps),
    );
  };
