import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import {
  RejectedRules,
  RuleCheck,
  RuleCheckResult,
  RuleCreate,
  RuleDelete,
  RuleDeleted,
  RuleDetail,
  RuleFacetQuery,
  RuleFacets,
  RuleListQuery,
  RulePage,
  RuleParams,
  RuleSwitch,
  RuleTitles,
  RuleUpdate,
  RuleVersionParams,
  RuleVersionText,
  SigmaFilters,
} from "./contract.ts";
import { coverageRoutes } from "./coverage/routes.ts";
import { sampleRoutes } from "./sample/routes.ts";
import {
  listFilters,
  listRejected,
  listRules,
  type RuleDeps,
  readRule,
  readRuleFacets,
  readRuleTitles,
  readRuleVersion,
} from "./service.ts";
import { checkRule, createRule, deleteRule, switchRule, updateRule } from "./upkeep.ts";

const READ = { access: "rule:read" } as const;
const WRITE = { access: "rule:write" } as const;
const tags = ["rules"];

/** `/api/v1/rules…` */
export const ruleRoutes =
  (deps: RuleDeps): FastifyPluginAsyncZod =>
  async (app) => {
    await app.register(coverageRoutes(deps));
    await app.register(sampleRoutes(deps));
    app.get(
      "/api/v1/rules",
      {
        config: READ,
        schema: { tags, summary: "Detection rules", querystring: RuleListQuery, response: { 200: RulePage } },
      },
      (req) => listRules(req.ctx, req.query, deps),
    );
    app.get(
      "/api/v1/rules/facets",
      {
        config: READ,
        schema: {
          tags,
          summary: "Counts of each filter value",
          querystring: RuleFacetQuery,
          response: { 200: RuleFacets },
        },
      },
      (req) => readRuleFacets(req.ctx, req.query, deps),
    );
    app.get(
      "/api/v1/rules/rejected",
      { config: READ, schema: { tags, summary: "Rules that cannot run, and why", response: { 200: RejectedRules } } },
      async () => listRejected(deps),
    );
    app.get(
      "/api/v1/rules/filters",
      {
        config: READ,
        schema: { tags, summary: "Sigma filters, and the rules that each narrows", response: { 200: SigmaFilters } },
      },
      async () => listFilters(deps),
    );
    // For whoever reads alerts: an executive sees titles there and holds no rule:read.
    app.get(
      "/api/v1/rules/titles",
      {
        config: { access: "alert:read" },
        schema: { tags, summary: "Japanese titles of rules", response: { 200: RuleTitles } },
      },
      async () => readRuleTitles(deps),
    );
    app.post(
      "/api/v1/rules/check",
      {
        config: READ,
        schema: { tags, summary: "Compile without storing", body: RuleCheck, response: { 200: RuleCheckResult } },
      },
      (req) => checkRule(req.body.text, deps),
    );
    app.get(
      "/api/v1/rules/:id",
      { config: READ, schema: { tags, summary: "One rule", params: RuleParams, response: { 200: RuleDetail } } },
      (req) => readRule(req.ctx, req.params.id, deps),
    );
    app.get(
      "/api/v1/rules/:id/versions/:version",
      {
        config: READ,
        schema: {
          tags,
          summary: "An earlier text of an own rule",
          params: RuleVersionParams,
          response: { 200: RuleVersionText },
        },
      },
      (req) => readRuleVersion(req.ctx, req.params),
    );
    app.post(
      "/api/v1/rules",
      { config: WRITE, schema: { tags, summary: "Add an own rule", body: RuleCreate, response: { 201: RuleDetail } } },
      async (req, reply) => reply.code(201).send(await createRule(req.ctx, req.body, deps)),
    );
    app.put(
      "/api/v1/rules/:id",
      {
        config: WRITE,
        schema: {
          tags,
          summary: "Change an own rule",
          params: RuleParams,
          body: RuleUpdate,
          response: { 200: RuleDetail },
        },
      },
      (req) => updateRule(req.ctx, { ...req.body, id: req.params.id }, deps),
    );
    app.post(
      "/api/v1/rules/:id/switch",
      {
        config: WRITE,
        schema: {
          tags,
          summary: "Switch a rule on or off",
          params: RuleParams,
          body: RuleSwitch,
          response: { 200: RuleDetail },
        },
      },
      (req) => switchRule(req.ctx, { ...req.body, id: req.params.id }, deps),
    );
    app.post(
      "/api/v1/rules/:id/delete",
      {
        config: WRITE,
        schema: {
          tags,
          summary: "Delete an own rule",
          params: RuleParams,
          body: RuleDelete,
          response: { 200: RuleDeleted },
        },
      },
      (req) => deleteRule(req.ctx, { ...req.body, id: req.params.id }, deps),
    );
  };
