import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { type IncidentDeps, incidentDeps } from "../incident/index.ts";
import {
  Handover,
  HandoverAnswer,
  HandoverInput,
  HandoverPage,
  HandoverParams,
  HandoverQuery,
  ShiftSummary,
  SummaryQuery,
} from "./contract.ts";
import { acknowledge, handOver, listHandovers, shiftSummary, withdraw } from "./service.ts";

const READ = { access: "incident:read" } as const;
const WRITE = { access: "incident:write" } as const;
const tags = ["incidents"];
const URL = "/api/v1/handovers";

/** `/api/v1/handovers…` */
export const handoverRoutes =
  (deps: IncidentDeps = incidentDeps): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      URL,
      {
        config: READ,
        schema: { tags, summary: "Shifts handed over", querystring: HandoverQuery, response: { 200: HandoverPage } },
      },
      (req) => listHandovers(req.ctx, req.query),
    );
    app.get(
      `${URL}/summary`,
      {
        config: WRITE,
        schema: {
          tags,
          summary: "What a handover would list",
          querystring: SummaryQuery,
          response: { 200: ShiftSummary },
        },
      },
      (req) => shiftSummary(req.ctx, req.query.unit),
    );
    const response = { 200: Handover };
    app.post(
      URL,
      { config: WRITE, schema: { tags, summary: "Hand the shift over", body: HandoverInput, response } },
      (req) => handOver(req.ctx, req.body, deps),
    );
    app.post(
      `${URL}/:id/acknowledge`,
      {
        config: WRITE,
        schema: { tags, summary: "Acknowledge a handover", params: HandoverParams, body: HandoverAnswer, response },
      },
      (req) => acknowledge(req.ctx, { id: req.params.id, ...req.body }),
    );
    app.post(
      `${URL}/:id/withdraw`,
      { config: WRITE, schema: { tags, summary: "Take a handover back", params: HandoverParams, response } },
      (req) => withdraw(req.ctx, req.params.id),
    );
  };
