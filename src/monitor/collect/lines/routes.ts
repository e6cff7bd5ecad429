import type { FastifyRequest } from "fastify";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { ENCODINGS, type Encoding, encodingOf } from "../../../kernel/encoding/index.ts";
import { AppError } from "../../../kernel/errors.ts";
import type { Ctx } from "../../../organization/access/index.ts";
import { abandonBody, readBody } from "../body.ts";
import { IngestAnswer, IngestQuery } from "../contract.ts";
import type { Intake } from "../intake.ts";
import { type Origin, peerAddress } from "../origin.ts";
import type { Batch, Batches } from "./batches.ts";
import { openText } from "./open-text.ts";
import { type BodyKind, receiveEvents } from "./receive.ts";
import { type OpenFile, receiveFile } from "./receive-file.ts";

type Sender = Pick<Origin, "tokenId" | "tokenName"> & { readonly unitId: string };

export type IngestRoutesDeps = {
  readonly intake: Intake;
  readonly batches: Batches;
  /** The parsers that `?format=` may name, "auto" aside. */
  readonly formats?: ReadonlySet<string>;
  /** Reads what `?file=` names; without it such requests are refused. */
  readonly openFile?: OpenFile;
};

const MAX_KEY_CHARS = 200;
const RETRY_AFTER_SECONDS = 1;

const KINDS: Readonly<Record<string, BodyKind>> = {
  "application/x-ndjson": "ndjson",
  "application/ndjson": "ndjson",
  "application/jsonl": "ndjson",
  "application/x-jsonlines": "ndjson",
  "application/json": "json",
  "text/plain": "lines",
  "application/octet-stream": "lines",
};

/**
 * `POST /api/v1/ingest`: events as lines, NDJSON or JSON, gzipped or not, of any length. Answers when all are durable; an
 * error's `facts` say how many are. With an `Idempotency-Key`, a repeated request brings only what is missing.
 */
export function ingestRoutes(deps: IngestRoutesDeps): FastifyPluginAsyncZod {
  return async (app) => {
    // The body is a stream that may be larger than memory: no parser may gather it.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
    app.post(
      "/api/v1/ingest",
      {
        config: { access: "event:ingest", hasOwnBodyGuard: true },
        schema: {
          summary: "Send events as lines, NDJSON or JSON",
          querystring: IngestQuery,
          response: { 200: IngestAnswer },
        },
      },
      async (request, reply) => {
        try {
          return await ingest(deps, request, request.query);
        } catch (error) {
          await abandonBody(request.raw, reply);
          const isTemporary = error instanceof AppError && [409, 429, 503].includes(error.status);
          if (isTemporary) reply.header("retry-after", RETRY_AFTER_SECONDS);
          throw error;
        }
      },
    );
  };
}

async function ingest(deps: IngestRoutesDeps, request: FastifyRequest, query: IngestQuery): Promise<IngestAnswer> {
  const { intake, batches, formats } = deps;
  const { format, source, transport } = query;
  if (format !== undefined && format !== "auto" && formats !== undefined && !formats.has(format)) {
    throw new AppError("invalid", `There is no format "${format}". Known: auto, ${[...formats].sort().join(", ")}.`);
  }
  const sender = senderOf(request.ctx, query.unit);
  const origin: Origin = {
    ...sender,
    transport,
    peer: peerAddress(request.ip),
    ...(format !== undefined && { format }),
    ...(source !== undefined && { sourceName: source }),
  };
  const asked = encodingAsked(query.encoding);
  const kind = query.file === undefined ? kindOf(request.headers["content-type"]) : undefined;
  const batch = openBatch(batches, request);
  try {
    const body = readBody(request.raw, request.headers["content-encoding"], {
      ...intake.limits,
      maxBytes: intake.limits.streamBodyBytes,
    });
    if (kind === undefined) return await ingestFile(body, { deps, query, origin, encoding: asked, batch });
    const said = asked ?? charsetOf(request.headers["content-type"]);
    const { bytes, encoding } = await openText(body, async () => said ?? (await intake.encodingOf(origin)));
    const known = { ...origin, ...(encoding !== undefined && { encoding }) };
    return await receiveEvents(bytes, { intake, origin: known, kind, ...(batch && { batch }) });
  } finally {
    batch?.close();
  }
}

type FileUpload = {
  readonly deps: IngestRoutesDeps;
  readonly query: IngestQuery;
  readonly origin: Origin;
  readonly encoding: Encoding | "auto" | undefined;
  readonly batch: Batch | undefined;
};

async function ingestFile(
  body: AsyncIterable<Buffer>,
  { deps: { intake, openFile }, query, origin, encoding, batch }: FileUpload,
): Promise<IngestAnswer> {
  if (openFile === undefined || query.file === undefined)
    throw new AppError("unsupported", "Whole files are not read here.");
  const pinned = encoding ?? (await intake.encodingOf(origin));
  const known = { ...origin, ...(pinned !== undefined && pinned !== "auto" && { encoding: pinned }) };
  return await receiveFile(body, { intake, origin: known, name: query.file, openFile, ...(batch && { batch }) });
}

/** The unit is the one asked for, or the only one where the sender holds a role. */
function senderOf(ctx: Ctx, asked: string | undefined): Sender {
  const { actor } = ctx;
  const granted = new Set(actor.grants.map((grant) => grant.unitId));
  const unitId = asked ?? (granted.size === 1 ? granted.values().next().value : undefined);
  if (unitId === undefined) throw new AppError("invalid", "Say with ?unit= for which unit these events are.");
  ctx.require("event:ingest", unitId);
  return { unitId, ...(actor.kind === "token" && { tokenId: actor.id, tokenName: actor.name }) };
}

function kindOf(contentType: string | undefined): BodyKind {
  const type = (contentType ?? "text/plain").split(";", 1)[0]?.trim().toLowerCase() ?? "";
  const kind = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
  if (kind !== undefined) return kind;
  const known = Object.keys(KINDS).join(", ");
  throw new AppError("unsupported", `Say what is sent with a Content-Type header, one of: ${known}.`);
}

/** Errors: `invalid` for an encoding that is not read. "auto" looks at the bytes, whatever the Content-Type says. */
function encodingAsked(name: string | undefined): Encoding | "auto" | undefined {
  if (name === undefined || name === "auto") return name;
  const encoding = encodingOf(name);
  if (encoding !== undefined) return encoding;
  throw new AppError("invalid", `There is no encoding "${name}". Known: auto, ${ENCODINGS.join(", ")}.`);
}

/** Clients write `charset=utf-8` (or Latin-1, HTTP's old default) without having looked: that alone says nothing. */
function charsetOf(contentType: string | undefined): Encoding | undefined {
  const label = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(contentType ?? "")?.[1];
  const encoding = label === undefined ? undefined : encodingOf(label);
  return encoding === "utf-8" || encoding === "windows-1252" ? undefined : encoding;
}

function openBatch(batches: Batches, request: FastifyRequest): Batch | undefined {
  const owner = request.ctx.actor.id;
  const key = request.headers["idempotency-key"];
  if (key === undefined) return undefined;
  if (typeof key !== "string" || key.length > MAX_KEY_CHARS) {
    throw new AppError("invalid", `An Idempotency-Key is one text of at most ${MAX_KEY_CHARS} characters.`);
  }
  return batches.open(owner, key);
}
