import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";
import { AppError } from "../../../kernel/errors.ts";
import { secretsIn } from "../http/credentials.ts";
import { type Protocol, PUBLIC, type ReceiverDeps, receiverRoutes } from "../http/receiver.ts";
import { readWholeBody } from "../http/whole-body.ts";
import { encodeStatus, encodeSuccess } from "./answer.ts";
import { type OtlpEncoding, receiveLogs } from "./receive.ts";
import { MAX_REQUEST_BYTES } from "./record.ts";

const TYPES = { protobuf: "application/x-protobuf", json: "application/json" } as const;

/** OTLP/HTTP for logs: `POST /v1/logs`, protobuf or JSON, answered in the encoding that was asked in. */
export const otlpRoutes = (deps: ReceiverDeps): FastifyPluginAsync => receiverRoutes(deps, otlp(deps));

const otlp = (deps: ReceiverDeps): Protocol => ({
  transport: "otlp",
  secretsIn: (request) => secretsIn(request.headers.authorization),
  tokenProblem: () => new AppError("unauthenticated", TOKEN_NEEDED),
  sendError: (error, request, reply) => {
    const message = error?.message ?? "Something went wrong in Yagura.";
    const status = error?.status ?? 500;
    const encoding = encodingOf(request) ?? "json";
    return send(reply.code(status), encoding, encodeStatus(error, message, encoding));
  },
  notFound: (request, reply) => {
    const encoding = encodingOf(request) ?? "json";
    const missing = new AppError("unsupported", "Only logs are taken here: POST /v1/logs.");
    return send(reply.code(404), encoding, encodeStatus(missing, missing.message, encoding));
  },
  register: (app, originOf) => {
    app.post("/v1/logs", PUBLIC, async (request, reply) => {
      const { intake } = deps;
      const encoding = encodingOf(request);
      if (encoding === undefined)
        throw new AppError("unsupported", `Content-Type must be ${TYPES.protobuf} or ${TYPES.json}.`);
      const origin = originOf(request);
      const bounds = { ...intake, origin, maxBytes: MAX_REQUEST_BYTES };
      const { body, release } = await readWholeBody(request.raw, request.headers["content-encoding"], bounds);
      try {
        const partial = await receiveLogs(body, { intake, origin, encoding });
        return send(reply, encoding, encodeSuccess(partial, encoding));
      } finally {
        release();
      }
    });
  },
});

export const TOKEN_NEEDED = "A valid Yagura token is needed, as the header Authorization: Bearer.";

function encodingOf(request: FastifyRequest): OtlpEncoding | undefined {
  const type = (request.headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase();
  if (type === TYPES.json) return "json";
  return type === TYPES.protobuf ? "protobuf" : undefined;
}

const send = (reply: FastifyReply, encoding: OtlpEncoding, body: Buffer): FastifyReply =>
  reply.header("content-type", TYPES[encoding]).send(body);
