import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { secretsIn } from "../http/credentials.ts";
import { type Protocol, PUBLIC, type ReceiverDeps, receiverRoutes, textIn } from "../http/receiver.ts";
import { readWholeBody } from "../http/whole-body.ts";
import type { Origin } from "../origin.ts";
import { HecError, type HecReply, hecReply, replyTo } from "./answers.ts";
import { type Channels, checkChannel, createChannels } from "./channels.ts";
import { envelopeOf } from "./event.ts";
import { type HecRequest, receiveEvents, receiveRaw } from "./receive.ts";

export type HecOptions = {
  /** Whether `?token=` is taken: URLs end up in other people's logs, so only where it was asked for. */
  readonly allowsQueryToken: boolean;
  /** Shared by all servers of one process, so that a channel's numbers are the same on every port. */
  readonly channels?: Channels;
};

const ACK_BYTES = 1024 * 1024;
const AckQuestion = z.object({ acks: z.array(z.int().min(0)).max(100_000) });

/**
 * Splunk's HTTP Event Collector, answers and all: to be registered at `/services/collector`, where senders expect it.
 * "Success" comes after the write-ahead log's fsync, so that an ackId is acknowledged from the moment it is given.
 */
export function hecRoutes(deps: ReceiverDeps, options: HecOptions): FastifyPluginAsync {
  return receiverRoutes(deps, hec(deps, options));
}

function hec(deps: ReceiverDeps, options: HecOptions): Protocol {
  const channels = options.channels ?? createChannels();
  return {
    transport: "hec",
    secretsIn: (request) => [
      ...secretsIn(request.headers.authorization),
      ...(options.allowsQueryToken ? [textIn(request.query, "token")].filter((token) => token !== "") : []),
    ],
    tokenProblem: (hasSecret, request) => {
      if (hasSecret) return new HecError(4);
      if (request.headers.authorization !== undefined) return new HecError(3);
      return new HecError(!options.allowsQueryToken && textIn(request.query, "token") !== "" ? 16 : 2);
    },
    sendError: (error, _request, reply) => send(reply, replyTo(error)),
    notFound: (_request, reply) =>
      reply.code(404).send({ text: "The requested URL was not found on this server.", code: 404 }),
    register: (app, originOf) => register(app, { deps, channels, originOf }),
  };
}

type Parts = {
  readonly deps: ReceiverDeps;
  readonly channels: Channels;
  readonly originOf: (request: FastifyRequest) => Origin;
};

const EVENT_PATHS = ["/", "/event", "/event/1.0"];
const RAW_PATHS = ["/raw", "/raw/1.0"];
const OPEN = { config: { ...PUBLIC.config, needsNoToken: true } } as const;

function register(app: FastifyInstance, parts: Parts): void {
  const events = (request: FastifyRequest) => receive(parts, request, receiveEvents);
  const raw = (request: FastifyRequest) => receive(parts, request, receiveRaw);
  const post = (path: string, answer: (request: FastifyRequest) => Promise<HecReply>) =>
    app.post(path, PUBLIC, async (request, reply) => send(reply, await answer(request)));
  for (const path of EVENT_PATHS) post(path, events);
  for (const path of RAW_PATHS) post(path, raw);
  app.post("/ack", PUBLIC, async (request) => acknowledge(parts, request));
  // Docker's driver asks so, without a token, whether the collector is there, and starts no container until it is told 200.
  for (const path of [...EVENT_PATHS, ...RAW_PATHS])
    app.options(path, OPEN, async (_request, reply) => reply.header("allow", "OPTIONS, POST").send(""));
  for (const path of ["/health", "/health/1.0"])
    app.get(path, OPEN, async (_request, reply) => {
      const { budget } = parts.deps.intake;
      return send(reply, hecReply(budget.usedBytes() >= budget.maxBytes ? 18 : 17));
    });
}

async function receive(
  { deps: { intake }, channels, originOf }: Parts,
  request: FastifyRequest,
  store: (body: Buffer, request: HecRequest) => Promise<void>,
): Promise<HecReply> {
  const channel = channelOf(request);
  const origin = originOf(request);
  const bounds = { ...intake, origin };
  const { body, release } = await readWholeBody(request.raw, request.headers["content-encoding"], bounds);
  try {
    await store(body, { intake, origin, defaults: envelopeOf(Object(request.query)) });
  } finally {
    release();
  }
  return hecReply(0, channel === "" ? {} : { ackId: channels.nextAckId(origin.tokenId ?? "", channel) });
}

/** `{"acks":[0,1]}` → `{"acks":{"0":true,"1":false}}`. */
async function acknowledge(
  { deps: { intake }, channels, originOf }: Parts,
  request: FastifyRequest,
): Promise<{ acks: Record<string, boolean> }> {
  const channel = channelOf(request);
  if (channel === "") throw new HecError(10);
  const bounds = { ...intake, maxBytes: ACK_BYTES };
  const { body, release } = await readWholeBody(request.raw, request.headers["content-encoding"], bounds);
  release();
  const asked = readAcks(body);
  const { tokenId = "" } = originOf(request);
  const acks = asked.map((id) => [id, channels.isAcknowledged(tokenId, channel, id)] as const);
  return { acks: Object.fromEntries(acks) };
}

function readAcks(body: Buffer): readonly number[] {
  if (body.length === 0) throw new HecError(5);
  try {
    return AckQuestion.parse(JSON.parse(body.toString("utf8"))).acks;
  } catch {
    throw new HecError(6);
  }
}

function channelOf(request: FastifyRequest): string {
  const header = request.headers["x-splunk-request-channel"];
  return checkChannel(typeof header === "string" ? header : textIn(request.query, "channel"));
}

const send = (reply: FastifyReply, { status, body }: HecReply): FastifyReply => reply.code(status).send(body);
