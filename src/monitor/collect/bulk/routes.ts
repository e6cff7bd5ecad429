import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";
import { AppError } from "../../../kernel/errors.ts";
import { abandonBody } from "../body.ts";
import { secretsIn } from "../http/credentials.ts";
import { type Protocol, PUBLIC, type ReceiverDeps, receiverRoutes, textIn } from "../http/receiver.ts";
import { readWholeBody } from "../http/whole-body.ts";
import type { Origin } from "../origin.ts";
import { renderAnswer } from "./answer.ts";
import { versionFor } from "./client-version.ts";
import { parseFilterPath } from "./filter-path.ts";
import { receiveBulk } from "./receive-bulk.ts";
import { errorReply, HEALTH_REPLY, LICENSE_REPLY, rootReply, SET_UP_PREFIXES, XPACK_REPLY } from "./replies.ts";

/**
 * As much of Elasticsearch as shippers need to send: register it at a prefix such as `/elastic`, or at the root of a
 * server of its own. Every reply is shaped as theirs, errors included.
 */
export const bulkRoutes = (deps: ReceiverDeps): FastifyPluginAsync => receiverRoutes(deps, elasticsearch(deps));

const elasticsearch = (deps: ReceiverDeps): Protocol => ({
  transport: "bulk",
  secretsIn: (request) => secretsIn(request.headers.authorization),
  tokenProblem: () =>
    new AppError("unauthenticated", "A valid Yagura token is needed: as the password, as the API key, or as Bearer."),
  headers: { "x-elastic-product": "Elasticsearch" },
  sendError,
  notFound: ({ method, url }, reply) =>
    reply.code(404).send(errorReply(404, "resource_not_found_exception", `no handler for [${method} ${url}]`)),
  register: (app, originOf) => {
    registerConversation(app);
    const bulk = async (request: FastifyRequest, reply: FastifyReply) =>
      reply.type("application/json; charset=utf-8").send(await answerBulk(deps, request, originOf(request)));
    for (const url of ["/_bulk", "/:index/_bulk", "/:index/:type/_bulk"]) {
      app.route({ method: ["POST", "PUT"], url, ...PUBLIC, handler: bulk });
    }
  },
});

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

async function answerBulk({ intake }: ReceiverDeps, request: FastifyRequest, origin: Origin): Promise<string> {
  const startedAtMs = performance.now();
  const bounds = { ...intake, origin };
  const { body, release } = await readWholeBody(request.raw, request.headers["content-encoding"], bounds);
  try {
    const outcome = await receiveBulk(body, { intake, origin, defaultIndex: textIn(request.params, "index") });
    const paths = parseFilterPath(textIn(request.query, "filter_path"));
    return renderAnswer(outcome, { tookMs: performance.now() - startedAtMs, paths });
  } finally {
    release();
  }
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

function sendError(error: AppError | undefined, _request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const status = error?.status ?? 500;
  if (status === 401) reply.header("www-authenticate", 'Basic realm="yagura" charset="UTF-8"');
  const type = (error && ERROR_TYPES[error.code]) ?? "exception";
  return reply.code(status).send(errorReply(status, type, error?.message ?? "Something went wrong in Yagura."));
}
