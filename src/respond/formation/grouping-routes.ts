import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import {
  GroupingPreview,
  GroupingRuleEnd,
  GroupingRuleInput,
  GroupingRuleMatch,
  GroupingRuleParams,
  GroupingRules,
  GroupingRuleUpdate,
  GroupingRuleView,
} from "./contract.ts";
import {
  addGroupingRule,
  changeGroupingRule,
  endGroupingRule,
  type GroupingDeps,
  listGroupingRules,
  previewGroupingRule,
} from "./grouping.ts";

const READ = { access: "incident:read" } as const;
const WRITE = { access: "incident:write" } as const;
const tags = ["formation"];
const params = GroupingRuleParams;
const response = { 200: GroupingRuleView };

/** `/api/v1/grouping-rules…` */
export const groupingRoutes =
  (deps: GroupingDeps): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      "/api/v1/grouping-rules",
      { config: READ, schema: { tags, summary: "Grouping rules", response: { 200: GroupingRules } } },
      (req) => listGroupingRules(req.ctx, deps),
    );
    app.post(
      "/api/v1/grouping-rules",
      {
        config: WRITE,
        schema: { tags, summary: "Add a grouping rule", body: GroupingRuleInput, response: { 201: GroupingRuleView } },
      },
      async (req, reply) => reply.code(201).send(await addGroupingRule(req.ctx, req.body, deps)),
    );
    app.post(
      "/api/v1/grouping-rules/preview",
      {
        config: WRITE,
        schema: {
          tags,
          summary: "What a grouping rule would have done in the last 30 days",
          body: GroupingRuleMatch,
          response: { 200: GroupingPreview },
        },
      },
      (req) => previewGroupingRule(req.ctx, req.body, deps),
    );
    app.put(
      "/api/v1/grouping-rules/:id",
      {
        config: WRITE,
        schema: { tags, summary: "Change or extend a grouping rule", params, body: GroupingRuleUpdate, response },
      },
      (req) => changeGroupingRule(req.ctx, { ...req.body, id: req.params.id }, deps),
    );
    app.post(
      "/api/v1/grouping-rules/:id/end",
      {
        config: WRITE,
        schema: { tags, summary: "End a grouping rule now", params, body: GroupingRuleEnd, response },
      },
      (req) => endGroupingRule(req.ctx, { ...req.body, id: req.params.id }, deps),
    );
  };
