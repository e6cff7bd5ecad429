import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { CreateUnit, MoveUnit, Unit, UnitList, UnitParams, UnitQuery, UpdateUnit } from "./contract.ts";
import {
  archiveUnit,
  createUnit,
  getUnit,
  listUnits,
  moveUnit,
  restoreUnit,
  type UnitDeps,
  updateUnit,
} from "./service.ts";

const read = { config: { access: "unit:read" } } as const;
const write = { config: { access: "unit:write" } } as const;
const one = { params: UnitParams, response: { 200: Unit } };

export function unitRoutes(deps: UnitDeps): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      "/api/v1/units",
      { ...read, schema: { summary: "The group tree", querystring: UnitQuery, response: { 200: UnitList } } },
      async (request) => ({ items: await listUnits(request.ctx, request.query) }),
    );
    app.get("/api/v1/units/:id", { ...read, schema: { summary: "One unit", ...one } }, async (request) =>
      getUnit(request.ctx, request.params.id),
    );
    app.post(
      "/api/v1/units",
      { ...write, schema: { summary: "Add a unit", body: CreateUnit, response: { 201: Unit } } },
      async (request, reply) => reply.code(201).send(await createUnit(request.ctx, deps, request.body)),
    );
    app.patch(
      "/api/v1/units/:id",
      { ...write, schema: { summary: "Change a unit", ...one, body: UpdateUnit } },
      async (request) => updateUnit(request.ctx, request.params.id, request.body),
    );
    app.post(
      "/api/v1/units/:id/move",
      { ...write, schema: { summary: "Move a unit under another", ...one, body: MoveUnit } },
      async (request) => moveUnit(request.ctx, deps, { id: request.params.id, ...request.body }),
    );
    app.post(
      "/api/v1/units/:id/archive",
      { ...write, schema: { summary: "Archive a unit and all below it", ...one } },
      async (request) => archiveUnit(request.ctx, deps, request.params.id),
    );
    app.post(
      "/api/v1/units/:id/restore",
      { ...write, schema: { summary: "Bring an archived unit back", ...one } },
      async (request) => restoreUnit(request.ctx, deps, request.params.id),
    );
  };
}
