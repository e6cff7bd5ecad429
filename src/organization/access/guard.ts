import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from "fastify";
import { AppError } from "../../kernel/errors.ts";
import { createAttemptLimiter } from "../../platform/http/index.ts";
import type { Logger } from "../../platform/log/index.ts";
import { type ContextFactory, type Ctx, forbidden, type Origin } from "./context.ts";
import { PERMISSIONS, type Permission } from "./contract.ts";
import { tokenIn } from "./credentials.ts";
import { type Actor, decide } from "./decide.ts";
import type { UnitTreeSource } from "./unit-tree.ts";

/** "public": anyone. "signed-in": any person or token. A permission: who holds it somewhere; the handler checks where. */
export type Access = "public" | "signed-in" | Permission;

declare module "fastify" {
  interface FastifyContextConfig {
    access?: Access;
  }
  interface FastifyRequest {
    ctx: Ctx;
  }
}

export type GuardDeps = {
  readonly contexts: ContextFactory;
  readonly tree: UnitTreeSource;
  /** undefined when the token is unknown, expired or revoked. */
  readonly verifyToken: (secret: string) => Promise<Actor | undefined>;
  /** Who the session cookie belongs to, and the cookies that prolong it. A look prolongs nothing. */
  readonly readSession: (
    request: FastifyRequest,
    isLook?: boolean,
  ) => Promise<{ readonly actor: Actor; readonly setCookies: readonly string[] } | undefined>;
  readonly log: Logger;
};

/** One registered route, as the guard saw it. */
export type GuardedRoute = {
  readonly method: string;
  readonly url: string;
  readonly access: Access;
  /** What it takes, as it was registered: zod schemas under `querystring` and `body`. */
  readonly schema: RouteOptions["schema"];
};

export type Guard = {
  readonly install: (app: FastifyInstance) => void;
  /**
   * For a public route that some may use without a sign-in: the context of whoever sends the request.
   * Errors: `unauthenticated`, `over_limit` after too many wrong tokens.
   */
  readonly contextOf: (request: FastifyRequest, reply: FastifyReply) => Promise<Ctx>;
  /**
   * The same for a request that is still being answered, as of now: that a page stands open is no use of the session, which ends when it
   * would have ended.
   */
  readonly contextAgain: (request: FastifyRequest, reply: FastifyReply) => Promise<Ctx>;
  /**
   * For a public route that reads tokens itself: counts a wrong one from this address, together with those that the guard
   * met. Errors: `over_limit` after too many.
   */
  readonly countWrongToken: (ip: string) => void;
  /** Every route registered so far. */
  readonly routes: () => readonly GuardedRoute[];
};

const MAX_BAD_TOKENS = { maxAttempts: 60, windowMs: 60_000 };
/** Refused writes per actor that reach the audit record; more in the same window are only logged. */
const MAX_AUDITED_REFUSALS = { maxAttempts: 20, windowMs: 60_000 };
const KNOWN = new Set<string>(["public", "signed-in", ...PERMISSIONS]);

/** Stands before every route: refuses to register one that does not say who may use it, then decides each request. */
export function createGuard(deps: GuardDeps): Guard {
  const badTokens = createAttemptLimiter(MAX_BAD_TOKENS);
  const countWrongToken = (ip: string): void => {
    badTokens.check(ip);
    badTokens.count(ip);
  };
  const identify = createIdentifier(deps, countWrongToken);
  const refusals = createAttemptLimiter(MAX_AUDITED_REFUSALS);
  const routes: GuardedRoute[] = [];

  async function admit(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const access = request.routeOptions.config.access ?? "public";
    const origin = { requestId: request.id, ip: request.ip };
    if (access === "public") {
      request.ctx = deps.contexts.nobody(origin);
      return;
    }
    const actor = await identify(request, reply);
    request.ctx = await deps.contexts.of(actor, origin);
    // A log source's token has no business anywhere else, not even on routes that any actor may use.
    if (access === "signed-in" && actor.limit) throw new AppError("forbidden", "This token may only send events.");
    if (access === "signed-in") return;
    if (!decide({ actor, tree: await deps.tree.current() }, access)) throw forbidden(access);
  }

  const contextFor = async (request: FastifyRequest, reply: FastifyReply, isLook?: boolean): Promise<Ctx> =>
    await deps.contexts.of(await identify(request, reply, isLook), { requestId: request.id, ip: request.ip });

  return {
    routes: () => routes,
    countWrongToken,
    contextOf: async (request, reply) => await contextFor(request, reply),
    contextAgain: async (request, reply) => await contextFor(request, reply, true),
    install(app) {
      app.decorateRequest("ctx");
      app.addHook("onRoute", (route) => {
        const access = declaredAccess(route);
        for (const method of [route.method].flat())
          routes.push({ method, url: route.url, access, schema: route.schema });
      });
      app.addHook("onRequest", admit);
      app.addHook("onError", async (request, _reply, error) => {
        if (isRefusedWrite(request, error)) await auditRefusal(deps, refusals, request);
      });
    },
  };
}

/**
 * Who sends the request. Errors: `unauthenticated`, `over_limit` after too many wrong tokens from one address. A good
 * token is never refused for them: many senders may stand behind one address.
 */
function createIdentifier(
  deps: GuardDeps,
  countWrongToken: Guard["countWrongToken"],
): (request: FastifyRequest, reply: FastifyReply, isLook?: boolean) => Promise<Actor> {
  async function byToken(authorization: string, ip: string): Promise<Actor> {
    const token = tokenIn(authorization);
    const actor = token === undefined ? undefined : await deps.verifyToken(token);
    if (actor) return actor;
    countWrongToken(ip);
    throw new AppError("unauthenticated", "The token is not valid: it is unknown, expired or revoked.");
  }

  return async (request, reply, isLook) => {
    const { authorization, cookie } = request.headers;
    if (authorization !== undefined) return await byToken(authorization, request.ip);
    const session = cookie === undefined ? undefined : await deps.readSession(request, isLook);
    if (!session) throw new AppError("unauthenticated", "Sign in first.");
    for (const line of session.setCookies) reply.header("set-cookie", line);
    return session.actor;
  };
}

function declaredAccess(route: RouteOptions): Access {
  const access = route.config?.access;
  if (access !== undefined && KNOWN.has(access)) return access;
  throw new Error(`route ${String(route.method)} ${route.url} does not say who may use it (config.access)`);
}

function isRefusedWrite(request: FastifyRequest, error: unknown): boolean {
  const isWrite = request.method !== "GET" && request.method !== "HEAD";
  return isWrite && error instanceof AppError && error.code === "forbidden" && request.ctx !== undefined;
}

async function auditRefusal(
  deps: GuardDeps,
  limiter: ReturnType<typeof createAttemptLimiter>,
  request: FastifyRequest,
): Promise<void> {
  const { actor } = request.ctx;
  const route = request.routeOptions.url ?? "";
  try {
    limiter.check(actor.id);
    limiter.count(actor.id);
    const origin: Origin = { requestId: request.id, ip: request.ip };
    const entry = { action: "access.refused", target: { kind: "route", id: `${request.method} ${route}` } };
    await (await deps.contexts.of(actor, origin)).change(entry, async () => undefined);
  } catch (error) {
    const reason = error instanceof AppError ? error.code : "internal";
    deps.log.warn({ requestId: request.id, actorId: actor.id, route, reason }, "a refused write was not audited");
  }
}
