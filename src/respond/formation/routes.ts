import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { IncidentParams } from "../incident/contract.ts";
import { FormationGroups, FormationState, GroupsQuery, IncidentFormation } from "./contract.ts";
import type { GroupingDeps } from "./grouping.ts";
import { groupingRoutes } from "./grouping-routes.ts";
import { handRoutes } from "./hand-routes.ts";
import { listGroups, readFormation } from "./view.ts";

const tags = ["formation"];

export type FormationRouteDeps = GroupingDeps & { readonly state: () => FormationState };

/** `/api/v1/incidents/:id/formation`, `/api/v1/formation/state`, `/api/v1/formation/groups`, `/api/v1/grouping-rules…` */
export const formationRoutes =
  (deps: FormationRouteDeps): FastifyPluginAsyncZod =>
  async (app) => {
    await app.register(readingRoutes);
    app.get(
      "/api/v1/formation/state",
      {
        config: { access: "incident:read" },
        schema: { tags, summary: "Whether alerts are being joined", response: { 200: FormationState } },
      },
      async () => deps.state(),
    );
    await app.register(groupingRoutes(deps));
    await app.register(handRoutes);
  };

const readingRoutes: FastifyPluginAsyncZod = async (app) => {
  app.get(
    "/api/v1/incidents/:id/formation",
    {
      config: { access: "incident:read" },
      schema: {
        tags,
        summary: "Why these alerts are one incident",
        params: IncidentParams,
        response: { 200: IncidentFormation },
      },
    },
    (req) => readFormation(req.ctx, req.params.id),
  );
  app.get(
    "/api/v1/formation/groups",
    {
      config: { access: "alert:read" },
      schema: {
        tags,
        summary: "Alerts that belong together and open no incident",
        querystring: GroupsQuery,
        response: { 200: FormationGroups },
      },
    },
    (req) => listGroups(req.ctx, req.query),
  );
};
