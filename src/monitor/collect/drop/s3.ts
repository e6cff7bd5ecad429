import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { AwsV4Signer } from "aws4fetch";
import type { BucketSetting } from "./settings.ts";
import { GoneError, UnreadableError } from "./shelf.ts";
import { childText, parseXml } from "./xml.ts";

const STALL_MS = 60_000;
const ERROR_BYTES = 64 * 1024;
const EMPTY_SHA256 = createHash("sha256").digest("hex");

export type S3Request = {
  readonly method: "GET" | "PUT" | "DELETE";
  /** Absent = the bucket itself. */
  readonly key?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
};

/** A signed connection to one bucket. It goes nowhere but to its endpoint: a redirect is an error. */
export class S3Client {
  readonly #bucket: BucketSetting;
  readonly #base: URL;
  readonly #agent: http.Agent;

  constructor(bucket: BucketSetting) {
    this.#bucket = bucket;
    this.#base = new URL(bucket.endpoint ?? `https://s3.${bucket.region}.amazonaws.com`);
    if (!bucket.pathStyle) this.#base.hostname = `${bucket.name}.${this.#base.hostname}`;
    const options = { keepAlive: true, maxSockets: 4 };
    this.#agent =
      this.#base.protocol === "https:"
        ? new https.Agent({ ...options, ...(bucket.ca !== undefined && { ca: readFileSync(bucket.ca) }) })
        : new http.Agent(options);
  }

  /** The one host that is spoken to. */
  get host(): string {
    return this.#base.host;
  }

  close(): void {
    this.#agent.destroy();
  }

  /** Rejects with `GoneError`, `UnreadableError`, or any other error for what may pass. */
  async send(request: S3Request): Promise<http.IncomingMessage> {
    const { url, headers } = await this.#signed(request);
    const response = await this.#answer(url, headers, request);
    const status = response.statusCode ?? 0;
    if (status >= 200 && status < 300) return response;
    throw s3Error(status, await textOf(response, ERROR_BYTES).catch(() => ""));
  }

  async #signed({ method, key, query = {}, headers = {} }: S3Request) {
    const { accessKeyId, secretAccessKey, sessionToken, region, pathStyle, name } = this.#bucket;
    const url = new URL(this.#base);
    const parts = [...(pathStyle ? [name] : []), ...(key === undefined ? [] : key.split("/"))];
    // A URL drops such parts, and another object would be meant.
    if (parts.some((part) => part === "." || part === "..")) throw new UnreadableError("its key has parts . or ..");
    url.pathname = `/${parts.map(encoded).join("/")}`;
    url.search = new URLSearchParams(query).toString().replaceAll("+", "%20");
    const signer = new AwsV4Signer({
      ...{ method, url: url.href, accessKeyId, secretAccessKey, region, service: "s3" },
      ...(sessionToken !== undefined && { sessionToken }),
      headers: { ...headers, "x-amz-content-sha256": EMPTY_SHA256 },
    });
    const signed = await signer.sign();
    return { url: signed.url, headers: Object.fromEntries(signed.headers) };
  }

  #answer(url: URL, headers: Record<string, string>, { method, signal }: S3Request): Promise<http.IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
    const send = url.protocol === "https:" ? https.request : http.request;
    const request = send(url, { method, headers, agent: this.#agent, signal }, resolve);
    request.setTimeout(STALL_MS, () => request.destroy(new Error(`the server sent nothing for ${STALL_MS / 1000} s`)));
    request.on("error", reject);
    request.end();
    return promise;
  }
}

/** A path's part as SigV4 wants it: all but letters, digits and - . _ ~ as bytes. */
export const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

/** A whole body as text. Rejects when it is longer than `max` bytes. */
export async function textOf(response: http.IncomingMessage, max: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    bytes += chunk.length;
    if (bytes > max) throw new Error(`the answer is longer than ${max} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** What an answer other than 2xx means. Of its text only codes are told: it may hold keys. */
function s3Error(status: number, text: string): Error {
  const parsed = parseXml(text);
  const code = parsed.ok ? (childText(parsed.value, "Code") ?? "") : "";
  const said = `the server answered ${status}${/^\w{1,80}$/.test(code) ? ` ${code}` : ""}`;
  if (status >= 300 && status < 400)
    return new Error(`${said}: redirects are not followed; name the bucket's own region or endpoint`);
  if ((status === 404 && code !== "NoSuchBucket") || status === 412) return new GoneError(said);
  if (code === "InvalidObjectState") return new UnreadableError(`${said}: it is archived; restore it first`);
  return new Error(said);
}
