import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { z } from "zod";
import { AppError } from "../../../kernel/errors.ts";
import { Backoff, retryAfterMs } from "./backoff.ts";

const MAX_BATCH_DOCUMENTS = 500;
const MAX_BATCH_BYTES = 1024 * 1024;
const MAX_IN_FLIGHT = 4;
const MAX_ATTEMPTS = 10;
const REQUEST_TIMEOUT_MS = 60_000;
const ACTION = Buffer.from('{"create":{}}\n');
const NEWLINE = Buffer.from("\n");

const compress = promisify(gzip);
const Reply = z.object({ items: z.array(z.record(z.string(), z.object({ status: z.number() }))) });

export type BulkStats = { accepted: number; rejected: number; requests: number; retries: number; bytes: number };
export type BulkTarget = { readonly url: string; readonly token: string };

/** Sends documents as Winlogbeat does: gzip, a few requests in flight, and only what was refused for now is sent again. */
export class BulkSender {
  readonly stats: BulkStats = { accepted: 0, rejected: 0, requests: 0, retries: 0, bytes: 0 };
  readonly #target: BulkTarget;
  readonly #signal: AbortSignal | undefined;
  readonly #inFlight = new Set<Promise<void>>();
  #batch: Buffer[] = [];
  #batchBytes = 0;
  #failure: unknown;

  constructor(target: BulkTarget, signal?: AbortSignal) {
    this.#target = target;
    this.#signal = signal;
  }

  /** Errors of earlier requests surface here. */
  async send(document: Buffer): Promise<void> {
    this.#batch.push(document);
    this.#batchBytes += document.length;
    if (this.#batch.length >= MAX_BATCH_DOCUMENTS || this.#batchBytes >= MAX_BATCH_BYTES) await this.flush();
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

  async #deliver(documents: readonly Buffer[]): Promise<void> {
    const backoff = new Backoff();
    let left = documents;
    while (left.length > 0) {
      const { again, waitMs } = await this.#post(left);
      left = again;
      if (left.length === 0) return;
      if (backoff.failures >= MAX_ATTEMPTS) {
        throw new AppError("unavailable", "The bulk address keeps refusing.", { url: this.#target.url });
      }
      this.stats.retries += 1;
      await backoff.wait(waitMs, this.#signal);
    }
  }

  /** One request; tells which documents must be sent again, and how soon. */
  async #post(documents: readonly Buffer[]): Promise<{ again: readonly Buffer[]; waitMs: number }> {
    const body = await compress(Buffer.concat(documents.flatMap((document) => [ACTION, document, NEWLINE])));
    this.stats.requests += 1;
    this.stats.bytes += body.length;
    const response = await this.#request(body);
    if (response === undefined) return { again: documents, waitMs: 0 };
    if (response.status === 429 || response.status >= 500) {
      await response.body?.cancel();
      return { again: documents, waitMs: retryAfterMs(response.headers.get("retry-after")) };
    }
    if (!response.ok) {
      await response.body?.cancel();
      const code = response.status === 401 ? "unauthenticated" : "upstream";
      throw new AppError(code, `The bulk address answered ${response.status}.`, { url: this.#target.url });
    }
    return { again: this.#settle(documents, Reply.parse(await response.json())), waitMs: 0 };
  }

  /** undefined when nobody answered: worth another try. */
  async #request(body: Buffer): Promise<Response | undefined> {
    try {
      return await fetch(this.#target.url, {
        method: "POST",
        body: new Uint8Array(body),
        headers: {
          authorization: `Bearer ${this.#target.token}`,
          "content-type": "application/x-ndjson",
          "content-encoding": "gzip",
        },
        // Not the stop signal: what is under way is finished, so that the report is true.
        signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      });
    } catch {
      return undefined;
    }
  }

  /** Elasticsearch's rule: 2xx and 409 (already there) are done, 429 and 5xx come again, other 4xx never will. */
  #settle(documents: readonly Buffer[], reply: z.infer<typeof Reply>): Buffer[] {
    const again: Buffer[] = [];
    for (const [index, document] of documents.entries()) {
      const status = Object.values(reply.items[index] ?? {})[0]?.status ?? 500;
      if (status < 300 || status === 409) this.stats.accepted += 1;
      else if (status === 429 || status >= 500) again.push(document);
      else this.stats.rejected += 1;
    }
    return again;
  }
}
