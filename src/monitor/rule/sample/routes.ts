import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { RuleParams } from "../contract.ts";
import type { RuleDeps } from "../service.ts";
import { RuleSampleCreate, RuleSampleParams, RuleSamples, RuleTry, RuleTryResult } from "./contract.ts";
import { createSample, deleteSample, listSamples } from "./service.ts";
import { tryOnEvents } from "./try.ts";

const READ = { access: "rule:read" } as const;
const WRITE = { access: "rule:write" } as const;
const tags = ["rules"];

/** `/api/v1/rules/try` and `/api/v1/rules/:id/samples…` */
export const sampleRoutes =
  (deps: RuleDeps): FastifyPluginAsyncZod =>
  async (app) => {
    app.post(
      "/api/v1/rules/try",
      {
        config: READ,
        schema: { tags, summary: "Try a rule on events", body: RuleTry, response: { 200: RuleTryResult } },
      },
      (req) => tryOnEvents(req.ctx, req.body, deps),
    );
    app.get(
      "/api/v1/rules/:id/samples",
      {
        config: WRITE,
        schema: { tags, summary: "Samples of a rule", params: RuleParams, response: { 200: RuleSamples } },
      },
      (req) => listSamples(req.ctx, req.params.id, deps),
    );
    app.post(
      "/api/v1/rules/:id/samples",
      {
        config: WRITE,
        schema: {
          tags,
          summary: "Keep an event as a sample",
          params: RuleParams,
          body: RuleSampleCreate,
          response: { 201: RuleSamples },
        },
      },
      async (req, reply) =>
        reply.code(201).send(await createSample(req.ctx, { ...req.body, ruleId: req.params.id }, deps)),
    );
    app.post(
      "/api/v1/rules/:id/samples/:sampleId/delete",
      {
        config: WRITE,
        schema: { tags, summary: "Delete a sample", params: RuleSampleParams, response: { 200: RuleSamples } },
      },
      (req) => deleteSample(req.ctx, { ruleId: req.params.id, sampleId: req.params.sampleId }, deps),
    );
  };
