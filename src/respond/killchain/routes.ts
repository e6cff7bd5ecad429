import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { KillChain, KillChainInput, KillChainReset, KillChainStrips, StripsQuery } from "./contract.ts";
import { changeKillChain, readKillChain, readStrips, resetKillChain } from "./service.ts";

const READ = { access: "incident:read" } as const;
const WRITE = { access: "incident:write" } as const;
const tags = ["kill chain"];
const response = { 200: KillChain };

/** `/api/v1/kill-chain…` */
export const killChainRoutes: FastifyPluginAsyncZod = async (app) => {
  app.get(
    "/api/v1/kill-chain",
    { config: READ, schema: { tags, summary: "What of ATT&CK stands for which step", response } },
    (req) => readKillChain(req.ctx),
  );
  app.put(
    "/api/v1/kill-chain",
    { config: WRITE, schema: { tags, summary: "Change what stands for which step", body: KillChainInput, response } },
    (req) => changeKillChain(req.ctx, req.body),
  );
  app.post(
    "/api/v1/kill-chain/reset",
    { config: WRITE, schema: { tags, summary: "Back to the mapping as delivered", body: KillChainReset, response } },
    (req) => resetKillChain(req.ctx, req.body.version),
  );
  app.get(
    "/api/v1/kill-chain/incidents",
    {
      config: READ,
      schema: {
        tags,
        summary: "How far incidents went",
        querystring: StripsQuery,
        response: { 200: KillChainStrips },
      },
    },
    (req) => readStrips(req.ctx, req.query.ids),
  );
};
