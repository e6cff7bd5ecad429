import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { type IncidentDeps, incidentDeps } from "../incident/index.ts";
import {
  Crisis,
  CrisisParams,
  DeclarationInput,
  ImpactInput,
  ResponseTimes,
  ResponseTimesQuery,
  ServiceInput,
  ServiceParams,
  ServicePatch,
  ServiceRemoval,
  StepInput,
  StepParams,
} from "./contract.ts";
import { declarePhase } from "./declare.ts";
import { addService, changeService, declareImpact, removeService } from "./harm.ts";
import { readResponseTimes } from "./response-times.ts";
import { readCrisis } from "./service.ts";
import { setStep } from "./steps.ts";

const READ = { access: "incident:read" } as const;
const WRITE = { access: "incident:write" } as const;
const tags = ["incidents"];
const response = { 200: Crisis };
const URL = "/api/v1/incidents/:id/crisis";

/** `/api/v1/incidents/:id/crisis…` and `/api/v1/response-times` */
export const crisisRoutes =
  (deps: IncidentDeps = incidentDeps): FastifyPluginAsyncZod =>
  async (app) => {
    await app.register(harmRoutes);
    app.get(
      URL,
      { config: READ, schema: { tags, summary: "The course of an incident", params: CrisisParams, response } },
      (req) => readCrisis(req.ctx, req.params.id),
    );
    app.post(
      `${URL}/declarations`,
      {
        config: WRITE,
        schema: { tags, summary: "Declare a phase", params: CrisisParams, body: DeclarationInput, response },
      },
      (req) => declarePhase(req.ctx, { id: req.params.id, ...req.body }),
    );
    app.put(
      `${URL}/steps/:step`,
      {
        config: WRITE,
        schema: { tags, summary: "Owner and times of a step", params: StepParams, body: StepInput, response },
      },
      (req) => setStep(req.ctx, { ...req.params, ...req.body }, deps),
    );
    app.get(
      "/api/v1/response-times",
      {
        config: READ,
        schema: {
          tags,
          summary: "MTTD, MTTA, MTTC and MTTR per unit and month",
          querystring: ResponseTimesQuery,
          response: { 200: ResponseTimes },
        },
      },
      (req) => readResponseTimes(req.ctx, req.query),
    );
  };

const harmRoutes: FastifyPluginAsyncZod = async (app) => {
  app.post(
    `${URL}/services`,
    {
      config: WRITE,
      schema: { tags, summary: "Name what is harmed", params: CrisisParams, body: ServiceInput, response },
    },
    (req) => addService(req.ctx, { id: req.params.id, ...req.body }),
  );
  app.patch(
    `${URL}/services/:serviceId`,
    {
      config: WRITE,
      schema: { tags, summary: "Change what is harmed", params: ServiceParams, body: ServicePatch, response },
    },
    (req) => changeService(req.ctx, { ...req.params, ...req.body }),
  );
  app.post(
    `${URL}/services/:serviceId/impacts`,
    {
      config: WRITE,
      schema: {
        tags,
        summary: "Declare the harm from a moment on",
        params: ServiceParams,
        body: ImpactInput,
        response,
      },
    },
    (req) => declareImpact(req.ctx, { ...req.params, ...req.body }),
  );
  app.post(
    `${URL}/services/:serviceId/remove`,
    {
      config: WRITE,
      schema: { tags, summary: "It was named by mistake", params: ServiceParams, body: ServiceRemoval, response },
    },
    (req) => removeService(req.ctx, { ...req.params, ...req.body }),
  );
};
