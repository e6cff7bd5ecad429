import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { IncidentParams } from "../incident/contract.ts";
import { MergeInput, Moved, RelationParams, SplitInput } from "./contract.ts";
import { mergeIncidents, splitIncident, undoRelation } from "./hand.ts";

const WRITE = { access: "incident:write" } as const;
const tags = ["formation"];
const response = { 200: Moved };

/** `/api/v1/incidents/:id/merge`, `…/split`, `…/relations/:relationId/undo` */
export const handRoutes: FastifyPluginAsyncZod = async (app) => {
  app.post(
    "/api/v1/incidents/:id/merge",
    {
      config: WRITE,
      schema: { tags, summary: "Merge into another incident", params: IncidentParams, body: MergeInput, response },
    },
    (req) => mergeIncidents(req.ctx, { ...req.body, id: req.params.id }),
  );
  app.post(
    "/api/v1/incidents/:id/split",
    {
      config: WRITE,
      schema: { tags, summary: "Split alerts off", params: IncidentParams, body: SplitInput, response },
    },
    (req) => splitIncident(req.ctx, { ...req.body, id: req.params.id }),
  );
  app.post(
    "/api/v1/incidents/:id/relations/:relationId/undo",
    { config: WRITE, schema: { tags, summary: "Undo a merge or a split", params: RelationParams, response } },
    (req) => undoRelation(req.ctx, req.params),
  );
};
