import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { CheckSetup, Setup, SetupDone, SetupState } from "./contract.ts";
import { isValidSetupToken, type SetupDeps, setUp } from "./service.ts";

export function setupRoutes(deps: SetupDeps): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      "/api/v1/setup/check",
      {
        config: { access: "public" },
        schema: { summary: "Does this setup link work?", body: CheckSetup, response: { 200: SetupState } },
      },
      async (request) => ({ isValid: await isValidSetupToken(deps.state.db, request.body.token) }),
    );
    app.post(
      "/api/v1/setup",
      {
        config: { access: "public" },
        schema: { summary: "Create the first administrator", body: Setup, response: { 201: SetupDone } },
      },
      async (request, reply) => {
        const { personId, unitId, setCookies } = await setUp(request, deps, request.body);
        for (const cookie of setCookies) reply.header("set-cookie", cookie);
        return reply.code(201).send({ personId, unitId });
      },
    );
  };
}
