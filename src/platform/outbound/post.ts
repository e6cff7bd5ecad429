import { lookup } from "node:dns";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { AppError } from "../../kernel/errors.ts";
import { isInternal } from "./close.ts";

export type Posted = { readonly status: number; readonly text: string; readonly retryAfterMs: number | undefined };
export type PostOptions = {
  /** Hosts that may be inside; `http:` is for them alone. */
  readonly internalHosts: readonly string[];
  readonly timeoutMs: number;
  /** More of an answer is not read. */
  readonly maxAnswerBytes: number;
};
export type PostJson = (url: string, body: string, headers: Readonly<Record<string, string>>) => Promise<Posted>;

/**
 * Posts JSON to an address that people entered. The address is judged where the connection is made, so that a name cannot
 * mean another machine a moment later; redirects are not followed, and proxies of the environment are not used.
 * Errors: `invalid` for an address that may not be reached; `upstream` when nobody answers in time.
 */
export function createPoster(options: PostOptions): PostJson {
  return (address, body, headers) => {
    const url = checkedUrl(address, options.internalHosts);
    const isTrusted = isListed(bare(url.hostname), options.internalHosts);
    return new Promise((resolve, reject) => {
      const send = url.protocol === "https:" ? httpsRequest : httpRequest;
      const fail = (error: unknown): void => reject(asExpected(error, url));
      const request = send(
        url,
        {
          method: "POST",
          agent: false,
          signal: AbortSignal.timeout(options.timeoutMs),
          lookup: isTrusted ? lookup : guardedLookup,
          headers: {
            ...headers,
            "content-type": "application/json",
            "content-length": Buffer.byteLength(body),
            "user-agent": "Yagura",
          },
        },
        (response) => {
          const parts: Buffer[] = [];
          let size = 0;
          const done = (): void =>
            resolve({
              status: response.statusCode ?? 0,
              text: Buffer.concat(parts).subarray(0, options.maxAnswerBytes).toString("utf8"),
              retryAfterMs: retryAfter(response.headers["retry-after"]),
            });
          response.on("data", (part: Buffer) => {
            parts.push(part);
            size += part.length;
            if (size < options.maxAnswerBytes) return;
            done();
            request.destroy();
          });
          response.on("end", done);
          response.on("error", fail);
        },
      );
      request.on("error", fail);
      request.end(body);
    });
  };
}

/** Errors: `invalid` for anything but https (http to a listed host), for a login in it, and for an internal address as a number. */
export function checkedUrl(address: string, internalHosts: readonly string[]): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const host = url === undefined ? "" : bare(url.hostname);
  const isTrusted = isListed(host, internalHosts);
  const isFit = url?.protocol === "https:" || (url?.protocol === "http:" && isTrusted);
  if (url === undefined || !isFit || url.username !== "" || url.password !== "") {
    throw new AppError("invalid", "The address must begin with https:// and hold no user name.");
  }
  if (!isTrusted && isIP(host) !== 0 && isInternal(host)) throw refused(host);
  return url;
}

/** Names of hosts have no case; an address as `URL` reads it has lost it. */
const isListed = (host: string, hosts: readonly string[]): boolean => hosts.some((one) => one.toLowerCase() === host);

const bare = (hostname: string): string => hostname.replace(/^\[|\]$/g, "");

const guardedLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, "", 0);
    const inside = addresses.find(({ address }) => isInternal(address));
    if (inside) return callback(refused(hostname), "", 0);
    const [first] = addresses;
    if (options.all) return callback(null, addresses);
    return callback(null, first?.address ?? "", first?.family ?? 0);
  });
};

const refused = (host: string): AppError =>
  new AppError("invalid", `${host} is an address inside: list the host under notify.internalHosts to allow it.`);

function asExpected(error: unknown, url: URL): AppError {
  if (error instanceof AppError) return error;
  const reason = error instanceof Error && "code" in error ? String(error.code) : "no answer in time";
  return new AppError("upstream", `${url.host} could not be reached: ${reason}`, {}, error);
}

/** Seconds alone: whoever answers with a date may wait for our own pause. */
function retryAfter(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,5}$/.test(header) ? Number(header) * 1000 : undefined;
}
