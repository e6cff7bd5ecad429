import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { Network, NetworkInput, NetworkList, NetworkParams } from "./contract.ts";
import { addNetwork, listNetworks, type NetworkDeps, removeNetwork } from "./service.ts";

const READ = { access: "source:read" } as const;
const WRITE = { access: "source:write" } as const;
const tags = ["networks"];

/** `/api/v1/networks…` */
export const networkRoutes =
  (deps: NetworkDeps): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      "/api/v1/networks",
      { config: READ, schema: { tags, summary: "Declared networks", response: { 200: NetworkList } } },
      (req) => listNetworks(req.ctx, deps),
    );
    app.post(
      "/api/v1/networks",
      {
        config: WRITE,
        schema: { tags, summary: "Declare a network", body: NetworkInput, response: { 201: Network } },
      },
      async (req, reply) => reply.code(201).send(await addNetwork(req.ctx, req.body, deps)),
    );
    app.delete(
      "/api/v1/networks/:id",
      {
        config: WRITE,
        schema: { tags, summary: "Remove a network", params: NetworkParams, response: { 204: z.void() } },
      },
      async (req, reply) => {
        await removeNetwork(req.ctx, req.params.id, deps);
        return reply.code(204).send();
      },
    );
  };
