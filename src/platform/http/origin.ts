/** What the check needs of a request; header names in lower case. */
export type OriginFacts = {
  readonly method: string;
  readonly host: string;
  readonly headers: {
    readonly origin?: string | undefined;
    readonly "sec-fetch-site"?: string | string[] | undefined;
  };
};

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * True when a cookie-authenticated write may come from another site. Browsers always send `Sec-Fetch-Site` or
 * `Origin` with a write; a program that sends neither has no cookies of a victim to abuse.
 * `publicHost` is the host people type when a proxy stands in front.
 */
export function isCrossSiteWrite(request: OriginFacts, publicHost?: string): boolean {
  if (SAFE.has(request.method)) return false;
  const site = request.headers["sec-fetch-site"];
  if (site !== undefined) return site !== "same-origin" && site !== "none";
  const { origin } = request.headers;
  if (origin === undefined) return false;
  const host = hostOf(origin);
  return host === undefined || (host !== request.host && host !== publicHost);
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host || undefined : undefined;
}
