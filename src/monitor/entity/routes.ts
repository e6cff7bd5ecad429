import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { closeSignal } from "../../platform/http/index.ts";
import { readAlerts } from "./alerts.ts";
import { readBefore } from "./before.ts";
import {
  EntityAlerts,
  EntityAlertsQuery,
  EntityBefore,
  EntityBeforeInput,
  EntityEvents,
  EntityExportQuery,
  EntityQuery,
  EntitySeen,
  EntitySeenQuery,
  EntitySummary,
} from "./contract.ts";
import type { EntityDeps } from "./deps.ts";
import { exportEntity } from "./export.ts";
import { readSeen } from "./seen.ts";
import { readLatest, readSummary } from "./summary.ts";

const READ = { access: "event:read" } as const;
const tags = ["entities"];

/** `/api/v1/entities/…` */
export const entityRoutes =
  (deps: EntityDeps): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      "/api/v1/entities/summary",
      {
        config: READ,
        schema: { tags, summary: "Figures of one entity", querystring: EntityQuery, response: { 200: EntitySummary } },
      },
      (req, reply) => readSummary(deps, req.ctx, { ...req.query, signal: closeSignal(reply) }),
    );
    app.get(
      "/api/v1/entities/seen",
      {
        config: READ,
        schema: {
          tags,
          summary: "The first and last event that is kept of one entity",
          querystring: EntitySeenQuery,
          response: { 200: EntitySeen },
        },
      },
      (req, reply) => readSeen(deps, req.ctx, { ...req.query, signal: closeSignal(reply) }),
    );
    app.post(
      "/api/v1/entities/before",
      {
        config: READ,
        schema: {
          tags,
          summary: "Which peers stood beside one entity before a window",
          body: EntityBeforeInput,
          response: { 200: EntityBefore },
        },
      },
      (req, reply) => readBefore(deps, req.ctx, { ...req.body, signal: closeSignal(reply) }),
    );
    app.get(
      "/api/v1/entities/events",
      {
        config: READ,
        schema: {
          tags,
          summary: "The latest events of one entity",
          querystring: EntityQuery,
          response: { 200: EntityEvents },
        },
      },
      (req, reply) => readLatest(deps, req.ctx, { ...req.query, signal: closeSignal(reply) }),
    );
    app.get(
      "/api/v1/entities/alerts",
      {
        config: { access: "alert:read" },
        schema: {
          tags,
          summary: "Alerts and incidents that one entity is in",
          querystring: EntityAlertsQuery,
          response: { 200: EntityAlerts },
        },
      },
      (req) => readAlerts(deps, req.ctx, req.query),
    );
    app.get(
      "/api/v1/entities/export",
      {
        config: READ,
        exposeHeadRoute: false,
        schema: { tags, summary: "One entity as a file", querystring: EntityExportQuery },
      },
      async (req, reply) => {
        const { name, mediaType, bytes } = await exportEntity(deps, req.ctx, {
          ...req.query,
          signal: closeSignal(reply),
        });
        return reply
          .type(mediaType)
          .header("x-content-type-options", "nosniff")
          .header("content-disposition", `attachment; filename="${name}"`)
          .send(bytes);
      },
    );
  };
