import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";
import { AppError } from "../../../kernel/errors.ts";
import { abandonBody, readBody } from "../body.ts";
import type { Intake } from "../intake.ts";
import { type AuthenticateToken, peerAddress, type TokenIdentity } from "../origin.ts";
import { renderAnswer } from "./answer.ts";
import { versionFor } from "./client-version.ts";
import { secretsIn } from "./credentials.ts";
import { parseFilterPath } from "./filter-path.ts";
import { gatherBody, receiveBulk } from "./receive-bulk.ts";
import { errorReply, HEALTH_REPLY, LICENSE_REPLY, rootReply, SET_UP_PREFIXES, XPACK_REPLY } from "./replies.ts";

export type BulkRoutesDeps = {
  readonly intake: Intake;
  readonly authenticateToken: AuthenticateToken;
  /** Counts a wrong token from this address. Errors: `over_limit` after too many. */
  readonly countWrongToken: (ip: string) => void;
  /** Told of failures that are ours, which the sender only sees as 500. */
  readonly onBug: (error: unknown) => void;
};

const RETRY_AFTER_SECONDS = 1;
/**
 * Public for the guard, because shippers understand only Elasticsearch's own 401: every request is authenticated here, by
 * token, before its body is read.
 */
const PUBLIC = { config: { access: "public", hasOwnBodyGuard: true } } as const;

/**
 * As much of Elasticsearch as shippers need to send: register it at a prefix such as `/elastic`, or at the root of a
 * server of its own. Every reply is shaped as theirs, errors included.
 */
export function bulkRoutes(deps: BulkRoutesDeps): FastifyPluginAsync {
  return async (app) => {
    const senders = new WeakMap<FastifyRequest, TokenIdentity>();
    app.removeAllContentTypeParsers();
    app.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
    app.setErrorHandler((error, request, reply) => sendError(deps, error, { request, reply }));
    app.setNotFoundHandler(async ({ method, url }, reply) =>
      reply.code(404).send(errorReply(404, "resource_not_found_exception", `no handler for [${method} ${url}]`)),
    );
    app.addHook("onRequest", async (request, reply) => {
      reply.header("x-elastic-product", "Elasticsearch");
      senders.set(request, await authenticate(deps, request));
    });
    registerConversation(app);
    const bulk = async (request: FastifyRequest, reply: FastifyReply) => {
      const sender = senders.get(request);
      if (sender === undefined) throw new Error("A request came past authentication.");
      return reply.type("application/json; charset=utf-8").send(await answerBulk(deps, request, sender));
    };
    for (const url of ["/_bulk", "/:index/_bulk", "/:index/:type/_bulk"]) {
      app.route({ method: ["POST", "PUT"], url, ...PUBLIC, handler: bulk });
    }
  };
}

/** What shippers ask before and between sending. */
function registerConversation(app: FastifyInstance): void {
  const get = (url: string, answer: (request: FastifyRequest) => object) =>
    app.get(url, PUBLIC, async (request) => answer(request));
  get("/", (request) => rootReply(versionFor(request.headers["user-agent"])));
  get("/_license", () => LICENSE_REPLY);
  get("/_xpack", () => XPACK_REPLY);
  get("/_cluster/health", () => HEALTH_REPLY);
  app.get("/_cat/*", PUBLIC, async (_request, reply) => reply.type("text/plain; charset=utf-8").send(""));
  for (const prefix of SET_UP_PREFIXES) {
    for (const url of [`/${prefix}`, `/${prefix}/*`]) {
      app.get(url, PUBLIC, async () => ({}));
      app.route({ method: ["PUT", "POST"], url, ...PUBLIC, handler: acknowledge });
    }
  }
  // Does the index exist? Logstash asks before it would create one.
  app.head("/:index", PUBLIC, async (_request, reply) => reply.send());
}

/** Templates may be large; nothing of them is read. */
async function acknowledge(request: FastifyRequest, reply: FastifyReply): Promise<{ acknowledged: true }> {
  await abandonBody(request.raw, reply);
  return { acknowledged: true };
}

/** A good token is never refused for wrong ones from the same address: many senders may stand behind one. */
async function authenticate(deps: BulkRoutesDeps, request: FastifyRequest): Promise<TokenIdentity> {
  const secrets = secretsIn(request.headers.authorization);
  for (const secret of secrets) {
    const identity = await deps.authenticateToken(secret);
    if (identity !== undefined) return identity;
  }
  deps.intake.counters.authFailed("bulk");
  if (secrets.length > 0) deps.countWrongToken(request.ip);
  throw new AppError(
    "unauthenticated",
    "A valid Yagura token is needed: as the password, as the API key, or as Bearer.",
  );
}

async function answerBulk({ intake }: BulkRoutesDeps, request: FastifyRequest, sender: TokenIdentity): Promise<string> {
  const startedAtMs = performance.now();
  const { limits } = intake;
  const maxBytes = Math.min(limits.bulkBodyBytes, Math.floor(limits.inFlightBytes / 2));
  const chunks = readBody(request.raw, request.headers["content-encoding"], { ...limits, maxBytes });
  const { body, release } = await gatherBody(chunks, intake);
  try {
    const origin = { ...sender, transport: "bulk", peer: peerAddress(request.ip) } as const;
    const outcome = await receiveBulk(body, { intake, origin, defaultIndex: textIn(request.params, "index") });
    const paths = parseFilterPath(textIn(request.query, "filter_path"));
    return renderAnswer(outcome, { tookMs: performance.now() - startedAtMs, paths });
  } finally {
    release();
  }
}

function textIn(values: unknown, name: string): string {
  if (typeof values !== "object" || values === null) return "";
  const value: unknown = Object.getOwnPropertyDescriptor(values, name)?.value;
  return typeof value === "string" ? value : "";
}

const ERROR_TYPES: Readonly<Partial<Record<AppError["code"], string>>> = {
  unauthenticated: "security_exception",
  forbidden: "security_exception",
  invalid: "parse_exception",
  too_large: "content_too_long_exception",
  unsupported: "illegal_argument_exception",
  over_limit: "es_rejected_execution_exception",
  unavailable: "unavailable_shards_exception",
};

async function sendError(
  { onBug }: BulkRoutesDeps,
  error: unknown,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
): Promise<FastifyReply> {
  await abandonBody(request.raw, reply);
  const expected = error instanceof AppError ? error : undefined;
  if (expected === undefined) onBug(error);
  const status = expected?.status ?? 500;
  if (status === 401) reply.header("www-authenticate", 'Basic realm="yagura" charset="UTF-8"');
  if (status === 429 || status === 503) {
    reply.header("retry-after", expected?.detail.retryAfterSeconds ?? RETRY_AFTER_SECONDS);
  }
  const type = (expected && ERROR_TYPES[expected.code]) ?? "exception";
  return reply.code(status).send(errorReply(status, type, expected?.message ?? "Something went wrong in Yagura."));
}
