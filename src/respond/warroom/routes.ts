import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { FeedPage, FeedParams, FeedPosted, FeedQuery, MessageInput } from "./contract.ts";
import { postMessage, readWarRoom } from "./service.ts";

const tags = ["incidents"];
const URL = "/api/v1/incidents/:id/feed";

/** `/api/v1/incidents/:id/feed` */
export const warRoomRoutes: FastifyPluginAsyncZod = async (app) => {
  app.get(
    URL,
    {
      config: { access: "incident:read" },
      schema: {
        tags,
        summary: "What was said and done, newest first",
        params: FeedParams,
        querystring: FeedQuery,
        response: { 200: FeedPage },
      },
    },
    (req) => readWarRoom(req.ctx, { id: req.params.id, ...req.query }),
  );
  app.post(
    URL,
    {
      config: { access: "incident:write" },
      schema: {
        tags,
        summary: "Say something in the war room",
        params: FeedParams,
        body: MessageInput,
        response: { 200: FeedPosted },
      },
    },
    (req) => postMessage(req.ctx, { id: req.params.id, ...req.body }),
  );
};
