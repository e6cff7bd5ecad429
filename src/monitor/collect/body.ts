import type { IncomingMessage } from "node:http";
import { Readable, type Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createInflate, createZstdDecompress } from "node:zlib";
import { AppError } from "../../kernel/errors.ts";
import type { CollectLimits } from "./limits.ts";

const INFLATE_CHUNK_BYTES = 128 * 1024;

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: () => createGunzip({ chunkSize: INFLATE_CHUNK_BYTES }),
  "x-gzip": () => createGunzip({ chunkSize: INFLATE_CHUNK_BYTES }),
  deflate: () => createInflate({ chunkSize: INFLATE_CHUNK_BYTES }),
  zstd: () => createZstdDecompress({ chunkSize: INFLATE_CHUNK_BYTES }),
};

export type BodyLimits = Pick<CollectLimits, "inflateRatio" | "inflateGraceBytes" | "bodyStallMs"> & {
  /** After inflation. */
  readonly maxBytes: number;
};

/**
 * A request's body, inflated while it arrives and given up as soon as it is a bomb. Does not destroy the request, so that
 * the sender can still be told. Errors: `too_large`, `unsupported` (encoding), `invalid` (cut or corrupt).
 */
export async function* readBody(
  request: Readable,
  encoding: string | undefined,
  limits: BodyLimits,
): AsyncGenerator<Buffer> {
  yield* inflate(receive(request, limits.bodyStallMs), encoding, limits);
}

/** The same for bytes from anywhere. */
export async function* inflate(
  chunks: AsyncIterable<Buffer>,
  encoding: string | undefined,
  limits: Omit<BodyLimits, "bodyStallMs">,
): AsyncGenerator<Buffer> {
  const received = { bytes: 0 };
  let inflated = 0;
  for await (const chunk of decode(counted(chunks, received), encoding)) {
    inflated += chunk.length;
    if (inflated > limits.maxBytes) throw tooLarge(`The body is larger than ${limits.maxBytes} bytes.`);
    if (inflated > limits.inflateGraceBytes && inflated > received.bytes * limits.inflateRatio) {
      throw tooLarge(`The body inflates to more than ${limits.inflateRatio} times its size.`);
    }
    yield chunk;
  }
}

const tooLarge = (message: string): AppError => new AppError("too_large", message);

async function* counted(chunks: AsyncIterable<Buffer>, received: { bytes: number }): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    received.bytes += chunk.length;
    yield chunk;
  }
}

async function* receive(request: Readable, stallMs: number): AsyncGenerator<Buffer> {
  const stall = setTimeout(() => request.destroy(new Error("stalled")), stallMs);
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      if (!Buffer.isBuffer(chunk)) throw new TypeError("A body must arrive as bytes.");
      stall.refresh();
      yield chunk;
    }
  } catch (error) {
    if (error instanceof TypeError) throw error;
    throw new AppError("invalid", "The body ended before its time.", {}, error);
  } finally {
    clearTimeout(stall);
  }
}

async function* decode(raw: AsyncGenerator<Buffer>, encoding: string | undefined): AsyncGenerator<Buffer> {
  const name = (encoding ?? "").trim().toLowerCase();
  if (name === "" || name === "identity") return yield* raw;
  const decoder = Object.hasOwn(DECODERS, name) ? DECODERS[name]?.() : undefined;
  if (decoder === undefined) throw new AppError("unsupported", `Content-Encoding ${name.slice(0, 40)} is not known.`);
  // The pipeline reports its failure through the decoder that is being read.
  pipeline(Readable.from(raw), decoder).catch(() => {});
  try {
    for await (const chunk of decoder) yield chunk as Buffer;
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError("invalid", `The ${name} body is cut or corrupt.`, {}, error);
  }
}

const DISCARD_BYTES = 64 * 1024 * 1024;
const DISCARD_MS = 5_000;

/**
 * Before an early answer: reads and drops the rest of the body within bounds, because a sender that is still writing would
 * see a broken connection instead of the answer. Past the bounds the connection is closed after the answer.
 */
export async function abandonBody(request: IncomingMessage, reply: { header(name: string, value: string): unknown }) {
  // What was read to its end does not end again.
  if (request.readableEnded || (request.complete && request.readableLength === 0)) return;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  let bytes = 0;
  const onData = (chunk: Buffer): void => {
    bytes += chunk.length;
    if (bytes > DISCARD_BYTES) resolve(false);
  };
  const timer = setTimeout(() => resolve(false), DISCARD_MS);
  request
    .on("data", onData)
    .once("end", () => resolve(true))
    .once("close", () => resolve(false));
  request.resume();
  const isRead = request.destroyed ? false : await promise;
  clearTimeout(timer);
  request.off("data", onData);
  if (!isRead) reply.header("connection", "close");
}
