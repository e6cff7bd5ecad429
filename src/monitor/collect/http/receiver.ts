import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";
import { AppError } from "../../../kernel/errors.ts";
import { abandonBody } from "../body.ts";
import type { Intake } from "../intake.ts";
import { type AuthenticateToken, type Origin, peerAddress, type TokenIdentity } from "../origin.ts";
import type { Transport } from "../record.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** A question of a receiver's protocol that needs no token, such as one for its health. */
    needsNoToken?: boolean;
  }
}

export type ReceiverDeps = {
  readonly intake: Intake;
  readonly authenticateToken: AuthenticateToken;
  /** Counts a wrong token from this address. Errors: `over_limit` after too many. */
  readonly countWrongToken: (ip: string) => void;
  /** Told of failures that are ours, which the sender only sees as an error of the server. */
  readonly onBug: (error: unknown) => void;
};

/** What tells one protocol over HTTP from another. */
export type Protocol = {
  readonly transport: Transport;
  /** Where this protocol's senders put their token, likeliest first. */
  readonly secretsIn: (request: FastifyRequest) => readonly string[];
  /** In the protocol's words. */
  readonly tokenProblem: (hasSecret: boolean, request: FastifyRequest) => AppError;
  /** Headers of every answer. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Undefined: a bug of ours. Sets status, headers and the protocol's own body; Retry-After is there already. */
  readonly sendError: (error: AppError | undefined, request: FastifyRequest, reply: FastifyReply) => FastifyReply;
  readonly notFound: (request: FastifyRequest, reply: FastifyReply) => FastifyReply;
  /** `originOf`: who sends, once authenticated. */
  readonly register: (app: FastifyInstance, originOf: (request: FastifyRequest) => Origin) => void;
};

const RETRY_AFTER_SECONDS = 1;
/**
 * Public for the guard, because senders understand only their protocol's own refusal: every request is authenticated by the
 * receiver, by token, before its body is read.
 */
export const PUBLIC = { config: { access: "public", hasOwnBodyGuard: true } } as const;

/** A receiver of events over HTTP, for a prefix of the main server or a server of its own: token, body, errors. */
export function receiverRoutes(deps: ReceiverDeps, protocol: Protocol): FastifyPluginAsync {
  return async (app) => {
    const senders = new WeakMap<FastifyRequest, TokenIdentity>();
    app.removeAllContentTypeParsers();
    app.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
    app.setErrorHandler((error, request, reply) => sendError(deps, protocol, { error, request, reply }));
    app.setNotFoundHandler(async (request, reply) => protocol.notFound(request, reply));
    app.addHook("onRequest", async (request, reply) => {
      reply.headers({ ...protocol.headers });
      if (request.routeOptions.config.needsNoToken === true) return;
      senders.set(
        request,
        await authenticate(deps, {
          transport: protocol.transport,
          ip: request.ip,
          secrets: protocol.secretsIn(request),
          problem: (hasSecret) => protocol.tokenProblem(hasSecret, request),
        }),
      );
    });
    protocol.register(app, (request) => {
      const sender = senders.get(request);
      if (sender === undefined) throw new Error("A request came past authentication.");
      return { ...sender, transport: protocol.transport, peer: peerAddress(request.ip) };
    });
  };
}

export type Attempt = {
  readonly transport: Transport;
  readonly ip: string;
  readonly secrets: readonly string[];
  readonly problem: (hasSecret: boolean) => AppError;
};

/** A good token is never refused for wrong ones from the same address: many senders may stand behind one. */
export async function authenticate(deps: ReceiverDeps, attempt: Attempt): Promise<TokenIdentity> {
  const { transport, ip, secrets, problem } = attempt;
  for (const secret of secrets) {
    const identity = await deps.authenticateToken(secret);
    if (identity !== undefined) return identity;
  }
  deps.intake.counters.authFailed(transport);
  if (secrets.length > 0) deps.countWrongToken(ip);
  throw problem(secrets.length > 0);
}

async function sendError(
  { onBug }: ReceiverDeps,
  protocol: Protocol,
  { error, request, reply }: { error: unknown; request: FastifyRequest; reply: FastifyReply },
): Promise<FastifyReply> {
  await abandonBody(request.raw, reply);
  const expected = error instanceof AppError ? error : undefined;
  if (expected === undefined) onBug(error);
  if (expected?.code === "over_limit" || expected?.code === "unavailable") {
    reply.header("retry-after", expected.detail.retryAfterSeconds ?? RETRY_AFTER_SECONDS);
  }
  return protocol.sendError(expected, request, reply);
}

/** A text of a request's parameters or query; "" when it is absent or no text. */
export function textIn(values: unknown, name: string): string {
  if (typeof values !== "object" || values === null) return "";
  const value: unknown = Object.getOwnPropertyDescriptor(values, name)?.value;
  return typeof value === "string" ? value : "";
}
