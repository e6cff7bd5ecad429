import type { FastifyReply, FastifyRequest } from "fastify";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { AppError } from "../../kernel/errors.ts";
import { SignInMethods } from "./contract.ts";
import { AUTH_PATH } from "./engine.ts";
import type { Identity } from "./identity.ts";
import { sendToEngine } from "./request.ts";

/** What of better-auth is reachable. Everything else it offers (sign-up, change of address, deletion) is not ours. */
const OPEN: Readonly<Record<string, readonly string[]>> = {
  GET: ["/get-session", "/list-sessions"],
  POST: [
    "/sign-in/email",
    "/sign-in/social",
    "/sign-out",
    "/change-password",
    "/revoke-session",
    "/revoke-other-sessions",
    "/two-factor/enable",
    "/two-factor/disable",
    "/two-factor/verify-totp",
    "/two-factor/verify-backup-code",
    "/two-factor/generate-backup-codes",
  ],
};

export type AuthRoutesDeps = {
  readonly identity: Identity;
  readonly isSetupNeeded: () => Promise<boolean>;
};

/** `/api/auth/*` and the list of ways to sign in. Refusals are problem+json; `facts.reason` is better-auth's code. */
export function authRoutes(deps: AuthRoutesDeps): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      "/api/v1/sign-in-methods",
      { config: { access: "public" }, schema: { summary: "Ways to sign in", response: { 200: SignInMethods } } },
      async () => ({
        password: true,
        oidc: [...deps.identity.oidcProviders],
        isSetupNeeded: await deps.isSetupNeeded(),
      }),
    );
    const pass = (request: FastifyRequest, reply: FastifyReply) => passOn(deps.identity, request, reply);
    const options = { config: { access: "public" as const }, schema: { hide: true } };
    app.get(`${AUTH_PATH}/*`, options, pass);
    app.post(`${AUTH_PATH}/*`, { ...options, bodyLimit: 16 * 1024 }, pass);
  };
}

async function passOn(identity: Identity, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const path = (request.url.split("?", 1)[0] ?? "").slice(AUTH_PATH.length);
  if (!isOpen(request.method, path)) throw new AppError("not_found", "There is nothing at this address.");
  const call = { url: request.url, method: request.method, body: request.body };
  const answer = await identity.watch.handle(sendToEngine(request, call), request);
  for (const cookie of answer.setCookies) reply.header("set-cookie", cookie);
  if (answer.location !== undefined) reply.header("location", answer.location);
  return reply.code(answer.status).type("application/json").send(answer.body);
}

function isOpen(method: string, path: string): boolean {
  if (method === "GET" && /^\/callback\/[a-z0-9-]+$/.test(path)) return true;
  return OPEN[method]?.includes(path) ?? false;
}
