import { createHash } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import { z } from "zod";
import type { Encoding } from "../../kernel/encoding/index.ts";
import { AppError } from "../../kernel/errors.ts";
import { IngestAnswer } from "../../monitor/collect/contract.ts";
import type { Chunk } from "./chunks.ts";
import { reasonOf } from "./files.ts";

export type Target = {
  readonly url: string;
  readonly token?: string;
  readonly format?: string;
  readonly source?: string;
  readonly encoding?: Encoding;
};

export type UploadOptions = {
  /** The same whenever this chunk is sent, also by a later run. */
  readonly key: string;
  readonly target: Target;
  /** How long one chunk is tried again while the server is busy or away. */
  readonly patienceMs: number;
  readonly firstPauseMs: number;
  readonly signal: AbortSignal;
  /** Told before each pause. */
  readonly onRetry: (reason: string) => void;
};

const compress = promisify(gzip);
const MAX_PAUSE_MS = 10_000;
const REQUEST_MS = 120_000;
/** Busy, or an earlier try of the same chunk is still under way. */
const TEMPORARY = new Set([408, 409, 429, 502, 503, 504]);
const Problem = z.object({ detail: z.string() });

/**
 * Sends a chunk until it is durable. Every try carries the same Idempotency-Key, so that a lost answer costs no duplicates.
 * Errors: `unauthenticated`, `forbidden`, `invalid` (the server will never take it), `unavailable` (patience is over).
 */
export async function uploadChunk(chunk: Chunk, options: UploadOptions): Promise<IngestAnswer> {
  const body = await compress(chunk.body, { level: constants.Z_BEST_SPEED });
  const { contentType, encoding } = chunk;
  const request = { body, contentType, encoding, key: options.key };
  const deadlineMs = performance.now() + options.patienceMs;
  for (let tries = 0; ; tries += 1) {
    const outcome = await tryOnce(request, options);
    if ("answer" in outcome) return outcome.answer;
    options.signal.throwIfAborted();
    if (performance.now() >= deadlineMs) {
      throw new AppError("unavailable", `${outcome.reason} (tried for ${Math.round(options.patienceMs / 1000)} s)`);
    }
    options.onRetry(outcome.reason);
    const pauseMs = Math.min(MAX_PAUSE_MS, options.firstPauseMs * 2 ** tries) * (0.5 + Math.random() / 2);
    await pause(Math.max(pauseMs, outcome.waitMs), undefined, { signal: options.signal });
  }
}

/** A key that a second run over the same file finds again: from the file, the chunk's place in it, its bytes, and how it is to be read. */
export function keyOf(chunk: Chunk, { file, index }: { file: string; index: number }, target: Target): string {
  const { format, source, encoding } = target;
  const facts = JSON.stringify([file, index, format, source, encoding, chunk.contentType, chunk.encoding]);
  return createHash("sha256").update(facts).update("\0").update(chunk.body).digest("base64url");
}

type Attempt = Pick<Chunk, "body" | "contentType" | "encoding"> & { readonly key: string };
type Outcome = { readonly answer: IngestAnswer } | { readonly reason: string; readonly waitMs: number };

async function tryOnce(attempt: Attempt, { target, signal }: UploadOptions): Promise<Outcome> {
  let response: Response;
  try {
    response = await fetch(addressOf(target, attempt.encoding), {
      method: "POST",
      body: new Uint8Array(attempt.body),
      headers: {
        "content-type": attempt.contentType,
        "content-encoding": "gzip",
        "idempotency-key": attempt.key,
        ...(target.token !== undefined && { authorization: `Bearer ${target.token}` }),
      },
      signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_MS)]),
    });
    if (response.ok) return { answer: IngestAnswer.parse(await response.json()) };
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? `: ${reasonOf(error.cause)}` : "";
    return { reason: `${target.url} cannot be reached (${reasonOf(error)}${cause})`, waitMs: 0 };
  }
  const detail = await detailOf(response);
  if (!TEMPORARY.has(response.status)) throw finalError(response.status, detail);
  const seconds = Number(response.headers.get("retry-after") ?? 0);
  return { reason: detail, waitMs: Number.isFinite(seconds) ? Math.min(seconds * 1000, MAX_PAUSE_MS) : 0 };
}

function addressOf({ url, format, source }: Target, encoding: Encoding | undefined): string {
  const address = new URL("api/v1/ingest", url.endsWith("/") ? url : `${url}/`);
  address.searchParams.set("transport", "file");
  if (format !== undefined) address.searchParams.set("format", format);
  if (encoding !== undefined) address.searchParams.set("encoding", encoding);
  if (source !== undefined) address.searchParams.set("source", source);
  return address.href;
}

function finalError(status: number, detail: string): AppError {
  if (status === 401) {
    const text = "The token was refused. Create one with `yagura token create NAME` and give it with --token.";
    return new AppError("unauthenticated", `${text} (${detail})`);
  }
  if (status === 403) return new AppError("forbidden", `This token may not send events: ${detail}`);
  if (status === 404) return new AppError("not_found", "No Yagura answers at this address: check --url.");
  return new AppError("invalid", `The server answered ${status}: ${detail}`);
}

async function detailOf(response: Response): Promise<string> {
  const text = (await response.text().catch(() => "")).slice(0, 2_000);
  try {
    return Problem.parse(JSON.parse(text)).detail;
  } catch {
    return `${response.status} ${response.statusText}`;
  }
}
