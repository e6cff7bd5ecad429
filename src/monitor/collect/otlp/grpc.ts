import { once } from "node:events";
import {
  constants,
  createSecureServer,
  createServer,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import { AppError } from "../../../kernel/errors.ts";
import { secretsIn } from "../http/credentials.ts";
import { guardPort, openTls, portOf, type ReceiverPort } from "../http/port.ts";
import { authenticate, type ReceiverDeps } from "../http/receiver.ts";
import type { HttpReceiver } from "../http/server.ts";
import { inflateWhole, readWholeBody } from "../http/whole-body.ts";
import { peerAddress } from "../origin.ts";
import { encodeStatus, encodeSuccess, GRPC, grpcCodeOf } from "./answer.ts";
import { receiveLogs } from "./receive.ts";
import { MAX_REQUEST_BYTES } from "./record.ts";
import { TOKEN_NEEDED } from "./routes.ts";

const EXPORT = "/opentelemetry.proto.collector.logs.v1.LogsService/Export";
const IDLE_MS = 300_000;
const PREFIX_BYTES = 5;
/** All calls of a connection together: what HTTP/2 starts with makes a distant sender slow. */
const SESSION_WINDOW_BYTES = 1024 * 1024;
const SETTINGS = { maxConcurrentStreams: 64, maxHeaderListSize: 16 * 1024, initialWindowSize: 1024 * 1024 };
const { HTTP2_HEADER_STATUS, HTTP2_HEADER_CONTENT_TYPE, HTTP2_HEADER_PATH, HTTP2_HEADER_METHOD } = constants;

/** OTLP's LogsService over gRPC: one unary call, over HTTP/2. Rejects when the port or a certificate cannot be had. */
export async function listenOtlpGrpc(deps: ReceiverDeps, port: ReceiverPort): Promise<HttpReceiver> {
  const tls = await openTls(port);
  const server = tls
    ? createSecureServer({ ...tls.options, settings: SETTINGS })
    : createServer({ settings: SETTINGS });
  const guard = guardPort(server, { ...port, tls, onBug: deps.onBug });
  const sessions = new Set<ServerHttp2Session>();
  server.on("session", (session) => {
    sessions.add(session);
    session.once("close", () => sessions.delete(session));
    const peer = peerAddress(session.socket.remoteAddress);
    session.on("error", (error) => {
      guard.failed(error, peer);
      session.destroy();
    });
    session.setTimeout(IDLE_MS, () => session.close());
    session.setLocalWindowSize(SESSION_WINDOW_BYTES);
  });
  server.on("stream", (stream, headers) => {
    stream.on("error", () => stream.destroy());
    void answer(deps, stream, headers);
  });
  server.listen({ host: port.host, port: port.port });
  try {
    await once(server, "listening");
  } catch (error) {
    guard.release();
    throw error;
  }
  server.on("error", deps.onBug);
  return {
    port: portOf(server),
    stats: guard.stats,
    close: () =>
      new Promise((resolve) => {
        guard.release();
        server.close(() => resolve());
        for (const session of sessions) session.destroy();
      }),
  };
}

async function answer(deps: ReceiverDeps, stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<void> {
  try {
    const response = await exportLogs(deps, stream, headers);
    if (stream.closed || stream.destroyed) return;
    stream.respond(HEAD, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": GRPC.ok }));
    stream.end(framed(response));
  } catch (error) {
    const expected = error instanceof AppError ? error : undefined;
    if (expected === undefined) deps.onBug(error);
    if (stream.closed || stream.destroyed || stream.headersSent) return;
    const message = expected?.message ?? "Something went wrong in Yagura.";
    const trailers = {
      "grpc-status": grpcCodeOf(expected),
      "grpc-message": encodeURIComponent(message),
      "grpc-status-details-bin": encodeStatus(expected, message, "protobuf").toString("base64"),
    };
    stream.respond({ ...HEAD, ...trailers }, { endStream: true });
    // What the sender still writes is not wanted: the answer is complete without it.
    if (!stream.readableEnded) stream.close(constants.NGHTTP2_NO_ERROR);
  }
}

const COMPRESSIONS = ["gzip", "deflate", "zstd"];
const HEAD = {
  [HTTP2_HEADER_STATUS]: 200,
  [HTTP2_HEADER_CONTENT_TYPE]: "application/grpc",
  "grpc-accept-encoding": ["identity", ...COMPRESSIONS].join(","),
};

async function exportLogs(
  deps: ReceiverDeps,
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
): Promise<Buffer> {
  checkCall(headers);
  const ip = peerAddress(stream.session?.socket.remoteAddress);
  const sender = await authenticate(deps, {
    transport: "otlp",
    ip,
    secrets: secretsIn(headers.authorization),
    problem: () => new AppError("unauthenticated", TOKEN_NEEDED),
  });
  const { intake } = deps;
  const origin = { ...sender, transport: "otlp", peer: ip } as const;
  const bounds = { ...intake, origin, maxBytes: MAX_REQUEST_BYTES };
  const whole = await readWholeBody(stream, undefined, { ...bounds, maxBytes: MAX_REQUEST_BYTES + PREFIX_BYTES });
  let release = whole.release;
  try {
    let { isCompressed, message } = messageIn(whole.body);
    if (isCompressed) {
      const inflated = await inflateWhole(message, compressionOf(headers), bounds);
      whole.release();
      ({ body: message, release } = inflated);
    }
    return encodeSuccess(await receiveLogs(message, { intake, origin, encoding: "protobuf" }), "protobuf");
  } finally {
    release();
  }
}

function checkCall(headers: IncomingHttpHeaders): void {
  const type = headers["content-type"] ?? "";
  if (headers[HTTP2_HEADER_METHOD] !== "POST" || !/^application\/grpc(\+proto)?(;|$)/.test(type))
    throw new AppError("unsupported", "Only gRPC calls are taken here.");
  if (headers[HTTP2_HEADER_PATH] !== EXPORT) throw new AppError("unsupported", `Only ${EXPORT} is taken here.`);
}

/** A unary call is one message: `[compressed: u8][length: u32be][message]`. */
function messageIn(body: Buffer): { isCompressed: boolean; message: Buffer } {
  const flag = body[0];
  const isWhole = body.length >= PREFIX_BYTES && body.readUInt32BE(1) === body.length - PREFIX_BYTES;
  if (!isWhole || (flag !== 0 && flag !== 1)) throw new AppError("invalid", "The call is not one whole gRPC message.");
  return { isCompressed: flag === 1, message: body.subarray(PREFIX_BYTES) };
}

function compressionOf(headers: IncomingHttpHeaders): string {
  const name = headers["grpc-encoding"];
  if (typeof name === "string" && COMPRESSIONS.includes(name)) return name;
  throw new AppError("unsupported", `grpc-encoding may be ${COMPRESSIONS.join(", ")}.`);
}

function framed(message: Buffer): Buffer {
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}
