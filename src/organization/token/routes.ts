import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { CreatedToken, CreateToken, Token, TokenList, TokenParams, TokenQuery } from "./contract.ts";
import { createToken, listTokens, revokeToken, type TokenDeps } from "./service.ts";

export function tokenRoutes(deps: TokenDeps): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      "/api/v1/tokens",
      {
        config: { access: "token:read" },
        schema: {
          summary: "Tokens of log sources and integrations",
          querystring: TokenQuery,
          response: { 200: TokenList },
        },
      },
      async (request) => listTokens(request.ctx, request.query),
    );
    app.post(
      "/api/v1/tokens",
      {
        config: { access: "token:write" },
        schema: {
          summary: "Make a token; its secret is shown once",
          body: CreateToken,
          response: { 201: CreatedToken },
        },
      },
      async (request, reply) => reply.code(201).send(await createToken(request.ctx, deps, request.body)),
    );
    app.post(
      "/api/v1/tokens/:id/revoke",
      {
        config: { access: "token:write" },
        schema: { summary: "End a token at once", params: TokenParams, response: { 200: Token } },
      },
      async (request) => revokeToken(request.ctx, deps, request.params.id),
    );
  };
}
