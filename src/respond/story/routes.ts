import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { AttackGraph, StoryParams, StoryQuery, Told } from "./contract.ts";
import { drawIncident, type StoryDeps, tellIncident } from "./service.ts";

const READ = { access: "incident:read" } as const;
const tags = ["incidents"];

/** `/api/v1/incidents/:id/story` and `…/graph` */
export const storyRoutes =
  (deps: StoryDeps): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      "/api/v1/incidents/:id/story",
      {
        config: READ,
        schema: {
          tags,
          summary: "An incident told in words",
          params: StoryParams,
          querystring: StoryQuery,
          response: { 200: Told },
        },
      },
      (req) => tellIncident(req.ctx, { ref: req.params.id, language: req.query.lang }, deps),
    );
    app.get(
      "/api/v1/incidents/:id/graph",
      {
        config: READ,
        schema: { tags, summary: "An incident as a graph", params: StoryParams, response: { 200: AttackGraph } },
      },
      (req) => drawIncident(req.ctx, req.params.id, deps),
    );
  };
