import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { caseRoutes } from "./case-routes.ts";
import {
  DutyRegister,
  EntryInput,
  EntryParams,
  EntrySave,
  EntryVersions,
  OpenClocks,
  Profile,
  ProfileSave,
  RegisterEntry,
} from "./contract.ts";
import { addEntry, readRegister, readVersions, saveEntry, saveProfile } from "./register.ts";
import { readOpenClocks } from "./watch.ts";

const READ = { access: "incident:read" } as const;
const WRITE = { access: "incident:write" } as const;
const tags = ["notification duties"];

/** `/api/v1/duties…` and `/api/v1/incidents/:id/duties…` */
export const dutyRoutes: FastifyPluginAsyncZod = async (app) => {
  await app.register(registerRoutes);
  await app.register(caseRoutes);
};

const registerRoutes: FastifyPluginAsyncZod = async (app) => {
  app.get(
    "/api/v1/duties/register",
    { config: READ, schema: { tags, summary: "Whom to tell, and what", response: { 200: DutyRegister } } },
    (req) => readRegister(req.ctx),
  );
  app.post(
    "/api/v1/duties/register",
    { config: WRITE, schema: { tags, summary: "Add an entry", body: EntryInput, response: { 200: RegisterEntry } } },
    (req) => addEntry(req.ctx, req.body),
  );
  app.put(
    "/api/v1/duties/register/:id",
    {
      config: WRITE,
      schema: {
        tags,
        summary: "Save a new version of an entry",
        params: EntryParams,
        body: EntrySave,
        response: { 200: RegisterEntry },
      },
    },
    (req) => saveEntry(req.ctx, { id: req.params.id, ...req.body }),
  );
  app.get(
    "/api/v1/duties/register/:id/versions",
    {
      config: READ,
      schema: { tags, summary: "Versions of an entry", params: EntryParams, response: { 200: EntryVersions } },
    },
    async (req) => ({ items: await readVersions(req.ctx, req.params.id) }),
  );
  app.put(
    "/api/v1/duties/units/:id",
    {
      config: WRITE,
      schema: {
        tags,
        summary: "Save standing answers and days off of a unit",
        params: EntryParams,
        body: ProfileSave,
        response: { 200: Profile },
      },
    },
    (req) => saveProfile(req.ctx, { unitId: req.params.id, ...req.body }),
  );
  app.get(
    "/api/v1/duties/clocks",
    { config: READ, schema: { tags, summary: "Clocks that run, by deadline", response: { 200: OpenClocks } } },
    (req) => readOpenClocks(req.ctx),
  );
};
