import { readFile } from "node:fs/promises";
import swagger from "@fastify/swagger";
import {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyRequest,
  fastify,
  LogController,
} from "fastify";
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from "fastify-type-provider-zod";
import { AppError } from "../../kernel/errors.ts";
import { newId } from "../../kernel/ids.ts";
import { isCrossSiteWrite } from "./origin.ts";
import { levelOf, nothingHere, sendProblem } from "./problem.ts";
import { securityHeaders } from "./security-headers.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** The handler reads the body itself and gives up on a sender that stalls: it may take as long as it flows. */
    hasOwnBodyGuard?: boolean;
  }
}

export type HttpLimits = {
  /** Largest body a route takes unless it says otherwise, bytes. */
  readonly bodyBytes: number;
  readonly headerBytes: number;
  readonly connections: number;
  readonly headersTimeoutMs: number;
  /** How long a body may take to arrive, except on routes that guard their own (`config.hasOwnBodyGuard`). */
  readonly bodyTimeoutMs: number;
  readonly keepAliveTimeoutMs: number;
};

const DEFAULT_LIMITS: HttpLimits = {
  bodyBytes: 2 * 2 ** 20,
  headerBytes: 16 * 2 ** 10,
  connections: 2_000,
  headersTimeoutMs: 15_000,
  bodyTimeoutMs: 120_000,
  keepAliveTimeoutMs: 72_000,
};

export type HttpOptions = {
  readonly log: FastifyBaseLogger;
  readonly version: string;
  readonly limits?: Partial<HttpLimits>;
  /** The address people type, when it differs from where we listen. */
  readonly publicUrl?: string | undefined;
  /** PEM files; absent = plain HTTP. */
  readonly tls?: { readonly certificate: string; readonly key: string } | undefined;
  /** Addresses of proxies whose X-Forwarded-* headers are believed; nobody's unless listed. */
  readonly trustProxy?: readonly string[];
  /** Runs before any route is registered, so that it sees them all: the access guard goes here. */
  readonly prepare?: (app: HttpServer) => void;
};

export type HttpServer = FastifyInstance;

/** The HTTP server with our rules on it: limits, headers, problems, OpenAPI. Register routes, then `listen`. */
export async function createHttpServer(options: HttpOptions): Promise<HttpServer> {
  const app = await buildServer(options);
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler((error: FastifyError, request, reply) => sendProblem(request, reply, error));
  app.setNotFoundHandler((request, reply) => sendProblem(request, reply, nothingHere()));
  addRequestRules(app, options);
  boundBodies(app, options.limits?.bodyTimeoutMs ?? DEFAULT_LIMITS.bodyTimeoutMs);
  options.prepare?.(app);
  await addOpenApi(app, options.version);
  return app;
}

async function buildServer(options: HttpOptions): Promise<HttpServer> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const common = {
    loggerInstance: options.log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: limits.bodyBytes,
    // Node's own would also cut an upload of an hour that never pauses; `boundBodies` stands in for it.
    requestTimeout: 0,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionTimeout: 0,
    genReqId: () => newId("req"),
    forceCloseConnections: "idle" as const,
    trustProxy: options.trustProxy?.length ? [...options.trustProxy] : false,
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: Parameters<typeof sendProblem>[1]) => {
      sendProblem(request, reply, error);
    },
    routerOptions: { maxParamLength: 256, ignoreTrailingSlash: true },
  };
  const node = { maxHeaderSize: limits.headerBytes, headersTimeout: limits.headersTimeoutMs };
  const app: HttpServer = options.tls
    ? asHttpServer(fastify({ ...common, https: { ...node, ...(await readTls(options.tls)) } }))
    : asHttpServer(fastify({ ...common, http: node }));
  app.server.maxConnections = limits.connections;
  return app.withTypeProvider<ZodTypeProvider>();
}

/** HTTP and HTTPS instances differ in the type of the raw server alone, which no route looks at. */
function asHttpServer(app: unknown): HttpServer {
  return app as HttpServer;
}

async function readTls(files: { certificate: string; key: string }) {
  const [cert, key] = await Promise.all([readFile(files.certificate), readFile(files.key)]);
  return { cert, key, minVersion: "TLSv1.2" as const };
}

function addRequestRules(app: HttpServer, options: HttpOptions): void {
  const isHttps = options.tls !== undefined || (options.publicUrl?.startsWith("https:") ?? false);
  const headers = securityHeaders(isHttps);
  const publicHost = options.publicUrl ? new URL(options.publicUrl).host : undefined;
  app.addHook("onRequest", async (request, reply) => {
    reply.headers(headers).header("x-request-id", request.id);
    if (request.url.startsWith("/api/")) reply.header("cache-control", "no-store");
    const bringsCookie = request.headers.cookie !== undefined && request.headers.authorization === undefined;
    const isSignIn = request.url.startsWith("/api/auth/");
    if ((bringsCookie || isSignIn) && isCrossSiteWrite(request, publicHost)) {
      throw new AppError("forbidden", "This request came from another site.");
    }
  });
  app.addHook("onResponse", async (request, reply) => logAccess(request, reply.statusCode, reply.elapsedTime));
}

/** Cuts the connection of a body that does not arrive in time, whether it pauses or trickles. */
function boundBodies(app: HttpServer, timeoutMs: number): void {
  app.addHook("onRequest", async (request) => {
    const { raw } = request;
    if (raw.complete || request.routeOptions.config.hasOwnBodyGuard === true) return;
    // A live tail has no body, but nobody reads it to its end either: only what is still missing counts.
    const cut = () => void (raw.complete || raw.destroy(new Error("the body took too long")));
    const timer = setTimeout(cut, timeoutMs).unref();
    const clear = () => clearTimeout(timer);
    raw.once("end", clear).once("close", clear);
  });
}

/** The path without its query: queries may carry what people search for, or one-time codes. */
function logAccess(request: FastifyRequest, status: number, elapsedMs: number): void {
  const facts = {
    requestId: request.id,
    method: request.method,
    path: request.url.split("?", 1)[0]?.slice(0, 300),
    status,
    ms: Math.round(elapsedMs * 10) / 10,
    ip: request.ip,
  };
  request.log[levelOf(status)](facts, "answered");
}

async function addOpenApi(app: HttpServer, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "Yagura", version, description: "Errors are RFC 9457 problem details." },
      components: {
        securitySchemes: {
          session: { type: "apiKey", in: "cookie", name: "yagura.session_token" },
          token: { type: "http", scheme: "bearer", description: "An API token, ygr_…" },
        },
      },
      security: [{ session: [] }, { token: [] }],
    },
    transform: jsonSchemaTransform,
  });
  app.get("/api/openapi.json", { schema: { hide: true }, config: { access: "signed-in" } }, async (_request, reply) =>
    reply.type("application/json").send(app.swagger()),
  );
}

/** Stops accepting, lets running requests end, and after `graceMs` cuts what is left (a live tail never ends by itself). */
export async function closeHttpServer(app: HttpServer, graceMs: number): Promise<void> {
  const timer = setTimeout(() => app.server.closeAllConnections(), graceMs);
  try {
    await app.close();
  } finally {
    clearTimeout(timer);
  }
}
