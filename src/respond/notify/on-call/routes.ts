import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import type { IncidentDeps } from "../../incident/index.ts";
import {
  OverrideInput,
  OverrideParams,
  PageList,
  PageParams,
  PolicyInput,
  PolicyList,
  PolicyParams,
  PolicySave,
  RotaInput,
  RotaList,
  RotaParams,
  RotaSave,
} from "./contract.ts";
import { acknowledgePage, listPages } from "./pages.ts";
import { addPolicy, listPolicies, removePolicy, savePolicy } from "./policies.ts";
import { addOverride, addRota, listRotas, removeOverride, removeRota, saveRota } from "./rotas.ts";

const READ = { access: "incident:read" } as const;
const STAND_IN = { access: "incident:write" } as const;
const WRITE = { access: "notify:write" } as const;
/** A call may reach somebody who handles no incidents, such as a system administrator. */
const CALLED = { access: "signed-in" } as const;
const tags = ["on-call"];
const URL = "/api/v1/on-call";

/** `/api/v1/on-call…` */
export const onCallRoutes =
  (deps: IncidentDeps): FastifyPluginAsyncZod =>
  async (app) => {
    await app.register(rotaRoutes(deps));
    await app.register(policyRoutes(deps));
    const response = { 200: PageList };
    app.get(`${URL}/pages`, { config: CALLED, schema: { tags, summary: "Calls, open and over", response } }, (req) =>
      listPages(req.ctx),
    );
    app.post(
      `${URL}/pages/:id/acknowledge`,
      { config: CALLED, schema: { tags, summary: "Answer a call", params: PageParams, response } },
      (req) => acknowledgePage(req.ctx, req.params.id),
    );
  };

const rotaRoutes =
  (deps: IncidentDeps): FastifyPluginAsyncZod =>
  async (app) => {
    const response = { 200: RotaList };
    app.get(`${URL}/rotas`, { config: READ, schema: { tags, summary: "Rotas and their calendars", response } }, (req) =>
      listRotas(req.ctx),
    );
    app.post(
      `${URL}/rotas`,
      { config: WRITE, schema: { tags, summary: "Add a rota", body: RotaInput, response } },
      (req) => addRota(req.ctx, req.body, deps),
    );
    app.put(
      `${URL}/rotas/:id`,
      { config: WRITE, schema: { tags, summary: "Change a rota", params: RotaParams, body: RotaSave, response } },
      (req) => saveRota(req.ctx, { ...req.params, ...req.body }, deps),
    );
    app.delete(
      `${URL}/rotas/:id`,
      { config: WRITE, schema: { tags, summary: "Remove a rota", params: RotaParams, response } },
      (req) => removeRota(req.ctx, req.params.id),
    );
    app.post(
      `${URL}/rotas/:id/overrides`,
      { config: STAND_IN, schema: { tags, summary: "Stand in", params: RotaParams, body: OverrideInput, response } },
      (req) => addOverride(req.ctx, { ...req.params, ...req.body }, deps),
    );
    app.delete(
      `${URL}/rotas/:id/overrides/:override`,
      { config: STAND_IN, schema: { tags, summary: "No longer stand in", params: OverrideParams, response } },
      (req) => removeOverride(req.ctx, req.params),
    );
  };

const policyRoutes =
  (deps: IncidentDeps): FastifyPluginAsyncZod =>
  async (app) => {
    const response = { 200: PolicyList };
    app.get(`${URL}/policies`, { config: READ, schema: { tags, summary: "Escalation policies", response } }, (req) =>
      listPolicies(req.ctx),
    );
    app.post(
      `${URL}/policies`,
      { config: WRITE, schema: { tags, summary: "Add a policy", body: PolicyInput, response } },
      (req) => addPolicy(req.ctx, req.body, deps),
    );
    app.put(
      `${URL}/policies/:id`,
      { config: WRITE, schema: { tags, summary: "Change a policy", params: PolicyParams, body: PolicySave, response } },
      (req) => savePolicy(req.ctx, { ...req.params, ...req.body }, deps),
    );
    app.delete(
      `${URL}/policies/:id`,
      { config: WRITE, schema: { tags, summary: "Remove a policy", params: PolicyParams, response } },
      (req) => removePolicy(req.ctx, req.params.id),
    );
  };
