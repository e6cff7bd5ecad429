import { randomUUID } from "node:crypto";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { AppError } from "../../../kernel/errors.ts";
import { Backoff, retryAfterMs } from "./backoff.ts";
import { strange } from "./peer.ts";
import { type Delivered, type Line, PATIENCE, type Patience, type Sender } from "./sender.ts";

const MAX_BATCH_LINES = 500;
const MAX_BATCH_BYTES = 1024 * 1024;
const MAX_IN_FLIGHT = 4;
/** Far more than any answer to such a batch. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

const compress = promisify(gzip);

export type HttpStats = { accepted: number; rejected: number; requests: number; retries: number; bytes: number };
export type HttpTarget = { readonly url: string; readonly token: string };

/** What became of a batch's lines: those refused for ever by number, those refused for now by themselves. */
export type Settled = { readonly accepted: number; readonly rejected: number; readonly again: readonly Line[] };

export type HttpProtocol = {
  readonly name: string;
  /** `key` is the batch's own, the same when it is sent again. */
  headers(token: string, key: string): Readonly<Record<string, string>>;
  body(lines: readonly Line[]): Buffer;
  /** Reads a 2xx answer. Errors: AppError `upstream` for what is no answer of this protocol. */
  settle(lines: readonly Line[], answer: Buffer): Settled;
  /** Asks on whether what was answered is durable: `post` sends JSON to a path below the address. false: send again. */
  confirm?(answer: Buffer, post: (path: string, body: object) => Promise<Buffer>): Promise<boolean>;
};

/** Sends batches as shippers do: gzip, a few requests in flight, and only what was refused for now is sent again. */
export class HttpSender implements Sender {
  readonly stats: HttpStats = { accepted: 0, rejected: 0, requests: 0, retries: 0, bytes: 0 };
  readonly #protocol: HttpProtocol;
  readonly #target: HttpTarget;
  readonly #signal: AbortSignal | undefined;
  readonly #patience: Patience;
  readonly #inFlight = new Set<Promise<void>>();
  #batch: Line[] = [];
  #batchBytes = 0;
  #resent = 0;
  #failure: unknown;

  constructor(protocol: HttpProtocol, target: HttpTarget, signal?: AbortSignal, patience: Patience = PATIENCE) {
    this.#protocol = protocol;
    this.#target = target;
    this.#signal = signal;
    this.#patience = patience;
  }

  get delivered(): Delivered {
    const { accepted, rejected, bytes } = this.stats;
    return { sent: 0, acknowledged: accepted, refused: rejected, retried: this.#resent, bytes };
  }

  /** Errors of earlier requests surface here. */
  async send(line: Line): Promise<void> {
    this.#batch.push(line);
    this.#batchBytes += line.bytes.length;
    if (this.#batch.length >= MAX_BATCH_LINES || this.#batchBytes >= MAX_BATCH_BYTES) await this.flush();
  }

  /** Sends what has gathered; waits only when the window is full. */
  async flush(): Promise<void> {
    while (this.#inFlight.size >= MAX_IN_FLIGHT) await Promise.race(this.#inFlight);
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#batch.length === 0) return;
    const batch = this.#batch;
    this.#batch = [];
    this.#batchBytes = 0;
    const delivery: Promise<void> = this.#deliver(batch)
      .catch((error: unknown) => {
        this.#failure ??= error;
      })
      .finally(() => this.#inFlight.delete(delivery));
    this.#inFlight.add(delivery);
  }

  async close(): Promise<void> {
    await this.flush();
    await Promise.all(this.#inFlight);
    if (this.#failure !== undefined) throw this.#failure;
  }

  async #deliver(lines: readonly Line[]): Promise<void> {
    const backoff = new Backoff(this.#patience.firstPauseMs);
    const key = randomUUID();
    let left = lines;
    for (;;) {
      const { again, waitMs } = await this.#post(left, key);
      left = again;
      if (left.length === 0) return;
      if (backoff.failures >= this.#patience.attempts)
        throw new AppError("unavailable", `The ${this.#protocol.name} address keeps refusing.`, {
          url: this.#target.url,
        });
      this.stats.retries += 1;
      this.#resent += left.length;
      await backoff.wait(waitMs, this.#signal);
    }
  }

  /** One request; tells which lines must be sent again, and how soon. */
  async #post(lines: readonly Line[], key: string): Promise<{ again: readonly Line[]; waitMs: number }> {
    const body = await compress(this.#protocol.body(lines));
    this.stats.requests += 1;
    this.stats.bytes += body.length;
    const headers = { ...this.#protocol.headers(this.#target.token, key), "content-encoding": "gzip" };
    const reply = await this.#request(this.#target.url, body, headers);
    if (reply === undefined) return { again: lines, waitMs: 0 };
    if (reply.isLater) return { again: lines, waitMs: reply.waitMs };
    const { accepted, rejected, again } = this.#protocol.settle(lines, reply.answer);
    const post = async (path: string, question: object): Promise<Buffer> => {
      const plain = this.#protocol.headers(this.#target.token, key);
      const said = await this.#request(`${this.#target.url}${path}`, Buffer.from(JSON.stringify(question)), plain);
      return said?.answer ?? Buffer.from("{}");
    };
    if ((await this.#protocol.confirm?.(reply.answer, post)) === false) return { again: lines, waitMs: 0 };
    this.stats.accepted += accepted;
    this.stats.rejected += rejected;
    return { again, waitMs: 0 };
  }

  /** undefined when nobody answered: worth another try. Errors: AppError for what no other try would change. */
  async #request(url: string, body: Buffer, headers: Readonly<Record<string, string>>): Promise<Reply | undefined> {
    // Not the stop signal: what is under way is finished, so that the report is true.
    const signal = AbortSignal.timeout(this.#patience.answerMs);
    let response: Response;
    try {
      response = await fetch(url, { method: "POST", body: new Uint8Array(body), headers, signal, redirect: "manual" });
    } catch {
      return undefined;
    }
    const { status, ok } = response;
    if (ok) {
      const answer = await whole(response);
      return answer && { isLater: false, waitMs: 0, answer };
    }
    await response.body?.cancel().catch(() => undefined);
    const waitMs = retryAfterMs(response.headers.get("retry-after"));
    if (status === 429 || status >= 500) return { isLater: true, waitMs, answer: Buffer.alloc(0) };
    const code = status === 401 || status === 403 ? "unauthenticated" : "upstream";
    throw new AppError(code, `The ${this.#protocol.name} address answered ${status}.`, { url });
  }
}

type Reply = { readonly isLater: boolean; readonly waitMs: number; readonly answer: Buffer };

/** undefined when the answer broke off. */
async function whole(response: Response): Promise<Buffer | undefined> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const part of response.body ?? []) {
      bytes += part.length;
      if (bytes > MAX_ANSWER_BYTES) break;
      parts.push(part);
    }
  } catch {
    return undefined;
  }
  if (bytes > MAX_ANSWER_BYTES) throw strange("an answer without end");
  return Buffer.concat(parts);
}
