import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import {
  ExceptionEnd,
  ExceptionInput,
  ExceptionList,
  ExceptionListQuery,
  ExceptionParams,
  ExceptionUpdate,
  RuleException,
} from "./contract.ts";
import { addException, changeException, type ExceptionDeps, endException, listExceptions } from "./service.ts";

const READ = { access: "rule:read" } as const;
const WRITE = { access: "rule:write" } as const;
const tags = ["rules"];
const response = { 200: RuleException };

/** `/api/v1/exceptions…` */
export const exceptionRoutes =
  (deps: ExceptionDeps): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      "/api/v1/exceptions",
      {
        config: READ,
        schema: {
          tags,
          summary: "Exceptions from rules",
          querystring: ExceptionListQuery,
          response: { 200: ExceptionList },
        },
      },
      (req) => listExceptions(req.ctx, req.query, deps),
    );
    app.post(
      "/api/v1/exceptions",
      {
        config: WRITE,
        schema: { tags, summary: "Add an exception", body: ExceptionInput, response: { 201: RuleException } },
      },
      async (req, reply) => reply.code(201).send(await addException(req.ctx, req.body, deps)),
    );
    app.put(
      "/api/v1/exceptions/:id",
      {
        config: WRITE,
        schema: {
          tags,
          summary: "Change or extend an exception",
          params: ExceptionParams,
          body: ExceptionUpdate,
          response,
        },
      },
      (req) => changeException(req.ctx, req.params.id, req.body, deps),
    );
    app.post(
      "/api/v1/exceptions/:id/end",
      {
        config: WRITE,
        schema: { tags, summary: "End an exception now", params: ExceptionParams, body: ExceptionEnd, response },
      },
      (req) => endException(req.ctx, req.params.id, req.body, deps),
    );
  };
