import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { RetroHunt, RetroHuntParams, RetroHuntQuery, RetroHuntStart, RetroHunts } from "./contract.ts";
import type { RetroHunts as Service } from "./service.ts";

const READ = { access: "event:read" } as const;
const tags = ["retro-hunts"];

/** `/api/v1/retro-hunts…` */
export const retroHuntRoutes =
  (hunts: Service): FastifyPluginAsyncZod =>
  async (app) => {
    app.post(
      "/api/v1/retro-hunts",
      {
        config: READ,
        schema: { tags, summary: "Run a rule over stored events", body: RetroHuntStart, response: { 201: RetroHunt } },
      },
      async (req, reply) => reply.code(201).send(await hunts.start(req.ctx, req.body)),
    );
    app.get(
      "/api/v1/retro-hunts",
      {
        config: READ,
        schema: { tags, summary: "One's own retro-hunts", querystring: RetroHuntQuery, response: { 200: RetroHunts } },
      },
      (req) => hunts.list(req.ctx, req.query.ruleId),
    );
    app.get(
      "/api/v1/retro-hunts/:id",
      {
        config: READ,
        schema: { tags, summary: "How a retro-hunt goes", params: RetroHuntParams, response: { 200: RetroHunt } },
      },
      (req) => hunts.read(req.ctx, req.params.id),
    );
    app.post(
      "/api/v1/retro-hunts/:id/cancel",
      {
        config: READ,
        schema: { tags, summary: "Cancel a retro-hunt", params: RetroHuntParams, response: { 200: RetroHunt } },
      },
      (req) => hunts.cancel(req.ctx, req.params.id),
    );
  };
