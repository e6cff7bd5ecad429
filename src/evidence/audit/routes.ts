import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { AuditList, AuditQuery } from "./contract.ts";
import { listAudit } from "./service.ts";

export const auditRoutes: FastifyPluginAsyncZod = async (app) => {
  app.get(
    "/api/v1/audit",
    {
      config: { access: "audit:read" },
      schema: { summary: "The audit record, newest first", querystring: AuditQuery, response: { 200: AuditList } },
    },
    async (request) => listAudit(request.ctx, request.query),
  );
};
